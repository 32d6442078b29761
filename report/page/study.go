package page

import (
	"fmt"
	"io"
	"strings"

	"backtest/report"
	"backtest/report/study"
)

// studyView is what the body of a study's page shows.
type studyView struct {
	Title      string
	Ask        string // the question in words
	Scope      string
	Question   question
	RunFacts   []fact
	Confidence string
	Cells      []studyCell
	Left       int // scenarios without a section
	Proposal   string
	Methods    []string
	Warnings   []string
	Data       studyData
}

// WriteStudy writes report.html of a study. The same records give the same bytes,
// but for the facts of the run in its manifest. What would make the page too
// large is left out, maps first: study.json has everything.
func WriteStudy(w io.Writer, s *study.Study) error {
	limits := []studyLimits{{mostCells, 15, 60_000}, {mostCells, 3, 30_000}, {3, 3, 30_000}, {1, 3, 30_000}, {1, 0, 10_000}}
	return writeFitting(w, limits, func(w io.Writer, l studyLimits) error { return renderStudy(w, s, l) })
}

// studyLimits are what a page of a study may hold.
type studyLimits struct {
	scenarios int
	maps      int // of each figure
	numbers   int // of the charts of a scenario
}

func renderStudy(w io.Writer, s *study.Study, l studyLimits) error {
	view, err := newStudyView(s, l)
	if err != nil {
		return err
	}
	body, err := execute("study", view)
	if err != nil {
		return err
	}
	nav := []navItem{{"Recommendation", "recommendation", true}, {"Table", "table", true}, {"Trade-off", "front", true}, {"Effects", "effects", true},
		{"Levels", "levels", true}, {"Asked", "asked", false}, {"Method", "method", false}}
	return document{Title: view.Title, Nav: nav, Body: body, Data: view.Data}.write(w)
}

func newStudyView(s *study.Study, l studyLimits) (*studyView, error) {
	m := s.Data.Manifest
	a := readAsked(m.Configuration)
	v := &studyView{Title: s.Data.Title(), Ask: s.Question, Confidence: percentText(s.Data.Confidence), RunFacts: runFacts(m), Proposal: s.Proposal(),
		Warnings: s.Warnings()}
	if len(s.Scenarios) > 0 {
		points, paths := int64(len(s.Scenarios[0].Points)), s.Data.Cells[0].Paths
		v.Scope = fmt.Sprintf("%s, the same %s of %s at each", counted(points, "point"), counted(paths, "path"),
			report.Format(float64(s.Data.Cells[0].HorizonSeconds), report.UnitSeconds))
	}
	var err error
	if v.Question, err = newQuestion(m, a, v.Confidence, studyFacts(s)...); err != nil {
		return nil, err
	}
	shown := s.Scenarios[:min(l.scenarios, len(s.Scenarios))]
	v.Left = len(s.Scenarios) - len(shown)
	for i := range shown {
		cell, data, err := newStudyCell(i, s, &shown[i], l)
		if err != nil {
			return nil, err
		}
		v.Cells, v.Data.Cells = append(v.Cells, cell), append(v.Data.Cells, data)
	}
	v.Methods = studyMethods(s)
	return v, nil
}

// studyFacts are those that only a study has.
func studyFacts(s *study.Study) []fact {
	facts := []fact{{"Design", strings.ReplaceAll(s.Design, "_", " "), false}}
	for _, axis := range s.Axes {
		facts = append(facts, fact{"Axis", axis.Key, true})
	}
	if s.Objective != nil {
		facts = append(facts, fact{"Objective", s.Objective.String(), true})
	}
	for _, c := range s.Constraints {
		facts = append(facts, fact{"Constraint", c.String(), true})
	}
	return facts
}

// studyMethods lists how differences and levels of the key figures were
// estimated, once each.
func studyMethods(s *study.Study) []string {
	var out []string
	seen := map[string]bool{}
	add := func(method string) {
		if method != "" && !seen[method] {
			seen[method] = true
			out = append(out, method)
		}
	}
	for i := range s.Scenarios {
		for k := range s.Scenarios[i].Points {
			p := &s.Scenarios[i].Points[k]
			for _, f := range s.KeyFigures() {
				if m, ok := p.Measure(f); ok {
					add(m.Estimate.Method)
				}
				if c, ok := p.Change(f); ok {
					add("difference: " + c.Difference.Method)
				}
			}
		}
	}
	return out
}
