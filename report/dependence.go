package report

import (
	"encoding/json"

	"backtest/runner/record"
)

// drawing is what a configuration says of how paths are drawn.
type drawing struct {
	ControlVariates string `json:"control_variates"`

	Prices struct {
		Sampling string `json:"sampling"`
		History  *struct {
			Mode string `json:"mode"`
		} `json:"history"`
	} `json:"prices"`
}

// drawnLPs is how many LPs are one draw of their laws, which all paths share: what
// another draw would change is in no interval. Those that are the quantiles of
// their laws, or all alike, are none.
func drawnLPs(m record.Manifest) (n int64) {
	type law struct {
		Kind string `json:"kind"`
	}
	var c struct {
		LPs []struct {
			Count      int64  `json:"count"`
			Draw       string `json:"draw"`
			Collateral *law   `json:"collateral_usd"`
			CRatio     *law   `json:"c_ratio"`
		} `json:"lps"`
	}
	if json.Unmarshal(m.Configuration, &c) != nil {
		return 0
	}
	drawn := func(l *law) bool { return l != nil && l.Kind != "constant" }
	for _, g := range c.LPs {
		if g.Draw != "quantiles" && (drawn(g.Collateral) || drawn(g.CRatio)) {
			n += g.Count
		}
	}
	return n
}

// drawingOf reads it; a configuration that does not say is one of independent
// paths.
func drawingOf(m record.Manifest) (d drawing) {
	if json.Unmarshal(m.Configuration, &d) != nil {
		return drawing{}
	}
	return d
}

// dependence tells why the paths of a run depend on one another in a way that
// no interval takes into account, "" when there is none.
func dependence(m record.Manifest) string {
	d := drawingOf(m)
	switch d.Prices.Sampling {
	case "sobol", "latin_hypercube", "stratified":
		return "paths are drawn together (" + d.Prices.Sampling + "): the intervals are those of independent paths, usually wider than they need be"
	}
	if h := d.Prices.History; h != nil && h.Mode == "windows" {
		return "windows of one history overlap: the intervals are those of independent paths, and too narrow"
	}
	return ""
}

// dependentPaths is how many consecutive paths of a scenario depend on one
// another, and are a group for every interval: antithetic twins, or a
// repetition of splitting.
func dependentPaths(m record.Manifest, scenario string) int64 {
	if s := splittingOf(m, scenario); s != nil {
		return s.RepetitionPaths()
	}
	if drawingOf(m).Prices.Sampling == "antithetic" {
		return 2
	}
	return 1
}

func splittingOf(m record.Manifest, scenario string) *record.Splitting {
	for i := range m.Splittings {
		if m.Splittings[i].Scenario == scenario {
			return &m.Splittings[i]
		}
	}
	return nil
}

func levelPaths(m record.Manifest, scenario string) int64 {
	if s := splittingOf(m, scenario); s != nil {
		return s.LevelPaths
	}
	return 0
}
