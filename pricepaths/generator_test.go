package pricepaths

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

// everything is one specification with all that can be mixed.
func everything() Spec {
	h := panel(800, day)
	states := []RegimeState{{0.3, 0.5}, {-1, 1.4}}
	return Spec{
		Assets: []Asset{
			{ID: "GBM", Initial: 100, Process: GBM{0.1, 0.8}},
			{ID: "MERTON", Initial: 10, Process: Merton{0.1, 0.7, 12, -0.02, 0.12}},
			{ID: "KOU", Initial: 1, Process: Kou{0.1, 0.6, 12, 0.4, 1.0 / 12, 1.0 / 9}, Oracle: &Oracle{DeviationThreshold: 0.02, HeartbeatSeconds: 3 * day}},
			{ID: "HESTON", Initial: 3000, Process: Heston{0.1, 0.64, 0.5, 3, 1.2, -0.6}},
			{ID: "GARCH", Initial: 50, Process: GARCH{AnnualVolatility: 0.8, Alpha: 0.05, Beta: 0.9, DegreesOfFreedom: 4}},
			{ID: "REGIME", Initial: 5, Process: RegimeSwitching{States: states}},
			{ID: "PEG", Initial: 1, Process: OrnsteinUhlenbeck{MeanReversion: 100, AnnualVolatility: 0.05, JumpsPerYear: 2, JumpMean: -0.1}},
			{ID: "A", Process: HistoryWindows{Panel: h}},
			{ID: "BOOT", Initial: 9, Process: Bootstrap{Panel: h, Series: "B", MeanBlockSteps: 10}},
			{ID: "PIN", Initial: 20, Process: Pinned{AnnualVolatility: 0.8, Pins: []Pin{{60*day + 5, -0.3, hour}}}},
			{ID: "SCRIPT", Process: Scripted{Points: []ScriptedPoint{{0, 4}, {30 * day, 5}}, Shape: LinearShape}},
			{ID: "B", Process: HistoryReplay{Panel: h}},
		},
		Correlation: oneFactor(12, 0.6), Copula: Copula{DegreesOfFreedom: 5},
		CommonJumps: []CommonJump{{ID: "systemic", PerYear: 3, SizeCorrelation: 0.8, Sizes: []CommonJumpSize{{"GBM", -0.1, 0.05}, {"HESTON", -0.2, 0.1}}}},
		Regimes:     twoStates,
		Episodes:    []Episode{{ID: "crash", StartSeconds: 20 * day, DurationSeconds: 6 * hour, Drops: []EpisodeDrop{{"GBM", 0.3}, {"A", 0.2}}, RecoveryHalfLifeSeconds: 5 * day}},
		Tilt:        &Tilt{Shifts: []TiltShift{{"GBM", 10 * day, 20 * day, -1}}},
		Oracle:      Oracle{LatencySteps: 1},
		Steps:       90, StepSeconds: day, Start: 1_700_000_000, Seed: 42,
	}
}

func oneFactor(n int, rho float64) [][]float64 {
	m := make([][]float64, n)
	for i := range m {
		m[i] = slices.Repeat([]float64{rho}, n)
		m[i][i] = 1
	}
	return m
}

// allCases are every process, the mixture and every sampling method.
func allCases() []namedSpec {
	cases := append(everyProcess(), namedSpec{"everything", everything()})
	for _, method := range []SamplingMethod{Plain, Antithetic, Sobol, Stratified, LatinHypercube} {
		cases = append(cases, namedSpec{string(method), fourAssets(method)})
	}
	return cases
}

func TestGoldenDigests(t *testing.T) {
	for _, c := range allCases() {
		if got := digest(generate(t, c.spec), 8); got != golden[c.name] {
			t.Errorf("%s: digest %s, want %s", c.name, got, golden[c.name])
		}
	}
}

func TestAnyOrderGivesTheSameBits(t *testing.T) {
	g := generate(t, everything())
	const paths = 40
	want := make([]*Path, paths)
	s := g.NewScratch()
	for n := range want {
		want[n] = g.Fill(uint64(n), s).Clone()
	}
	var workers sync.WaitGroup
	for worker := range 3 {
		workers.Go(func() {
			s := g.NewScratch()
			for k := range paths {
				n := (paths - 1 - k + 7*worker) % paths
				p := g.Fill(uint64(n), s)
				if p.Index != uint64(n) || p.LogWeight != want[n].LogWeight || !slices.Equal(p.MarketPrices, want[n].MarketPrices) || !slices.Equal(p.OraclePrices, want[n].OraclePrices) {
					t.Errorf("worker %d: path %d differs", worker, n)
				}
			}
		})
	}
	workers.Wait()
}

func TestFillDoesNotAllocate(t *testing.T) {
	for _, c := range allCases() {
		g := generate(t, c.spec)
		s := g.NewScratch()
		n := uint64(0)
		if a := testing.AllocsPerRun(5, func() { g.Fill(n, s); n++ }); a != 0 {
			t.Errorf("%s: %v allocations a path", c.name, a)
		}
	}
}

func TestCommonRandomNumbers(t *testing.T) {
	spec := single(GBM{0, 0.8})
	a := generate(t, spec).path(3)
	spec.Assets = append(spec.Assets, Asset{ID: "B", Initial: 1, Process: Merton{0, 1, 50, 0, 0.1}})
	b := generate(t, spec).path(3)
	if !slices.Equal(a.MarketPrices, b.MarketPrices[:a.Points]) {
		t.Error("another asset changes the first one's path")
	}
	spec.Seed++
	if c := generate(t, spec).path(3); slices.Equal(a.MarketPrices, c.MarketPrices[:a.Points]) {
		t.Error("another seed gives the same path")
	}
}

func TestAccessors(t *testing.T) {
	spec := single(GBM{0, 1})
	spec.Start = 1_700_000_000
	spec.Fine = []FineWindow{{day, 2 * day, day / 2}}
	g := generate(t, spec)
	if ids := g.Assets(); len(ids) != 1 || ids[0] != "A" {
		t.Errorf("assets %v", ids)
	}
	grid := g.Grid()
	if len(grid) != 367 || grid[0] != spec.Start || grid[2]-grid[1] != day/2 || grid[366] != spec.Start+365*day {
		t.Errorf("grid of %d points: %v…", len(grid), grid[:4])
	}
	if p := g.path(1); p.Points != len(grid) || p.Market(0, 0) != 100 || p.Oracle(0, 0) != 100 {
		t.Error("the path does not begin at the initial price")
	}
	if w := g.Warnings(); len(w) != 0 {
		t.Errorf("warnings %q", w)
	}
	if g.Paths() != 0 {
		t.Errorf("%d distinct paths", g.Paths())
	}
	for _, c := range everyProcess() {
		if name := c.spec.Assets[0].Process.Name(); name != c.name {
			t.Errorf("process %s is called %s", c.name, name)
		}
	}
}

func TestIndefiniteCorrelation(t *testing.T) {
	spec := fourAssets(Plain)
	spec.Correlation = [][]float64{{1, .9, -.9, 0}, {.9, 1, .9, 0}, {-.9, .9, 1, 0}, {0, 0, 0, 1}}
	spec.Nearest = true
	g := generate(t, spec)
	if w := g.Warnings(); len(w) != 1 || !strings.Contains(w[0].Text, "Higham") {
		t.Errorf("warnings %q", w)
	}
	spec.Strict = true
	var e *SpecError
	if _, err := New(spec); !errors.As(err, &e) || e.Field != "correlation" {
		t.Errorf("strict: %v", err)
	}
}

func TestCorrelationOfReturns(t *testing.T) {
	spec := fourAssets(Plain)
	spec.Steps = 40000
	p := generate(t, spec).path(0)
	for i := range 4 {
		for j := range i {
			rho := spec.Correlation[i][j]
			within(t, fmt.Sprintf("correlation %d-%d", i, j), correlationOf(returnsOf(p, i), returnsOf(p, j)), rho, sigmas*(1-rho*rho)/200)
		}
	}
}

func TestSobolWarnings(t *testing.T) {
	spec := fourAssets(Sobol)
	spec.Paths = 1000
	w := fmt.Sprint(generate(t, spec).Warnings())
	if !strings.Contains(w, "61 of 1460") || !strings.Contains(w, "power of two") {
		t.Errorf("warnings %q", w)
	}
}
