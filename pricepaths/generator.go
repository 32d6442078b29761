package pricepaths

import (
	"slices"

	"backtest/internal/warn"
	"backtest/pricepaths/portable"
	"backtest/pricepaths/rng"
)

// Generator makes the paths of one Spec. It is immutable and may be shared by
// goroutines, each with its own Scratch.
type Generator struct {
	ids      []string
	warnings []warn.Warning
	grid     *grid
	source   rng.Source
	assets   []assetPlan
	drivers  *drivers
	sampler  sampler
	tilt     *tiltPlan
	copula   *copulaPlan
	regimes  *chainPlan
	jumps    *jumpPlan
	groups   []*bootstrapGroup
	block    int
	distinct int
	starts   []int64

	builder   *builder // that paths with parameters of their own are built by
	uncertain []uncertainPlan
}

// assetPlan is what Fill needs to know of one asset.
type assetPlan struct {
	process process
	prices  bool
	initial float64
	driver  int       // row of the driving normals, -1 for none
	jumpRow int       // row of Scratch.jumps, -1 for none
	overlay []float64 // factor of the episodes at each point, or nil
	oracle  oraclePlan

	decimals int // of the published prices

	expected float64 // final price relative to the first one
	reason   string  // why it is not known
}

// builder is what the processes share while they are prepared.
type builder struct {
	spec    *Spec
	grid    *grid
	starts  []int64 // unix start of each history window
	groups  []*bootstrapGroup
	regimes *chainPlan
}

// New validates a specification and prepares its generator. The error joins
// every mistake found, each a *SpecError.
func New(spec Spec) (*Generator, error) {
	v := &validator{}
	spec.validate(v)
	if err := v.err(); err != nil {
		return nil, err
	}
	grid, err := newGrid(&spec, fineWindows(&spec), keyTimes(&spec))
	if err != nil {
		return nil, err
	}
	g := &Generator{grid: grid, source: rng.New(spec.Seed)}
	b := &builder{spec: &spec, grid: grid}
	g.prepare(b, v)
	if err := v.err(); err != nil {
		return nil, err
	}
	g.warnings = v.warnings
	return g, nil
}

// prepare builds the parts in the order in which they depend on one another.
func (g *Generator) prepare(b *builder, v *validator) {
	b.starts = windowStarts(b, v)
	b.groups = bootstrapGroups(b, v)
	b.regimes = newChainPlan(b.spec.Regimes, b.spec, b.grid)
	g.starts, g.groups, g.regimes = b.starts, b.groups, b.regimes
	g.drivers = newDrivers(b.spec, v)
	g.jumps = newJumpPlan(b.spec, b.grid)
	g.copula = newCopulaPlan(b.spec)
	if len(v.errs) > 0 {
		return
	}
	g.tilt = newTiltPlan(b.spec, b.grid, g.drivers, v)
	g.sampler, g.block = newSampler(b, g.drivers, v)
	for n := range b.spec.Assets {
		g.ids = append(g.ids, b.spec.Assets[n].ID)
		g.assets = append(g.assets, g.planAsset(b, n, v))
	}
	g.distinct = b.distinctPaths()
	g.builder, g.uncertain = b, newUncertainPlans(b.spec)
}

func (g *Generator) planAsset(b *builder, n int, v *validator) assetPlan {
	a := &b.spec.Assets[n]
	oracle := b.spec.Oracle
	if a.Oracle != nil {
		oracle = *a.Oracle
	}
	b.checkFineHistory(n, v)
	oracle.checkTick(v, b.spec, n, lowestKnown(a, b.spec, n))
	overlay := episodeOverlay(b.spec, b.grid, a.ID)
	expected, reason := expectedRatio(b, n, overlay)
	return assetPlan{
		process: a.Process.build(b, n), prices: a.Process.traits().prices, initial: a.Initial,
		driver: slices.Index(g.drivers.assets, n), jumpRow: g.jumps.row(n),
		overlay: overlay, oracle: newOraclePlan(&oracle, b), decimals: oracle.decimals(), expected: expected, reason: reason,
	}
}

// Warnings returns what was repaired or deserves attention.
func (g *Generator) Warnings() []warn.Warning { return slices.Clone(g.warnings) }

// Decimals returns how many decimals the published prices of an asset have.
func (g *Generator) Decimals(asset int) int { return g.assets[asset].decimals }

// Assets returns the asset identifiers in the order of the path's rows.
func (g *Generator) Assets() []string { return slices.Clone(g.ids) }

// Tilted says whether paths carry likelihood ratios.
func (g *Generator) Tilted() bool { return g.tilt != nil }

// Grid returns the unix seconds of the points, the same for all paths.
func (g *Generator) Grid() []int64 { return slices.Clone(g.grid.times) }

// Paths returns the number of distinct paths: the number of windows of a pure
// history, 1 for one replayed or scripted path, 0 for unlimited.
func (g *Generator) Paths() int { return g.distinct }

// DependentBlock returns how many consecutive paths depend on one another: 1
// for plain sampling, 2 for antithetic pairs, the size of a replicate for
// stratified, Latin hypercube and Sobol sampling. Blocks are independent: a
// standard error is to be taken from the means of whole blocks.
func (g *Generator) DependentBlock() int { return g.block }

// NewScratch returns the memory for filling paths of this generator.
func (g *Generator) NewScratch() *Scratch {
	n, points := g.grid.intervals(), g.grid.points()
	s := &Scratch{
		path: Path{
			Points:       points,
			MarketPrices: make([]float64, len(g.assets)*points),
			OraclePrices: make([]float64, len(g.assets)*points),
		},
		draws:   draws{source: g.source},
		normals: make([]float64, len(g.drivers.assets)*n),
		bridge:  make([]float64, n+1),
		jumps:   make([]float64, g.jumps.rows*n),
	}
	if g.regimes != nil {
		s.states = make([]int32, n)
	}
	for range g.groups {
		s.rows = append(s.rows, make([]int32, g.grid.steps()))
	}
	return s
}

// Fill generates one path into the scratch. It does not allocate.
func (g *Generator) Fill(path uint64, s *Scratch) *Path {
	s.draws.index, s.draws.splices = path, nil
	s.draws.path, s.draws.mirror = g.sampler.locate(path)
	return g.fill(path, s)
}

func (g *Generator) fill(path uint64, s *Scratch) *Path {
	d := &s.draws
	g.fillShared(d, s)
	s.path.Index = path
	for n := range g.assets {
		g.fillAsset(n, d, s)
	}
	return &s.path
}

// fillShared draws what several assets share.
func (g *Generator) fillShared(d *draws, s *Scratch) {
	if len(s.normals) > 0 {
		g.sampler.fill(d, s)
	}
	s.path.LogWeight = 0
	if g.regimes != nil {
		g.regimes.fill(d, stream(streamRegime, 0), s.states)
		d.states = s.states
	}
	if g.tilt != nil {
		s.path.LogWeight = g.tilt.apply(s.normals, d.states)
	}
	g.drivers.correlate(s.normals, d.states, g.grid.intervals())
	if g.copula != nil {
		g.copula.apply(d, s.normals, g.grid.intervals())
	}
	if g.uncertain != nil {
		g.redraw(d, s)
		s.jumpPlan.fill(d, s.jumps)
	} else {
		g.jumps.fill(d, s.jumps)
	}
	for n, group := range g.groups {
		group.fill(d, uint64(n), s.rows[n])
	}
	d.rows = s.rows
}

func (g *Generator) fillAsset(n int, d *draws, s *Scratch) {
	a, intervals, points := &g.assets[n], g.grid.intervals(), s.path.Points
	d.asset, d.normals, d.jumps = uint64(n), nil, nil
	if a.driver >= 0 {
		d.normals = s.normals[a.driver*intervals : (a.driver+1)*intervals]
	}
	if a.jumpRow >= 0 {
		d.jumps = s.jumps[a.jumpRow*intervals : (a.jumpRow+1)*intervals]
	}
	market := s.path.MarketPrices[n*points : (n+1)*points]
	own := a.process
	if s.processes != nil && s.processes[n] != nil {
		own = s.processes[n]
	}
	own.fill(d, market)
	if !a.prices {
		portable.ExpScaled(market, a.initial)
	}
	if a.overlay != nil {
		for i, factor := range a.overlay {
			market[i] *= factor
		}
	}
	a.oracle.publish(market, s.path.OraclePrices[n*points:(n+1)*points])
}
