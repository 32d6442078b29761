package calibrate

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
)

// resampling is a parametric bootstrap (Efron and Tibshirani 1993, §6.5): samples
// drawn from the fitted model are fitted again, and the errors are how far those
// fits come from it. It holds where the information matrix does not: with two
// steps of estimation, few jumps, or autocorrelated squares.
type resampling struct {
	simulate func(r *rand.Rand, n int) []float64
	refit    func(returns []float64) ([]float64, error) // in the order of the parameters
}

const (
	// replicates tell a standard error to about 9 % of itself.
	replicates = 64
	// largestReplicate bounds the time: errors of a smaller sample are scaled by the
	// root of the sizes.
	largestReplicate = 8000
	// mostDeviations is how many robust deviations a single fit may count, so that
	// one that ran to a bound does not make the error.
	mostDeviations = 6
)

// covariance is the mean product of the deviations of the refitted parameters
// from the fitted ones, bias included; nil if most samples cannot be fitted.
func (b resampling) covariance(fitted []float64, n, count int) [][]float64 {
	size := min(n, largestReplicate)
	fits := make([][]float64, count)
	var group sync.WaitGroup
	next := make(chan int)
	for range min(runtime.GOMAXPROCS(0), count) {
		group.Go(func() {
			for i := range next {
				r := rand.New(rand.NewPCG(1979, uint64(i)))
				if p, err := b.refit(b.simulate(r, size)); err == nil && !slices.ContainsFunc(p, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }) {
					fits[i] = p
				}
			}
		})
	}
	for i := range count {
		next <- i
	}
	close(next)
	group.Wait()
	fits = slices.DeleteFunc(fits, func(p []float64) bool { return p == nil })
	if 2*len(fits) < count {
		return nil
	}
	return products(fits, fitted, float64(size)/float64(n))
}

// products is the scaled mean of the products of deviations, each bounded.
func products(fits [][]float64, centre []float64, scale float64) [][]float64 {
	k := len(centre)
	deviations := make([][]float64, k)
	for j := range k {
		d := make([]float64, len(fits))
		for i, p := range fits {
			d[i] = p[j] - centre[j]
		}
		sorted := slices.Sorted(slices.Values(d))
		spread := (sorted[len(sorted)*3/4] - sorted[len(sorted)/4]) / 1.349
		for i := range d {
			d[i] = min(max(d[i], -mostDeviations*spread), mostDeviations*spread)
		}
		deviations[j] = d
	}
	out := make([][]float64, k)
	for i := range out {
		out[i] = make([]float64, k)
		for j := range out[i] {
			for n := range fits {
				out[i][j] += deviations[i][n] * deviations[j][n] * scale / float64(len(fits))
			}
		}
	}
	return out
}

// errorsOf are the roots of the diagonal, NaN without a covariance.
func errorsOf(covariance [][]float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = math.NaN()
		if covariance != nil {
			out[i] = math.Sqrt(covariance[i][i])
		}
	}
	return out
}
