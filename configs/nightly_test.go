package configs

import (
	"strings"
	"testing"

	"backtest/data"
)

// TestNightlyHasEveryEpisode keeps a new stress episode from being forgotten.
func TestNightlyHasEveryEpisode(t *testing.T) {
	text, err := Preset("nightly")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range data.Episodes() {
		if !strings.Contains(string(text), "[{name: "+e.Name+",") {
			t.Errorf("configs/nightly.yaml leaves out the episode %s", e.Name)
		}
	}
}
