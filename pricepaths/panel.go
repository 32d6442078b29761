package pricepaths

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// History is a panel of closing prices in memory. New copies what it needs. Two
// assets share the rows of a Bootstrap if they point to the same History.
type History struct {
	Assets []string
	Times  []int64     // unix seconds at which the bars closed, ascending
	Close  [][]float64 // Close[a][t]; NaN where asset a has no close
}

// validate checks the panel itself and that it holds a series for the grid.
func (h *History) validate(v *validator, field, series string, s *Spec) {
	if !v.check(h != nil, field, "nil", "a panel of prices") {
		return
	}
	if !v.check(len(h.Close) == len(h.Assets), field+".close", len(h.Close), fmt.Sprintf("%d series, one an asset", len(h.Assets))) ||
		!v.check(len(h.Times) >= 2, field+".times", len(h.Times), "two times or more") {
		return
	}
	at := slices.Index(h.Assets, series)
	if !v.check(at >= 0, strings.TrimSuffix(field, ".panel")+".column", fmt.Sprintf("%q, of %v", series, h.Assets), "a column of the panel") ||
		!v.check(len(h.Close[at]) == len(h.Times), field+".close", len(h.Close[at]), fmt.Sprintf("%d closes, one a time", len(h.Times))) {
		return
	}
	for t, price := range h.Close[at] {
		if !math.IsNaN(price) && (!finite(price) || price <= 0) {
			v.fail(fmt.Sprintf("%s.close[%s][%d]", field, series, t), price, "a price above 0, or NaN for none")
			return
		}
	}
	h.validateTimes(v, field, s)
}

func (h *History) validateTimes(v *validator, field string, s *Spec) {
	step := h.step()
	if !v.check(step > 0, field+".times", "times out of order", "ascending times, each once") {
		return
	}
	for t, at := range h.Times {
		if (at-h.Times[0])%step != 0 {
			v.fail(fmt.Sprintf("%s.times[%d]", field, t), at, fmt.Sprintf("the first time plus a multiple of %d s", step))
			return
		}
	}
	slots := (h.Times[len(h.Times)-1] - h.Times[0]) / step
	v.check(slots < 20*MaxPoints, field+".times", fmt.Sprintf("%d periods of %d s", slots, step), "a range without such gaps")
	v.check(s.StepSeconds%step == 0, "step_seconds", s.StepSeconds, fmt.Sprintf("a multiple of the history's own step, %d s", step))
}

// each visits the closes of a series in order of time.
func (h *History) each(series string, visit func(price float64)) {
	for _, price := range h.Close[slices.Index(h.Assets, series)] {
		if !math.IsNaN(price) {
			visit(price)
		}
	}
}

// step returns the smallest distance of two neighbouring times.
func (h *History) step() int64 {
	step := int64(math.MaxInt64)
	for t := 1; t < len(h.Times); t++ {
		step = min(step, h.Times[t]-h.Times[t-1])
	}
	return step
}

// series is one asset's closes on a regular axis, NaN where there is none.
type series struct {
	start, step int64
	close       []float64
	missing     []int32 // number of missing slots before each slot
}

func newSeries(h *History, name string) *series {
	s := &series{start: h.Times[0], step: h.step()}
	n := (h.Times[len(h.Times)-1]-s.start)/s.step + 1
	s.close = make([]float64, n)
	for i := range s.close {
		s.close[i] = math.NaN()
	}
	for t, price := range h.Close[slices.Index(h.Assets, name)] {
		s.close[(h.Times[t]-s.start)/s.step] = price
	}
	s.missing = make([]int32, n+1)
	for i, price := range s.close {
		s.missing[i+1] = s.missing[i]
		if math.IsNaN(price) {
			s.missing[i+1]++
		}
	}
	return s
}

// slot returns the slot of a time, -1 if there is none.
func (s *series) slot(t int64) int {
	at := (t - s.start) / s.step
	if t < s.start || (t-s.start)%s.step != 0 || at >= int64(len(s.close)) {
		return -1
	}
	return int(at)
}

// has tells whether a time has a close.
func (s *series) has(t int64) bool {
	at := s.slot(t)
	return at >= 0 && !math.IsNaN(s.close[at])
}
