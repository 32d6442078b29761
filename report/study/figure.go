package study

import (
	"backtest/report"
	"backtest/report/stats"
	"backtest/report/threshold"
)

// estimate is a figure with its name for people.
type estimate struct {
	stats.Estimate
	title, unit string
}

// proposal are the figures of the table that a proposal carries, in its order.
var proposal = []string{
	"var95(lp_loss_usd)", "var99(lp_loss_usd)", "lar95(debt_liquidated_usd)", "ratio(capital_efficiency)", "p50(max_utilisation)", "probability(stop_loss_exit)",
}

// governed are those that parameters move, after them in the table where the records
// have them.
var governed = []string{"var99(insolvent_debt_usd)", "mean(time_out_of_range)", "var95(lp_loss_beyond_holding_usd)"}

// others are looked at beside them for effects and pictures.
var others = []string{"probability(position_liquidation)", "probability(vault_liquidation)", "es99(system_loss_usd)"}

func figureOf(text string) threshold.Figure {
	f, err := threshold.ParseFigure(text)
	if err != nil {
		panic(err) // a figure of this package's own tables
	}
	return f
}

// whole gives a figure without a statistic the first one of its metric.
func whole(f threshold.Figure) threshold.Figure {
	for _, m := range report.Metrics() {
		if m.Name == f.Metric && f.Statistic == "" {
			full := figureOf(m.Estimators[0] + "(" + m.Name + ")")
			full.Selector = f.Selector
			return full
		}
	}
	return f
}

// figures lists the key figures: those of a proposal, a few others, and what
// objective and constraints ask for, each once.
func (s *Study) figures() []threshold.Figure {
	var out []threshold.Figure
	seen := map[string]bool{}
	add := func(f threshold.Figure) {
		if !seen[f.String()] {
			seen[f.String()] = true
			out = append(out, f)
		}
	}
	for _, list := range [][]string{proposal, governed, others} {
		for _, f := range s.recorded(list) {
			add(f)
		}
	}
	for _, f := range s.asked() {
		add(f)
	}
	return out
}

// recorded gives those of some figures that the records have: those of an older
// version lack some.
func (s *Study) recorded(list []string) (out []threshold.Figure) {
	for _, text := range list {
		if f := figureOf(text); report.CheckFigure(f, s.Data.Manifest.Columns) == nil {
			out = append(out, f)
		}
	}
	return out
}

// asked lists what objective and constraints are about.
func (s *Study) asked() (out []threshold.Figure) {
	if s.Objective != nil {
		out = append(out, s.Objective.Figure)
	}
	for _, c := range s.Constraints {
		out = append(out, c.Figure)
	}
	return out
}

// take measures the key figures of a point.
func (p *Point) take(figures []threshold.Figure) error {
	p.measures = map[string]estimate{}
	for _, f := range figures {
		m, err := p.Cell.Measure(f)
		if err != nil {
			return err
		}
		p.measures[f.String()] = estimate{m.Estimate, m.Title, m.Unit}
	}
	return nil
}

// value of a key figure.
func (p *Point) value(f threshold.Figure) float64 { return p.measures[f.String()].Value }

// Measure of a key figure, with title and unit; false where the point failed.
func (p *Point) Measure(f threshold.Figure) (m report.Measure, ok bool) {
	e, ok := p.measures[f.String()]
	return report.Measure{Figure: f, Title: e.title, Unit: e.unit, Estimate: e.Estimate}, ok
}

// Change of a figure against point 0; false where there is none.
func (p *Point) Change(f threshold.Figure) (report.Change, bool) {
	for _, c := range p.Changes {
		if c.Figure.String() == f.String() {
			return c, true
		}
	}
	return report.Change{}, false
}

// KeyFigures are the figures that pictures and effects are made of.
func (s *Study) KeyFigures() []threshold.Figure { return s.figures() }
