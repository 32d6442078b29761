package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	"github.com/spf13/cobra"

	"backtest/report"
	"backtest/report/page"
	"backtest/report/threshold"
	"backtest/runner/record"
)

type compareOptions struct {
	failOn   []string
	on       string
	junit    string
	html     string
	json     bool
	markdown bool
}

func compareCommand(env Env) *cobra.Command {
	o := compareOptions{}
	cmd := &cobra.Command{
		Use:   "compare BASE DIR",
		Short: "Compare two runs, paired where they share paths; drift gates",
		Long: `Compare sets the run in DIR beside the one in BASE, metric by metric, with the
interval of each difference. Runs of the same seed are compared path by path.

A drift gate is a condition on a difference that must not hold, such as
--fail-on 'p99(bad_debt_usd) > +10%': a percentage is relative to BASE, a number
is in the unit of the metric. One that holds makes the exit code 99.`,
		Args: need(2, 2, "BASE and DIR"),
		RunE: action(func(ctx context.Context, args []string) error { return runCompare(ctx, env, args[0], args[1], o) }),
	}
	f := cmd.Flags()
	f.StringArrayVar(&o.failOn, "fail-on", nil, "drift gate: a `condition` on a change that must not hold; repeatable")
	f.StringVar(&o.on, "on", string(threshold.OnEstimate), "`end` of the interval that gates look at: estimate, lower or upper")
	f.StringVar(&o.junit, "junit", "", "write the gates to this `file` as JUnit XML")
	f.StringVar(&o.html, "html", "", "write the comparison to this `file` as a page that opens offline")
	f.BoolVar(&o.json, "json", false, "print the comparison as JSON")
	f.BoolVar(&o.markdown, "markdown", false, "print the comparison as Markdown")
	cmd.MarkFlagsMutuallyExclusive("json", "markdown")
	return cmd
}

func runCompare(ctx context.Context, env Env, base, next string, o compareOptions) error {
	gates, err := o.parse()
	if err != nil {
		return err
	}
	for _, name := range []string{o.html, o.junit} {
		if name != "" {
			if err := record.CheckSealed(env.path(name)); err != nil {
				return err
			}
		}
	}
	c, err := abandonable(ctx, func() (*comparison, error) { return compareFolders(env, base, next, gates) })
	if err != nil {
		return inputFolder(err)
	}
	t := &teller{env: env}
	t.tell(c.NamedNotices())
	if err := errors.Join(o.print(env, c.Comparison), o.writeJUnit(env, c)); err != nil {
		return err
	}
	t.extra(o.writePage(env, c))
	t.extra(annotate(env, c.Gates(), c.StepSummary()))
	return judge("drift gates are", c.Gates())
}

// parse reads the gates; a wrong one is a wrong command line.
func (o compareOptions) parse() ([]threshold.Threshold, error) {
	var gates []threshold.Threshold
	for _, text := range o.failOn {
		g, err := checkFlag(report.ForDrift, "--fail-on", text, "backtest compare")
		if err != nil {
			return nil, err
		}
		if g.On, err = threshold.ParseEnd(o.on); err != nil {
			return nil, &usageError{err, "backtest compare"}
		}
		gates = append(gates, g)
	}
	return gates, nil
}

// comparison is two runs and what changed.
type comparison struct {
	*report.Comparison
	base, next *report.Data
}

func compareFolders(env Env, base, next string, gates []threshold.Threshold) (*comparison, error) {
	var data [2]*report.Data
	var readers [2]*record.Reader
	for i, dir := range []string{base, next} {
		r, err := record.Open(env.path(dir))
		if err != nil {
			return nil, err
		}
		if err := checkGates(gates, dir, r); err != nil {
			return nil, err
		}
		readers[i] = r
	}
	for i, r := range readers {
		var err error
		if data[i], err = loadReport(r); err != nil {
			return nil, err
		}
	}
	c, err := report.Compare(data[0], data[1], gates)
	if err != nil {
		return nil, err
	}
	if c.Base == c.Next {
		c.Base, c.Next = base, next // one question asked twice: the folders tell them apart
	}
	return &comparison{c, data[0], data[1]}, nil
}

// checkGates refuses gates on what the records of a folder do not have, before any
// of it is read.
func checkGates(gates []threshold.Threshold, dir string, r *record.Reader) error {
	for _, g := range gates {
		if err := report.CheckFigure(g.Figure, r.Manifest().Columns); err != nil {
			return badInput("--fail-on %q: %s: %w", g, dir, err)
		}
	}
	return nil
}

func (o compareOptions) print(env Env, c *report.Comparison) error {
	out := printer{w: env.Stdout}
	switch {
	case o.json:
		text, err := json.MarshalIndent(c, "", "  ")
		if err != nil {
			return err
		}
		out.printf("%s\n", text)
	case o.markdown:
		out.printf("%s", c.Markdown())
	default:
		return c.WriteText(env.Stdout, report.Style{Colour: env.colour(env.StdoutTerminal)})
	}
	return out.err
}

func (o compareOptions) writeJUnit(env Env, c *comparison) error {
	if o.junit == "" {
		return nil
	}
	var text bytes.Buffer
	if err := report.WriteJUnit(&text, c.next.Title(), c.Gates()); err != nil {
		return err
	}
	return record.WriteSealed(env.path(o.junit), text.Bytes())
}

func (o compareOptions) writePage(env Env, c *comparison) error {
	if o.html == "" {
		return nil
	}
	var text bytes.Buffer
	if err := page.WriteComparison(&text, c.Comparison, c.base, c.next); err != nil {
		return err
	}
	return record.WriteSealed(env.path(o.html), text.Bytes())
}
