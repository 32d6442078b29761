package stats

import (
	"math"
	"testing"
)

func TestHistogramHoldsTheWholeSample(t *testing.T) {
	for _, c := range []struct {
		name   string
		values []float64
		bins   int
	}{
		{"spread", []float64{-3, 0, 1, 2, 6.9}, 10}, {"one value", []float64{5, 5, 5}, 1}, {"zero", []float64{0}, 1},
	} {
		edges, shares := Histogram(Sample{Values: c.values}, float64(len(c.values)))
		if len(shares) != c.bins || len(edges) != c.bins+1 {
			t.Fatalf("%s: %d bins and %d edges, want %d bins", c.name, len(shares), len(edges), c.bins)
		}
		total := 0.0
		for i, share := range shares {
			inside := 0
			for _, x := range c.values {
				if edges[i] <= x && x < edges[i+1] {
					inside++
				}
			}
			if want := float64(inside) / float64(len(c.values)); math.Abs(share-want) > 1e-12 {
				t.Errorf("%s: bin [%v, %v) has %v, want %v", c.name, edges[i], edges[i+1], share, want)
			}
			total += share
		}
		if math.Abs(total-1) > 1e-12 {
			t.Errorf("%s: shares add up to %v", c.name, total)
		}
	}
}

func TestHistogramOfAPartWithWeights(t *testing.T) {
	_, shares := Histogram(Sample{Values: []float64{1, 1}, Weights: []float64{0.5, 1.5}}, 8)
	if len(shares) != 1 || shares[0] != 0.25 {
		t.Errorf("shares %v, want 2 of 8", shares)
	}
}
