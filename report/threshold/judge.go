package threshold

import (
	"fmt"
	"math"

	"backtest/report/stats"
)

// Verdict is what the evidence says about a threshold.
type Verdict string

// Verdicts.
const (
	Pass         Verdict = "pass"         // the whole interval satisfies the limit
	Breach       Verdict = "breach"       // no part of the interval does
	Inconclusive Verdict = "inconclusive" // the interval straddles the limit, or there is no estimate
)

// Measure is what a figure came to.
type Measure struct {
	Estimate stats.Estimate
	Unit     string  // ratio, usd, seconds, ...
	Base     float64 // what 100 % of the collateral is, in the figure's unit
	NoBase   string  // why that is not known here; the threshold is then judged undefined
}

// Result is a judged threshold.
type Result struct {
	Threshold Threshold
	Estimate  stats.Estimate
	Unit      string
	Limit     float64 // in the unit of the estimate
	Verdict   Verdict
	Satisfied bool   // the end named by On satisfies the limit
	Reason    string // why it could not be judged, if it could not
}

// Failed says whether the result decides the exit code. An inconclusive
// threshold fails exactly when the end of the interval that it was put on does
// not satisfy the limit.
func (r Result) Failed() bool { return !r.Satisfied && r.Threshold.Severity == Fail }

// Judge compares a measure with a threshold. A percentage limits a ratio
// directly and, where it says so, an amount by way of Base; another is an error.
func (t Threshold) Judge(m Measure) (Result, error) {
	r := Result{Threshold: t, Estimate: m.Estimate, Unit: m.Unit, Limit: t.Limit.Value}
	switch {
	case t.Limit.Of != "":
		if m.NoBase != "" {
			r.Limit, r.Verdict, r.Reason = math.NaN(), Inconclusive, m.NoBase
			return r, nil
		}
		if m.Base == 0 {
			return Result{}, fmt.Errorf("threshold %q: a share of the collateral limits an amount of USD, and %s is in %s", t, t.Figure, m.Unit)
		}
		r.Limit *= m.Base
	case t.Limit.Percent && m.Unit != "ratio":
		return Result{}, fmt.Errorf("threshold %q: a percentage limits a ratio, and %s is in %s", t, t.Figure, m.Unit)
	}
	e := m.Estimate
	if !e.Known() {
		r.Verdict = Inconclusive
		return r, nil
	}
	low, high := t.Op.Holds(e.Low, r.Limit), t.Op.Holds(e.High, r.Limit)
	switch {
	case low && high:
		r.Verdict = Pass
	case !low && !high:
		r.Verdict = Breach
	default:
		r.Verdict = Inconclusive
	}
	if r.Satisfied = t.Op.Holds(e.Value, r.Limit); t.On != OnEstimate {
		r.Satisfied = low && high
	}
	return r, nil
}
