package study

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"backtest/report"
)

// writeMethod tells how the table was made, so that anybody can make it again.
func (s *Study) writeMethod(b *strings.Builder) {
	m := s.Data.Manifest
	cell := s.Data.Cells[0]
	fmt.Fprintf(b, "## Method\n\n%d points (%s), %d paths of %s each, the same paths at every point (common random numbers): differences are paired by path. ",
		len(s.Scenarios[0].Points), strings.ReplaceAll(s.Design, "_", " "), cell.Paths, report.Format(float64(cell.HorizonSeconds), report.UnitSeconds))
	for _, t := range m.Tilts {
		fmt.Fprintf(b, "Importance sampling of %s: %s tilted by %+g standard deviations, every path counts with its likelihood ratio. ",
			strings.ReplaceAll(t.Event, "_", " "), strings.Join(t.Assets, ", "), t.StandardDeviations)
	}
	b.WriteString("VaR: quantile of the LPs' loss (fall of collateral value less debt) over the horizon; LaR: quantile of liquidated debt; " +
		"capital efficiency: debt over collateral value at the end, below zero where traders lost more than LPs minted; peak credit use: largest credit used over credit given of any market, median over paths.\n\n")
	s.writeIntervals(b)
	fmt.Fprintf(b, "Seed %d, configuration `%s`, program %s.\n", m.Seed, m.ConfigSHA256, m.ProgramVersion)
	if len(s.Constraints) > 0 {
		var list []string
		for _, c := range s.Constraints {
			list = append(list, "`"+c.String()+"`")
		}
		fmt.Fprintf(b, "Constraints: %s.\n", strings.Join(list, ", "))
	}
	if s.Objective != nil {
		fmt.Fprintf(b, "Objective: `%s`.\n", s.Objective)
	}
	for _, w := range s.Warnings() {
		fmt.Fprintf(b, "Warning: %s.\n", w)
	}
}

// writeIntervals names how the intervals of the differences were made, each way
// once.
func (s *Study) writeIntervals(b *strings.Builder) {
	var methods []string
	of := map[string][]string{}
	for _, f := range s.Columns() {
		how, title := s.methodOf(f.String())
		if how == "" {
			continue
		}
		if of[how] == nil {
			methods = append(methods, how)
		}
		of[how] = append(of[how], title)
	}
	for i, how := range methods {
		methods[i] = strings.Join(of[how], ", ") + ": " + how
	}
	if len(methods) > 0 {
		fmt.Fprintf(b, "Intervals of differences: %s.\n\n", strings.Join(methods, "; "))
	}
}

// methodOf a figure's differences, "" where no path differs at any point.
func (s *Study) methodOf(figure string) (how, title string) {
	for i := range s.Scenarios {
		for _, p := range s.Scenarios[i].Points {
			for _, c := range p.Changes {
				if c.Figure.String() == figure && c.Difference.Known() && c.Difference.Method != report.EqualOnEveryPath {
					return c.Difference.Method, c.Title
				}
			}
		}
	}
	return "", ""
}

var numberPattern = regexp.MustCompile(`[0-9][0-9.,]*`)

// Warnings of axes without effect and of the figures of the table. One that differs between points by its
// numbers alone is told once, with the points that it is about.
func (s *Study) Warnings() []string {
	var out, texts []string
	points := map[string][]string{}
	for i := range s.Scenarios {
		c := &s.Scenarios[i]
		for k := range c.Points {
			p := &c.Points[k]
			for _, f := range s.Columns() {
				m, ok := p.Measure(f)
				for _, w := range m.Estimate.Warnings {
					kind := m.Title + numberPattern.ReplaceAllString(w, "#")
					if !ok || slices.Contains(points[kind], s.Name(p)) {
						continue
					}
					if points[kind] == nil {
						out, texts = append(out, kind), append(texts, m.Title+": "+w)
					}
					points[kind] = append(points[kind], s.Name(p))
				}
			}
		}
	}
	for i, kind := range out {
		list := points[kind]
		if all := len(s.Scenarios[0].Points); len(list) == all && all > 1 {
			list = []string{"at every point"}
		}
		if most := 4; len(list) > most {
			list = append(slices.Clone(list[:most]), fmt.Sprintf("and %d more", len(list)-most))
		}
		out[i] = texts[i] + " (" + strings.Join(list, "; ") + ")"
	}
	var notices []string
	for _, w := range s.Data.Notices() {
		notices = append(notices, w.String()+" ["+string(w.Code)+"]")
	}
	return slices.Concat(notices, s.inertWarnings(), out)
}
