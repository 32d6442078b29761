package report

import (
	"encoding/json"
	"strconv"
	"strings"
)

// LiquidationRatio is the C-ratio below which a vault or position of a collateral
// type can be liquidated in a cell, as the configuration of the run states it.
// It is not known where a scenario, a study or governance changes it: a line
// through time would be of another question.
func (d *Data) LiquidationRatio(c *Cell, collateral string) (ratio float64, known bool) {
	var asked struct {
		Collaterals []struct {
			ID    string          `json:"id"`
			Ratio json.RawMessage `json:"liquidation_ratio"`
		}
		Scenarios []struct {
			ID  string
			Set []struct{ Key string }
		}
		Governance []struct{ Key string }
	}
	if json.Unmarshal(d.Manifest.Configuration, &asked) != nil || c.Point != 0 {
		return 0, false
	}
	changes := func(key string) bool {
		return strings.HasPrefix(key, "collaterals") || strings.Contains(key, "liquidation_ratio")
	}
	for _, s := range asked.Scenarios {
		for _, setting := range s.Set {
			if s.ID == c.Scenario && changes(setting.Key) {
				return 0, false
			}
		}
	}
	for _, change := range asked.Governance {
		if changes(change.Key) {
			return 0, false
		}
	}
	for _, x := range asked.Collaterals {
		if x.ID == collateral {
			ratio, err := strconv.ParseFloat(strings.Trim(string(x.Ratio), `"`), 64)
			return ratio, err == nil && ratio > 0
		}
	}
	return 0, false
}
