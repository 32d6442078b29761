package deploy

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestReleaseNotes: a release carries the notes of its version alone, and none
// goes out without.
func TestReleaseNotes(t *testing.T) {
	changelog := filepath.Join(t.TempDir(), "CHANGELOG.md")
	content := "# Changelog\n\n## [Unreleased]\n\nlater\n\n## [1.2.0] - 2026-01-02\n\n### Added\n\n- A thing.\n\n## [1.1.0]\n\n- Old.\n"
	if err := os.WriteFile(changelog, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	notes, err := exec.Command("./release-notes.sh", "v1.2.0", changelog).Output()
	if err != nil || strings.TrimSpace(string(notes)) != "### Added\n\n- A thing." {
		t.Errorf("%v: %q", err, notes)
	}
	if notes, err := exec.Command("./release-notes.sh", "v1.3.0", changelog).Output(); err == nil {
		t.Errorf("a version without notes gives %q", notes)
	}
}
