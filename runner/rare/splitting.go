package rare

import (
	"errors"
	"fmt"
	"slices"

	"backtest/pricepaths/rng"
)

// Path is a path in progress that can be branched.
type Path interface {
	// Branch copies the path. What the copy draws from now on is of its own
	// stream.
	Branch(stream uint64) (Path, error)
	// Advance moves a step; false at the end, when nothing has moved.
	Advance() (more bool, err error)
	// Score tells how near the event is; it rises towards the last level.
	Score() (float64, error)
}

// Splitting is fixed-effort multilevel splitting: as many paths are run from
// every level, each branched from one of the entrances to it drawn with equal
// probability. The product of the shares that reach the next level is unbiased
// (Garvels 2000, "The splitting method in rare event simulation", §2).
type Splitting struct {
	Levels []float64 // ascending; the last is the event
	Paths  int       // from each level
	Seed   uint64
}

// Result is what one repetition came to. Repetitions are independent: the
// interval of the probability is that of the mean over them.
type Result struct {
	Probability float64
	Steps       int64 // of all paths of all levels
	Reached     []int // paths that reached each level
}

// Streams of the draws of a repetition beside those of the paths.
const entranceStream = 1<<62 + 32

// ErrLevels says that the levels do not ascend, or are none.
var ErrLevels = errors.New("levels must ascend")

// Run splits from a start. The same seed and repetition give the same result.
func (s Splitting) Run(start Path, repetition uint64) (Result, error) {
	if len(s.Levels) == 0 || !slices.IsSorted(s.Levels) || s.Paths < 1 {
		return Result{}, fmt.Errorf("splitting %v with %d paths: %w", s.Levels, s.Paths, ErrLevels)
	}
	out := Result{Probability: 1}
	entrances := []Path{start}
	source := rng.New(s.Seed)
	for k, level := range s.Levels {
		var reached []Path
		for i := range s.Paths {
			u := source.Uniform(repetition, uint64(k*s.Paths+i), entranceStream)
			parent := entrances[min(len(entrances)-1, int(u*float64(len(entrances))))]
			p, err := parent.Branch((repetition*uint64(len(s.Levels))+uint64(k))*uint64(s.Paths) + uint64(i))
			if err != nil {
				return out, err
			}
			hit, err := out.follow(p, level)
			if err != nil {
				return out, err
			}
			if hit {
				reached = append(reached, p)
			}
		}
		out.Reached = append(out.Reached, len(reached))
		out.Probability *= float64(len(reached)) / float64(s.Paths)
		if len(reached) == 0 {
			break
		}
		entrances = reached
	}
	return out, nil
}

// follow moves a path until it reaches a level or ends.
func (r *Result) follow(p Path, level float64) (bool, error) {
	for {
		score, err := p.Score()
		if err != nil || score >= level {
			return err == nil, err
		}
		more, err := p.Advance()
		if err != nil || !more {
			return false, err
		}
		r.Steps++
	}
}

// levelShare is the share of pilot paths that shall reach the next level.
const levelShare = 0.25

// Pilot chooses levels up to the event so that about a quarter of the paths from
// one reach the next: from each level, paths of their own are run to the end,
// and the next level is the upper quartile of their highest scores (Cérou and
// Guyader 2007, "Adaptive multilevel splitting for rare event analysis"). Its
// repetition must not be one of the run's.
func Pilot(start Path, event float64, paths int, seed, repetition uint64) (levels []float64, steps int64, err error) {
	const most = 100 // levels; an event beyond is out of reach
	for len(levels) < most {
		s := Splitting{Levels: append(slices.Clone(levels), event), Paths: paths, Seed: seed}
		highest, r, err := s.highest(start, repetition+uint64(len(levels)))
		steps += r.Steps
		if err != nil {
			return nil, steps, err
		}
		slices.Sort(highest)
		next := highest[int(float64(len(highest))*(1-levelShare))]
		if next >= event {
			return append(levels, event), steps, nil
		}
		if len(levels) > 0 && next <= levels[len(levels)-1] {
			break
		}
		levels = append(levels, next)
	}
	return nil, steps, fmt.Errorf("no path comes nearer than %v to %v: %w", levels, event, ErrLevels)
}

// highest gives the highest scores of the paths from the last level but one.
func (s Splitting) highest(start Path, repetition uint64) ([]float64, Result, error) {
	watched := &watch{highest: make([]float64, 0, s.Paths), from: len(s.Levels) - 1, paths: s.Paths}
	r, err := s.Run(watchedPath{Path: start, watch: watched}, repetition)
	if err == nil && len(watched.highest) == 0 {
		err = fmt.Errorf("no path reaches level %d of %v: %w", len(r.Reached), s.Levels, ErrLevels)
	}
	return watched.highest, r, err
}

// watch keeps the highest scores of the paths branched from the last level.
type watch struct {
	branched, from, paths int
	highest               []float64
}

type watchedPath struct {
	Path
	*watch
	slot int // of highest, -1 before the last level
}

func (w watchedPath) Branch(stream uint64) (Path, error) {
	p, err := w.Path.Branch(stream)
	child := watchedPath{p, w.watch, -1}
	if w.branched++; w.branched > w.from*w.paths {
		child.slot = len(w.highest)
		score, scoreErr := p.Score()
		w.highest = append(w.highest, score)
		err = errors.Join(err, scoreErr)
	}
	return child, err
}

func (w watchedPath) Score() (float64, error) {
	score, err := w.Path.Score()
	if w.slot >= 0 {
		w.highest[w.slot] = max(w.highest[w.slot], score)
	}
	return score, err
}
