package main

import (
	"errors"
	"fmt"
	"strings"

	"backtest/configs"
	"backtest/report"
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
	check := func(use report.Use, key, text, expression string) {
		_, err := report.Check(use, expression, columns)
		var wrong *report.ExpressionError
		allowed := "a statistic that the metric has, of " + known
		if errors.As(err, &wrong) {
			allowed = wrong.Allowed()
		}
		if err != nil {
			problems = append(problems, l.Problem(key, text+": "+err.Error(), allowed))
		}
	}
	for i, t := range l.Config.Thresholds {
		check(report.ForThreshold, fmt.Sprintf("thresholds[%d].expression", i), t.Expression, t.Expression)
	}
	if u := l.Config.Until; u != nil {
		check(report.ForStopping, "until.metric", u.Metric, u.Metric)
	}
	if s := l.Config.Study; s != nil {
		if _, text, ok := strings.Cut(s.Objective, " "); ok {
			check(report.ForObjective, "study.objective", s.Objective, strings.TrimSpace(text))
		}
		for i, text := range s.Constraints {
			check(report.ForConstraint, fmt.Sprintf("study.constraints[%d]", i), text, text)
		}
	}
	if len(problems) > 0 {
		return problems
	}
	return nil
}
