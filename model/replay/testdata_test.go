package replay

import (
	"path/filepath"
	"testing"
)

// recorded is the folder of recorded histories that comes with the project.
const recorded = "../testdata/traces"

// TestRecordedHistories replays all histories that come with the project. The
// counts are part of the claim: a comparison that silently falls away would
// otherwise look like agreement.
func TestRecordedHistories(t *testing.T) {
	tests := []struct {
		folder string
		files  int
		want   Result
	}{
		{"named", 78, Result{Steps: 4094, Reverts: 520, Observations: 508573}},
		{"fuzz", 183, Result{Steps: 23891, Reverts: 1806, Observations: 4368667}},
		{"extreme", 6, Result{Steps: 1346, Reverts: 302, Observations: 305457}},
	}
	for _, test := range tests {
		t.Run(test.folder, func(t *testing.T) {
			t.Parallel()
			got, files := replayFiles(t, filepath.Join(recorded, test.folder, "*.json.gz"))
			if files != test.files || got != test.want {
				t.Errorf("%d files with %+v, want %d with %+v", files, got, test.files, test.want)
			}
		})
	}
}
