package configs

import (
	"errors"
	"strings"
	"testing"
)

func TestWith(t *testing.T) {
	loaded := baseLoaded(t)
	config, err := loaded.With(
		Setting{"collaterals[SNX].issuance_ratio", "400%"},
		Setting{"pools[main].markets[perps].max_debt_share_value", "0.05"},
		Setting{"markets[perps].instruments[ETH].max_market_value", "1e6"},
	)
	if err != nil {
		t.Fatal(err)
	}
	if config.Collaterals[0].IssuanceRatio.Plain() != "4" || config.Pools[0].Markets[0].MaxDebtShareValue.Plain() != "0.05" || config.Markets[0].Instruments[0].MaxMarketValue.Plain() != "1000000" {
		t.Error("settings are not applied")
	}
	if loaded.Config.Collaterals[0].IssuanceRatio.Plain() != "5" || loaded.Config.Pools[0].Markets[0].MaxDebtShareValue.Plain() != "0.1" {
		t.Error("the loaded configuration is changed")
	}
	if same, err := loaded.With(); err != nil || same.Collaterals[0].IssuanceRatio.Plain() != "5" {
		t.Errorf("without settings: %v", err)
	}
}

// A kind that is set over a file leaves the keys of the kind before behind.
func TestWithAnotherKind(t *testing.T) {
	config, err := baseLoaded(t).With(Setting{"lps[stakers].policy", "passive"}, Setting{"prices.copula.kind", "gaussian"})
	if err != nil {
		t.Fatal(err)
	}
	if lp := config.LPs[0]; lp.Policy != "passive" || lp.TargetCRatio.Sign() != 0 || config.Prices.Copula.DegreesOfFreedom != 0 {
		t.Errorf("keys of another kind are kept: %+v", lp)
	}
	_, err = baseLoaded(t).With(Setting{"lps[stakers].policy", "passive"}, Setting{"lps[stakers].target_c_ratio", "4"})
	if err == nil || !strings.Contains(err.Error(), "only with policy target") {
		t.Errorf("a key of another kind is accepted: %v", err)
	}
}

func TestWithProblems(t *testing.T) {
	for key, test := range map[string]struct{ value, want string }{
		"collaterals[SNX].issuance_ratio":    {"1.1", "setting: collaterals[SNX].issuance_ratio: found 1.1, allowed: at least the liquidation ratio, 160%"},
		"collaterals[SNX].issuance_ratios":   {"1.1", "did you mean issuance_ratio?"},
		"collaterals[SNX].liquidation_ratio": {"600%", "at least the liquidation ratio, 600%"},
		"horizon":                            {"90m", "a whole number of steps"},
	} {
		_, err := baseLoaded(t).With(Setting{key, test.value})
		var problems Problems
		if !errors.As(err, &problems) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", key, err)
		}
	}
}

func TestScenario(t *testing.T) {
	loaded := baseLoaded(t)
	thin, err := loaded.Scenario(0)
	if err != nil || thin.LPs[0].Count != 10 {
		t.Errorf("thin: %v", err)
	}
	crash, err := loaded.Scenario(1, Setting{"lps[stakers].count", "7"})
	if err != nil || crash.Prices.Correlation[0].Value != 0.95 || crash.Prices.Oracle.Latency != 3 || crash.LPs[0].Count != 7 {
		t.Errorf("crash: %v", err)
	}
	if crash.Prices.Oracle.Heartbeat.Plain() != "1d" {
		t.Error("a section that is set is not merged with the one there")
	}
	// A scenario is checked as a whole when the configuration is loaded.
	_, err = loadText(strings.Replace(base, "key: lps[stakers].count\n        value: 10", "key: collaterals[SNX].issuance_ratio\n        value: 1.2", 1))
	if err == nil || !strings.Contains(err.Error(), ": scenarios[thin].set[0]: found collaterals[SNX].issuance_ratio with 1.2") {
		t.Errorf("a scenario that contradicts itself: %v", err)
	}
}

func TestManyScenariosAreRefused(t *testing.T) {
	var more strings.Builder
	for i := range 190 {
		more.WriteString("  - {id: s" + strings.Repeat("x", i%50) + string(rune('a'+i/50)) + ", set: [{key: \"lps[stakers].count\", value: 9}]}\n")
	}
	points := strings.Repeat("          - {at: 1d, price: 1}\n", 1000)
	text := strings.Replace(base, "scenarios:\n", "scenarios:\n"+more.String(), 1)
	if _, err := loadText(text); err != nil {
		t.Errorf("190 scenarios: %v", err)
	}
	text = strings.Replace(text, "        shape: step\n        points:\n          - at: 0s\n            price: 3500\n          - at: 10d\n            price: 2000\n", "        points:\n"+ascending(points), 1)
	if _, err := loadText(text); err == nil || !strings.Contains(err.Error(), "in all scenarios together") {
		t.Errorf("190 scenarios of 1,000 points: %v", err)
	}
}

// ascending numbers the times of points.
func ascending(points string) string {
	i := 0
	for strings.Contains(points, "at: 1d,") {
		i++
		points = strings.Replace(points, "at: 1d,", "at: "+plainSeconds(int64(i)*61)+",", 1)
	}
	return points
}

func BenchmarkWith(b *testing.B) {
	loaded, err := Load(Source{Preset: "quickstart"})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := loaded.With(Setting{"collaterals[SNX].issuance_ratio", "400%"}); err != nil {
			b.Fatal(err)
		}
	}
}
