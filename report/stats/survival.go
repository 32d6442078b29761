package stats

import (
	"math"
	"sort"
)

// Lifetime is the time until a path's first event, or until it was last seen
// without one (censored, as at the end of a simulation).
type Lifetime struct {
	Seconds  int64
	Observed bool    // the event happened at Seconds
	Weight   float64 // 1 for a plain path
}

// SurvivalPoint is the curve from its time on, until the next point.
type SurvivalPoint struct {
	Seconds int64
	AtRisk  int64    // paths seen without the event just before
	Events  int64    // paths whose event is at this time
	S       Estimate // P(no event up to and including Seconds)
}

// Survival is the product-limit estimate of Kaplan and Meier (1958) of the
// probability of having seen no event, at time 0 and after every time with
// one. Bounds are Wilson's with the effective size S(1-S)/var, var by
// Greenwood (1926), so they stay within [0, 1] and equal the plain Wilson
// interval as long as nothing is censored. Weighted paths enter at-risk and
// event sums with their weights, and the size shrinks to Kish's.
func Survival(lives []Lifetime, confidence float64) []SurvivalPoint {
	if why := refuse(len(lives), confidence); why != "" {
		return []SurvivalPoint{{S: unknown(confidence, methodSurvival, why)}}
	}
	lives = append([]Lifetime(nil), lives...)
	sort.SliceStable(lives, func(a, b int) bool { return lives[a].Seconds < lives[b].Seconds })
	c := newCurve(lives, confidence)
	for i := 0; i < len(lives); {
		j := i
		for j < len(lives) && lives[j].Seconds == lives[i].Seconds {
			j++
		}
		c.step(lives[i:j])
		i = j
	}
	return c.points
}

const methodSurvival = "Kaplan-Meier, Wilson band with Greenwood variance"

type curve struct {
	confidence float64
	z          float64 // its normal quantile
	n          int64
	size       float64 // effective paths a unit of weight
	risk       float64 // weight still at risk
	atRisk     int64
	survivors  float64
	greenwood  float64
	points     []SurvivalPoint
}

func newCurve(lives []Lifetime, confidence float64) *curve {
	weights := make([]float64, len(lives))
	total := 0.0
	for i, l := range lives {
		weights[i] = l.Weight
		total += l.Weight
	}
	c := &curve{confidence: confidence, z: twoSided(confidence), n: int64(len(lives)), atRisk: int64(len(lives)), risk: total, survivors: 1}
	if total > 0 {
		c.size = KishESS(weights) / total
	}
	c.add(0, 0, c.atRisk)
	return c
}

// step takes in all lives that end at one time: events before censoring.
func (c *curve) step(same []Lifetime) {
	events, hit, gone := int64(0), 0.0, 0.0
	for _, l := range same {
		gone += l.Weight
		if l.Observed {
			hit += l.Weight
			events++
		}
	}
	if events > 0 && c.risk > 0 {
		left := math.Max(0, c.risk-hit)
		if left < c.risk*1e-12 {
			left = 0
		}
		c.survivors *= left / c.risk
		if left > 0 {
			c.greenwood += hit / float64(float64(c.risk*left)*c.size)
		}
		c.add(same[0].Seconds, events, c.atRisk)
	}
	c.risk -= gone
	c.atRisk -= int64(len(same))
}

func (c *curve) add(seconds, events, atRisk int64) {
	s := c.survivors
	// S(1-S)/(S^2 greenwood): the plain sample that would be as sure.
	size := float64(c.risk * c.size)
	if s > 0 && s < 1 {
		size = (1 - s) / float64(s*c.greenwood)
	}
	e := Estimate{Value: s, Confidence: c.confidence, N: c.n, EffectiveN: size, Method: methodSurvival}
	e.Low, e.High = wilsonBounds(s, math.Max(size, 1), c.z)
	c.points = append(c.points, SurvivalPoint{Seconds: seconds, AtRisk: atRisk, Events: events, S: e})
}

// At is the survival curve's estimate at a time.
func At(points []SurvivalPoint, seconds int64) Estimate {
	i := sort.Search(len(points), func(i int) bool { return points[i].Seconds > seconds })
	return points[max(0, i-1)].S
}
