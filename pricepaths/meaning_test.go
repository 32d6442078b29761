package pricepaths

import (
	"math"
	"testing"
)

// realisedVariance of a path, annual.
func realisedVariance(p *Path) float64 {
	_, v, _, _ := moments(returnsOf(p, 0))
	return v * 365
}

// The twin of a Heston path mirrors the variance too: where one is calm the other
// is wild. Twins that shared their variance would be alike.
func TestHestonTwinsMirrorTheVariance(t *testing.T) {
	spec := single(Heston{0, 0.6, 0.6, 4, 1, 0})
	spec.Sampling.Method = Antithetic
	g := generate(t, spec)
	s := g.NewScratch()
	var first, second []float64
	for n := range uint64(400) {
		first = append(first, realisedVariance(g.Fill(2*n, s)))
		second = append(second, realisedVariance(g.Fill(2*n+1, s)))
	}
	if r := correlationOf(first, second); r > -0.3 {
		t.Errorf("seed 1: the realised variances of twins have a correlation of %.2f, want one well below 0", r)
	}
	near(t, "variance of the twins", second, 0.6)
}

// GARCH begins at the volatility that is stated, and goes back to the long-run one.
func TestGARCHBeginsAtItsInitialVolatility(t *testing.T) {
	const paths = 20000
	for initial, want := range map[float64]float64{0: 0.8, 1.6: 1.6, 0.2: 0.2} {
		spec := single(GARCH{AnnualVolatility: 0.8, Alpha: 0.05, Beta: 0.85, InitialVolatility: initial})
		spec.Steps = 120
		g := generate(t, spec)
		deviation := func(step int) float64 {
			_, v, _, _ := moments(sample(g, paths, func(p *Path) float64 { return math.Log(p.Market(0, step) / p.Market(0, step-1)) }))
			return math.Sqrt(v * 365)
		}
		within(t, "volatility of the first step", deviation(1), want, sigmas*want/math.Sqrt(2*paths))
		within(t, "volatility of the last step", deviation(120), 0.8, 0.8*(sigmas*1.3/math.Sqrt(2*paths)+0.001))
	}
}

// A block of the bootstrap ends where the history has a gap: what follows is drawn
// anew, and no return is one over the gap.
func TestBlocksEndAtGaps(t *testing.T) {
	h := &History{Assets: []string{"A"}, Close: make([][]float64, 1)}
	price, allowed := 100.0, map[int]int{} // return in units of 1e-5, by slot
	for i := range 60 {
		if i == 20 || i == 21 || i == 40 {
			price *= 3 // a move within a gap
			continue
		}
		size := 1e-5 * float64(i+1)
		before := len(h.Times) > 0 && h.Times[len(h.Times)-1] == int64(i-1)*day
		price *= math.Exp(size)
		if before {
			allowed[i+1] = i
		}
		h.Times, h.Close[0] = append(h.Times, int64(i)*day), append(h.Close[0], price)
	}
	spec := single(Bootstrap{Panel: h, MeanBlockSteps: 1e6})
	spec.Steps = 5000
	p := generate(t, spec).path(0)
	after := map[int]map[int]bool{}
	last := 0
	for i, r := range returnsOf(p, 0) {
		n := int(math.Round(r * 1e5))
		if _, ok := allowed[n]; !ok {
			t.Fatalf("step %d has a return of %g, which the history has not over one step", i, r)
		}
		if after[last] == nil {
			after[last] = map[int]bool{}
		}
		after[last][n] = true
		last = n
	}
	for slot := range allowed {
		_, follows := allowed[slot+1]
		if slot == 60 {
			continue // goes on at the first
		}
		if follows && len(after[slot]) != 1 {
			t.Errorf("after return %d come %v, want the next one", slot, after[slot])
		}
		if !follows && len(after[slot]) < 5 {
			t.Errorf("after return %d, before a gap, come %v, want any", slot, after[slot])
		}
	}
}
