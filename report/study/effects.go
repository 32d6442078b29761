package study

import (
	"backtest/report/threshold"
)

// Effects tell how much of the variance of a figure over the design each axis
// is responsible for.
type Effects struct {
	Figure threshold.Figure
	Title  string
	Method string
	Axes   []AxisEffect
	Pairs  []PairEffect // of a grid
}

// AxisEffect are the Sobol indices of one axis. First is the share of variance
// that it explains by itself, Total the share that is left open as long as it
// is not fixed: the rest is interaction. NaN is unknown.
type AxisEffect struct {
	Key          string
	First, Total Share
}

// Share is a share of variance; without an interval Low and High equal Value.
type Share struct{ Value, Low, High float64 }

// PairEffect is the share of variance that two axes explain together beyond
// what each explains by itself.
type PairEffect struct {
	Keys  [2]string
	Share float64
}

// effects of every key figure, as far as the design allows.
func (s *Study) effects(points []Point) []Effects {
	for _, p := range points {
		if p.Cell == nil {
			return nil // a hole in the design
		}
	}
	var out []Effects
	for _, f := range s.figures() {
		values := make([]float64, len(points))
		constant := true
		for i := range points {
			values[i] = points[i].value(f)
			constant = constant && values[i] == values[0]
		}
		if constant || !known(values) {
			continue
		}
		e := Effects{Figure: f, Title: points[0].measures[f.String()].title}
		if s.decompose(&e, points, values) {
			out = append(out, e)
		}
	}
	return out
}

// known says whether every value is a finite number.
func known(values []float64) bool {
	for _, v := range values {
		if v-v != 0 {
			return false
		}
	}
	return true
}

func (s *Study) decompose(e *Effects, points []Point, values []float64) bool {
	switch s.Design {
	case "grid":
		return s.analyse(e, points, values)
	case "saltelli":
		return s.saltelli(e, values)
	case "latin_hypercube", "sobol":
		return s.correlate(e, points, values)
	}
	return false
}

// correlate gives squared correlations: the share that a straight line along
// one axis explains. The axes of these designs are about uncorrelated.
func (s *Study) correlate(e *Effects, points []Point, values []float64) bool {
	e.Method = "squared correlation with the axis (linear effects only)"
	scenario := Scenario{Points: points}
	for a, axis := range s.Axes {
		x := scenario.Numbers(a)[1:] // the present point is not of the design
		r2 := squaredCorrelation(x, values[1:])
		e.Axes = append(e.Axes, AxisEffect{Key: axis.Key, First: Share{r2, r2, r2}, Total: unknownShare()})
	}
	return true
}

func squaredCorrelation(x, y []float64) float64 {
	meanX, meanY := mean(x), mean(y)
	xx, yy, xy := 0.0, 0.0, 0.0
	for i := range x {
		dx, dy := x[i]-meanX, y[i]-meanY
		xx += float64(dx * dx)
		yy += float64(dy * dy)
		xy += float64(dx * dy)
	}
	if xx == 0 || yy == 0 {
		return 0
	}
	return float64(xy*xy) / float64(xx*yy)
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}
