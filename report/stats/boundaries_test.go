package stats

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

func counting(n int) (s Sample) {
	for i := range n {
		s.Values = append(s.Values, float64(i)+0.001*float64(i%7))
	}
	return s
}

// TestTailsBelowFivePathsAreOpen: of shortfalls and of all differences of the tail.
func TestTailsBelowFivePathsAreOpen(t *testing.T) {
	boot := Bootstrap{Resamples: 200, Seed: 1}
	for _, c := range []struct {
		n    int
		open bool
	}{{40, true}, {80, true}, {98, true}, {100, false}, {200, false}} {
		s := counting(c.n)
		other := s.With(append([]float64(nil), s.Values...))
		for i := range other.Values {
			other.Values[i] += float64(i*7%11) - 5
		}
		for name, e := range map[string]Estimate{
			"shortfall":             ExpectedShortfall(s, []float64{0.95}, 0.95, boot)[0],
			"paired shortfall":      PairedShortfall(s, other, 0.95, 0.95, boot),
			"independent shortfall": IndependentShortfall(s, other, 0.95, 0.95, boot),
			"paired p95":            PairedQuantile(s, other, 0.95, 0.95, boot),
			"independent p95":       IndependentQuantile(s, other, 0.95, 0.95),
			"paired p5":             PairedQuantile(s, other, 0.05, 0.95, boot),
		} {
			if got := math.IsInf(e.High, 1); got != c.open {
				t.Errorf("%s of %d paths at 95 %%: [%g, %g], want open: %v", name, c.n, e.Low, e.High, c.open)
			}
			if c.open == (name != "shortfall" && !math.IsInf(e.Low, -1)) && c.open {
				t.Errorf("%s of %d paths has the lower end %g", name, c.n, e.Low)
			}
		}
	}
}

// TestFewPathsBeyondTheQuantileAreOpen: a tail of many paths of which three differ
// from its edge says nothing of how large others may be.
func TestFewPathsBeyondTheQuantileAreOpen(t *testing.T) {
	s := Sample{Values: make([]float64, 1000)}
	copy(s.Values, []float64{5, 70, 900})
	e := ExpectedShortfall(s, []float64{0.95}, 0.95, Bootstrap{Resamples: 200})[0]
	if !math.IsInf(e.High, 1) || e.Low != 0 || !strings.Contains(strings.Join(e.Warnings, ";"), "only 3 paths in the tail differ") {
		t.Errorf("%+v", e)
	}
	for i := range 12 {
		s.Values[i] = 1 + float64(i)
	}
	if e := ExpectedShortfall(s, []float64{0.95}, 0.95, Bootstrap{Resamples: 200})[0]; math.IsInf(e.High, 1) || !(e.Low < e.Value && e.Value < e.High) {
		t.Errorf("twelve paths: %+v", e)
	}
}

// TestAnAtomKeepsItsResamples: resamples whose whole tail is the atom have no
// spread, and count.
func TestAnAtomKeepsItsResamples(t *testing.T) {
	s := Sample{Values: make([]float64, 400)}
	for i := range 18 {
		s.Values[i] = 1
	}
	e := ExpectedShortfall(s, []float64{0.95}, 0.95, Bootstrap{Resamples: 500})[0]
	near(t, "ES", e.Value, 0.9, 1e-12)
	if e.High < 1 || e.Low > 0.6 {
		t.Errorf("18 of 400 paths have the atom: [%g, %g], want 1 within", e.Low, e.High)
	}
}

// TestEndsOfTheTailAreCoherent: the shortfall is no smaller than the value at risk
// and than the shortfall at lower levels, nor is its lower end.
func TestEndsOfTheTailAreCoherent(t *testing.T) {
	r := rand.New(rand.NewPCG(*worldSeed, 96))
	levels := []float64{0.95, 0.975, 0.99, 0.995}
	for name, s := range map[string]Sample{
		"exponential": exponentials(r, 700), "atom": oneAtom(r, 600, 0.03), "lumps": lumps(r, 400), "far lumps": farLumps(r, 500),
		"rare": rarely(r, 900, 0.02), "few": exponentials(r, 90), "tilted": tilted(r, 400, 2, func(x float64) float64 { return x }),
	} {
		shortfalls := ExpectedShortfall(s, levels, 0.95, Bootstrap{Resamples: 200, Seed: 3})
		for i, e := range shortfalls {
			atRisk := Quantile(s, levels[i], 0.95)
			if e.Low < atRisk.Low || e.Value < atRisk.Value-1e-12 || e.High < atRisk.High && !math.IsInf(atRisk.High, 1) {
				t.Errorf("%s at %g: shortfall %g [%g, %g], value at risk %g [%g, %g]", name, levels[i], e.Value, e.Low, e.High, atRisk.Value, atRisk.Low, atRisk.High)
			}
			if i > 0 && e.Low < shortfalls[i-1].Low {
				t.Errorf("%s: lower end %g at %g, %g at %g", name, e.Low, levels[i], shortfalls[i-1].Low, levels[i-1])
			}
			single := ExpectedShortfall(s, levels[i:i+1], 0.95, Bootstrap{Resamples: 200, Seed: 3})[0]
			if single.Low != e.Low || single.High != e.High {
				t.Errorf("%s at %g: [%g, %g] alone, [%g, %g] among others", name, levels[i], single.Low, single.High, e.Low, e.High)
			}
		}
	}
}

// TestWeightedQuantilesOpenTheirEnds where less than an effective path lies beyond.
func TestWeightedQuantilesOpenTheirEnds(t *testing.T) {
	for _, c := range []struct {
		n               int
		p               float64
		lowOpen, upOpen bool
	}{{50, 0.5, false, false}, {50, 0.99, false, true}, {50, 0.01, true, false}, {2000, 0.99, false, false}, {2000, 0.01, false, false}} {
		s := counting(c.n)
		for i := range s.Values {
			s.Weights = append(s.Weights, 0.9+0.2*float64(i%2))
		}
		e := Quantile(s, c.p, 0.95)
		if math.IsInf(e.Low, -1) != c.lowOpen || math.IsInf(e.High, 1) != c.upOpen {
			t.Errorf("p%g of %d: [%g, %g]", c.p, c.n, e.Low, e.High)
		}
	}
}

// TestProbabilitiesEndAtOne: an unnormalised sum may exceed it.
func TestProbabilitiesEndAtOne(t *testing.T) {
	s := Sample{}
	for i := range 200 {
		s.Values, s.Weights = append(s.Values, 1), append(s.Weights, 1.05+0.001*float64(i%3))
	}
	if e := Probability(s, 0.95); e.Value != 1 || e.High != 1 || e.Low >= 1 {
		t.Errorf("%+v", e)
	}
}

// TestGroupsWarn at fewer than sixteen, and where they differ by more than 1.2
// times the estimate.
func TestGroupsWarn(t *testing.T) {
	groups := func(n, size int, share func(g int) float64) (s Sample) {
		for g := range n {
			for i := range size {
				s.Values = append(s.Values, indicator(float64(i) < share(g)*float64(size)))
				s.Groups = append(s.Groups, int64(g))
			}
		}
		return s
	}
	warned := func(e Estimate, text string) bool { return strings.Contains(strings.Join(e.Warnings, ";"), text) }
	for n, want := range map[int]bool{15: true, 16: false} {
		if e := Probability(groups(n, 4, func(g int) float64 { return 0.25 + 0.25*float64(g%2) }), 0.95); warned(e, "independent groups") != want {
			t.Errorf("%d groups: %q", n, e.Warnings)
		}
	}
	// Shares of 0 and 2a in equal parts differ by sqrt(n/(n-1)) of a; one in k by sqrt((k-1) n/(n-1)).
	for _, c := range []struct {
		every int
		want  bool
	}{{2, false}, {3, true}} { // 1.01 and 1.43 of the mean
		e := Probability(groups(60, 20, func(g int) float64 { return 0.4 * indicator(g%c.every == 0) }), 0.95)
		if warned(e, "differ by") != c.want {
			t.Errorf("one group in %d: %q", c.every, e.Warnings)
		}
	}
	// 24 of 59 groups: sqrt(35/24 * 59/58) = 1.218; 25 of 59: 1.176.
	for some, want := range map[int]bool{24: true, 25: false} {
		if e := Probability(groups(59, 20, func(g int) float64 { return 0.5 * indicator(g < some) }), 0.95); warned(e, "differ by") != want {
			t.Errorf("%d of 59 groups: %q", some, e.Warnings)
		}
	}
}

// TestDegreesOfFreedom of a spread, with what controls spend and kurtosis leaves.
func TestDegreesOfFreedom(t *testing.T) {
	p := parts{deviations: []float64{1, -1, 1, -1, 1, -1, 1, -1, 1, -1}, lost: 2, factor: 1}
	near(t, "variance", p.variance(), 10.0/(10*7), 1e-15)
	near(t, "degrees", p.degrees(0), 7, 1e-12)
	near(t, "degrees under kurtosis", p.degrees(2), 5, 1e-12)
	near(t, "least degrees", p.degrees(1000), 4, 0)
	r := rand.New(rand.NewPCG(8, 8))
	s := normals(r, 100, 0, 1)
	first, second := normals(r, 100, 0, 1), normals(r, 100, 0, 1)
	for i := range s.Values {
		s.Values[i] = 0.3*s.Values[i] + first.Values[i] + second.Values[i]
	}
	s.Controls = NewControls(s, [][]float64{first.Values, second.Values})
	mean, plain := s.centred(s.Values)
	_, rest, _, ok := s.Controls.adjust(mean, plain)
	if !ok || rest.lost != 2 {
		t.Fatalf("two controls spend %d degrees, adjusted %v", rest.lost, ok)
	}
	near(t, "residual variance", rest.variance()/rest.factor, squared(rest.deviations)/(100*97), 1e-15)
}

// TestNewcombesCorrection: method 10 by hand, for a table with a positive
// correlation.
func TestNewcombesCorrection(t *testing.T) {
	e := PairedProportion(PairedTable{Both: 20, AfterOnly: 12, BeforeOnly: 2, Neither: 16}, 0.95)
	near(t, "low", e.Low, 0.0562, 5.1e-5)
	near(t, "high", e.High, 0.3292, 5.1e-5)
	near(t, "phi", PairedTable{Both: 20, AfterOnly: 12, BeforeOnly: 2, Neither: 16}.correlation(), (20*16-24-25)/math.Sqrt(32*18*22*28), 1e-12)
}

// TestEndsBetweenRanks stay at their rank next to equal values.
func TestEndsBetweenRanks(t *testing.T) {
	s := counting(200)
	exact, between := Quantile(s, 0.9, 0.95), betweenRanks(s, 0.9, 0.95)
	if !(between.Low > exact.Low && between.Low < exact.Value && between.High < exact.High && between.High > exact.Value) {
		t.Errorf("[%g, %g] within [%g, %g]", between.Low, between.High, exact.Low, exact.High)
	}
	for i := range s.Values {
		s.Values[i] = math.Floor(s.Values[i] / 2)
	}
	exact, between = Quantile(s, 0.9, 0.95), betweenRanks(s, 0.9, 0.95)
	if between.Low != exact.Low || between.High != exact.High {
		t.Errorf("pairs of equal values: [%g, %g], want [%g, %g]", between.Low, between.High, exact.Low, exact.High)
	}
}
