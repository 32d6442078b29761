package pricepaths

import (
	"math"
	"math/bits"

	"backtest/internal/warn"
	"backtest/pricepaths/portable"
	"backtest/pricepaths/rng"
	"backtest/pricepaths/sobol"
)

// sobolSampler builds each driver's Brownian motion by a bridge (Glasserman
// 2004, §3.1 and §5.5.2): first the terminal value, then midpoints of ever
// smaller segments. Bridge node b of driver k takes the Sobol dimension
// b·drivers+k, so that the first dimensions carry most of the variance of all
// drivers; nodes without a dimension take pseudo-random normals.
type sobolSampler struct {
	plainSampler
	scramble *sobol.Scrambled
	block    uint64
	nodes    []bridgeNode
	roots    []float64 // √Δ of each interval
}

// bridgeNode is one step of the construction: W(point) is drawn between the
// known values at left and right.
type bridgeNode struct {
	point, left, right       int32
	fromLeft, fromRight, dev float64
}

func newSobolSampler(base plainSampler, b *builder, block int, v *validator) sampler {
	n, drivers := b.grid.intervals(), len(base.streams)
	s := &sobolSampler{plainSampler: base, block: uint64(block), nodes: bridgeNodes(b.grid.elapsed), roots: make([]float64, n)}
	for i, years := range b.grid.years {
		s.roots[i] = math.Sqrt(years)
	}
	dimensions := min(sobol.MaxDimensions, n*drivers)
	source := rng.New(b.spec.Seed)
	s.scramble = sobol.NewScrambled(dimensions, func(dimension, row int) uint64 {
		return source.Uint64(0, uint64(row), stream(streamScramble, uint64(dimension)))
	})
	if dimensions < n*drivers {
		v.warn(warn.New(warn.SobolPartly, "sobol sampling: the first %d of %d normals of a path (Brownian bridge order) are Sobol points, the others pseudo-random", dimensions, n*drivers))
	}
	if bits.OnesCount(uint(block)) != 1 {
		v.warn(warn.New(warn.SobolUnbalanced, "sobol sampling: %d points a replicate; a power of two keeps their balance", block))
	}
	return s
}

// bridgeNodes returns the construction order of the points of a time axis.
func bridgeNodes(t []float64) []bridgeNode {
	last := len(t) - 1
	nodes := []bridgeNode{{point: int32(last), dev: math.Sqrt(t[last] - t[0])}}
	segments := [][2]int{{0, last}}
	for len(segments) > 0 {
		left, right := segments[0][0], segments[0][1]
		segments = segments[1:]
		if right-left < 2 {
			continue
		}
		mid := (left + right) / 2
		span := t[right] - t[left]
		nodes = append(nodes, bridgeNode{
			point: int32(mid), left: int32(left), right: int32(right),
			fromLeft: (t[right] - t[mid]) / span, fromRight: (t[mid] - t[left]) / span,
			dev: math.Sqrt(float64((t[mid]-t[left])*(t[right]-t[mid])) / span),
		})
		segments = append(segments, [2]int{left, mid}, [2]int{mid, right})
	}
	return nodes
}

func (p *sobolSampler) fill(d *draws, s *Scratch) {
	p.plainSampler.fill(d, s)
	n := p.intervals
	replicate, index := d.path/p.block, uint32(d.path%p.block)
	w := s.bridge
	for k := range p.streams {
		z := s.normals[k*n : (k+1)*n]
		w[0] = 0
		for b := range p.nodes {
			node := &p.nodes[b]
			normal := z[b]
			if dimension := b*len(p.streams) + k; dimension < p.scramble.Dimensions() {
				shift := d.source.Uint64(replicate, uint64(dimension), stream(streamScramble, 1<<31))
				normal = portable.NormalQuantile(rng.Float64(p.scramble.Word(index, dimension) ^ shift))
			}
			mean := float64(node.fromLeft*w[node.left]) + float64(node.fromRight*w[node.right])
			w[node.point] = mean + float64(node.dev*normal)
		}
		for i, root := range p.roots {
			z[i] = (w[i+1] - w[i]) / root
		}
	}
}
