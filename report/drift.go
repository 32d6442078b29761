package report

import (
	"fmt"
	"math"

	"backtest/report/threshold"
)

// DriftResult is a drift gate, judged: a condition on a change that must not
// hold.
type DriftResult struct {
	Scenario  string
	Point     int32
	Condition threshold.Threshold
	Change    Change
	Limit     float64 // on the difference, in the unit of the figure
	Holds     bool    // the end of the interval named by On fulfils the condition
	Verdict   threshold.Verdict
}

// Failed says whether the gate decides for exit code 99.
func (r DriftResult) Failed() bool { return r.Holds && r.Condition.Severity == threshold.Fail }

// drift judges a gate. Pass: no part of the interval of the difference fulfils
// the condition; breach: all of it does.
func (p pair) drift(g threshold.Threshold) (DriftResult, error) {
	change, err := p.change(g.Figure)
	if err != nil {
		return DriftResult{}, fmt.Errorf("drift gate %q: %w", g, err)
	}
	r := DriftResult{Scenario: p.after.Scenario, Point: p.after.Point, Condition: g, Change: change, Limit: g.Limit.Value}
	if g.Limit.Percent {
		r.Limit *= math.Abs(change.Before.Value)
	}
	d := change.Difference
	if !d.Known() {
		r.Verdict = threshold.Inconclusive
		return r, nil
	}
	low, high := g.Op.Holds(d.Low, r.Limit), g.Op.Holds(d.High, r.Limit)
	r.Verdict = threshold.Inconclusive
	if low == high {
		r.Verdict = map[bool]threshold.Verdict{true: threshold.Breach, false: threshold.Pass}[low]
	}
	r.Holds = map[threshold.End]bool{threshold.OnEstimate: g.Op.Holds(d.Value, r.Limit), threshold.OnLower: low, threshold.OnUpper: high, threshold.OnAdverse: low || high}[g.On]
	return r, nil
}

// Failed says whether a drift gate decides for exit code 99.
func (c *Comparison) Failed() bool {
	for _, r := range c.Drift {
		if r.Failed() {
			return true
		}
	}
	return false
}

// Gates gives the drift gates in the form of junit.xml and annotations.
func (c *Comparison) Gates() []Gate {
	var out []Gate
	for _, r := range c.Drift {
		out = append(out, Gate{
			Name: "not " + r.Condition.String(), Where: (&Cell{Scenario: r.Scenario, Point: r.Point}).Label(), Failed: r.Failed(),
			Warned: r.Holds && !r.Failed(), Verdict: r.status(),
			Evidence: fmt.Sprintf("%s -> %s, change %s %s", Format(r.Change.Before.Value, r.Change.Unit), Format(r.Change.After.Value, r.Change.Unit),
				formatChange(r.Change.Difference.Value, r.Change.Unit), changeInterval(r.Change.Difference, r.Change.Unit)),
		})
	}
	return out
}

// status tells a gate to people.
func (r DriftResult) status() string {
	switch {
	case r.Verdict == threshold.Inconclusive && r.Holds:
		return "inconclusive, drifted"
	case r.Verdict == threshold.Inconclusive:
		return "inconclusive, held"
	}
	return string(r.Verdict)
}
