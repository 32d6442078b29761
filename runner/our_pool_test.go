package runner

import (
	"path/filepath"
	"testing"

	"backtest/configs"
	"backtest/runner/record"
)

// TestOurPool: the configurations that come with a start run, and tell something
// of each position.
func TestOurPool(t *testing.T) {
	files, err := filepath.Glob("../configs/our-pool/*.yaml")
	if err != nil || len(files) != 2 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		l, err := configs.Load(configs.Source{File: file, Sets: []string{"paths=64"}})
		if err != nil {
			t.Fatal(err)
		}
		out := t.TempDir() + "/out"
		if _, err := Run(t.Context(), l, Options{Out: out, Workers: 1}); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		r, err := record.Open(out)
		if err != nil {
			t.Fatal(err)
		}
		rows := 0
		for row, err := range r.Positions() {
			if err != nil || row.Paths != 64 || row.High <= 0 {
				t.Errorf("%s: %+v: %v", file, row, err)
			}
			rows++
		}
		if rows != 5 {
			t.Errorf("%s: %d positions", file, rows)
		}
		s, err := Standings(l)
		if err != nil || len(s.Vaults) != 2 || s.Vaults[0].Positions+s.Vaults[1].Positions != 5 || len(s.Worst) == 0 || len(s.Exposures) == 0 {
			t.Errorf("%s stands as %+v: %v", file, s, err)
		}
	}
}
