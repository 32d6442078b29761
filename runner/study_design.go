package runner

import (
	"fmt"
	"math"
	"strconv"

	"backtest/configs"
	"backtest/pricepaths/rng"
	"backtest/pricepaths/sobol"
	"backtest/runner/record"
)

// The design whose points come in rows of one row each of two samples, A and B,
// and then A with each one axis taken from B.
const saltelliDesign = "saltelli"

// Streams of the draws of sampled designs.
const (
	strataStream   = 1<<62 + 16 + iota // order of the strata of a Latin hypercube
	placeStream                        // place within a stratum
	scrambleStream                     // scramble of a Sobol sequence
	shiftStream                        // its digital shift
)

// designed lists the points of a design, the value of each axis as text.
func designed(s *configs.Study, axes []record.StudyAxis, present []string, seed uint64) ([][]string, error) {
	switch s.Design {
	case "grid":
		return grid(s.Axes), nil
	case "one_at_a_time":
		return oneAtATime(s.Axes, present), nil
	case "latin_hypercube":
		return placed(s.Axes, axes, latinHypercube(int(s.Points), len(axes), seed)), nil
	case "sobol":
		return placed(s.Axes, axes, sobolPoints(int(s.Points), len(axes), seed)), nil
	}
	rows := int(s.Points) / (len(axes) + 2)
	if rows < 2 {
		return nil, fmt.Errorf("%d points, allowed: at least %d for %d axes in a saltelli design", s.Points, 2*(len(axes)+2), len(axes))
	}
	return placed(s.Axes, axes, saltelli(sobolPoints(rows, 2*len(axes), seed))), nil
}

// grid takes every combination; the last axis changes fastest.
func grid(axes []configs.Axis) [][]string {
	points := [][]string{nil}
	for _, axis := range axes {
		var longer [][]string
		for _, p := range points {
			for _, level := range axis.Levels() {
				longer = append(longer, append(p[:len(p):len(p)], level))
			}
		}
		points = longer
	}
	return points
}

// oneAtATime takes every value of an axis, the others at present.
func oneAtATime(axes []configs.Axis, present []string) [][]string {
	var points [][]string
	for a, axis := range axes {
		for _, level := range axis.Levels() {
			p := append([]string(nil), present...)
			p[a] = level
			points = append(points, p)
		}
	}
	return points
}

// placed turns places in the unit cube into values.
func placed(ranges []configs.Axis, axes []record.StudyAxis, cube [][]float64) [][]string {
	points := make([][]string, len(cube))
	for i, place := range cube {
		for a, u := range place {
			points[i] = append(points[i], rounded(axes[a], ranges[a].At(u)))
		}
	}
	return points
}

// rounded keeps axes of whole numbers whole.
func rounded(axis record.StudyAxis, text string) string {
	x, err := strconv.ParseFloat(text, 64)
	if axis.Unit != configs.WholeValue || err != nil {
		return text
	}
	return strconv.FormatFloat(math.RoundToEven(x), 'f', 0, 64)
}

// latinHypercube puts one point into each of n equal parts of every axis
// (McKay, Beckman, Conover 1979, "A comparison of three methods for selecting
// values of input variables", Technometrics 21).
func latinHypercube(n, axes int, seed uint64) [][]float64 {
	source := rng.New(seed)
	cube := make([][]float64, n)
	for i := range cube {
		cube[i] = make([]float64, axes)
	}
	for a := range axes {
		for i, stratum := range permutation(source, n, uint64(a)) {
			u := source.Uniform(uint64(a), uint64(i), placeStream)
			cube[i][a] = (float64(stratum) + u) / float64(n)
		}
	}
	return cube
}

// permutation shuffles 0 … n-1 (Fisher and Yates).
func permutation(source rng.Source, n int, axis uint64) []int {
	p := make([]int, n)
	for i := range p {
		p[i] = i
	}
	for i := n - 1; i > 0; i-- {
		j := min(i, int(source.Uniform(axis, uint64(i), strataStream)*float64(i+1)))
		p[i], p[j] = p[j], p[i]
	}
	return p
}

// sobolPoints gives the first points of a scrambled and shifted Sobol sequence.
func sobolPoints(n, dimensions int, seed uint64) [][]float64 {
	source := rng.New(seed)
	sequence := sobol.NewScrambled(dimensions, func(d, row int) uint64 { return source.Uint64(uint64(d), uint64(row), scrambleStream) })
	cube := make([][]float64, n)
	for i := range cube {
		for d := range dimensions {
			cube[i] = append(cube[i], rng.Float64(sequence.Word(uint32(i), d)^source.Uint64(uint64(d), 0, shiftStream)))
		}
	}
	return cube
}

// saltelli makes the rows of the design of Saltelli et al. (2010), "Variance
// based sensitivity analysis of model output", Computer Physics Communications
// 181, table 2: A, B, and A with column i of B.
func saltelli(pairs [][]float64) [][]float64 {
	var points [][]float64
	for _, pair := range pairs {
		axes := len(pair) / 2
		a, b := pair[:axes], pair[axes:]
		points = append(points, a, b)
		for i := range axes {
			mixed := append([]float64(nil), a...)
			mixed[i] = b[i]
			points = append(points, mixed)
		}
	}
	return points
}
