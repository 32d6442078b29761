package runner

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"backtest/configs"
	"backtest/internal/warn"
)

// An LP that the protocol would not admit is refused with its group and how many there are, never changed.
func TestLPsThatWouldNotBeAdmittedAreRefused(t *testing.T) {
	for sets, want := range map[string][]string{
		"collaterals[ETH].min_delegation=7": {"lps[lp].collateral_usd", "3 of 3 LPs", "with 5 ETH", "7 ETH"},
		"lps[lp].c_ratio.from=1.5":          {"lps[lp].c_ratio", "of 3 LPs", "200 %", "mint_less"},
	} {
		_, err := Preflight(small(t, "", sets), 1)
		var problems configs.Problems
		if !errors.As(err, &problems) || problems[0].Line == 0 {
			t.Fatalf("%s: %v, want a problem with its line", sets, err)
		}
		for _, part := range want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %v, want %q", sets, err, part)
			}
		}
	}
}

// Where a scenario or a point raises the issuance ratio, or the group says so, LPs mint less, and that is told.
func TestWhoMintsLessIsTold(t *testing.T) {
	told := func(l *configs.Loaded, where string) {
		t.Helper()
		list, err := Warnings(l)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range list {
			if w.Code == warn.LPsMintLess && w.By > 0 && w.Key == "lps[lp].c_ratio" && strings.Contains(fmt.Sprint(w.Scenarios), where) {
				return
			}
		}
		t.Errorf("%+v do not tell that LPs mint less %s", list, where)
	}
	told(small(t, "", "lps[lp].c_ratio.from=1.5", "lps[lp].at_start=mint_less"), "")
	told(small(t, "scenarios:\n  - {id: mild, set: [{key: \"liquidators[bot].absent\", value: 0}]}\n  - {id: strict, set: [{key: \"collaterals[ETH].issuance_ratio\", value: 300%}]}\n"), "strict")
	var heard []warn.Warning
	m, err := Study(context.Background(), small(t, smallStudy), Options{Out: t.TempDir(), Version: "v", Warn: func(list []warn.Warning) { heard = list }})
	if err != nil || m.FailedPaths > 0 {
		t.Fatal(err)
	}
	if !strings.Contains(fmt.Sprint(heard), "LPs mint less") || len(m.Warnings) != len(heard) {
		t.Errorf("the study tells %+v, its manifest %+v", heard, m.Warnings)
	}
	list, err := Warnings(small(t, ""))
	if err != nil || strings.Contains(fmt.Sprint(list), "LPs mint less") {
		t.Errorf("%+v, %v", list, err)
	}
}

// Every value of an axis is what is simulated, under whatever a scenario sets beside it; a scenario that sets the same key has an old value of its own.
func TestAxesAndScenariosDoNotHideEachOther(t *testing.T) {
	const seed = 20261201
	t.Logf("seed %d", seed)
	keys := []string{"collaterals[ETH].liquidation_ratio", "collaterals[0].liquidation_ratio", "collaterals[ETH].issuance_ratio", "system.min_liquidity_ratio", "lps[lp].count", "collaterals[ETH]", "collaterals", "system"}
	values := map[string][]string{
		"liquidation_ratio": {"150%", "1.1", "1.6"}, "issuance_ratio": {"200%", "2.5", "300%"}, "min_liquidity_ratio": {"1", "1.5", "2"}, "count": {"3", "4", "5"},
		"collaterals[ETH]": {"{id: ETH, issuance_ratio: 2.2, liquidation_ratio: 1.05}"}, "collaterals": {"[{id: ETH, issuance_ratio: 2.2, liquidation_ratio: 1.05}]"}, "system": {"{min_liquidity_ratio: 1.7}"},
	}
	valuesOf := func(key string) []string {
		if list, ok := values[key]; ok {
			return list
		}
		return values[key[strings.LastIndex(key, ".")+1:]]
	}
	other := 0
	for n := range 300 {
		pick := func(k, of int) int { return int(drawFor(seed, &configs.LP{ID: "x"}, int64(n*10+k), 7) * float64(of)) }
		axes := keys[:5]
		axis, set := axes[pick(0, len(axes))], keys[pick(1, len(keys))]
		list := valuesOf(set)
		design := []string{"grid", "one_at_a_time"}[pick(2, 2)]
		text := fmt.Sprintf("study:\n  design: %s\n  axes:\n    - {key: %q, values: [%s]}\nscenarios:\n  - {id: plain, set: [{key: \"liquidators[bot].absent\", value: 0}]}\n  - {id: set, set: [{key: %q, value: %q}]}\n",
			design, axis, strings.Join(valuesOf(axis), ", "), set, list[pick(3, len(list))])
		l, err := configs.Load(configs.Source{Bytes: []byte(smallWorld + text), Name: "test"})
		if err != nil {
			t.Fatalf("%s\n%v", text, err)
		}
		plan, err := studyPlan(l)
		if err != nil {
			t.Fatal(err)
		}
		for scenario, name := range []string{"plain", "set"} {
			points := plan.Of(name)
			if len(points) != len(plan.Points) {
				t.Fatalf("%s: %d points in scenario %s, %d otherwise", text, len(points), name, len(plan.Points))
			}
			for point := range points {
				cfg, err := l.Scenario(scenario, settings(plan, name, int32(point))...)
				if err != nil {
					t.Fatal(err)
				}
				if got := valueAt(cfg, axis); got != l.CanonicalValue(axis, points[point][0]) {
					t.Fatalf("scenario %s, point %d of %s: %s is simulated, the label says %s", name, point, text, got, points[point][0])
				}
			}
		}
		if len(plan.Own) > 0 {
			other++
		}
	}
	if other < 20 || other > 280 {
		t.Errorf("%d of 300 scenarios set what an axis varies: the test tries too little", other)
	}
}

func valueAt(cfg *configs.Config, key string) string {
	switch key[strings.LastIndex(key, ".")+1:] {
	case "liquidation_ratio":
		return cfg.Collaterals[0].LiquidationRatio.Plain()
	case "issuance_ratio":
		return cfg.Collaterals[0].IssuanceRatio.Plain()
	case "min_liquidity_ratio":
		return cfg.System.MinLiquidityRatio.Plain()
	}
	return fmt.Sprint(cfg.LPs[0].Count)
}

// Governance that sets an axis' key at the start leaves the axis nothing to say; later changes are told.
func TestGovernanceOfAnAxis(t *testing.T) {
	const axis = "study: {axes: [{key: \"collaterals[ETH].liquidation_ratio\", values: [1.1, 1.6]}]}\n"
	_, err := configs.Load(configs.Source{Bytes: []byte(smallWorld + axis + "governance: [{key: \"collaterals[0].liquidation_ratio\", at: 0s, to: 1.2}]\n"), Name: "test"})
	if err == nil || !strings.Contains(err.Error(), "governance[0] sets at the start") {
		t.Errorf("%v", err)
	}
	l := small(t, axis+"governance: [{key: \"collaterals[0].liquidation_ratio\", at: 5d, to: 1.2}]\n")
	plan, err := studyPlan(l)
	if err != nil {
		t.Fatal(err)
	}
	w, err := newWorlds(l, plan)
	if err != nil {
		t.Fatal(err)
	}
	if list := w.warnings(); len(list) != 2 || list[1].Code != warn.WithoutEffect || !strings.Contains(list[1].Text, "after 5d") {
		t.Errorf("%+v", list)
	}
}

// What the protocol does not take in building the world is a problem of a key, with its place.
func TestWhatCannotBeBuiltNamesItsKey(t *testing.T) {
	for sets, key := range map[string]string{
		"markets[spot].skew_scale=1e-18":                                    "markets[spot].initial_supply",
		"markets[spot].atomic_fixed_fee=100%":                               "markets[spot].initial_supply",
		"lps[lp].collateral_usd={kind: pareto, least: 1, alpha: 0.0001}":    "lps[lp].collateral_usd",
		"lps[lp].collateral_usd={kind: lognormal, median: 1e15, sigma: 10}": "lps[lp].collateral_usd",
		"pools[main].collaterals=[{collateral: ETH, limit: 0.00001}]":       "lps[lp].collateral_usd",
	} {
		_, err := Preflight(small(t, "", sets), 1)
		var problems configs.Problems
		if err == nil && strings.Contains(sets, "1e15, sigma") {
			continue // what is drawn may fit
		}
		if !errors.As(err, &problems) || problems[0].Key != key || problems[0].File == "" || strings.Contains(err.Error(), "building the world") {
			t.Errorf("%s: %v, want a problem of %s", sets, err, key)
		}
	}
}
