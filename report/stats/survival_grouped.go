package stats

import (
	"math"
	"sort"
)

const methodGroupedSurvival = "share of the paths of groups, Wilson band of the effective size"

// GroupedSurvival is Survival for paths that depend on one another within
// groups, or carry weights of mean 1 over all of them and not over those at
// risk (splitting): one minus the share of the paths with an event so far. No
// path may be lost before the end. Groups give the group of each life,
// ascending.
func GroupedSurvival(lives []Lifetime, groups []int64, confidence float64) []SurvivalPoint {
	if why := refuse(len(lives), confidence); why != "" {
		return []SurvivalPoint{{S: unknown(confidence, methodGroupedSurvival, why)}}
	}
	c := newGroupedCurve(lives, groups, confidence)
	out := []SurvivalPoint{{AtRisk: int64(len(lives)), S: c.estimate()}}
	left := int64(len(lives))
	for at := 0; at < len(c.order); {
		now := lives[c.order[at]].Seconds
		events, gone := int64(0), int64(0)
		for ; at < len(c.order) && lives[c.order[at]].Seconds == now; at++ {
			if gone++; lives[c.order[at]].Observed {
				events++
				c.add(c.order[at])
			}
		}
		if events > 0 {
			out = append(out, SurvivalPoint{Seconds: now, AtRisk: left, Events: events, S: c.estimate()})
		}
		left -= gone
	}
	return out
}

// groupedCurve follows the weight of the events by group.
type groupedCurve struct {
	lives  []Lifetime
	sample Sample
	of     []int32 // group of each path
	order  []int   // paths by time
	sizes  []float64
	hits   []float64 // weight of events of each group
	z      float64
	// Over all groups: of the hits, of their squares, and with the sizes.
	sum, squares, cross, sizesSquared float64
	confidence                        float64
}

func newGroupedCurve(lives []Lifetime, groups []int64, confidence float64) *groupedCurve {
	s := Sample{Values: make([]float64, len(lives)), Groups: groups}
	c := &groupedCurve{lives: lives, sample: s, of: s.positions(), confidence: confidence, z: s.quantileOf(confidence)}
	c.sizes, c.hits = make([]float64, s.units()), make([]float64, s.units())
	for i, g := range c.of {
		c.sizes[g]++
		c.order = append(c.order, i)
	}
	for _, n := range c.sizes {
		c.sizesSquared += float64(n * n)
	}
	sort.SliceStable(c.order, func(a, b int) bool { return lives[c.order[a]].Seconds < lives[c.order[b]].Seconds })
	return c
}

func (c *groupedCurve) add(path int) {
	g, w := c.of[path], c.lives[path].Weight
	before := c.hits[g]
	c.hits[g] = before + w
	c.sum += w
	c.squares += float64(w * (2*before + w))
	c.cross += float64(w * c.sizes[g])
}

func (c *groupedCurve) estimate() Estimate {
	n := float64(len(c.lives))
	share := math.Min(1, c.sum/n)
	rest := c.squares - float64(2*float64(share*c.cross)) + float64(float64(share*share)*c.sizesSquared)
	variance := math.Max(0, rest) * corrected(len(c.sizes)) / float64(n*n)
	e := Estimate{Value: 1 - share, Confidence: c.confidence, N: int64(len(c.lives)), EffectiveN: n, Method: methodGroupedSurvival}
	if variance > 0 && share > 0 && share < 1 {
		e.EffectiveN = float64(share*(1-share)) / variance
	}
	e.Low, e.High = 0, 1
	if !math.IsInf(c.z, 1) {
		low, high := wilsonBounds(share, math.Max(e.EffectiveN, 1), c.z)
		e.Low, e.High = 1-high, 1-low
	}
	return e
}
