package study

import (
	"fmt"
	"strings"

	"backtest/report"
	"backtest/report/threshold"
)

// Confirmation is what is left of a recommendation on paths that had no part in
// choosing it.
type Confirmation struct {
	Paths      int64
	Before     report.Measure // the objective as the study saw it
	After      report.Measure // on the fresh paths
	Difference report.Change  // to the present parameters, on the fresh paths
	Limits     []threshold.Result
	Kept       bool // all constraints, on the fresh paths
}

// Recommendation gives the point that a study recommends in its first scenario,
// false where there is none or it is the present one.
func (s *Study) Recommendation() (point int32, ok bool) {
	if len(s.Scenarios) == 0 || s.Scenarios[0].Recommended <= 0 {
		return 0, false
	}
	return int32(s.Scenarios[0].Recommended), true
}

// Confirm takes in the records of the recommended point on fresh paths, which is
// point 1 there beside the present parameters.
func (s *Study) Confirm(fresh *report.Data) error {
	for i := range s.Scenarios {
		out := &s.Scenarios[i]
		before, after := fresh.Cell(out.Name, 0), fresh.Cell(out.Name, 1)
		if before == nil || after == nil || out.Recommended <= 0 {
			continue
		}
		c, err := s.confirmed(out, before, after)
		if err != nil {
			return fmt.Errorf("study: confirm: %w", err)
		}
		out.Confirmed = c
		out.Reason += " " + c.text(s)
	}
	return nil
}

func (s *Study) confirmed(out *Scenario, before, after *report.Cell) (*Confirmation, error) {
	c := &Confirmation{Paths: after.Paths, Kept: true}
	c.Before, _ = out.Points[out.Recommended].Measure(s.Objective.Figure)
	var err error
	if c.After, err = after.Measure(s.Objective.Figure); err != nil {
		return nil, err
	}
	if c.Difference, err = report.ChangeBetween(before, after, s.Objective.Figure); err != nil {
		return nil, err
	}
	for _, constraint := range s.Constraints {
		m, err := after.Measure(constraint.Figure)
		if err != nil {
			return nil, err
		}
		r, err := constraint.Judge(after.Judged(m))
		if err != nil {
			return nil, err
		}
		c.Limits, c.Kept = append(c.Limits, r), c.Kept && r.Satisfied
	}
	return c, nil
}

// text says what is left of the recommendation.
func (c *Confirmation) text(s *Study) string {
	better := c.Difference.Difference.Value > 0 == s.Objective.Maximise
	verdict := "is not confirmed"
	switch {
	case c.Kept && better && c.Difference.Certain():
		verdict = "is confirmed"
	case c.Kept && better:
		verdict = "keeps every constraint, and its advantage is within the uncertainty"
	}
	text := fmt.Sprintf("On %s fresh paths it %s: %s %s %s (%s where it was chosen), %s %s to the present parameters.",
		report.Count(c.Paths), verdict, lowerFirst(c.After.Title), report.Format(c.After.Estimate.Value, c.After.Unit), report.Interval(c.After.Estimate, c.After.Unit),
		report.Format(c.Before.Estimate.Value, c.Before.Unit), report.FormatChange(c.Difference.Difference.Value, c.Difference.Unit),
		report.ChangeInterval(c.Difference.Difference, c.Difference.Unit))
	var broken []string
	for _, l := range c.Limits {
		if !l.Satisfied {
			broken = append(broken, fmt.Sprintf("%s (%s %s)", l.Threshold, report.Format(l.Estimate.Value, l.Unit), report.Interval(l.Estimate, l.Unit)))
		}
	}
	if len(broken) > 0 {
		text += " There it does not keep " + strings.Join(broken, ", ") + "."
	}
	return text
}
