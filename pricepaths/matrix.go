package pricepaths

import (
	"fmt"
	"math"
	"strings"

	"backtest/internal/warn"
	"backtest/pricepaths/correlation"
)

// CorrelationStress moves every correlation matrix towards another one: with the
// weight w each is (1-w)·M + w·T, which is a correlation matrix since both are.
type CorrelationStress struct {
	Weight  float64     // from 0, nothing, to 1, the other matrix
	Towards [][]float64 // nil for EqualCorrelation of 0.95
}

// StressedCorrelation is what all pairs go towards unless it is stated otherwise.
const StressedCorrelation = 0.95

// EqualCorrelation is the matrix of n assets with the same correlation in all
// pairs: positive semidefinite from -1/(n-1) to 1.
func EqualCorrelation(n int, value float64) [][]float64 {
	m := make([][]float64, n)
	for i := range m {
		m[i] = make([]float64, n)
		for j := range m[i] {
			m[i][j] = value
		}
		m[i][i] = 1
	}
	return m
}

func (c *CorrelationStress) validate(v *validator, assets int) {
	v.within("correlation_stress.weight", c.Weight, 0, 1)
	validateMatrix(v, "correlation_stress.correlation", c.Towards, assets)
}

// stressed is a matrix of the specification after the stress; nil stands for
// independent assets.
func stressed(s *Spec, m [][]float64, v *validator) [][]float64 {
	c := s.CorrelationStress
	if c == nil || c.Weight == 0 {
		return m
	}
	n := len(s.Assets)
	if m == nil {
		m = EqualCorrelation(n, 0)
	}
	towards := c.Towards
	if towards == nil {
		towards = EqualCorrelation(n, StressedCorrelation)
	}
	towards = possible(s, v, "correlation_stress.correlation", towards)
	out := make([][]float64, n)
	for i := range m {
		out[i] = make([]float64, n)
		for j := range m[i] {
			out[i][j] = float64((1-c.Weight)*m[i][j]) + float64(c.Weight*towards[i][j])
		}
		out[i][i] = 1
	}
	return out
}

// MostRepair is how far the nearest correlation matrix may change one correlation
// and be taken with no more than a warning.
const MostRepair = 0.05

// possible is a matrix that is positive semidefinite: the one that is given, or
// the nearest one (Higham 2002) with a warning. Where that changes a correlation
// by more than MostRepair the matrix is refused unless Spec.Nearest, and where
// Spec.Strict in any case.
func possible(s *Spec, v *validator, field string, m [][]float64) [][]float64 {
	if _, ok := correlation.Cholesky(m); ok {
		return m
	}
	nearest, distance := correlation.Nearest(m)
	change, pairs := largestChange(s, m, nearest)
	switch {
	case s.Strict:
		v.fail(field, "a matrix that is not positive semidefinite", "a correlation matrix, or strict off to take the nearest one")
	case change > MostRepair && !s.Nearest:
		v.fail(field, "correlations that cannot hold together; in the nearest matrix "+pairs,
			fmt.Sprintf("a positive semidefinite matrix, or nearest: true to take the nearest one though it changes a correlation by more than %g", MostRepair))
	default:
		v.warn(warn.New(warn.CorrelationNearest, "%s is not positive semidefinite: the nearest correlation matrix (Higham 2002) is used", field).
			Change(pairs, distance, "Frobenius distance").At(keyOf(field)))
	}
	return nearest
}

// mostPairs are told one by one.
const mostPairs = 6

// largestChange tells how far each correlation was moved.
func largestChange(s *Spec, from, to [][]float64) (most float64, pairs string) {
	var told []string
	more := 0
	for i := range from {
		for j := range i {
			d := math.Abs(to[i][j] - from[i][j])
			most = max(most, d)
			switch {
			case d < 5e-4:
			case len(told) == mostPairs:
				more++
			default:
				told = append(told, fmt.Sprintf("%s,%s %.3g → %.3f", s.Assets[j].ID, s.Assets[i].ID, from[i][j], to[i][j]))
			}
		}
	}
	if more > 0 {
		told = append(told, fmt.Sprintf("%d more", more))
	}
	return most, strings.Join(told, "; ")
}
