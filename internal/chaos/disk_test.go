package chaos

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// disk mounts a small disk of its own; the test is skipped where that is not
// permitted.
func disk(t *testing.T, kilobytes int) string {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%dk", kilobytes), "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("mounting a tmpfs is not permitted here: %v %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %v %s", err, out)
		}
	})
	return dir
}

func remount(t *testing.T, dir, options string) {
	t.Helper()
	if out, err := exec.Command("mount", "-o", "remount,"+options, dir).CombinedOutput(); err != nil {
		t.Fatalf("remount: %v %s", err, out)
	}
}

// TestDiskFull lets the disk run full while blocks are computed, while the
// final files are written and while the report is.
func TestDiskFull(t *testing.T) {
	want := whole(t)
	sizes := []int{16, 200, 700} // of which a short run takes all but the last
	if *long {
		sizes = []int{16, 60, 120, 250, 400, 550, 700, 900, 1100, 1300}
	}
	full := 0
	for _, kilobytes := range sizes {
		t.Run(fmt.Sprintf("%dk", kilobytes), func(t *testing.T) {
			root := disk(t, kilobytes)
			dir := filepath.Join(root, "out")
			p := start(t, small(dir)...)
			if p.end(t) == exitDone {
				wantSame(t, want, dir)
				return
			}
			full++
			p.wantsCode(t, exitFailed, "no space left on device", root)
			wantUnfinished(t, dir)
			remount(t, root, "size=64m")
			start(t, small(dir, "--resume")...).wants(t, exitDone)
			wantSame(t, want, dir)
		})
	}
	if t.Logf("%d of %d disks ran full", full, len(sizes)); full < 2 {
		t.Error("too few disks ran full")
	}
}

// TestReadOnlyFolder: a folder that cannot be written to.
func TestReadOnlyFolder(t *testing.T) {
	root := t.TempDir()
	reason := "permission denied"
	if os.Geteuid() == 0 { // root may write whatever the mode says
		root, reason = disk(t, 64), "read-only file system"
		remount(t, root, "ro")
	} else if err := os.Chmod(root, 0o555); err != nil {
		t.Fatal(err)
	}
	start(t, small(filepath.Join(root, "out"))...).wants(t, exitFailed, reason, root)
	start(t, small(root)...).wants(t, exitFailed, reason, root)
}
