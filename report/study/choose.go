package study

import (
	"fmt"
	"math"
	"strings"

	"backtest/report"
	"backtest/report/threshold"
)

// tradeOff names the two figures of the front: the VaR of LPs against the
// objective that is to be maximised, or capital efficiency.
func (s *Study) tradeOff() (risk, efficiency threshold.Figure) {
	risk, efficiency = figureOf(proposal[0]), figureOf(proposal[3])
	if s.Objective != nil && s.Objective.Maximise {
		efficiency = s.Objective.Figure
	}
	return risk, efficiency
}

// front marks the points that no other one dominates: none has at most the risk
// and at least the efficiency, and less or more of one (Pareto).
func (s *Scenario) front() {
	for i := range s.Points {
		p := &s.Points[i]
		p.OnFront = p.Cell != nil
		for j := range s.Points {
			if q := &s.Points[j]; p.OnFront && q.Cell != nil && s.dominates(q, p) {
				p.OnFront = false
			}
		}
	}
}

func (s *Scenario) dominates(q, p *Point) bool {
	risk, otherRisk := p.value(s.Risk), q.value(s.Risk)
	gain, otherGain := p.value(s.Efficiency), q.value(s.Efficiency)
	return otherRisk <= risk && otherGain >= gain && (otherRisk < risk || otherGain > gain)
}

// recommend picks the point with the best objective among those that keep every
// constraint; of equal ones the first, so that the present parameters stay if
// nothing is better.
func (s *Study) recommend(out *Scenario) {
	if s.Objective == nil {
		out.Reason = "No objective was given."
		return
	}
	best := math.NaN()
	for i := range out.Points {
		p := &out.Points[i]
		if p.Cell == nil || !p.Keeps {
			continue
		}
		v := p.value(s.Objective.Figure)
		if math.IsNaN(v) {
			continue
		}
		if math.IsNaN(best) || s.Objective.Maximise && v > best || !s.Objective.Maximise && v < best {
			best, out.Recommended = v, i
		}
	}
	out.Reason = s.reason(out)
}

func (s *Study) reason(out *Scenario) string {
	if out.Recommended < 0 {
		return "No point keeps every constraint. " + s.missed(out)
	}
	p := &out.Points[out.Recommended]
	m, _ := p.Measure(s.Objective.Figure)
	extreme, among := map[bool]string{true: "highest", false: "lowest"}[s.Objective.Maximise], "of all points that keep every constraint"
	if len(s.Constraints) == 0 {
		among = "of all points; there are no constraints"
	}
	text := fmt.Sprintf("%s the %s %s (%s) %s.", s.subject(p), extreme, lowerFirst(m.Title), report.Format(m.Estimate.Value, m.Unit), among)
	if alike := s.alike(out, p); len(alike) > 0 {
		text += " Within the uncertainty as good: " + strings.Join(alike, "; ") + "."
	}
	for _, limit := range p.Limits {
		if limit.Verdict == threshold.Inconclusive {
			text += fmt.Sprintf(" Whether it keeps %s is not certain: %s.", limit.Threshold, report.Interval(limit.Estimate, limit.Unit))
		}
	}
	return text
}

// subject begins a sentence about a point.
func (s *Study) subject(p *Point) string {
	if p.Number == 0 {
		return "The present parameters have"
	}
	return s.Name(p) + " has"
}

func lowerFirst(title string) string {
	if len(title) > 1 && title[1] >= 'A' && title[1] <= 'Z' {
		return title // an abbreviation
	}
	return strings.ToLower(title[:1]) + title[1:]
}

// alike names the other points that keep every constraint and whose objective
// cannot be told from that of the best one.
func (s *Study) alike(out *Scenario, best *Point) []string {
	var names []string
	for i := range out.Points {
		p := &out.Points[i]
		if i == best.Number || p.Cell == nil || !p.Keeps {
			continue
		}
		if change, err := report.ChangeBetween(p.Cell, best.Cell, s.Objective.Figure); err == nil && change.Difference.Known() && !change.Certain() {
			names = append(names, s.Name(p))
		}
	}
	if most := 5; len(names) > most {
		names = append(names[:most], fmt.Sprintf("and %d more", len(names)-most))
	}
	return names
}

// missed counts how many points break each constraint.
func (s *Study) missed(out *Scenario) string {
	var parts []string
	for c, constraint := range s.Constraints {
		broken, measured, undefined := 0, 0, ""
		for _, p := range out.Points {
			if p.Cell != nil {
				measured++
				if !p.Limits[c].Satisfied {
					broken++
				}
				if reason := p.Limits[c].Reason; reason != "" {
					undefined = " (at some of them " + reason + ")"
				}
			}
		}
		parts = append(parts, fmt.Sprintf("%s is broken by %d of %d points%s", constraint, broken, measured, undefined))
	}
	return strings.Join(parts, "; ") + "."
}

// Name tells a point by what it changes.
func (s *Study) Name(p *Point) string {
	if p.Number == 0 {
		return "the present parameters"
	}
	var parts []string
	for a, axis := range s.Axes {
		parts = append(parts, axis.Key+" = "+ShowValue(p.Values[a], axis.Unit))
	}
	return strings.Join(parts, ", ")
}
