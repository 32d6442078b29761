package report

import (
	"strings"
	"testing"

	"backtest/runner/record"
)

func TestDependence(t *testing.T) {
	for configuration, want := range map[string]string{
		`{"prices": {"sampling": "plain"}}`:      "",
		`{}`:                                     "",
		`null`:                                   "",
		`{"prices": {"sampling": "sobol"}}`:      "wider",
		`{"prices": {"sampling": "antithetic"}}`: "",
		`{"prices": {"sampling": "plain", "history": {"mode": "windows"}}}`: "too narrow",
		`{"prices": {"sampling": "plain", "history": {"mode": "replay"}}}`:  "",
	} {
		m := record.Manifest{Identity: record.Identity{Configuration: []byte(configuration)}}
		got := dependence(m)
		if (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want something with %q", configuration, got, want)
		}
	}
	m := record.Manifest{Identity: record.Identity{Configuration: []byte(`{"prices": {"sampling": "antithetic"}}`)}}
	if dependentPaths(m, "base") != 2 {
		t.Error("antithetic twins are no pairs")
	}
	m.Splittings = []record.Splitting{{Scenario: "base", Levels: []float64{1, 2}, LevelPaths: 64}}
	if dependentPaths(m, "base") != 192 || dependentPaths(m, "other") != 2 {
		t.Error("a repetition of splitting is no group")
	}
	c := &Cell{dependence: "paths are drawn together"}
	if w := c.Warnings(); len(w) != 1 || w[0].Text != c.dependence || w[0].About != nil {
		t.Errorf("warnings of a cell of dependent paths: %v", w)
	}
}
