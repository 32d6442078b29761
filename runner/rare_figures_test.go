package runner

import (
	"flag"
	"fmt"
	"math"
	"strings"
	"testing"

	"backtest/configs"
	"backtest/report/stats"
	"backtest/runner/internal/closedform"
)

var rareFigures = flag.Bool("rare-figures", false, "measure what rare events cost against plain sampling, and print it")

// rareFigure is what a method made of a rare event.
type rareFigure struct {
	world, method string
	exact         float64 // NaN where no closed form is known
	estimate      stats.Estimate
	steps         int64   // of the run and its pilot
	plain         float64 // path-steps of plain sampling for the same half width
}

// TestRareFigures measures, in one run, how many path-steps importance sampling
// and splitting take for the interval that plain sampling would have: on the
// stress preset, near 1e-4, and on a position under geometric Brownian motion
// against its closed form, down to 1e-6.
func TestRareFigures(t *testing.T) {
	if !*rareFigures {
		t.Skip("make bench-rare")
	}
	list := []rareFigure{
		measureRare(t, "vault-tail", "importance", math.NaN(), load(t, "vault-tail")),
		measureRare(t, "vault-tail", "splitting", math.NaN(), loadText(t, withSplitting(t, "vault-tail"))),
	}
	for _, volatility := range []float64{0.8, 0.57, 0.47, 0.365} {
		deviation := volatility * math.Sqrt(1.0/365)
		exact := closedform.Crossing(math.Log(0.75), -deviation*deviation/2, deviation, 10)
		set := fmt.Sprintf("prices.assets[ETH].process.annual_volatility=%g", volatility)
		world := fmt.Sprintf("gbm %.3g %%", 100*volatility)
		list = append(list,
			measureRare(t, world, "importance", exact, loadText(t, fmt.Sprintf(oneVault, 7), set)),
			measureRare(t, world, "splitting", exact, loadText(t, branched, set)))
	}
	fmt.Printf("%-12s %-11s %10s %10s %-22s %12s %12s %8s\n", "world", "method", "exact", "estimate", "95 % interval", "path-steps", "plain", "ratio")
	for _, f := range list {
		exact := "unknown"
		if !math.IsNaN(f.exact) {
			exact = fmt.Sprintf("%.3e", f.exact)
		}
		e := f.estimate
		fmt.Printf("%-12s %-11s %10s %10.3e %-22s %12d %12.3g %8.0f\n", f.world, f.method, exact, e.Value, fmt.Sprintf("[%.3e, %.3e]", e.Low, e.High), f.steps, f.plain, f.plain/float64(f.steps))
		if f.exact < e.Low || f.exact > e.High {
			t.Errorf("%s, %s: the interval leaves %g out", f.world, f.method, f.exact)
		}
		if f.plain < 20*float64(f.steps) && math.IsNaN(f.exact) {
			t.Errorf("%s, %s: plain sampling takes only %.1f times the path-steps", f.world, f.method, f.plain/float64(f.steps))
		}
	}
}

// withSplitting is a preset whose rare event is sought by splitting.
func withSplitting(t *testing.T, preset string) string {
	t.Helper()
	text, err := configs.Preset(preset)
	if err != nil {
		t.Fatal(err)
	}
	whole, _, found := strings.Cut(string(text), "\nrare:\n")
	if !found {
		t.Fatalf("%s has no rare event", preset)
	}
	return whole + "\nrare: {event: vault_liquidation, method: splitting}\n"
}

func measureRare(t *testing.T, world, method string, exact float64, l *configs.Loaded) rareFigure {
	t.Helper()
	s, m := fallsOf(t, l)
	steps := m.Steps
	for _, x := range m.Tilts {
		steps += x.PilotSteps
	}
	for _, x := range m.Splittings {
		steps += x.PilotSteps
	}
	e := stats.Probability(s, 0.95)
	deviation := e.HalfWidth() / stats.NormalQuantile(0.975)
	grid := l.Config.Horizon.WholeSeconds()/l.Config.Step.WholeSeconds() + 1
	return rareFigure{world, method, exact, e, steps, e.Value * (1 - e.Value) / (deviation * deviation) * float64(grid)}
}
