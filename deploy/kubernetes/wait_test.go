package kubernetes

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestWait: a job that is complete, one that failed, and a server that cannot be asked, told by a kubectl that knows one of them.
func TestWait(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip(err)
	}
	for condition, want := range map[string]int{"complete": 0, "failed": 1, "none": 1} {
		dir := t.TempDir()
		script := `#!/bin/bash
case "$CONDITION $*" in
  "none "*) echo "cannot connect" >&2; exit 1;;
  *"wait --for=condition=$CONDITION --timeout=-1s job/shards") exit 0;;
esac
exec sleep 60
`
		if err := os.WriteFile(filepath.Join(dir, "kubectl"), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("./wait.sh", "shards")
		cmd.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "CONDITION="+condition)
		err := cmd.Run()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		if got := cmd.ProcessState.ExitCode(); got != want {
			t.Errorf("%s: exit %d, want %d", condition, got, want)
		}
	}
}
