package pricepaths

import (
	"fmt"
	"strconv"
)

// SecondsPerYear is the length of a year in every annual figure: 365 days.
const SecondsPerYear = 31_536_000

// MaxPoints is the largest number of grid points of one path.
const MaxPoints = 10_000_000

// Spec is everything that determines the paths.
type Spec struct {
	Assets []Asset

	// Correlation of the assets' driving normals, symmetric with a unit diagonal,
	// in the order of Assets; nil for independent assets. A matrix that is not
	// positive semidefinite is replaced by the nearest correlation matrix
	// (Higham 2002) with a warning if that is near (MostRepair) or Nearest, and
	// else refused, as it is under Strict.
	Correlation       [][]float64
	CorrelationStress *CorrelationStress
	Nearest           bool // take the nearest correlation matrix however far it is
	Copula            Copula
	CommonJumps       []CommonJump
	Regimes           *RegimeChain // the chain of every RegimeSwitching asset

	Steps       int   // number of base steps; a path has Steps+1 points or more
	StepSeconds int64 // length of a base step
	Start       int64 // unix seconds of the first point

	Seed     uint64
	Sampling Sampling
	Paths    int // how many paths will be drawn: needed by stratified, latin_hypercube and sobol

	Oracle   Oracle
	Episodes []Episode
	Fine     []FineWindow
	Tilt     *Tilt
	Strict   bool // refuse what would otherwise be repaired with a warning
}

// Asset is one price series.
type Asset struct {
	ID      string
	Initial float64 // price at the first point; 0 keeps the price level of a history
	Process ProcessSpec
	Oracle  *Oracle // replaces Spec.Oracle for this asset

	// Uncertainty draws the parameters of the process for every path; nil for those
	// that it has.
	Uncertainty *Uncertainty
}

// ProcessSpec is one of the processes of this package: GBM, Merton, Kou, Heston,
// GARCH, RegimeSwitching, OrnsteinUhlenbeck, HistoryReplay, HistoryWindows,
// Bootstrap, Pinned or Scripted.
type ProcessSpec interface {
	// Name is the process's name in configuration, for example "gbm".
	Name() string

	traits() traits
	validate(v *validator, field string, s *Spec, asset int)
	build(b *builder, asset int) process
}

// traits tells what a process takes from the generator and gives to it.
type traits struct {
	normals bool // one correlated normal an interval
	jumps   bool // accepts common jumps
	prices  bool // fills prices, not logarithms relative to Asset.Initial
	level   bool // may keep its own price level (Asset.Initial of 0)
	fixed   bool // the same for every path
}

// process fills one asset's path. It is immutable and shared by goroutines.
type process interface {
	fill(d *draws, out []float64)
}

// assetIndex returns the position of an asset, or -1.
func (s *Spec) assetIndex(id string) int {
	for n := range s.Assets {
		if s.Assets[n].ID == id {
			return n
		}
	}
	return -1
}

// assetField is the place of an asset in messages: by its id, as the
// configuration names it, or by its position where it has none.
func (s *Spec) assetField(n int) string { return fieldOf("assets", s.Assets[n].ID, n) }

// fieldOf is the place of an element of a list.
func fieldOf(list, id string, n int) string {
	if id == "" {
		id = strconv.Itoa(n)
	}
	return list + "[" + id + "]"
}

func (s *Spec) validate(v *validator) {
	v.check(s.Steps >= 1 && s.Steps < MaxPoints, "steps", s.Steps, fmt.Sprintf("from 1 to %d", MaxPoints-1))
	v.check(s.StepSeconds >= 1 && s.StepSeconds <= 100*SecondsPerYear, "step_seconds", s.StepSeconds, "from 1 second to 100 years")
	v.check(s.Paths >= 0, "paths", s.Paths, ">= 0")
	v.check(len(s.Assets) > 0, "assets", "none", "at least one asset")
	s.validateAssets(v)
	s.validateDependence(v)
	s.Sampling.validate(v, s)
	s.Oracle.validate(v, "oracle")
	for n := range s.Episodes {
		s.Episodes[n].validate(v, fmt.Sprintf("episodes[%d]", n), s)
	}
	for n := range s.Fine {
		s.Fine[n].validate(v, fmt.Sprintf("fine[%d]", n), s)
	}
	if s.Tilt != nil {
		s.Tilt.validate(v, s)
	}
}

func (s *Spec) validateAssets(v *validator) {
	seen := map[string]bool{}
	for n := range s.Assets {
		a, field := &s.Assets[n], s.assetField(n)
		v.check(a.ID != "", field+".id", `""`, "a name")
		v.check(!seen[a.ID], field+".id", a.ID, "a name that no other asset has")
		seen[a.ID] = true
		if a.Oracle != nil {
			a.Oracle.validate(v, field+".oracle")
		}
		if !v.check(a.Process != nil, field+".process", "nil", "a process") {
			continue
		}
		if a.Initial != 0 || !a.Process.traits().level {
			v.check(finite(a.Initial) && a.Initial > 0, field+".initial", a.Initial, "a price above 0")
		}
		a.Process.validate(v, field+".process", s, n)
		if a.Uncertainty != nil {
			a.Uncertainty.validate(v, field+".process.uncertainty", a.Process)
		}
	}
}

func (s *Spec) validateDependence(v *validator) {
	validateMatrix(v, "correlation", s.Correlation, len(s.Assets))
	if s.CorrelationStress != nil {
		s.CorrelationStress.validate(v, len(s.Assets))
	}
	s.Copula.validate(v)
	for n := range s.CommonJumps {
		s.CommonJumps[n].validate(v, fmt.Sprintf("common_jumps[%d]", n), s)
	}
	if s.Regimes != nil {
		s.Regimes.validate(v, "regimes", s)
	}
}
