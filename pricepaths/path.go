package pricepaths

import (
	"math"
	"slices"

	"backtest/pricepaths/rng"
)

// Path is one realisation. It belongs to the Scratch that it was filled with
// and is overwritten by the next Fill.
type Path struct {
	Index  uint64
	Points int // points of each asset: len of Generator.Grid

	// Prices, asset-major: asset a at point p stands at [a*Points+p].
	MarketPrices []float64
	OraclePrices []float64

	// LogWeight is the log likelihood ratio dP/dQ of the path under Spec.Tilt;
	// 0 without a tilt. Means are weighted with its exponential.
	LogWeight float64
}

// Market returns the market price of an asset at a point.
func (p *Path) Market(asset, point int) float64 { return p.MarketPrices[asset*p.Points+point] }

// Oracle returns the price that the oracle shows for an asset at a point.
func (p *Path) Oracle(asset, point int) float64 { return p.OraclePrices[asset*p.Points+point] }

// OracleRange returns the least and the greatest price that the oracle shows for
// an asset at the points from one to before another.
func (p *Path) OracleRange(asset, from, to int) (least, greatest float64) {
	// Prices are not negative: they are ordered as their bits are.
	prices := p.OraclePrices[asset*p.Points+from : asset*p.Points+to]
	low := math.Float64bits(prices[0])
	high := low
	for _, x := range prices[1:] {
		b := math.Float64bits(x)
		low, high = min(low, b), max(high, b)
	}
	return math.Float64frombits(low), math.Float64frombits(high)
}

// Clone returns a copy that outlives the Scratch.
func (p *Path) Clone() *Path {
	c := *p
	c.MarketPrices = slices.Clone(p.MarketPrices)
	c.OraclePrices = slices.Clone(p.OraclePrices)
	return &c
}

// Scratch is the memory of one goroutine for one Generator.
type Scratch struct {
	path    Path
	draws   draws
	normals []float64 // driver-major
	bridge  []float64
	jumps   []float64 // asset-major, only for assets that jump
	states  []int32
	rows    [][]int32 // row of the panel for each base step, a group of Bootstrap assets each

	// Of the path where parameters are drawn.
	processes []process // by asset; nil for those without
	jumpPlan  *jumpPlan
}

// draws is what a process sees of the randomness of one path.
type draws struct {
	source  rng.Source
	path    uint64    // the path whose draws are used: antithetic twins share it
	index   uint64    // the path asked for
	splices []Splice  // where it branches off, in order
	mirror  bool      // the twin with all normals negated
	asset   uint64    // position of the asset
	normals []float64 // correlated, one an interval; nil if the process takes none
	jumps   []float64 // sum of the log jumps of each interval, or nil
	states  []int32   // state of Spec.Regimes in each interval, or nil
	rows    [][]int32
}

// Kinds of streams; a stream is a kind and the index of what it belongs to.
const (
	streamNormals = iota + 1
	streamJumps
	streamCommonJumps
	streamCommonSizes
	streamVariance
	streamMixing
	streamCopula
	streamRegime
	streamBootstrap
	streamStratum
	streamPermutation
	streamScramble
	streamParameters
)

func stream(kind int, index uint64) uint64 { return uint64(kind)<<32 | index }
