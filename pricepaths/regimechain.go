package pricepaths

import (
	"fmt"
	"math"

	"backtest/pricepaths/rng"
)

// RegimeChain is a Markov chain in discrete time, shared by the assets that
// switch with it (Hamilton 1989, Econometrica 57).
type RegimeChain struct {
	PeriodSeconds int64       // time between two transitions, a multiple of the base step; 0 for one base step
	Transition    [][]float64 // Transition[i][j] = P(next j | now i)
	Initial       []float64   // probabilities of the first state; nil for the stationary ones

	// Correlations of the driving normals in each state; nil to use
	// Spec.Correlation in all states.
	Correlations [][][]float64
}

func (c *RegimeChain) period(s *Spec) int64 {
	if c.PeriodSeconds == 0 {
		return s.StepSeconds
	}
	return c.PeriodSeconds
}

func validatePeriod(v *validator, field string, period int64, s *Spec) {
	v.check(period >= 0 && (s.StepSeconds <= 0 || period%s.StepSeconds == 0), field, period,
		fmt.Sprintf("0 or a multiple of step_seconds (%d)", s.StepSeconds))
}

func (c *RegimeChain) validate(v *validator, field string, s *Spec) {
	validatePeriod(v, field+".period", c.PeriodSeconds, s)
	n := len(c.Transition)
	v.check(n >= 2, field+".transition", fmt.Sprintf("%d states", n), "two states or more")
	for i, row := range c.Transition {
		validateProbabilities(v, fmt.Sprintf("%s.transition[%d]", field, i), row, n)
	}
	if c.Initial != nil {
		validateProbabilities(v, field+".initial", c.Initial, n)
	}
	if c.Correlations != nil {
		v.check(len(c.Correlations) == n, field+".correlations", len(c.Correlations), "one matrix a state")
	}
	for i, m := range c.Correlations {
		validateMatrix(v, fmt.Sprintf("%s.correlations[%d]", field, i), m, len(s.Assets))
	}
}

func validateProbabilities(v *validator, field string, row []float64, n int) {
	sum := 0.0
	for _, p := range row {
		if !v.within(field, p, 0, 1) {
			return
		}
		sum += p
	}
	v.check(len(row) == n, field, fmt.Sprintf("%d probabilities", len(row)), fmt.Sprintf("%d probabilities", n))
	v.check(math.Abs(sum-1) < 1e-9, field, fmt.Sprintf("a sum of %v", sum), "probabilities that sum to 1")
}

// chainPlan is a prepared chain: cumulative probabilities and the intervals at
// which a period begins.
type chainPlan struct {
	initial    []float64
	transition [][]float64
	begins     []bool
}

func newChainPlan(c *RegimeChain, s *Spec, g *grid) *chainPlan {
	if c == nil {
		return nil
	}
	initial := c.Initial
	if initial == nil {
		initial = stationary(c.Transition)
	}
	p := &chainPlan{initial: cumulative(initial), begins: periodBegins(g, c.period(s))}
	for _, row := range c.Transition {
		p.transition = append(p.transition, cumulative(row))
	}
	return p
}

// periodBegins marks the intervals at whose left end a period starts.
func periodBegins(g *grid, period int64) []bool {
	begins := make([]bool, g.intervals())
	for i := range begins {
		begins[i] = g.offset(i)%period == 0
	}
	return begins
}

func cumulative(p []float64) []float64 {
	out, sum := make([]float64, len(p)), 0.0
	for i, x := range p {
		sum += x
		out[i] = sum
	}
	out[len(p)-1] = 1
	return out
}

func pick(cumulative []float64, u float64) int32 {
	for i, c := range cumulative {
		if u < c {
			return int32(i)
		}
	}
	return int32(len(cumulative) - 1)
}

// stationary solves π = πP, Σπ = 1 by Gaussian elimination with pivoting.
func stationary(p [][]float64) []float64 {
	n := len(p)
	a := make([][]float64, n)
	for i := range n {
		a[i] = make([]float64, n+1)
		for j := range n {
			a[i][j] = p[j][i]
		}
		a[i][i]--
	}
	for j := range n + 1 {
		a[n-1][j] = 1
	}
	for col := range n {
		best := col
		for row := col + 1; row < n; row++ {
			if math.Abs(a[row][col]) > math.Abs(a[best][col]) {
				best = row
			}
		}
		a[col], a[best] = a[best], a[col]
		if math.Abs(a[col][col]) < 1e-14 { // several closed classes: begin in the first state
			return append([]float64{1}, make([]float64, n-1)...)
		}
		eliminate(a, col)
	}
	out := make([]float64, n)
	for i := range n {
		out[i] = max(0, a[i][n]/a[i][i])
	}
	return out
}

func eliminate(a [][]float64, col int) {
	for row := range a {
		if row == col {
			continue
		}
		f := a[row][col] / a[col][col]
		for j := col; j <= len(a); j++ {
			a[row][j] -= float64(f * a[col][j])
		}
	}
}

// walker steps through a chain, one uniform a period.
type walker struct {
	plan   *chainPlan
	stream uint64
	period uint64
	words  [4]uint64
	path   uint64 // that the words are of
	state  int32
}

// next returns the state of an interval; intervals must come in order from 0.
func (w *walker) next(d *draws, interval int) int32 {
	if !w.plan.begins[interval] {
		return w.state
	}
	if path := d.at(interval); w.period&3 == 0 || path != w.path {
		w.words, w.path = d.source.Block(path, w.period>>2, w.stream, 0), path
	}
	u := rng.Float64(w.words[w.period&3])
	if interval == 0 {
		w.state = pick(w.plan.initial, u)
	} else {
		w.state = pick(w.plan.transition[w.state], u)
	}
	w.period++
	return w.state
}

func (p *chainPlan) fill(d *draws, stream uint64, states []int32) {
	w := walker{plan: p, stream: stream}
	for i := range states {
		states[i] = w.next(d, i)
	}
}
