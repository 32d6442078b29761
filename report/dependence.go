package report

import (
	"encoding/json"

	"backtest/runner/record"
)

// dependence tells why the paths of a run are not independent, "" when they
// are. All intervals are those of independent paths.
func dependence(m record.Manifest) string {
	var c struct {
		Prices struct {
			Sampling string `json:"sampling"`
			History  *struct {
				Mode string `json:"mode"`
			} `json:"history"`
		} `json:"prices"`
	}
	// A configuration that does not say is one of independent paths.
	if json.Unmarshal(m.Configuration, &c) != nil {
		return ""
	}
	switch c.Prices.Sampling {
	case "antithetic", "sobol", "latin_hypercube", "stratified":
		return "paths are drawn together (" + c.Prices.Sampling + "): the intervals are those of independent paths, usually wider than they need be"
	}
	if h := c.Prices.History; h != nil && h.Mode == "windows" {
		return "windows of one history overlap: the intervals are those of independent paths, and too narrow"
	}
	return ""
}
