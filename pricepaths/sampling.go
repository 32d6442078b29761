package pricepaths

import "fmt"

// SamplingMethod names how the driving normals are drawn.
type SamplingMethod string

// The sampling methods. All leave the distribution of each single path as it
// is and differ in how paths depend on one another.
const (
	Plain          SamplingMethod = "plain"           // independent paths; also the empty string
	Antithetic     SamplingMethod = "antithetic"      // paths 2k and 2k+1 have opposite normals
	Sobol          SamplingMethod = "sobol"           // scrambled Sobol points, Brownian bridge
	Stratified     SamplingMethod = "stratified"      // one asset's terminal normal is stratified
	LatinHypercube SamplingMethod = "latin_hypercube" // every driver's terminal normal is stratified
)

// Sampling chooses the sampling method.
type Sampling struct {
	Method SamplingMethod

	// Replicates divides Spec.Paths into that many blocks of consecutive paths
	// with independent randomisation, so that an error can be estimated from the
	// means of the blocks (stratified, latin_hypercube, sobol). 0 means 1.
	Replicates int

	// Asset is the asset whose terminal normal is stratified; "" is the first
	// asset that is driven by normals.
	Asset string
}

func (s Sampling) blocks() int { return max(1, s.Replicates) }

func (s *Sampling) validate(v *validator, spec *Spec) {
	switch s.Method {
	case "", Plain, Antithetic:
		v.check(s.Replicates == 0, "sampling.replicates", s.Replicates, "0 for this method")
		return
	case Sobol, Stratified, LatinHypercube:
	default:
		v.fail("sampling", s.Method, "plain, antithetic, sobol, stratified or latin_hypercube")
		return
	}
	v.check(s.Replicates >= 0, "sampling.replicates", s.Replicates, ">= 0")
	if v.check(spec.Paths > 0, "paths", spec.Paths, fmt.Sprintf("the number of paths: %s sampling needs it", s.Method)) && s.Replicates > 0 {
		v.check(spec.Paths%s.Replicates == 0 && spec.Paths >= s.Replicates, "sampling.replicates", s.Replicates,
			fmt.Sprintf("a divisor of paths (%d)", spec.Paths))
	}
	if s.Method == Sobol && int64(spec.Paths/s.blocks()) > 1<<32 {
		v.fail("paths", spec.Paths, "at most 2^32 points a replicate")
	}
	if s.Asset != "" {
		at := spec.assetIndex(s.Asset)
		v.check(at >= 0 && spec.Assets[at].Process != nil && spec.Assets[at].Process.traits().normals,
			"sampling.asset", s.Asset, "the id of an asset whose process is driven by normals")
	}
}

// sampler fills the independent normals of a path.
type sampler interface {
	locate(path uint64) (drawn uint64, mirror bool)
	fill(d *draws, s *Scratch)
}

func newSampler(b *builder, d *drivers, v *validator) (sampler, int) {
	n := b.grid.intervals()
	base := plainSampler{streams: make([]uint64, len(d.assets)), intervals: n}
	for k, asset := range d.assets {
		base.streams[k] = stream(streamNormals, uint64(asset))
	}
	s := &b.spec.Sampling
	if len(d.assets) == 0 {
		return base, 1
	}
	block := b.spec.Paths / s.blocks()
	switch s.Method {
	case Antithetic:
		return antitheticSampler{base}, 2
	case Stratified:
		return newStratifiedSampler(base, b, d, block), block
	case LatinHypercube:
		return newHypercubeSampler(base, b, d, block), block
	case Sobol:
		return newSobolSampler(base, b, block, v), block
	}
	return base, 1
}

type plainSampler struct {
	streams   []uint64 // of each driver
	intervals int
}

func (p plainSampler) locate(path uint64) (uint64, bool) { return path, false }

func (p plainSampler) fill(d *draws, s *Scratch) {
	n := p.intervals
	for k, stream := range p.streams {
		d.source.FillNormals(s.normals[k*n:(k+1)*n], d.path, stream)
		for _, splice := range d.splices {
			from := min(splice.Interval, n)
			d.source.FillNormals(s.bridge[:n], splice.Path, stream)
			copy(s.normals[k*n+from:(k+1)*n], s.bridge[from:n])
		}
	}
}

// antitheticSampler pairs paths with opposite normals (Glasserman 2004, §4.2).
// Jump times and sizes, regimes and bootstrap rows are shared by the twins.
type antitheticSampler struct{ plainSampler }

func (p antitheticSampler) locate(path uint64) (uint64, bool) { return path >> 1, path&1 == 1 }

func (p antitheticSampler) fill(d *draws, s *Scratch) {
	p.plainSampler.fill(d, s)
	if d.mirror {
		for i := range s.normals {
			s.normals[i] = -s.normals[i]
		}
	}
}
