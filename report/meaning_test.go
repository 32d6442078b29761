package report

import (
	"math"
	"strings"
	"testing"

	"backtest/report/threshold"
	"backtest/runner/record"
)

// profits is a cell whose LPs made these profits, on paths from a first one on.
func profits(first int64, values ...float64) *Cell {
	c := &Cell{Scenario: "base", confidence: 0.95, columns: map[string][]float64{"lp_pnl_usd": values}, tallies: tallies{}, Paths: int64(len(values))}
	for i := range values {
		c.paths = append(c.paths, first+int64(i))
		for _, name := range []string{"weight", "bad_debt_usd", "unpaid_usd", "unbacked_debt_usd", "steps", "horizon_seconds"} {
			c.columns[name] = append(c.columns[name], map[string]float64{"weight": 1, "steps": 10, "horizon_seconds": 864000}[name])
		}
	}
	c.summarisePaths()
	return c
}

// TestDriftGatesMeanTheirEnds: the end that is named fulfils the condition, or not.
func TestDriftGatesMeanTheirEnds(t *testing.T) {
	before, after := profits(0), profits(0)
	for i := range 40 {
		x := float64(i%8) - 3.5
		before, after = profits(0, append(before.columns["lp_pnl_usd"], -300)...), profits(0, append(after.columns["lp_pnl_usd"], -290+4*x)...)
	}
	p := newPair(before, after, true) // a change of 10, about [7, 13]
	for _, c := range []struct {
		gate string
		on   threshold.End
		want bool
	}{
		{"mean(lp_pnl_usd) > 8", threshold.OnEstimate, true}, {"mean(lp_pnl_usd) > 8", threshold.OnUpper, true}, {"mean(lp_pnl_usd) > 8", threshold.OnLower, false},
		{"mean(lp_pnl_usd) > 12", threshold.OnEstimate, false}, {"mean(lp_pnl_usd) > 12", threshold.OnUpper, true}, {"mean(lp_pnl_usd) > 12", threshold.OnLower, false},
		{"mean(lp_pnl_usd) < 8", threshold.OnLower, true}, {"mean(lp_pnl_usd) < 8", threshold.OnUpper, false}, {"mean(lp_pnl_usd) < 8", threshold.OnAdverse, true},
		{"mean(lp_pnl_usd) > 20", threshold.OnAdverse, false},
		// Of a loss of 300 five per cent are 15, whatever its sign.
		{"mean(lp_pnl_usd) > +5%", threshold.OnEstimate, false}, {"mean(lp_pnl_usd) > +3%", threshold.OnEstimate, true}, {"mean(lp_pnl_usd) < -1%", threshold.OnEstimate, false},
	} {
		g, err := threshold.Parse(c.gate)
		if err != nil {
			t.Fatal(err)
		}
		g.On = c.on
		r, err := p.drift(g)
		if err != nil || r.Holds != c.want || r.Failed() != c.want {
			t.Errorf("%s on %s: holds %v (%v), change %v [%v, %v]", c.gate, c.on, r.Holds, err, r.Change.Difference.Value, r.Change.Difference.Low, r.Change.Difference.High)
		}
	}
}

// TestOnlySharedPathsArePairs: of the same seed, and with the same number.
func TestOnlySharedPathsArePairs(t *testing.T) {
	a, apart, some := profits(0, 1, 2, 3, 4), profits(4, 5, 6, 7, 8), profits(2, 30, 40, 50, 60)
	if p := newPair(a, apart, true); p.paired {
		t.Error("runs without a common path are pairs")
	}
	if p := newPair(a, some, false); p.paired {
		t.Error("runs of two seeds are pairs")
	}
	p := newPair(a, some, true)
	if !p.paired || p.shared != 2 {
		t.Fatalf("paired %v on %d paths, want 2", p.paired, p.shared)
	}
	f, _ := threshold.ParseFigure("mean(lp_pnl_usd)")
	if c, err := p.change(f); err != nil || c.Difference.Value != (30.+40-3-4)/2 {
		t.Errorf("a change of %v (%v), want that of paths 2 and 3", c.Difference.Value, err)
	}
}

// TestStoppingRulesPassOverFailedPaths.
func TestStoppingRulesPassOverFailedPaths(t *testing.T) {
	g, err := NewGauge("stop_loss_exit.probability", 1, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &record.Block{}
	for i := range 30 {
		row := record.NewPathRow("base", 0, int64(i))
		if row.StopLossExits = int32(i % 2); i%3 == 0 {
			row.StopLossExits, row.Failed = 1, "it broke"
		}
		b.Paths = append(b.Paths, row)
	}
	if err := g.Add(b); err != nil {
		t.Fatal(err)
	}
	list, err := g.Estimates(0.95)
	if err != nil || len(list) != 1 || list[0].Value == nil || math.Abs(*list[0].Value-0.5) > 1e-12 {
		t.Errorf("%+v (%v), want a half of the twenty paths that ended well", list, err)
	}
}

// TestPathsOfNoWeightAreNotTheWorst: their branches went on to the end.
func TestPathsOfNoWeightAreNotTheWorst(t *testing.T) {
	c := profits(0, -900, -10, -500, -20)
	c.columns["bad_debt_usd"] = []float64{70, 0, 0, 5}
	c.columns["weight"] = []float64{0, 1, 0, 2}
	c.summarisePaths()
	worst := c.worst()
	if len(worst) != 2 || worst[0].Path != 3 || worst[1].Path != 1 {
		t.Errorf("worst paths %+v, want 3 and 1", worst)
	}
}

// TestEventRatesAreWeighted by the paths' likelihood ratios.
func TestEventRatesAreWeighted(t *testing.T) {
	c := profits(0, 1, 2)
	c.columns["weight"] = []float64{0.25, 1.75}
	c.summarisePaths()
	c.addToTimeline(record.EventRow{Kind: record.KindStopLossExit, Step: 0}, 0)
	c.addToTimeline(record.EventRow{Kind: record.KindStopLossExit, Step: 0}, 0)
	c.addToTimeline(record.EventRow{Kind: record.KindStopLossExit, Step: 0}, 1)
	c.finishTimeline()
	days := 10 / float64(timelineParts(c.HorizonSeconds))
	if got, want := c.Timeline[0].Rate[0], (2*0.25+1.75)/2/days; math.Abs(got-want) > 1e-12 {
		t.Errorf("%v events a path and day, want %v", got, want)
	}
}

// TestTiltedSize: above the median the weights of a tilt towards low ratios cost
// (1-p)/p of the effective paths.
func TestTiltedSize(t *testing.T) {
	c := &Cell{EffectivePaths: 300}
	for p, want := range map[float64]float64{0.05: 300, 0.5: 300, 0.75: 100, 0.9: 300. / 9} {
		if got := c.tiltedSize(p); math.Abs(got-want) > 1e-9 {
			t.Errorf("p%g: %v, want %v", p, got, want)
		}
	}
}

// TestOneEstimatorOfOneQuantity: of importance sampling the mean of a count of 0 and
// 1 is its probability, and what a tilt cannot tell is withheld.
func TestOneEstimatorOfOneQuantity(t *testing.T) {
	values := make([]float64, 400)
	c := profits(0, values...)
	for i := range c.paths {
		z := 2 + 1.2*math.Sin(float64(i*i)) // tilted by two standard deviations
		c.columns["weight"][i] = math.Exp(2 - 2*z)
		c.columns["bad_debt_usd"][i] = map[bool]float64{true: 1}[z > 1.5]
		c.columns["lp_pnl_usd"][i] = -1000 - z
		c.columns["vault_liquidations"] = append(c.columns["vault_liquidations"], map[bool]float64{true: 1}[z > 1.5])
	}
	c.summarisePaths()
	probability, mean := c.measured(t, "vault_liquidation.probability").Estimate, c.measured(t, "mean(vault_liquidation)").Estimate
	if probability.Value != mean.Value || mean.Low > probability.Value || mean.High < probability.Value {
		t.Errorf("probability %v, mean %v [%v, %v] of the same count", probability.Value, mean.Value, mean.Low, mean.High)
	}
	for i := range c.columns["weight"] { // one path with next to all of the weight
		c.columns["weight"][i] = 0.01
	}
	c.columns["weight"][7] = 300
	c.summarisePaths()
	for _, text := range []string{"mean(lp_loss_usd)", "es95(lp_loss_usd)"} {
		if e := c.measured(t, text).Estimate; e.Known() || !strings.Contains(strings.Join(e.Warnings, ";"), "withheld") {
			t.Errorf("%s is %v, of one path: %q", text, e.Value, e.Warnings)
		}
	}
}
