package study

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"

	"backtest/report"
	"backtest/report/threshold"
	"backtest/runner/record"
)

// Study is a parameter study, measured.
type Study struct {
	Data        *report.Data
	Question    string
	Design      string
	Axes        []record.StudyAxis
	Objective   *Objective // nil if there is none
	Constraints []threshold.Threshold
	Scenarios   []Scenario
}

// Scenario is the study in one variant of the world.
type Scenario struct {
	Name        string
	Points      []Point // by number
	Risk        threshold.Figure
	Efficiency  threshold.Figure
	Effects     []Effects
	Inert       []int  // axes that change nothing on any path
	Recommended int    // number of a point, -1 for none
	Reason      string // of the recommendation, or why there is none
	Confirmed   *Confirmation
}

// Point is a choice of parameters.
type Point struct {
	Number   int
	Values   []string            // of each axis
	Failed   string              // cause for which it has no figures
	Cell     *report.Cell        // nil where it failed
	Changes  []report.Change     // every figure against point 0; none at point 0
	Limits   []threshold.Result  // the constraints, judged
	Keeps    bool                // all constraints
	OnFront  bool                // no other point has less risk and more efficiency
	measures map[string]estimate // of the key figures
}

// Objective is a figure that is to be as large or as small as it can be.
type Objective struct {
	Maximise bool
	Figure   threshold.Figure
}

// String writes the objective as configurations do.
func (o Objective) String() string {
	return map[bool]string{true: "max ", false: "min "}[o.Maximise] + o.Figure.String()
}

// asked is what a study needs of its configuration.
type asked struct {
	Question string
	Study    struct {
		Objective     string
		Constraints   []string
		ConstraintsOn string `json:"constraints_on"`
	}
}

// New measures the points of a study. Data are its measured records and causes
// the reasons for which points failed (see Causes).
func New(d *report.Data, causes map[string]string) (*Study, error) {
	plan := d.Manifest.Study
	if plan == nil {
		return nil, errors.New("study: these are the records of a run, not of a study")
	}
	s := &Study{Data: d, Design: plan.Design, Axes: plan.Axes}
	if err := s.ask(d.Manifest.Configuration); err != nil {
		return nil, err
	}
	for _, name := range scenarios(d) {
		scenario, err := s.scenario(name, plan.Of(name), causes)
		if err != nil {
			return nil, fmt.Errorf("study: %s: %w", name, err)
		}
		s.Scenarios = append(s.Scenarios, scenario)
	}
	return s, nil
}

func (s *Study) ask(configuration json.RawMessage) error {
	var a asked
	if err := json.Unmarshal(configuration, &a); err != nil {
		return fmt.Errorf("study: configuration: %w", err)
	}
	s.Question = a.Question
	if direction, text, ok := strings.Cut(a.Study.Objective, " "); ok {
		f, err := threshold.ParseFigure(strings.TrimSpace(text))
		if err != nil {
			return fmt.Errorf("study: objective: %w", err)
		}
		s.Objective = &Objective{direction == "max", whole(f)}
	}
	for _, text := range a.Study.Constraints {
		t, err := threshold.Parse(text)
		if err != nil {
			return fmt.Errorf("study: constraint: %w", err)
		}
		t.Figure = whole(t.Figure)
		if amount, _ := report.UnitOf(t.Figure, s.Data.Manifest.Columns); amount == report.UnitUSD && t.Limit.Percent {
			t.Limit.Of = threshold.OfCollateral // as records of earlier releases mean it without saying so
		}
		s.Constraints = append(s.Constraints, t)
	}
	return nil
}

// scenarios lists the variants in the order of the records.
func scenarios(d *report.Data) []string {
	var names []string
	for _, c := range d.Manifest.Plan.Cells {
		if c.Point == 0 {
			names = append(names, c.Scenario)
		}
	}
	return names
}

func (s *Study) scenario(name string, points [][]string, causes map[string]string) (Scenario, error) {
	out := Scenario{Name: name, Points: make([]Point, len(points)), Recommended: -1}
	out.Risk, out.Efficiency = s.tradeOff()
	base := s.Data.Cell(name, 0)
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, values := range points {
		p := &out.Points[i]
		*p = Point{Number: i, Values: values}
		cell := s.Data.Cell(name, int32(i))
		if cell == nil || cell.Paths == 0 {
			p.Failed = causes[key(name, int32(i))]
			continue
		}
		g.Go(func() error { return s.measure(p, base, cell) })
	}
	if err := g.Wait(); err != nil {
		return out, err
	}
	s.correct(&out)
	out.front()
	s.recommend(&out)
	out.Effects = s.effects(out.Points)
	out.Inert = inert(out.Points, len(s.Axes))
	return out, nil
}

// measure fills what follows from the cell of a point.
func (s *Study) measure(p *Point, base, cell *report.Cell) error {
	p.Cell, p.Keeps = cell, true
	if p.Number > 0 && base != nil {
		compared, err := report.CompareCells(base, cell)
		if err != nil {
			return err
		}
		p.Changes = compared.Changes
	}
	if err := p.take(s.figures()); err != nil {
		return err
	}
	for _, c := range s.Constraints {
		m, err := cell.Measure(c.Figure)
		if err != nil {
			return fmt.Errorf("constraint %q: %w", c, err)
		}
		r, err := c.Judge(cell.Judged(m))
		if err != nil {
			return fmt.Errorf("constraint %q: %w", c, err)
		}
		p.Limits = append(p.Limits, r)
		p.Keeps = p.Keeps && r.Satisfied
	}
	return nil
}

// correct allows for how many differences the table of a scenario shows: its
// columns at all points are one family.
func (s *Study) correct(out *Scenario) {
	columns := map[string]bool{}
	for _, f := range s.Columns() {
		columns[f.String()] = true
	}
	var changes []*report.Change
	for i := range out.Points {
		for k := range out.Points[i].Changes {
			c := &out.Points[i].Changes[k]
			c.Headline = columns[c.Figure.String()]
			changes = append(changes, c)
		}
	}
	report.Correct(changes)
}

// Causes reads why paths failed: for each scenario and point the first cause.
func Causes(r *record.Reader) (map[string]string, error) {
	causes := map[string]string{}
	for columns, err := range r.PathBatches("scenario", "point", "failed") {
		if err != nil {
			return nil, fmt.Errorf("study: %w", err)
		}
		points, names := columns.Float("point"), columns.Strings("scenario")
		for i, cause := range columns.Strings("failed") {
			name := key(names[i], int32(points[i]))
			if _, known := causes[name]; !known && cause != "" {
				causes[name] = cause
			}
		}
	}
	return causes, nil
}

func key(scenario string, point int32) string { return fmt.Sprintf("%s/%d", scenario, point) }
