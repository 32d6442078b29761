package chaos

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestOneRunAFolder: a second run into a folder is refused and does not
// disturb the first.
func TestOneRunAFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	first := start(t, endless(dir)...)
	waitFor(t, filepath.Join(dir, "blocks", "*.block"))
	for _, flag := range []string{"--resume", "--force"} {
		start(t, endless(dir, flag)...).wants(t, exitFailed, "in use by another run", dir)
	}
	first.signal(t, syscall.SIGTERM)
	first.wants(t, exitInterrupted)
}

// TestFileInTheWay: a file stands where a folder should be.
func TestFileInTheWay(t *testing.T) {
	root := t.TempDir()
	file := filepath.Join(root, "file")
	if err := os.WriteFile(file, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(root, "out"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "out", "blocks"), []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{file, filepath.Join(file, "deeper")} {
		start(t, small(out)...).wants(t, exitFailed, "not a directory", root)
	}
	start(t, small(filepath.Join(root, "out"))...).wants(t, exitInput, "not a folder", "blocks", root)
	for _, name := range []string{file, filepath.Join(root, "out", "blocks")} {
		if content, err := os.ReadFile(name); err != nil || string(content) != "mine" {
			t.Errorf("%s: %q, %v", name, content, err)
		}
	}
}

// TestFolderVanishes: the output folder is removed under a running run.
func TestFolderVanishes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	p := start(t, endless(dir)...)
	waitFor(t, filepath.Join(dir, "blocks", "*.block"))
	if err := os.Rename(dir, dir+"-elsewhere"); err != nil {
		t.Fatal(err)
	}
	p.wants(t, exitFailed, "no such file or directory", dir)
}

// TestClocksDoNotMatter: a resumed run does not look at the times of files, and
// neither times nor the time zone get into the results.
func TestClocksDoNotMatter(t *testing.T) {
	want := whole(t)
	dir := filepath.Join(t.TempDir(), "out")
	p := start(t, small(dir, "--workers", "1")...)
	waitFor(t, filepath.Join(dir, "blocks", "*.block"))
	p.signal(t, syscall.SIGKILL)
	p.end(t)
	blocks, err := filepath.Glob(filepath.Join(dir, "blocks", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range blocks {
		moved := time.Date(1970+i*100, 1, 1, 0, 0, 0, 0, time.UTC)
		if err := os.Chtimes(name, moved, moved); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("TZ", "Pacific/Kiritimati")
	start(t, small(dir, "--resume")...).wants(t, exitDone)
	wantSame(t, want, dir)
}
