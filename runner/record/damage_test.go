package record

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// flip changes one bit of a file.
func flip(t testing.TB, name string, offset int) {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	content[offset] ^= 1 << (offset % 8)
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestDamageIsNoticed(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, dir, testIdentity(70), Options{})
	for _, table := range Tables() {
		name := filepath.Join(dir, fileName(table, Arrow))
		whole, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		check := func(what string, content []byte) {
			t.Helper()
			if err := os.WriteFile(name, content, 0o600); err != nil {
				t.Fatal(err)
			}
			var damaged *DamagedError
			if _, err := Open(dir); !errors.As(err, &damaged) || damaged.File != name {
				t.Errorf("%s of %s: %v", what, table, err)
			}
		}
		for offset := 0; offset < len(whole); offset += 1 + len(whole)/60 {
			content := slices.Clone(whole)
			content[offset] ^= 1 << (offset % 8)
			check("a flipped bit", content)
		}
		for _, size := range []int{0, 1, len(whole) / 2, len(whole) - 10, len(whole) - 1} {
			check("truncation", whole[:size])
		}
		check("a longer file", append(slices.Clone(whole), 0))
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir); !errors.As(err, new(*DamagedError)) {
			t.Errorf("missing %s: %v", table, err)
		}
		if err := os.WriteFile(name, whole, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Open(dir); err != nil {
		t.Fatalf("restored: %v", err)
	}
}

func TestManifestDamageIsNoticed(t *testing.T) {
	dir := t.TempDir()
	want := mustRun(t, dir, testIdentity(70), Options{})
	name := filepath.Join(dir, ManifestName)
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for offset := range whole {
		content := slices.Clone(whole)
		content[offset] ^= 1 << (offset % 8)
		// What is accepted must say the same: white space, or a letter of a key in the other case.
		if m, err := decodeManifest(name, content); err == nil && !equal(m, want) {
			t.Fatalf("a flipped bit at %d changes the manifest unnoticed: %q", offset, content[max(0, offset-20):offset+20])
		}
	}
	for version, age := range map[string]string{"1": "an older", "99": "a newer"} {
		content := strings.Replace(string(whole), `"format_version": 2`, `"format_version": `+version, 1)
		var other *VersionError
		if _, err := decodeManifest(name, []byte(content)); !errors.As(err, &other) || other.File != name || !strings.Contains(err.Error(), age+" version") {
			t.Errorf("version %s: %v", version, err)
		}
	}
	for reason, content := range map[string]string{
		"not a manifest":   `{"name": "x"}`,
		"unexpected end":   string(whole[:len(whole)/2]),
		"checksum":         strings.Replace(string(whole), `"failed_paths": 6`, `"failed_paths": 0`, 1),
		"cannot unmarshal": `{"format_version": 2, "seed": "x"}`,
	} {
		if _, err := decodeManifest(name, []byte(content)); !errors.As(err, new(*DamagedError)) || !strings.Contains(err.Error(), reason) {
			t.Errorf("%s: %v", reason, err)
		}
	}
}

func TestBlockDamageIsNoticed(t *testing.T) {
	s := mustCreate(t, t.TempDir(), testIdentity(130), Options{})
	specs := s.Missing()
	content, err := encodeBlocks([]*Block{testBlock(t, specs[0]), testBlock(t, specs[2])}, s.question, s.layout)
	if err != nil {
		t.Fatal(err)
	}
	name := blockPath(s.dir, 0)
	read := func(content []byte) error {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
		s.done = newBlockSet()
		_, err := s.takeFile(name)
		return err
	}
	if err := read(content); err != nil {
		t.Fatal(err)
	}
	for offset := 0; offset < len(content); offset += 1 + len(content)/500 {
		spoiled := slices.Clone(content)
		spoiled[offset] ^= 1 << (offset % 8)
		if err := read(spoiled); !errors.As(err, new(*DamagedError)) {
			t.Fatalf("a flipped bit at %d: %v", offset, err)
		}
		if err := read(content[:offset]); !errors.As(err, new(*DamagedError)) {
			t.Fatalf("cut at %d: %v", offset, err)
		}
	}
	if err := read(append(slices.Clone(content), 0)); !errors.As(err, new(*DamagedError)) {
		t.Errorf("a longer file: %v", err)
	}
	if s.question = (question{}); !errors.As(read(content), new(*DamagedError)) || !strings.Contains(read(content).Error(), "another run") {
		t.Errorf("a block of another run: %v", read(content))
	}
}

// reseal rewrites the manifest so that the checksums of the present files hold.
func reseal(t testing.TB, dir string, m Manifest) {
	t.Helper()
	m.Files = slices.Clone(m.Files)
	for i, e := range m.Files {
		content, err := os.ReadFile(filepath.Join(dir, e.Name))
		if err != nil {
			t.Fatal(err)
		}
		m.Files[i].Bytes, m.Files[i].SHA256 = int64(len(content)), sumOf(content)
	}
	content, err := encodeManifest(m)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, ManifestName), content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func firstError(r *Reader) error {
	for _, err := range r.Paths() {
		if err != nil {
			return err
		}
	}
	return nil
}

func TestForeignFilesAreRefused(t *testing.T) {
	for _, format := range []Format{Arrow, Parquet} {
		dir, id := t.TempDir(), testIdentity(70)
		id.Format = format
		m := mustRun(t, dir, id, Options{})
		paths := filepath.Join(dir, fileName(PathsTable, format))
		whole, err := os.ReadFile(paths)
		if err != nil {
			t.Fatal(err)
		}
		events, err := os.ReadFile(filepath.Join(dir, fileName(EventsTable, format)))
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			content []byte
			change  func(*Manifest)
		}{
			"another table":  {content: events},
			"text":           {content: []byte("ARROW1 but no more than that, PAR1")},
			"cut":            {content: whole[:len(whole)/2]},
			"rows":           {content: whole, change: func(m *Manifest) { m.Files = slices.Clone(m.Files); m.Files[0].Rows++ }},
			"columns":        {content: whole, change: func(m *Manifest) { m.Columns = m.Columns[:1] }},
			"kind of column": {content: whole, change: func(m *Manifest) { m.Columns = slices.Clone(m.Columns); m.Columns[0].Kind = FloatColumn }},
		} {
			if err := os.WriteFile(paths, c.content, 0o600); err != nil {
				t.Fatal(err)
			}
			changed := m
			if c.change != nil {
				c.change(&changed)
			}
			reseal(t, dir, changed)
			r, err := Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			var damaged *DamagedError
			if err := firstError(r); !errors.As(err, &damaged) || damaged.File != paths {
				t.Errorf("%s, %s: %v", format, name, err)
			}
			if _, err := r.PathColumns("weight"); !errors.As(err, &damaged) {
				t.Errorf("%s, %s, columns: %v", format, name, err)
			}
		}
	}
}

// FuzzReader feeds altered files, with checksums that match, to the reader: an error or rows, never a panic.
func FuzzReader(f *testing.F) {
	dir := f.TempDir()
	m := mustRun(f, dir, testIdentity(5), Options{})
	whole, err := os.ReadFile(filepath.Join(dir, "paths.arrow"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(uint(0), byte(0), uint(0))
	f.Add(uint(4893), byte(8), uint(0)) // a length prefix of terabytes
	f.Add(uint(len(whole)-8), byte(255), uint(0))
	for offset := 0; offset < len(whole); offset += 97 {
		f.Add(uint(offset), byte(1<<(offset%8)), uint(offset%3))
	}
	f.Fuzz(func(t *testing.T, offset uint, mask byte, cut uint) {
		content := slices.Clone(whole)
		content[offset%uint(len(content))] ^= mask
		content = content[:uint(len(content))-cut%uint(len(content))]
		if err := os.WriteFile(filepath.Join(dir, "paths.arrow"), content, 0o600); err != nil {
			t.Fatal(err)
		}
		reseal(t, dir, m)
		r, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		rows := 0
		for _, err := range r.Paths() {
			var damaged *DamagedError
			if err != nil && !errors.As(err, &damaged) {
				t.Fatalf("untyped error %v", err)
			}
			if err == nil {
				rows++
			}
		}
		if rows > int(m.Paths) {
			t.Fatalf("%d rows", rows)
		}
	})
}

// FuzzManifest: whatever is accepted can be written and read again.
func FuzzManifest(f *testing.F) {
	whole, err := encodeManifest(Manifest{Identity: testIdentity(5)})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add([]byte(`{"format_version":2}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		m, err := decodeManifest("m", content)
		if err != nil {
			return
		}
		again, err := encodeManifest(m)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := decodeManifest("m", again); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzSketchDecode(f *testing.F) {
	var s Sketch
	for _, v := range []float64{-3, 0, 1e-20, 2.5, 1e9} {
		s.Add(v)
	}
	s.AddWeighted(2, Int128{Hi: 5, Lo: 1 << 63})
	f.Add(s.append(nil))
	f.Fuzz(func(t *testing.T, content []byte) {
		var s Sketch
		d := unpacker{data: content}
		if d.sketch(&s); d.end() != nil {
			return
		}
		var back Sketch
		again := unpacker{data: s.append(nil)}
		if again.sketch(&back); again.end() != nil || !equal(back, s) {
			t.Fatalf("%+v reads back as %+v, %v", s, back, again.end())
		}
		s.Quantile(50)
	})
}

func TestFaultAtEveryOperation(t *testing.T) {
	id := testIdentity(70)
	id.Plan.Cells = id.Plan.Cells[:1]
	whole := t.TempDir()
	mustRun(t, whole, id, Options{})
	want := contents(t, whole)
	attempt := func(dir string, opt Options) error {
		s, err := Create(dir, id, opt)
		if err != nil {
			return err
		}
		defer s.Close()
		for _, spec := range s.Missing() {
			if err := s.Write(testBlock(t, spec)); err != nil {
				return err
			}
		}
		_, err = s.Finalize(context.Background(), Facts{})
		return err
	}
	counter := &faultFS{}
	if err := attempt(t.TempDir(), Options{FS: counter}); err != nil {
		t.Fatal(err)
	}
	operations := counter.count.Load()
	if operations < 40 {
		t.Fatalf("only %d operations", operations)
	}
	for _, sticky := range []bool{false, true} {
		for n := int64(1); n <= operations; n++ {
			dir := t.TempDir()
			if err := attempt(dir, Options{FS: &faultFS{failAt: n, sticky: sticky}}); err != nil && !errors.Is(err, errInjected) {
				t.Fatalf("operation %d: the cause is lost: %v", n, err)
			}
			// Whatever is there now under a final name is whole, or is no run.
			if r, err := Open(dir); err == nil {
				sameContents(t, want, contents(t, r.Dir()))
			} else if !errors.As(err, new(*UnfinishedError)) && !errors.Is(err, os.ErrNotExist) {
				t.Fatalf("operation %d leaves %v", n, err)
			}
			if err := attempt(dir, Options{Resume: true}); err != nil {
				t.Fatalf("operation %d, resumed: %v", n, err)
			}
			sameContents(t, want, contents(t, dir))
		}
	}
}

func TestConfigurationDifferences(t *testing.T) {
	got := ConfigurationDifferences(json.RawMessage(`{"a":1,"b":{"c":[1,{"d":"x"}]},"e":null}`), json.RawMessage(`{"a":1,"b":{"c":[2,{"d":"y"}]},"f":[]}`))
	want := []Difference{{"b.c[0]", "1", "2"}, {"b.c[1].d", `"x"`, `"y"`}, {"e", "null", ""}, {"f", "", "[]"}}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	got = ConfigurationDifferences(json.RawMessage(`{"pools":[{"id":"main","markets":[{"market":"m","weight":1}]}]}`),
		json.RawMessage(`{"pools":[{"id":"new","markets":[]},{"id":"main","markets":[{"market":"m","weight":2}]}]}`))
	want = []Difference{{"pools[main].markets[m].weight", "1", "2"}, {"pools[new].id", "", `"new"`}, {"pools[new].markets", "", "[]"}}
	if !slices.Equal(got, want) {
		t.Errorf("named elements: %v", got)
	}
	if got := ConfigurationDifferences(json.RawMessage("x"), json.RawMessage("y")); len(got) != 1 {
		t.Errorf("%v", got)
	}
}
