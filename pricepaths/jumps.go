package pricepaths

import (
	"math"

	"backtest/pricepaths/portable"
	"backtest/pricepaths/rng"
)

// jumpLaw is the distribution of a log jump.
type jumpLaw interface {
	size(word0, word1 uint64) float64
	// growth is E[e^J] - 1.
	growth() float64
}

// normalJump is Merton's: log jumps are normal.
type normalJump struct{ mean, deviation float64 }

func (l normalJump) size(word0, _ uint64) float64 {
	return l.mean + float64(l.deviation*portable.NormalQuantile(rng.Float64(word0)))
}

func (l normalJump) growth() float64 {
	return portable.Exp(l.mean+float64(float64(0.5*l.deviation)*l.deviation)) - 1
}

// doubleExponentialJump is Kou's: upward with probability up, then exponential
// with mean 1/rateUp, or downward with mean 1/rateDown.
type doubleExponentialJump struct{ up, rateUp, rateDown float64 }

func (l doubleExponentialJump) size(word0, word1 uint64) float64 {
	e := -portable.Log(rng.Float64(word1))
	if rng.Float64(word0) < l.up {
		return e / l.rateUp
	}
	return -e / l.rateDown
}

func (l doubleExponentialJump) growth() float64 {
	up := float64(l.up*l.rateUp) / (l.rateUp - 1)
	down := float64((1-l.up)*l.rateDown) / (l.rateDown + 1)
	return up + down - 1
}

// ownJumps is implemented by processes that bring a compound Poisson process.
type ownJumps interface {
	jumps() (annualIntensity float64, law jumpLaw)
}

// jumpSource is a compound Poisson process. Its arrival times are those of a
// Poisson process of rate 1, divided by the intensity: they depend neither on
// the grid nor, in order, on the parameters.
type jumpSource struct {
	intensity float64
	stream    uint64
	targets   []jumpTarget
}

type jumpTarget struct {
	row    int
	law    jumpLaw
	common float64 // weight of the shocks' shared part, 0 for independent sizes
	stream uint64  // of the sizes; 0 takes them from the arrival's own words
}

// jumpPlan holds all jump processes of a specification.
type jumpPlan struct {
	grid    *grid
	assets  []int // asset of each row
	rows    int
	sources []jumpSource
}

func newJumpPlan(s *Spec, g *grid) *jumpPlan {
	p := &jumpPlan{grid: g}
	for n := range s.Assets {
		if own, ok := s.Assets[n].Process.(ownJumps); ok {
			if intensity, law := own.jumps(); intensity > 0 {
				p.sources = append(p.sources, jumpSource{intensity, stream(streamJumps, uint64(n)),
					[]jumpTarget{{row: p.addRow(n), law: law}}})
			}
		}
	}
	for n := range s.CommonJumps {
		if s.CommonJumps[n].PerYear > 0 {
			p.sources = append(p.sources, s.CommonJumps[n].source(s, n, p))
		}
	}
	p.rows = len(p.assets)
	return p
}

// row returns the row of an asset's jumps, -1 for none.
func (p *jumpPlan) row(asset int) int {
	for row, a := range p.assets {
		if a == asset {
			return row
		}
	}
	return -1
}

func (p *jumpPlan) addRow(asset int) int {
	if row := p.row(asset); row >= 0 {
		return row
	}
	p.assets = append(p.assets, asset)
	return len(p.assets) - 1
}

// fill sums the log jumps of each interval into rows of intervals. Jumps of
// different intervals are independent, so that a path that branches off takes
// its later ones from another path.
func (p *jumpPlan) fill(d *draws, rows []float64) {
	clear(rows)
	p.fillFrom(d.path, d, rows)
	for n := range d.splices {
		p.fillFrom(d.splices[n].Path, d, rows)
	}
}

// fillFrom adds the jumps of one path where its draws count.
func (p *jumpPlan) fillFrom(path uint64, d *draws, rows []float64) {
	horizon := p.grid.elapsed[p.grid.intervals()]
	for n := range p.sources {
		s := &p.sources[n]
		limit, clock := float64(horizon*s.intensity), 0.0
		for arrival := uint64(0); ; arrival++ {
			w := d.source.Block(path, arrival, s.stream, 1)
			clock -= portable.Log(rng.Float64(w[0]))
			if clock >= limit {
				break
			}
			if at := p.grid.interval(clock / s.intensity); d.at(at) == path {
				s.land(d.source, path, rows, arrival, at, p.grid.intervals(), &w)
			}
		}
	}
}

// land adds one arrival's jumps to the interval in which it falls.
func (s *jumpSource) land(source rng.Source, path uint64, rows []float64, arrival uint64, at, intervals int, w *[4]uint64) {
	for k := range s.targets {
		t := &s.targets[k]
		word0, word1 := w[1], w[2]
		if t.stream != 0 {
			own := source.Block(path, arrival, t.stream, 1)
			word0, word1 = mixWords(w[1], own[0], t.common), own[1]
		}
		rows[t.row*intervals+at] += t.law.size(word0, word1)
	}
}

// mixWords joins a shared and an own uniform through their normals, with the
// given correlation to the shared part.
func mixWords(shared, own uint64, weight float64) uint64 {
	if weight == 1 {
		return shared
	}
	z := float64(weight*portable.NormalQuantile(rng.Float64(shared))) +
		float64(math.Sqrt(1-float64(weight*weight))*portable.NormalQuantile(rng.Float64(own)))
	return uint64(portable.NormalCDF(z)*(1<<53-1)) << 11
}

// compensator is the annual drift that an asset's jumps add: Σ λ(E[e^J] - 1).
func (b *builder) compensator(asset int) float64 {
	sum := 0.0
	if own, ok := b.spec.Assets[asset].Process.(ownJumps); ok {
		intensity, law := own.jumps()
		sum += float64(intensity * law.growth())
	}
	for n := range b.spec.CommonJumps {
		c := &b.spec.CommonJumps[n]
		for k := range c.Sizes {
			if c.Sizes[k].Asset == b.spec.Assets[asset].ID {
				sum += float64(c.PerYear * c.Sizes[k].law().growth())
			}
		}
	}
	return sum
}
