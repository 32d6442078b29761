package threshold

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Op compares a figure with its limit.
type Op string

// Operators.
const (
	Less         Op = "<"
	LessEqual    Op = "<="
	Greater      Op = ">"
	GreaterEqual Op = ">="
)

// Holds says whether x op limit.
func (o Op) Holds(x, limit float64) bool {
	switch o {
	case Less:
		return x < limit
	case LessEqual:
		return x <= limit
	case Greater:
		return x > limit
	default:
		return x >= limit
	}
}

// End is the part of the interval that has to satisfy a threshold.
type End string

// Ends of an interval. Which end is adverse follows from the comparison: the upper
// one for < and <=, the lower one for > and >=. A threshold put on either end by
// name is put on the adverse one: the whole interval has to keep the limit. Those
// of a condition that must not hold, a drift gate, mean what they say.
const (
	OnEstimate End = "estimate" // the point estimate
	OnAdverse  End = "adverse"  // the end that satisfies the limit last
	OnUpper    End = "upper"    // the upper end of the interval
	OnLower    End = "lower"    // the lower end of the interval
)

// ParseEnd reads the option "on"; empty text is OnEstimate.
func ParseEnd(text string) (End, error) {
	switch End(text) {
	case "":
		return OnEstimate, nil
	case OnEstimate, OnAdverse, OnUpper, OnLower:
		return End(text), nil
	}
	return "", fmt.Errorf("on: %q is none of estimate, adverse, upper, lower", text)
}

// Severity is what a threshold that is not satisfied does to the run.
type Severity string

// Severities.
const (
	Fail Severity = "fail" // exit code 99
	Warn Severity = "warn" // told, nothing more
)

// ParseSeverity reads the option "severity"; empty text is Fail.
func ParseSeverity(text string) (Severity, error) {
	switch Severity(text) {
	case "":
		return Fail, nil
	case Fail, Warn:
		return Severity(text), nil
	}
	return "", fmt.Errorf("severity: %q is none of fail, warn", text)
}

// Figure names the estimate that a threshold is about.
type Figure struct {
	Metric    string  // such as bad_debt_usd
	Selector  string  // between brackets: a vault, pool or market; "" for the whole system
	Statistic string  // such as p, mean, var, es, probability; "" for the metric's own
	Level     float64 // of p, var, es: 99.9 for p99.9; 0 when there is none
}

// String writes the figure as Parse reads it.
func (f Figure) String() string {
	metric := f.Metric
	if f.Selector != "" {
		metric += "[" + f.Selector + "]"
	}
	switch {
	case f.Statistic == "":
		return metric
	case f.Level > 0:
		return f.Statistic + strconv.FormatFloat(f.Level, 'f', -1, 64) + "(" + metric + ")"
	case f.Statistic == "probability":
		return metric + ".probability"
	}
	return f.Statistic + "(" + metric + ")"
}

// Limit is the right side of a threshold.
type Limit struct {
	Value   float64 // 0.01 for 1%
	Percent bool    // it was written with a percent sign
	Of      string  // what the percentage is of, OfCollateral; "" for 100 %
}

// OfCollateral makes a percentage one of the value of all collateral at the end
// of a path, the mean over paths.
const OfCollateral = "collateral"

// String writes the limit as Parse reads it.
func (l Limit) String() string {
	if l.Percent {
		text := percentText(l.Value) + "%"
		if l.Of != "" {
			text += " of " + l.Of
		}
		return text
	}
	return amount(l.Value)
}

// percentText writes the number whose hundredth is the value, to the bit.
func percentText(value float64) string {
	text := plain(value * 100)
	if x, _ := strconv.ParseFloat(text, 64); x/100 == value {
		return text
	}
	// Shift the decimal point of the shortest text instead.
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(value, 'e', -1, 64), "e")
	shifted, _ := strconv.Atoi(exponent)
	return mantissa + "e" + strconv.Itoa(shifted+2)
}

func plain(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// amount writes a number as people do: with thousands, without an exponent where
// it is of a size that people write out.
func amount(x float64) string {
	if size := math.Abs(x); size < 10_000 || size >= 1e15 {
		return plain(x)
	}
	whole, fraction, _ := strings.Cut(strconv.FormatFloat(x, 'f', -1, 64), ".")
	for at := len(whole) - 3; at > 0 && whole[at-1] != '-'; at -= 3 {
		whole = whole[:at] + "_" + whole[at:]
	}
	if fraction == "" {
		return whole
	}
	return whole + "." + fraction
}

// Threshold is a limit on a figure and what follows from it.
type Threshold struct {
	Figure   Figure
	Op       Op
	Limit    Limit
	On       End
	Severity Severity
}

// String writes the threshold as Parse reads it; the options are not part of
// the text.
func (t Threshold) String() string {
	return t.Figure.String() + " " + string(t.Op) + " " + t.Limit.String()
}

// Rule is a threshold as configuration files have it.
type Rule struct {
	Expr     string // the threshold
	On       string // estimate, adverse, upper or lower; empty for estimate
	Severity string // fail or warn; empty for fail
}

// ParseRule reads a threshold with its options.
func ParseRule(r Rule) (Threshold, error) {
	t, err := Parse(r.Expr)
	if err != nil {
		return Threshold{}, err
	}
	if t.On, err = ParseEnd(r.On); err != nil {
		return Threshold{}, err
	}
	t.Severity, err = ParseSeverity(r.Severity)
	return t, err
}
