package report

import (
	"fmt"
	"slices"
	"strings"

	"backtest/internal/words"
	"backtest/report/threshold"
	"backtest/runner/record"
)

// Use is what an expression is taken for, which decides what its limit may be.
type Use string

// Uses of expressions. Objectives and stopping rules are figures without a limit.
const (
	ForThreshold  Use = "threshold"
	ForConstraint Use = "constraint"
	ForObjective  Use = "objective"
	ForStopping   Use = "stopping rule"
	ForSearch     Use = "limit" // of a search
	ForDrift      Use = "drift gate"
)

// ExpressionError is an expression that no records could answer.
type ExpressionError struct{ Found, Right string }

func (e *ExpressionError) Error() string { return e.Found }

// Allowed tells what would be right.
func (e *ExpressionError) Allowed() string { return e.Right }

// Check reads an expression and compares it with what metrics and columns
// declare: that there are such a metric and statistic, and that the limit is in
// the figure's unit. Nothing needs to have been computed. With the extra columns
// of a run it looks for the selected pool, vault or market too; before they are
// known they are nil. Errors are *threshold.SyntaxError or *ExpressionError.
func Check(use Use, text string, extra []record.ExtraColumn) (threshold.Threshold, error) {
	var t threshold.Threshold
	var err error
	if use == ForObjective || use == ForStopping {
		t.Figure, err = threshold.ParseFigure(text)
	} else {
		t, err = threshold.Parse(text)
	}
	if err != nil {
		return t, err
	}
	m, err := metricByName(t.Figure.Metric, extra)
	if err != nil {
		return t, err
	}
	f := t.Figure
	if f.Statistic == "" {
		f = withSelector(figureOf(m, m.Estimators[0]), f.Selector)
	}
	if err := m.has(f); err != nil {
		return t, err
	}
	if use == ForStopping || use == ForSearch {
		if f.Selector != "" || len(m.Columns) == 0 {
			return t, &ExpressionError{fmt.Sprintf("%s cannot be followed path by path", t.Figure), "a figure of the whole system that is made of paths, such as vault_liquidation.probability"}
		}
	}
	if err := checkLimit(use, t, unitOf(m, f)); err != nil || extra == nil {
		return t, err
	}
	return t, CheckFigure(f, extra)
}

// unknownMetric is the error of a name that no metric has.
func unknownMetric(name string) error {
	names := make([]string, len(metrics))
	for i, m := range metrics {
		names[i] = m.Name
	}
	return &ExpressionError{fmt.Sprintf("there is no metric %q", name), words.Hint(name, names) + "one of " + strings.Join(names, ", ")}
}

// statistics tells of which units a statistic can be asked.
var statistics = map[string][]string{
	"p":           {UnitUSD, UnitRatio, UnitSeconds, UnitCount},
	"mean":        {UnitUSD, UnitRatio, UnitCount},
	"probability": {UnitUSD, UnitCount},
	"var":         {UnitUSD},
	"lar":         {UnitUSD},
	"es":          {UnitUSD},
}

// has says why a metric does not have the statistic of a figure, nil if it does.
func (m Metric) has(f threshold.Figure) error {
	wrong := func(right string) error {
		return &ExpressionError{fmt.Sprintf("%s does not have the statistic of %s", m.Name, f), right}
	}
	leveled := f.Statistic == "p" || f.Statistic == "var" || f.Statistic == "lar" || f.Statistic == "es"
	switch {
	case m.ratioOf && f.Statistic != "ratio":
		return &ExpressionError{fmt.Sprintf("%s is one ratio for all paths: it has no %s", m.Name, f), "ratio(" + m.Name + ")"}
	case m.ratioOf:
		return nil
	case m.cRatio && f.Statistic != "p":
		return &ExpressionError{fmt.Sprintf("%s is known by its quantiles: it has no %s", m.Name, f), "a quantile such as p5(" + m.Name + ")"}
	case !slices.Contains(statistics[f.Statistic], m.Unit) || leveled != (f.Level > 0):
		return wrong("one of " + strings.Join(m.offered(), ", "))
	}
	return nil
}

// offered lists the statistics of a metric, those with a level by an example.
func (m Metric) offered() (out []string) {
	for _, example := range []string{"mean", "probability", "p99", "var95", "lar95", "es99"} {
		if slices.Contains(statistics[strings.TrimRight(example, "0123456789")], m.Unit) {
			out = append(out, example)
		}
	}
	return out
}

// checkLimit compares a limit with the unit of the figure.
func checkLimit(use Use, t threshold.Threshold, unit string) error {
	l := t.Limit
	wrong := func(right string) error {
		return &ExpressionError{fmt.Sprintf("%s is in %s, and %s is not", t.Figure, unit, l), right}
	}
	plain := map[string]string{
		UnitUSD: "an amount of USD such as 50_000", UnitSeconds: "a number of seconds such as 86_400", UnitCount: "a number such as 2",
		UnitRatio: "a percentage such as 5% or a ratio such as 0.05",
	}[unit]
	judged := use == ForThreshold || use == ForConstraint
	switch {
	case use == ForObjective || use == ForStopping:
	case l.Of != "" && !judged:
		return wrong(plain)
	case l.Of != "" && unit == UnitUSD:
	case l.Of != "":
		return wrong(plain)
	case use == ForDrift && l.Percent: // of the baseline's
	case l.Percent && unit == UnitUSD && judged:
		return wrong(plain + ", or a share such as 5% of collateral")
	case l.Percent && unit != UnitRatio:
		return wrong(plain)
	}
	return nil
}

// CheckFigure tells why records with these extra columns will not have a figure:
// no such metric or statistic, or no such pool, vault or market.
func CheckFigure(f threshold.Figure, extra []record.ExtraColumn) error {
	c := &Cell{extra: extra, columns: map[string][]float64{}, tallies: tallies{}, confidence: 0.95}
	for _, x := range extra {
		if vault := entityOf(x); vault.Pool != "" && vault.Collateral != "" {
			c.CRatios = append(c.CRatios, record.CRatioRow{Pool: vault.Pool, Collateral: vault.Collateral, Basis: record.BasisPosition},
				record.CRatioRow{Pool: vault.Pool, Collateral: vault.Collateral, Basis: record.BasisDebt})
		}
	}
	_, err := c.Measure(f)
	return err
}

// mostNames are told of what a selector can mean.
const mostNames = 40

// EntityNames lists the pools, vaults and markets that records with these extra
// columns tell apart, the first of many.
func EntityNames(extra []record.ExtraColumn) (names []string) {
	for _, x := range extra {
		if name := entityOf(x).String(); name != "" {
			names = append(names, name)
			if x.Pool != "" {
				names = append(names, x.Pool)
			}
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if n := len(names); n > mostNames {
		return append(names[:mostNames:mostNames], fmt.Sprintf("%d more", n-mostNames))
	}
	return names
}
