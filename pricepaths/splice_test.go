package pricepaths

import (
	"slices"
	"testing"
)

// TestSplicedPaths: a path that branches off goes as its parent up to the
// splice, as the other path where it branches at the start, and as neither in
// between.
func TestSplicedPaths(t *testing.T) {
	for _, c := range everyProcess() {
		g := generate(t, c.spec)
		if !g.Branches() {
			continue
		}
		n := g.grid.intervals()
		at := func(splices ...Splice) []float64 {
			return slices.Clone(g.FillSpliced(3, splices, g.NewScratch()).MarketPrices)
		}
		parent, other := g.path(3).Clone(), g.path(8).Clone()
		if !slices.Equal(at(), parent.MarketPrices) || !slices.Equal(at(Splice{n, 8}), parent.MarketPrices) {
			t.Errorf("%s: without a splice inside, the path is not the parent", c.name)
		}
		if !slices.Equal(at(Splice{0, 8}), other.MarketPrices) {
			t.Errorf("%s: branched at the start, the path is not the other", c.name)
		}
		half := n / 2
		child, twice := at(Splice{half, 8}), at(Splice{half / 2, 9}, Splice{half, 8})
		points := g.grid.points()
		for a := range g.assets {
			own, mother := child[a*points:(a+1)*points], parent.MarketPrices[a*points:(a+1)*points]
			if !slices.Equal(own[:half+1], mother[:half+1]) {
				t.Errorf("%s: asset %d differs before the splice", c.name, a)
			}
		}
		if moves := !slices.Equal(parent.MarketPrices, other.MarketPrices); moves && (slices.Equal(child, parent.MarketPrices) || slices.Equal(child, twice)) {
			t.Errorf("%s: the splice changes nothing", c.name)
		}
	}
}

// TestSplicesLeaveTheLaw: whatever the splices, a path has the law of a path.
func TestSplicesLeaveTheLaw(t *testing.T) {
	const paths = 4000
	for _, p := range []ProcessSpec{
		GBM{0.1, 0.8}, Merton{0, 0.5, 30, -0.05, 0.1},
		Heston{InitialVariance: 0.5, LongVariance: 0.5, MeanReversion: 3, VolatilityOfVariance: 0.8, LeverageCorrelation: -0.6},
	} {
		g := generate(t, single(p))
		s, n := g.NewScratch(), g.grid.intervals()
		var values []float64
		for i := range uint64(paths) {
			path := g.FillSpliced(i, []Splice{{1 + int(i)%(n/2), paths + i}, {n/2 + int(i)%(n/2), 2*paths + i}}, s)
			values = append(values, growth(0)(path))
		}
		mean, _, _, _ := moments(sample(g, paths, growth(0)))
		near(t, p.Name(), values, mean)
	}
}
