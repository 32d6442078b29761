package study

import (
	"math"
	"strconv"
	"strings"

	"backtest/report"
)

// ShowValue writes the value of an axis for people: ratios in per cent, large
// numbers with thousands.
func ShowValue(text, unit string) string {
	x, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil:
		return text
	case unit == report.UnitUSD:
		return "$" + grouped(x)
	case unit != report.UnitRatio:
		return grouped(x)
	}
	return strconv.FormatFloat(math.Round(x*1e10)/1e8, 'f', -1, 64) + " %"
}

// number gives the value of an axis on a scale; false for text.
func number(text string) (float64, bool) {
	x, err := strconv.ParseFloat(text, 64)
	return x, err == nil
}

// Numbers gives the values of an axis at all points on a scale: their own, or
// the order of their first appearance where they are not numbers.
func (s *Scenario) Numbers(axis int) []float64 {
	out := make([]float64, len(s.Points))
	for i, p := range s.Points {
		x, ok := number(p.Values[axis])
		if !ok {
			return s.ordered(axis)
		}
		out[i] = x
	}
	return out
}

func (s *Scenario) ordered(axis int) []float64 {
	var out []float64
	order := map[string]float64{}
	for _, p := range s.Points {
		value := p.Values[axis]
		if _, seen := order[value]; !seen {
			order[value] = float64(len(order))
		}
		out = append(out, order[value])
	}
	return out
}

// grouped writes a number with thousands and as many decimals as it has.
func grouped(x float64) string {
	whole, rest, _ := strings.Cut(strconv.FormatFloat(math.Abs(x), 'f', -1, 64), ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if x < 0 {
		whole = "-" + whole
	}
	if rest != "" {
		whole += "." + rest
	}
	return whole
}
