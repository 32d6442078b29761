package main

import (
	"fmt"
	"strings"

	"backtest/configs"
	"backtest/report"
	"backtest/report/threshold"
	"backtest/runner/record"
)

// checkFigures refuses thresholds, constraints and an objective of what records
// with these columns do not hold, such as a vault that is misspelt. Their syntax
// was checked when the configuration was loaded.
func checkFigures(l *configs.Loaded, columns []record.ExtraColumn) error {
	var problems configs.Problems
	known := "the whole system"
	if names := report.EntityNames(columns); len(names) > 0 {
		known += " or of one of " + strings.Join(names, ", ")
	}
	check := func(key, text string, f threshold.Figure, err error) {
		if err == nil {
			err = report.CheckFigure(f, columns)
		}
		if err != nil {
			problems = append(problems, l.Problem(key, text+": "+err.Error(), "a statistic that the metric has, of "+known))
		}
	}
	expression := func(key, text string) {
		t, err := threshold.Parse(text)
		check(key, text, t.Figure, err)
	}
	for i, t := range l.Config.Thresholds {
		expression(fmt.Sprintf("thresholds[%d].expression", i), t.Expression)
	}
	if s := l.Config.Study; s != nil {
		if _, text, ok := strings.Cut(s.Objective, " "); ok {
			f, err := threshold.ParseFigure(strings.TrimSpace(text))
			check("study.objective", s.Objective, f, err)
		}
		for i, text := range s.Constraints {
			expression(fmt.Sprintf("study.constraints[%d]", i), text)
		}
	}
	if len(problems) > 0 {
		return problems
	}
	return nil
}
