package stats

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"sort"
)

// Bootstrap says how to resample: deterministic for a seed and a stream,
// whatever else runs. The zero value takes the defaults.
type Bootstrap struct {
	Resamples int    // 0: 1,000 up to 20,000 paths, then fewer, at least 200
	Seed      uint64 // of the whole analysis
	Stream    uint64 // of this estimate, so that two do not share their draws
}

// resamplesFor bounds the work to about 2e7 draws.
func (b Bootstrap) resamplesFor(n int) int {
	if b.Resamples > 0 {
		return b.Resamples
	}
	return max(200, min(1000, 20_000_000/max(1, n)))
}

func (b Bootstrap) source() *rand.PCG { return rand.NewPCG(b.Seed, b.Stream) }

// draw fills counts with how often each of n observations is in a resample of
// size n.
func draw(source interface{ Uint64() uint64 }, counts []uint16) {
	clear(counts)
	n := uint64(len(counts))
	for range counts {
		i, _ := bits.Mul64(source.Uint64(), n)
		counts[i]++
	}
}

// percentiles gives the two ends of the bootstrap's own distribution that hold
// the confidence; replicates are sorted in place.
func percentiles(replicates []float64, confidence float64) (low, high float64) {
	sort.Float64s(replicates)
	tail := float64((1 - confidence) / 2)
	n := int64(len(replicates))
	return replicates[rankOf(tail, n)-1], replicates[n-rankOf(tail, n)]
}

// studentize turns t-replicates (theta* - theta)/se* into an interval
// (Efron, Tibshirani 1993, eq. 12.22). Open where no replicate had a spread.
func studentize(value, se float64, t []float64, confidence float64) (low, high float64) {
	if len(t) == 0 {
		return math.Inf(-1), math.Inf(1)
	}
	lowT, highT := percentiles(t, confidence)
	return value - float64(highT*se), value - float64(lowT*se)
}
