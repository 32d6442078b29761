package pricepaths

import (
	"math"

	"backtest/pricepaths/portable"
	"backtest/pricepaths/rng"
)

// terminalWeights returns √(Δ_i/T): the terminal normal of a driver is the sum
// of its normals with these weights.
func terminalWeights(g *grid) []float64 {
	w := make([]float64, g.intervals())
	for i, years := range g.years {
		w[i] = math.Sqrt(years / g.elapsed[len(w)])
	}
	return w
}

// shiftTo moves normals along their weights so that their weighted sum becomes
// target: the conditional law given the terminal value (Glasserman 2004, §4.3).
func shiftTo(z, weights []float64, target float64) {
	sum := 0.0
	for i, w := range weights {
		sum += float64(w * z[i])
	}
	for i, w := range weights {
		z[i] += float64(w * (target - sum))
	}
}

// stratumNormal returns the normal quantile of a uniform point of stratum k of n.
func stratumNormal(d *draws, k, n uint64, stream uint64) float64 {
	u := (float64(k) + d.source.Uniform(d.path, 0, stream)) / float64(n)
	return portable.NormalQuantile(min(u, 1-0x1p-53))
}

// stratifiedSampler puts path k of a block into stratum k of one asset's
// terminal normal. direction is the asset's row of the Cholesky factor.
type stratifiedSampler struct {
	plainSampler
	weights   []float64
	direction []float64
	block     uint64
}

func newStratifiedSampler(base plainSampler, b *builder, d *drivers, block int) sampler {
	driver := 0
	for k, asset := range d.assets {
		if b.spec.Assets[asset].ID == b.spec.Sampling.Asset {
			driver = k
		}
	}
	return &stratifiedSampler{base, terminalWeights(b.grid), d.row(0, driver), uint64(block)}
}

func (p *stratifiedSampler) fill(d *draws, s *Scratch) {
	p.plainSampler.fill(d, s)
	n, sum := p.intervals, 0.0
	for k, share := range p.direction {
		for i, w := range p.weights {
			sum += float64(float64(share*w) * s.normals[k*n+i])
		}
	}
	gap := stratumNormal(d, d.path%p.block, p.block, stream(streamStratum, 0)) - sum
	for k, share := range p.direction {
		step := float64(share * gap)
		for i, w := range p.weights {
			s.normals[k*n+i] += float64(step * w)
		}
	}
}

// hypercubeSampler stratifies the terminal normal of every driver, with an
// independent permutation of the strata each (McKay, Beckman and Conover 1979).
type hypercubeSampler struct {
	plainSampler
	weights []float64
	block   uint64
}

func newHypercubeSampler(base plainSampler, b *builder, _ *drivers, block int) sampler {
	return &hypercubeSampler{base, terminalWeights(b.grid), uint64(block)}
}

func (p *hypercubeSampler) fill(d *draws, s *Scratch) {
	p.plainSampler.fill(d, s)
	n := p.intervals
	replicate, k := d.path/p.block, d.path%p.block
	for row, own := range p.streams {
		asset := own & 0xffffffff
		stratum := permute(d.source, k, p.block, replicate, stream(streamPermutation, asset))
		target := stratumNormal(d, stratum, p.block, stream(streamStratum, asset))
		shiftTo(s.normals[row*n:(row+1)*n], p.weights, target)
	}
}

// permute returns the image of k under a random permutation of 0..n-1 that
// belongs to (replicate, stream): a Feistel network of eight rounds with Philox
// as its round function, walked until the image lies below n (Black and Rogaway
// 2002, "Ciphers with arbitrary finite domains").
func permute(source rng.Source, k, n, replicate, stream uint64) uint64 {
	half := uint(1)
	for uint64(1)<<(2*half) < n {
		half++
	}
	mask := uint64(1)<<half - 1
	for {
		left, right := k>>half, k&mask
		for round := range uint64(8) {
			w := source.Block(replicate, right, stream, round+1)
			left, right = right, left^(w[0]&mask)
		}
		k = left<<half | right
		if k < n {
			return k
		}
	}
}
