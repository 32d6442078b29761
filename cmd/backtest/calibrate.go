package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"backtest/internal/warn"
	"backtest/pricepaths/calibrate"
	"backtest/pricepaths/history"
	"backtest/report/figures"
	"backtest/runner/record"
)

type calibrateOptions struct {
	model  string
	assets []string
	json   bool
	plots  string
	svg    bool
	fit    calibrate.Options
	read   priceFileFlags
}

func calibrateCommand(env Env) *cobra.Command {
	o := calibrateOptions{}
	cmd := &cobra.Command{
		Use:   "calibrate FILE...",
		Short: "Fit a price process to history and print a configuration fragment",
		Long: `Calibrate fits a price process to the log returns of each asset in the files. It
prints a fragment of configuration for each, headed by the file, its sha256, the
dates and the method, with the standard error of each figure. Returns over gaps
are left out, never filled. Files of one asset, such as downloads by month, are
joined. Of several assets the correlations are fitted too.`,
		Args: need(1, -1, "at least one FILE"),
		RunE: action(func(ctx context.Context, args []string) error { return runCalibrate(ctx, env, args, o) }),
	}
	f := cmd.Flags()
	f.StringVar(&o.model, "model", "gbm", "process to fit: "+strings.Join(calibrate.Models(), ", "))
	f.StringSliceVar(&o.assets, "asset", nil, "fit only these assets (default all)")
	f.Float64Var(&o.fit.MaxJumpsPerYear, "max-jumps", 12, "most jumps a year of merton and kou, at least 1")
	f.IntVar(&o.fit.States, "states", 2, "states of the regime model, at least 2")
	f.BoolVar(&o.json, "json", false, "print estimates, errors and goodness of fit as a JSON array")
	f.StringVar(&o.plots, "plots", "", "`folder` for pictures of the fitted against the empirical tails")
	o.read.register(cmd)
	f.BoolVar(&o.svg, "svg", false, "write every picture as SVG too")
	return cmd
}

func (o calibrateOptions) check() error {
	var err error
	switch {
	case !slices.Contains(calibrate.Models(), o.model):
		err = fmt.Errorf("--model is %q, want one of %s", o.model, strings.Join(calibrate.Models(), ", "))
	case !(o.fit.MaxJumpsPerYear >= 1):
		err = fmt.Errorf("--max-jumps is %v, want at least 1", o.fit.MaxJumpsPerYear)
	case o.fit.States < 2:
		err = fmt.Errorf("--states is %d, want at least 2", o.fit.States)
	default:
		return nil
	}
	return &usageError{err, "backtest calibrate"}
}

func runCalibrate(ctx context.Context, env Env, args []string, o calibrateOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	read, err := o.read.options("backtest calibrate")
	if err != nil {
		return err
	}
	files, bad, err := readPrices(ctx, env, args, read)
	if err != nil {
		return err
	}
	if bad > 0 {
		return badInput("%d of %d files could not be read", bad, bad+len(files))
	}
	if files, err = history.Join(files); err != nil {
		return &inputError{err}
	}
	series, err := o.series(files)
	if err != nil {
		return err
	}
	results := []*calibrate.Result{}
	for _, s := range series {
		// A fit is pure computation without a way to stop it, so that an interrupt leaves it behind.
		r, err := abandonable(ctx, func() (*calibrate.Result, error) { return calibrate.Fit(o.model, s, o.fit) })
		if errors.Is(err, calibrate.ErrSample) {
			return &inputError{err}
		}
		if err != nil {
			return err
		}
		results = append(results, r)
	}
	tellFits(env, results)
	if o.plots != "" {
		if err := o.drawTails(env, args, o.model, series, results); err != nil {
			return err
		}
	}
	pairs, why := correlate(files, results)
	for _, reason := range why {
		fmt.Fprintf(env.Stderr, "warning: %s\n", reason)
	}
	return printFits(env, results, pairs, o.json)
}

// tellFits tells what was changed in reading the histories, and what is doubtful
// about the fits.
func tellFits(env Env, results []*calibrate.Result) {
	t := &teller{env: env}
	for _, r := range results {
		for _, change := range r.Changes {
			t.tell([]warn.Warning{warn.New(warn.HistoryRead, "%s", change).At(r.Asset)})
		}
		for _, w := range r.Warnings {
			t.tell([]warn.Warning{w.At(r.Asset)})
		}
	}
}

// drawTails draws a picture a fit.
func (o calibrateOptions) drawTails(env Env, files []string, model string, series []calibrate.Series, results []*calibrate.Result) error {
	var all []*figures.Figure
	for i, r := range results {
		var points []figures.TailPoint
		for _, t := range r.Tails {
			points = append(points, figures.TailPoint{Loss: t.Side == "loss", Size: t.Size, Empirical: t.Empirical, Fitted: t.Fitted})
		}
		asset := series[i].Asset
		f, err := figures.Tails(model+"_"+asset, "Tails of "+asset+", "+model,
			counted(len(series[i].Returns), "return")+", counted and as fitted; log scales.", points)
		if err != nil {
			return err
		}
		all = append(all, f)
	}
	pictures, err := figures.Contents("", all, o.svg)
	if err != nil {
		return err
	}
	var inputs []string
	for _, name := range expand(env, files) {
		inputs = append(inputs, env.path(name))
	}
	folder, err := record.OpenFolder(env.path(o.plots), inputs...)
	if err != nil {
		return err
	}
	return errors.Join(folder.Commit(ofCalibrate, pictures), folder.Close())
}

// series gives the returns of the assets asked for, in the order of the files.
func (o calibrateOptions) series(files []*history.File) ([]calibrate.Series, error) {
	var out []calibrate.Series
	missing := slices.Clone(o.assets)
	for _, f := range files {
		for i, asset := range f.Assets {
			if len(o.assets) == 0 || slices.Contains(o.assets, asset) {
				out = append(out, calibrate.FromFile(f, i))
				missing = slices.DeleteFunc(missing, func(s string) bool { return s == asset })
			}
		}
	}
	if len(missing) > 0 {
		return nil, badInput("no file holds %s", strings.Join(missing, ", "))
	}
	return out, nil
}

// printFits prints a YAML document a fit and one of correlations, or one JSON array.
func printFits(env Env, results []*calibrate.Result, pairs []calibrate.Correlations, asJSON bool) error {
	out := printer{w: env.Stdout}
	if asJSON {
		for _, r := range results {
			for _, c := range pairs {
				r.Correlations = append(r.Correlations, c.Of(r.Asset)...)
			}
		}
		text, err := json.MarshalIndent(results, "", "  ")
		if err != nil {
			return err
		}
		out.printf("%s\n", text)
		return out.err
	}
	for i, r := range results {
		fragment, err := r.Fragment()
		if err != nil {
			return err
		}
		if i > 0 {
			out.printf("---\n")
		}
		out.printf("%s", fragment)
	}
	for _, c := range pairs {
		out.printf("---\n%s", c.Fragment())
	}
	return out.err
}
