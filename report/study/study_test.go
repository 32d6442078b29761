package study_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"backtest/configs"
	"backtest/report"
	"backtest/report/figures"
	"backtest/report/study"
	"backtest/report/threshold"
	"backtest/runner"
	"backtest/runner/record"
)

// crash is a world whose optimum is known: every path falls by 40 %, everybody
// mints as much as the issuance ratio r allows, and positions below 150 % are
// liquidated. Efficiency at the end is 1/(0.6 r), and nobody is liquidated when
// 0.6 r >= 1.5, that is from r = 250 % on.
const crash = `
name: crash
question: "Which issuance ratio?"
paths: 8
horizon: 4d
step: 1d
prices:
  assets:
    - {id: ETH, initial: 2000, process: {kind: scripted, points: [{at: 0s, price: 2000}, {at: 2d, price: 1200}]}}
    - {id: BTC, initial: 90000, process: {kind: gbm, annual_volatility: 0.5}} # makes paths differ
collaterals:
  - {id: ETH, issuance_ratio: 400%, liquidation_ratio: 150%}
markets:
  - {id: spot, kind: spot, asset: ETH}
pools:
  - {id: main, markets: [{market: spot}]}
lps:
  - {id: lp, pool: main, collateral: ETH, count: 2, collateral_usd: {value: 10_000}, c_ratio: {value: 1}, at_start: mint_less}
liquidators: [{id: bot, check_every: 1d}]
record: {every: 4d}
`

func simulate(t *testing.T, text string) *study.Study {
	t.Helper()
	l, err := configs.Load(configs.Source{Bytes: []byte(text), Name: "test"})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var failed *runner.FailedPaths
	if _, err := runner.Study(context.Background(), l, runner.Options{Out: dir}); err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	r, err := record.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	d, err := report.Load(r, report.Options{})
	if err != nil {
		t.Fatal(err)
	}
	causes, err := study.Causes(r)
	if err != nil {
		t.Fatal(err)
	}
	s, err := study.New(d, causes)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const crashStudy = `
study:
  axes:
    - {key: "collaterals[ETH].issuance_ratio", values: [200%, 240%, 260%, 300%]}
  objective: max capital_efficiency
  constraints: ["vault_liquidation.probability <= 1%"]
`

func TestRecommendsTheKnownOptimum(t *testing.T) {
	s := simulate(t, crash+crashStudy)
	c := &s.Scenarios[0]
	if c.Recommended != 3 || c.Points[3].Values[0] != "2.6" {
		t.Fatalf("recommended %d: %s", c.Recommended, c.Reason)
	}
	for i, want := range []bool{true, false, false, true, true} {
		if c.Points[i].Keeps != want {
			t.Errorf("point %d keeps its constraint: %v", i, c.Points[i].Keeps)
		}
	}
	m, ok := c.Points[3].Measure(s.Objective.Figure)
	if !ok || math.Abs(m.Estimate.Value-1/(0.6*2.6)) > 1e-6 {
		t.Errorf("efficiency %v, want %v", m.Estimate.Value, 1/(0.6*2.6))
	}
	change, ok := c.Points[3].Change(s.Objective.Figure)
	if want := 1/(0.6*2.6) - 1/(0.6*4); !ok || math.Abs(change.Difference.Value-want) > 1e-6 || !change.Certain() {
		t.Errorf("difference %+v, want %v", change.Difference, want)
	}
	if !c.Points[3].OnFront || c.Points[4].OnFront {
		t.Errorf("front: %v %v", c.Points[3].OnFront, c.Points[4].OnFront)
	}
}

func TestSaysThatNoPointKeepsTheConstraints(t *testing.T) {
	s := simulate(t, crash+strings.Replace(crashStudy, "[200%, 240%, 260%, 300%]", "[200%]", 1)+"    \n")
	s2 := simulate(t, strings.Replace(crash+crashStudy, "vault_liquidation.probability <= 1%", "mean(lp_loss_usd) < 0", 1))
	if c := s.Scenarios[0]; c.Recommended != 0 {
		t.Errorf("recommended %d: %s", c.Recommended, c.Reason)
	}
	c := s2.Scenarios[0]
	if c.Recommended != -1 || !strings.Contains(c.Reason, "No point keeps") || !strings.Contains(c.Reason, "broken by 5 of 5") {
		t.Errorf("recommended %d: %s", c.Recommended, c.Reason)
	}
}

func TestFilesAreCompleteAndTheSame(t *testing.T) {
	s := simulate(t, crash+crashStudy)
	files, err := s.Files()
	if err != nil || len(files) != 2 || files[1].Name != study.ProposalName {
		t.Fatalf("%v, %v", files, err)
	}
	text := files[1].Bytes
	for _, want := range []string{"# crash", "Which issuance ratio?", "| `collaterals[ETH].issuance_ratio` | 400 % | 260 % |", "ΔVaR 95 %", "ΔVaR 99 %",
		"ΔLaR 95 %", "Δ capital efficiency", "Δ P(stop-loss exit)", "**Recommendation:** collaterals[ETH].issuance_ratio = 260 % has the highest capital efficiency (", "Seed 1", s.Data.Manifest.ConfigSHA256, "8 paths"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("sccp.md lacks %q", want)
		}
	}
	again, err := simulate(t, crash+crashStudy).JSON()
	if err != nil {
		t.Fatal(err)
	}
	first := files[0].Bytes
	if files[0].Name != study.JSONName || !bytes.Equal(first, again) {
		t.Error("study.json differs between two runs of the same question")
	}
	var d map[string]any
	if err := json.Unmarshal(first, &d); err != nil || d["design"] != "grid" {
		t.Errorf("study.json: %v, design %v", err, d["design"])
	}
	list, err := figures.Study(s)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, f := range list {
		names[f.Name] = true
		if _, err := f.PNG(); err != nil {
			t.Error(err)
		}
	}
	for _, want := range []string{"front", "line_ratio_capital_efficiency__collaterals_ETH__issuance_ratio", "tornado_ratio_capital_efficiency"} {
		if !names[want] {
			t.Errorf("no picture %s among %v", want, names)
		}
	}
}

func TestAFailedPointHasItsCause(t *testing.T) {
	s := simulate(t, crash+`
study:
  axes:
    - {key: "collaterals[ETH].liquidation_ratio", values: [450%, 160%]}
  objective: max capital_efficiency
`)
	p := s.Scenarios[0].Points[1]
	if p.Cell != nil || p.Failed == "" || !strings.Contains(s.Proposal(), "could not be simulated: "+p.Failed) {
		t.Errorf("point 1: %q", p.Failed)
	}
	if q := s.Scenarios[0].Points[2]; q.Cell == nil {
		t.Errorf("point 2 failed too: %q", q.Failed)
	}
}

// TestGridEffects: efficiency at the end of the crash is 1/(0.6 r) whatever the
// liquidation reward, so that one axis explains all variance and the other none.
func TestGridEffects(t *testing.T) {
	s := simulate(t, crash+`
study:
  axes:
    - {key: "collaterals[ETH].issuance_ratio", values: [260%, 300%, 400%]}
    - {key: "collaterals[ETH].min_delegation", values: [0, 0.5]}
`)
	e := effectOf(t, s, "ratio(capital_efficiency)")
	if len(e.Axes) != 2 || math.Abs(e.Axes[0].First.Value-1) > 1e-9 || math.Abs(e.Axes[0].Total.Value-1) > 1e-9 || math.Abs(e.Axes[1].Total.Value) > 1e-9 {
		t.Errorf("effects %+v", e.Axes)
	}
	if len(e.Pairs) != 1 || e.Pairs[0].Share > 1e-9 {
		t.Errorf("pairs %+v", e.Pairs)
	}
	if list, err := figures.Study(s); err != nil || !hasMap(list) {
		t.Errorf("no heat map, %v", err)
	}
}

func hasMap(list []*figures.Figure) bool {
	for _, f := range list {
		if strings.HasPrefix(f.Name, "map_") {
			return true
		}
	}
	return false
}

func TestSaltelliEffects(t *testing.T) {
	s := simulate(t, crash+`
study:
  design: saltelli
  points: 64
  axes:
    - {key: "collaterals[ETH].issuance_ratio", from: 2.6, to: 4}
    - {key: "collaterals[ETH].min_delegation", from: 0, to: 1}
`)
	e := effectOf(t, s, "ratio(capital_efficiency)")
	first, idle := e.Axes[0], e.Axes[1]
	if first.Total.Value < 0.8 || first.Total.Value > 1.2 || first.First.Low > 1 || first.First.High < 0.8 {
		t.Errorf("issuance ratio: %+v", first)
	}
	if idle.Total.Value > 1e-9 || math.Abs(idle.First.Value) > 1e-9 {
		t.Errorf("an axis without effect: %+v", idle)
	}
}

func TestCorrelationsOfALatinHypercube(t *testing.T) {
	s := simulate(t, crash+`
study:
  design: latin_hypercube
  points: 12
  axes:
    - {key: "collaterals[ETH].issuance_ratio", from: 2.6, to: 4}
    - {key: "collaterals[ETH].min_delegation", from: 0, to: 1}
`)
	e := effectOf(t, s, "ratio(capital_efficiency)")
	if e.Axes[0].First.Value < 0.9 || e.Axes[1].First.Value > 0.5 || !math.IsNaN(e.Axes[0].Total.Value) {
		t.Errorf("effects %+v", e.Axes)
	}
}

func effectOf(t *testing.T, s *study.Study, figure string) study.Effects {
	t.Helper()
	f, err := threshold.ParseFigure(figure)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range s.Scenarios[0].Effects {
		if e.Figure.String() == f.String() {
			return e
		}
	}
	t.Fatalf("no effects of %s", figure)
	return study.Effects{}
}

func TestARunIsNoStudy(t *testing.T) {
	if _, err := study.New(&report.Data{}, nil); err == nil {
		t.Error("records of a run were taken for a study")
	}
}

// An axis that changes nothing is named; one that does is not, nor is one of a
// design in which no two points differ in it alone.
func TestAxesWithoutEffect(t *testing.T) {
	idle := "    - {key: \"prices.assets[BTC].process.annual_volatility\", values: [0.6, 0.7]}\n"
	busy := "    - {key: \"collaterals[ETH].issuance_ratio\", values: [300%, 200%]}\n"
	for name, c := range map[string]struct {
		study string
		inert int
	}{
		"grid":     {"study:\n  design: grid\n  axes:\n" + busy + idle, 1},
		"apart":    {"study:\n  design: one_at_a_time\n  axes:\n" + idle + busy, 1},
		"all work": {"study:\n  design: grid\n  axes:\n" + busy, 0},
		"sampled":  {"study:\n  design: latin_hypercube\n  points: 4\n  axes:\n    - {key: \"prices.assets[BTC].process.annual_volatility\", from: 0.6, to: 0.7}\n    - {key: \"collaterals[ETH].issuance_ratio\", from: 2, to: 4}\n", 0},
	} {
		s := simulate(t, crash+c.study)
		const told = "prices.assets[BTC].process.annual_volatility has no effect on any metric"
		if got := len(s.Scenarios[0].Inert); got != c.inert || strings.Contains(s.Proposal(), told) != (c.inert > 0) {
			t.Errorf("%s: %d axes without effect, want %d:\n%s", name, got, c.inert, s.Proposal())
		}
		text, err := s.JSON()
		if err != nil || strings.Contains(string(text), "\"without_effect\": []") != (c.inert == 0) {
			t.Errorf("%s: study.json does not tell (%v)", name, err)
		}
	}
}
