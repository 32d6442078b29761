package runner

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"backtest/configs"
	"backtest/report/stats"
	"backtest/runner/internal/closedform"
	"backtest/runner/record"
)

// branched is oneVault with splitting in place of a tilt.
var branched = strings.Replace(fmt.Sprintf(oneVault, 6), "assets: [ETH], pilot_paths: 256, most_standard_deviations: 6", "method: splitting, pilot_paths: 512, level_paths: 256", 1)

// vaultFalls is the sample of a run whether the vault was liquidated, with the
// repetitions as its groups.
func vaultFalls(t *testing.T, text string, sets ...string) (stats.Sample, record.Manifest) {
	t.Helper()
	return fallsOf(t, loadText(t, text, sets...))
}

// fallsOf is vaultFalls of any run; without splitting there are no groups.
func fallsOf(t *testing.T, l *configs.Loaded) (stats.Sample, record.Manifest) {
	t.Helper()
	dir := t.TempDir()
	m, err := Run(context.Background(), l, Options{Out: dir, Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	r, err := record.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	c, err := r.PathColumns("path", "weight", "vault_liquidations")
	if err != nil {
		t.Fatal(err)
	}
	s := stats.Sample{Weights: c.Float("weight")}
	for i, n := range c.Float("vault_liquidations") {
		s.Values = append(s.Values, min(n, 1))
		for _, x := range m.Splittings {
			s.Groups = append(s.Groups, int64(c.Float("path")[i])/x.RepetitionPaths())
		}
	}
	return s, m
}

// TestSplittingOfABarrier: the interval holds the closed form, down to 1e-6, with
// a small part of the steps of plain sampling, and weights average to 1.
func TestSplittingOfABarrier(t *testing.T) {
	for _, volatility := range []float64{0.365} {
		deviation := volatility * math.Sqrt(1.0/365)
		exact := closedform.Crossing(math.Log(0.75), -deviation*deviation/2, deviation, 10)
		s, m := vaultFalls(t, branched, fmt.Sprintf("prices.assets[ETH].process.annual_volatility=%g", volatility))
		e := stats.Probability(s, 0.99)
		half := e.HalfWidth() / stats.NormalQuantile(0.995)
		plain := exact * (1 - exact) / (half * half) * 11
		steps := float64(m.Steps + m.Splittings[0].PilotSteps)
		t.Logf("exact %.4g, estimate %.4g [%.4g, %.4g], %d levels, %.3g steps, plain sampling %.3g", exact, e.Value, e.Low, e.High, len(m.Splittings[0].Levels), steps, plain)
		if e.Low > exact || e.High < exact || e.Low <= 0 {
			t.Errorf("volatility %g: [%g, %g] leaves %g out", volatility, e.Low, e.High, exact)
		}
		if exact < 1e-5 && steps > plain/20 {
			t.Errorf("volatility %g: %g steps, plain sampling %g", volatility, steps, plain)
		}
		if mean := stats.Mean(stats.Sample{Values: s.Weights}, 0.95).Value; math.Abs(mean-1) > 1e-9 {
			t.Errorf("volatility %g: weights average to %v", volatility, mean)
		}
	}
}

// TestSplittingIsUnbiased: over many repetitions, each an estimate by itself,
// the mean meets the exact probability, and the intervals of twenty cover it.
func TestSplittingIsUnbiased(t *testing.T) {
	deviation := 0.57 * math.Sqrt(1.0/365)
	exact := closedform.Crossing(math.Log(0.75), -deviation*deviation/2, deviation, 10)
	s, m := vaultFalls(t, branched, "prices.assets[ETH].process.annual_volatility=0.57", "paths=26_000", "rare.level_paths=64", "rare.pilot_paths=256")
	rows := int(m.Splittings[0].RepetitionPaths())
	var each []float64
	covered, intervals := 0, 0
	for from := 0; from < len(s.Values); from += rows {
		part := func(rows int) stats.Sample {
			return stats.Sample{Values: s.Values[from : from+rows], Weights: s.Weights[from : from+rows], Groups: s.Groups[from : from+rows]}
		}
		each = append(each, stats.UnnormalisedMean(part(rows), 0.95).Value)
		if n := rows * 20; (from/rows)%20 == 0 && from+n <= len(s.Values) {
			if e := stats.Probability(part(n), 0.95); e.Low <= exact && exact <= e.High {
				covered++
			}
			intervals++
		}
	}
	e := stats.Mean(stats.Sample{Values: each}, 0.999)
	t.Logf("exact %.4g, mean of %d repetitions %.4g [%.4g, %.4g], covered %d of %d", exact, len(each), e.Value, e.Low, e.High, covered, intervals)
	if len(each) < 60 || e.Low > exact || e.High < exact {
		t.Errorf("mean of %d repetitions %g [%g, %g], exact %g", len(each), e.Value, e.Low, e.High, exact)
	}
	if covered*10 < intervals*8 {
		t.Errorf("%d of %d intervals cover", covered, intervals)
	}
}

// TestSplittingSameBytes: with any workers, and with blocks that are missing
// computed again.
func TestSplittingSameBytes(t *testing.T) {
	sets := []string{"prices.assets[ETH].process.annual_volatility=0.6", "paths=100", "rare.level_paths=64", "rare.pilot_paths=128", "record.events=all"}
	var first []byte
	for _, workers := range []int{1, 3} {
		dir := t.TempDir()
		ctx, cancel := context.WithCancel(context.Background())
		blocks := 0
		o := Options{Out: dir, Workers: workers, Progress: func(p Progress) {
			if blocks++; workers > 1 && p.DonePaths > 200 {
				cancel()
			}
		}}
		_, err := Run(ctx, loadText(t, branched, sets...), o)
		cancel()
		if workers > 1 {
			if !errors.Is(err, ErrInterrupted) {
				t.Fatalf("not interrupted: %v", err)
			}
			_, err = Run(context.Background(), loadText(t, branched, sets...), Options{Out: dir, Workers: workers, Resume: true})
		}
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = records(t, dir)
		} else if !bytes.Equal(first, records(t, dir)) {
			t.Error("records differ with the number of workers and an interruption")
		}
	}
}

func TestSplittingRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		o    Options
	}{
		"shard":    {branched, Options{Shard: &record.Shard{Index: 1, Count: 2}}},
		"sampling": {strings.Replace(branched, "prices:", "prices:\n  sampling: antithetic", 1), Options{}},
		"still":    {strings.Replace(branched, "annual_volatility: 0.6", "annual_volatility: 0", 1), Options{}},
	} {
		c.o.Out = t.TempDir()
		_, err := Run(context.Background(), loadText(t, c.text), c.o)
		var input *InputError
		if !errors.As(err, &input) {
			t.Errorf("%s: error %v, want an input error", name, err)
		}
		if list, err := os.ReadDir(c.o.Out); err != nil || len(list) > 0 {
			t.Errorf("%s: files are left: %v, %v", name, list, err)
		}
	}
	if _, err := Find(context.Background(), loadText(t, branched), Options{Gauge: gauge}, Search{}); err == nil {
		t.Error("a search with a rare event was taken")
	}
}

// TestTraceOfABranch: the path of the trace is that of the run.
func TestTraceOfABranch(t *testing.T) {
	l := loadText(t, branched, "prices.assets[ETH].process.annual_volatility=0.6", "paths=100", "rare.level_paths=64", "rare.pilot_paths=128")
	dir := t.TempDir()
	m, err := Run(context.Background(), l, Options{Out: dir})
	if err != nil {
		t.Fatal(err)
	}
	r, err := record.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	c, err := r.PathColumns("path", "weight", "vault_liquidations", "lp_pnl_usd")
	if err != nil {
		t.Fatal(err)
	}
	last := -1
	for i, n := range c.Float("vault_liquidations") {
		if n > 0 && c.Float("weight")[i] > 0 {
			last = i
		}
	}
	if last < int(m.Splittings[0].LevelPaths) {
		t.Fatalf("no branch saw the event among %d paths", m.Paths)
	}
	var out strings.Builder
	if _, err := Trace(context.Background(), l, nil, TraceQuestion{Scenario: "", Path: int64(c.Float("path")[last]), SaveAt: -1}, &out); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	if !strings.Contains(text, "branched off after step") || !strings.Contains(text, "1 vault liquidations") {
		t.Errorf("the trace tells of another path:\n%s", text[max(0, len(text)-600):])
	}
	if want := fmt.Sprintf("LP result %.2f", c.Float("lp_pnl_usd")[last]); !strings.Contains(text, want[:len(want)-1]) {
		t.Errorf("the trace lacks %q:\n%s", want, text[max(0, len(text)-600):])
	}
}
