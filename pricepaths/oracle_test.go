package pricepaths

import (
	"errors"
	"math"
	"strings"
	"testing"

	"backtest/internal/warn"
)

func TestQuantise(t *testing.T) {
	for _, c := range []struct {
		in       float64
		decimals int
		want     float64
	}{
		{1.234567891, 8, 1.23456789}, {0.5, 8, 0.5}, {6e-9, 8, 1e-8}, {0x1p-9, 8, 0.00195312},
		{0x3p-9, 8, 0.00585938}, {117000.123456784, 8, 117000.12345678}, {1e8 / 3, 8, 33333333.33333333}, {9e7, 8, 9e7}, {1e12, 8, 1e12},
		{1e-9, 8, 1e-8}, {0, 8, 1e-8}, {1.44e-9, 9, 1e-9}, {1.4e-8, 18, 1.4e-8}, {1e-12, 18, 1e-12}, {1e-30, 18, 1e-18}, {3456.789, 18, 3456.789}, {3456.789, 2, 3456.79}, {0.04, 1, 0.1},
	} {
		if got := Quantise(c.in, c.decimals); got != c.want {
			t.Errorf("Quantise(%v, %d) = %v, want %v", c.in, c.decimals, got, c.want)
		}
	}
}

// Two worlds with the same dollars in other units have the same oracle, where the
// decimals follow the price; with too few the difference is told, and a price
// below them refused.
func TestDecimalsByAsset(t *testing.T) {
	world := func(initial float64, decimals int) (*Generator, error) {
		s := single(GBM{0, 1})
		s.Assets[0].Initial, s.Assets[0].Oracle = initial, &Oracle{Decimals: decimals}
		return New(s)
	}
	meme, err := world(1.4e-8, 18)
	if err != nil {
		t.Fatal(err)
	}
	scaled, err := world(0.014, 12)
	if err != nil {
		t.Fatal(err)
	}
	a, b := meme.Fill(0, meme.NewScratch()), scaled.Fill(0, scaled.NewScratch())
	for i := range a.Points {
		if x, y := a.Oracle(0, i)*1e6, b.Oracle(0, i); math.Abs(x/y-1) > 1e-9 {
			t.Fatalf("point %d: %v and %v", i, x, y)
		}
	}
	if len(meme.Warnings()) != 0 || meme.Decimals(0) != 18 {
		t.Errorf("enough decimals: %v", meme.Warnings())
	}
	few, err := world(1.4e-8, 0)
	if err != nil {
		t.Fatal(err)
	}
	if w := few.Warnings(); len(w) != 1 || w[0].Code != warn.TickCoarse || !strings.Contains(w[0].Text, "decimals") || few.Decimals(0) != 8 {
		t.Errorf("few decimals: %v", w)
	}
	for initial, warned := range map[float64]bool{1.01e-4: false, 0.99e-4: true, 3000: false} {
		g, err := world(initial, 8)
		if err != nil || (len(g.Warnings()) > 0) != warned {
			t.Errorf("%v: %v, %v", initial, g.Warnings(), err)
		}
	}
	for _, initial := range []float64{4e-9, 1e-9, 1e-12} {
		var e *SpecError
		if _, err := world(initial, 8); !errors.As(err, &e) || e.Field != "assets[A].decimals" {
			t.Errorf("%v: %v", initial, err)
		}
	}
}

// scriptedOracle publishes the given market with one point a minute.
func scriptedOracle(t *testing.T, o Oracle, market ...float64) []float64 {
	t.Helper()
	var points []ScriptedPoint
	for n, price := range market {
		points = append(points, ScriptedPoint{int64(n) * 60, price})
	}
	spec := Spec{Steps: len(market) - 1, StepSeconds: 60, Oracle: o, Assets: []Asset{{ID: "A", Process: Scripted{Points: points}}}}
	return generate(t, spec).path(0).OraclePrices
}

func TestOraclePublication(t *testing.T) {
	for _, c := range []struct {
		name         string
		oracle       Oracle
		market, want []float64
	}{
		{"at once", Oracle{}, []float64{1, 2, 3}, []float64{1, 2, 3}},
		{"latency", Oracle{LatencySteps: 2}, []float64{1, 2, 3, 4, 5}, []float64{1, 1, 1, 2, 3}},
		{"deviation", Oracle{DeviationThreshold: 0.005}, []float64{100, 100.4, 100.5, 100.9, 99.9, 101.1}, []float64{100, 100, 100.5, 100.5, 99.9, 101.1}},
		{"heartbeat", Oracle{HeartbeatSeconds: 120}, []float64{1, 2, 3, 4, 5}, []float64{1, 1, 3, 3, 5}},
		{"both", Oracle{DeviationThreshold: 0.5, HeartbeatSeconds: 180}, []float64{10, 11, 16, 17, 18, 19, 20}, []float64{10, 10, 16, 16, 16, 19, 19}},
		{"late and lazy", Oracle{LatencySteps: 1, DeviationThreshold: 0.1}, []float64{10, 10.5, 12, 12.1, 9}, []float64{10, 10, 10, 12, 12}},
	} {
		got := scriptedOracle(t, c.oracle, c.market...)
		for i := range c.want {
			if got[i] != c.want[i] {
				t.Errorf("%s: %v, want %v", c.name, got, c.want)
				break
			}
		}
	}
}

func TestOracleOfOneAsset(t *testing.T) {
	spec := single(GBM{0, 0.8})
	spec.Assets = append(spec.Assets, Asset{ID: "B", Initial: 1, Process: GBM{0, 0.8}, Oracle: &Oracle{LatencySteps: 1}})
	p := generate(t, spec).path(0)
	for i := 1; i < p.Points; i++ {
		if p.Oracle(0, i) != Quantise(p.Market(0, i), FeedDecimals) || p.Oracle(1, i) != Quantise(p.Market(1, i-1), FeedDecimals) {
			t.Fatalf("point %d", i)
		}
	}
}

// The latency is a time: on a finer grid the oracle is as late as elsewhere.
func TestLatencyOnAFineGrid(t *testing.T) {
	spec := single(GBM{0, 0.8})
	spec.Oracle.LatencySteps = 1
	spec.Fine = []FineWindow{{10 * day, 12 * day, hour}}
	g := generate(t, spec)
	p, grid := g.path(0), g.Grid()
	for i, now := range grid {
		at := 0
		for at+1 < len(grid) && grid[at+1] <= now-day {
			at++
		}
		if p.Oracle(0, i) != Quantise(p.Market(0, at), FeedDecimals) {
			t.Fatalf("point %d does not show point %d", i, at)
		}
	}
}

func TestEpisodeDropsAndRecovers(t *testing.T) {
	spec := Spec{Steps: 30, StepSeconds: day, Seed: 1, Assets: []Asset{{ID: "A", Initial: 100, Process: GBM{}}, {ID: "B", Initial: 100, Process: GBM{0, 0.5}}}}
	calm := generate(t, spec).path(1)
	spec.Episodes = []Episode{{ID: "crash", StartSeconds: 5*day + 100, DurationSeconds: 4 * hour, Drops: []EpisodeDrop{{"A", 0.4}}, RecoveryHalfLifeSeconds: 2 * day}}
	g := generate(t, spec)
	p, grid := g.path(1), g.Grid()
	find := func(offset int64) int {
		for i := range grid {
			if grid[i]-grid[0] == offset {
				return i
			}
		}
		t.Fatalf("no point at %d s", offset)
		return 0
	}
	within(t, "before", p.Market(0, find(5*day)), 100, 0)
	within(t, "half way", p.Market(0, find(5*day+100+2*hour)), 100*math.Sqrt(0.6), 1e-9)
	within(t, "bottom", p.Market(0, find(5*day+100+4*hour)), 60, 1e-9)
	lives := float64(20*day-5*day-100-4*hour) / (2 * day)
	within(t, "recovery", p.Market(0, find(20*day)), 100*math.Pow(0.6, math.Exp2(-lives)), 1e-9)
	fine := 0
	for i := range g.grid.years {
		if g.grid.years[i]*SecondsPerYear < 1801 {
			fine++
		}
	}
	if fine < 16 {
		t.Errorf("%d fine intervals, want 16 of half an hour at least", fine)
	}
	spec.Episodes[0].Drops[0].Asset, spec.Episodes[0].RecoveryHalfLifeSeconds = "B", 0
	spec.Episodes[0].StartSeconds, spec.Episodes[0].DurationSeconds, spec.Episodes[0].FineStepSeconds = 5*day, day, day
	q := generate(t, spec).path(1)
	for i := range q.Points {
		want := calm.Market(1, i)
		if i > 5 {
			want *= 0.6
		}
		within(t, "permanent drop over the same path", q.Market(1, i), want, 1e-9)
	}
}
