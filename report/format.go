package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"backtest/report/stats"
	"backtest/report/threshold"
)

// statisticTitle tells statistics to people.
func statisticTitle(f threshold.Figure) string {
	level := strconv.FormatFloat(f.Level, 'f', -1, 64)
	switch f.Statistic {
	case "probability":
		return "probability"
	case "p":
		if f.Level == 50 {
			return "median"
		}
		return level + " % quantile"
	case "var":
		return "VaR " + level + " %"
	case "lar":
		return "LaR " + level + " %"
	case "es":
		return "expected shortfall " + level + " %"
	case "ratio":
		return ""
	}
	return f.Statistic
}

func measureTitle(m Metric, f threshold.Figure) string {
	title := m.Title
	if f.Selector != "" {
		title += " [" + f.Selector + "]"
	}
	if how := statisticTitle(f); how != "" {
		title += ", " + how
	}
	return title
}

// Format writes a value in its unit for people: ratios in per cent, amounts
// with thousands, times in hours or days; "none" for an unknown value, "open"
// for one without bound.
func Format(x float64, unit string) string {
	if math.IsNaN(x) {
		return "none"
	}
	if math.IsInf(x, 0) {
		if unit == UnitSeconds && x > 0 {
			return "after the end"
		}
		return "open"
	}
	switch unit {
	case UnitRatio:
		return significant(100*x) + " %"
	case UnitUSD:
		if text := thousands(x); strings.HasPrefix(text, "-") {
			return "-$" + text[1:]
		}
		return "$" + thousands(x)
	case UnitSeconds:
		if math.Abs(x) >= 2*86400 {
			return strconv.FormatFloat(x/86400, 'f', 1, 64) + " d"
		}
		return strconv.FormatFloat(x/3600, 'f', 1, 64) + " h"
	}
	return significant(x)
}

// significant keeps three digits or one decimal, whichever tells more.
func significant(x float64) string {
	switch size := math.Abs(x); {
	case size < 1:
		return strconv.FormatFloat(x+0, 'g', 3, 64)
	case size < 10:
		return strconv.FormatFloat(x, 'f', 2, 64)
	default:
		return strconv.FormatFloat(x, 'f', 1, 64)
	}
}

// thousands groups an amount, and shortens it from ten millions on.
func thousands(x float64) string {
	size := math.Abs(x)
	for _, scale := range []struct {
		from, unit float64
		name       string
	}{{1e12, 1e12, "T"}, {1e9, 1e9, "B"}, {1e7, 1e6, "M"}} {
		if size >= scale.from {
			return strconv.FormatFloat(x/scale.unit, 'f', 2, 64) + scale.name
		}
	}
	if size >= 1e-6 && size < 1 {
		return significant(x)
	}
	return group(strconv.FormatFloat(x, 'f', 0, 64))
}

func group(digits string) string {
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	if digits == "0" {
		sign = ""
	}
	return sign + digits
}

// Interval writes the bounds of an estimate; an open end says so.
func Interval(e stats.Estimate, unit string) string {
	return "[" + Format(e.Low, unit) + ", " + Format(e.High, unit) + "]"
}

// formatChange is Format of a difference: that of two ratios is in percentage
// points.
func formatChange(x float64, unit string) string {
	text := Format(x, unit)
	if unit == UnitRatio {
		return strings.Replace(text, " %", " pp", 1)
	}
	return text
}

func changeInterval(e stats.Estimate, unit string) string {
	return "[" + formatChange(e.Low, unit) + ", " + formatChange(e.High, unit) + "]"
}

// percent writes a confidence such as 95.
func percent(confidence float64) string {
	return strconv.FormatFloat(math.Round(confidence*1e6)/1e4, 'f', -1, 64)
}

// Count writes a number of things with its thousands.
func Count(n int64) string { return group(strconv.FormatInt(n, 10)) }

func duration(seconds int64) string { return Format(float64(seconds), UnitSeconds) }

func plural(n int64, one, many string) string {
	if n == 1 {
		return fmt.Sprintf("1 %s", one)
	}
	return Count(n) + " " + many
}
