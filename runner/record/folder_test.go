package record

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func write(t testing.TB, name, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o600)); err != nil {
		t.Fatal(err)
	}
}

func commit(t testing.TB, dir, of string, files ...Content) {
	t.Helper()
	f, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Commit(of, files), f.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestForeignFilesStay: whatever of somebody else has a name that a run would write, the run is refused, forced or not, and nothing
// in the folder changes.
func TestForeignFilesStay(t *testing.T) {
	names := []string{ManifestName, FilesName, "paths.arrow", "events.parquet", "series.arrow", "summary.json", "plots/survival.png",
		"blocks/run.json", "blocks/00000000.block", "blocks", "plots", lockName}
	for _, name := range names {
		for _, before := range []string{"empty", "a run", "a run in progress"} {
			for _, kind := range []string{"file", "link", "folder"} {
				t.Run(before+"/"+name+"/"+kind, func(t *testing.T) { foreignStays(t, name, before, kind) })
			}
		}
	}
}

func foreignStays(t *testing.T, name, before, kind string) {
	root := t.TempDir()
	dir, target, id := filepath.Join(root, "out"), filepath.Join(root, "target"), testIdentity(3)
	path := filepath.Join(dir, name)
	opt := Options{Derived: []string{"summary.json", "plots/survival.png"}}
	switch before {
	case "a run":
		mustRun(t, dir, id, opt)
	case "a run in progress":
		s := mustCreate(t, dir, id, opt)
		if err := errors.Join(s.Write(testBlock(t, s.Missing()[1])), s.Close()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Lstat(path); err == nil && kind == "file" {
		t.Skip("it is the program's own, or a folder of it")
	}
	if before == "a run in progress" && name == "blocks/00000000.block" && kind == "file" {
		t.Skip("the run in progress names it")
	}
	if kind == "folder" && (name == "blocks" || name == "plots") {
		t.Skip("as it should be")
	}
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
	switch kind {
	case "file":
		write(t, path, "mine")
	case "folder":
		write(t, filepath.Join(path, "within"), "mine")
	case "link":
		write(t, target, "mine")
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.Symlink(target, path)); err != nil {
			t.Fatal(err)
		}
	}
	want := tree(t, root)
	for _, o := range []Options{{}, {Force: true}, {Resume: true}, {Resume: true, Force: true}} {
		o.Derived = opt.Derived
		s, err := Create(dir, id, o)
		var foreign *ForeignError
		if !errors.As(err, &foreign) || foreign.Files[0].Name != name {
			if err == nil {
				_ = s.Close()
			}
			t.Fatalf("%+v: %v", o, err)
		}
		if have := tree(t, root); !slices.Equal(have, want) {
			t.Fatalf("%+v changed\n%q to\n%q", o, want, have)
		}
	}
}

// tree lists all that is in a folder, with the content of files and the targets of links.
func tree(t testing.TB, root string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(name string, e os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		text := e.Type().String()
		if e.Type().IsRegular() {
			content, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			text += sumOf(content)
		} else if link, err := os.Readlink(name); err == nil {
			text += link
		}
		out = append(out, name+" "+text)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestCommitReplacesItsOwn: files of a kind are replaced and removed together; what the user changed or put there is not, and then
// nothing is.
func TestCommitReplacesItsOwn(t *testing.T) {
	dir := t.TempDir()
	commit(t, dir, OfReport, Content{"a.md", []byte("1")}, Content{"plots/b.png", []byte("1")}, Content{"plots/c.png", []byte("1")})
	commit(t, dir, "paths", Content{"plots/d.png", []byte("1")})
	commit(t, dir, OfReport, Content{"a.md", []byte("2")}, Content{"plots/b.png", []byte("2")})
	for name, want := range map[string]string{"a.md": "2", "plots/b.png": "2", "plots/c.png": "", "plots/d.png": "1"} {
		if content, _ := os.ReadFile(filepath.Join(dir, name)); string(content) != want {
			t.Errorf("%s holds %q, want %q", name, content, want)
		}
	}
	write(t, filepath.Join(dir, "plots/b.png"), "edited")
	want := tree(t, dir)
	for _, files := range [][]Content{{{"a.md", []byte("3")}, {"plots/b.png", []byte("3")}}, {{"a.md", []byte("3")}}, {{"a.md/x", []byte("3")}}} {
		f, err := OpenFolder(dir)
		if err != nil {
			t.Fatal(err)
		}
		err = f.Commit(OfReport, files)
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if !errors.As(err, new(*ForeignError)) || !slices.Equal(tree(t, dir), want) {
			t.Errorf("%v: %v", files, err)
		}
	}
}

// TestInputsAreNeverOutputs: a file that is read is not written over, whatever it is called there.
func TestInputsAreNeverOutputs(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "out")
	commit(t, dir, OfReport, Content{"summary.md", []byte("x")})
	if err := os.Link(filepath.Join(dir, "summary.md"), filepath.Join(root, "config.yaml")); err != nil {
		t.Fatal(err)
	}
	opt := Options{Force: true, Derived: []string{"summary.md"}, Inputs: []string{filepath.Join(root, "config.yaml")}}
	if _, err := Create(dir, testIdentity(70), opt); !errors.As(err, new(*ForeignError)) || !strings.Contains(err.Error(), reasonInput) {
		t.Errorf("an input is written over: %v", err)
	}
}

// TestHalfWrittenFilesAreCleared: whoever locks a folder next removes what a killed command left half-written, and nothing else.
func TestHalfWrittenFilesAreCleared(t *testing.T) {
	dir := t.TempDir()
	ours := []string{"summary.json" + tempSuffix, "plots/a.png" + tempSuffix, "blocks/00000000.block" + tempSuffix}
	others := []string{"x.tmp", "plots/y.tmp", "more/z" + tempSuffix}
	for _, name := range append(slices.Clone(ours), others...) {
		write(t, filepath.Join(dir, name), "half")
	}
	commit(t, dir, OfReport)
	for _, name := range ours {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s stays", name)
		}
	}
	for _, name := range others {
		if _, err := os.Lstat(filepath.Join(dir, name)); err != nil {
			t.Errorf("%s is gone", name)
		}
	}
}

// TestFaultsInCommit: whatever fails, a file holds what it did before or what it was to hold, and another attempt succeeds.
func TestFaultsInCommit(t *testing.T) {
	for at := int64(1); ; at++ {
		dir, disk := t.TempDir(), &faultFS{failAt: at, sticky: true}
		commit(t, dir, OfReport, Content{"a", []byte("1")}, Content{"plots/b", []byte("1")}, Content{"plots/c", []byte("1")})
		f, err := openFolder(disk, dir, nil)
		if err != nil {
			t.Fatal(err)
		}
		err = f.Commit(OfReport, []Content{{"a", []byte("2")}, {"plots/b", []byte("2")}})
		if closed := f.Close(); closed != nil {
			t.Fatal(closed)
		}
		for _, name := range []string{"a", "plots/b"} {
			if content, _ := os.ReadFile(filepath.Join(dir, name)); string(content) != "1" && string(content) != "2" {
				t.Fatalf("operation %d: %s holds %q", at, name, content)
			}
		}
		commit(t, dir, OfReport, Content{"a", []byte("3")}, Content{"plots/b", []byte("3")})
		if _, failed := os.Lstat(filepath.Join(dir, "plots/c")); failed == nil {
			t.Fatalf("operation %d: plots/c stays", at)
		}
		if err == nil {
			return
		}
	}
}
