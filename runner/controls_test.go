package runner

import (
	"errors"
	"strings"
	"testing"
)

// Control variates that are asked for and cannot be had are refused, with the
// reason of every asset.
func TestControlsThatCannotBe(t *testing.T) {
	replay := "prices.assets[ETH].process={kind: garch, annual_volatility: 0.6, alpha: 0.1, beta: 0.8, degrees_of_freedom: 4}"
	for sets, want := range map[string]string{"": "", replay: "no exponential moment"} {
		var edits []string
		if sets != "" {
			edits = append(edits, sets)
		}
		l := load(t, "quickstart", append(edits, "control_variates=on", "paths=64")...)
		assets := len(l.Config.Prices.Assets)
		if want != "" && assets > 1 {
			for _, a := range l.Config.Prices.Assets {
				edits = append(edits, strings.Replace(replay, "ETH", a.ID, 1))
			}
			l = load(t, "quickstart", append(edits, "control_variates=on", "paths=64")...)
		}
		_, err := newWorlds(l, nil)
		var input *InputError
		if want == "" && err != nil || want != "" && (!errors.As(err, &input) || input.Key != "control_variates" || strings.Count(err.Error(), want) != assets) {
			t.Errorf("%q: error %v, want %q", sets, err, want)
		}
	}
}
