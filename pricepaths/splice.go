package pricepaths

// Splice is where a path branches off another one: from an interval of the grid
// on, the draws of a path of its own count. Interval i leads from point i to
// point i+1.
type Splice struct {
	Interval int
	Path     uint64
}

// at returns the path whose draws count in an interval.
func (d *draws) at(interval int) uint64 {
	path := d.path
	for _, s := range d.splices {
		if s.Interval > interval {
			break
		}
		path = s.Path
	}
	return path
}

// Branches says whether paths can branch: every draw is of one path and one
// interval, so that a later one can be another path's. Sampling methods that
// draw paths together, and windows of a history, tie a path as a whole.
func (g *Generator) Branches() bool {
	_, plain := g.sampler.(plainSampler)
	return plain && g.starts == nil && g.tilt == nil
}

// FillSpliced generates the path that goes as path does up to the first splice,
// then on with the draws of that one, and so on; splices ascend. State that a
// process carries (variance, regime, block of a bootstrap) is kept, so that
// what follows has the law of the future given the past. A draw that holds for
// longer than an interval, such as a regime's, is kept to its end. The
// generator must branch.
func (g *Generator) FillSpliced(path uint64, splices []Splice, s *Scratch) *Path {
	s.draws.index, s.draws.path, s.draws.mirror, s.draws.splices = path, path, false, splices
	return g.fill(path, s)
}
