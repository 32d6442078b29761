package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"backtest/configs"
	"backtest/pricepaths/stats"
	"backtest/report/figures"
	"backtest/runner"
	"backtest/runner/record"
)

type pathsOptions struct {
	config configFlags
	out    string
	format formatFlag
	svg    bool
}

func pathsCommand(env Env) *cobra.Command {
	o := pathsOptions{format: formatFlag(record.Arrow)}
	cmd := &cobra.Command{
		Use:   "paths CONFIG",
		Short: "Draw only the prices: files, statistics, pictures",
		Long: `Paths draws the price paths of a configuration and nothing else. It writes them
to prices.arrow, prints the moments, tail quantiles, correlation and
autocorrelation of their returns beside those of the history that they were
made from, if there is one, and draws a fan chart of each asset with sample
paths and the history.`,
		Args: need(1, 1, "one CONFIG"),
		RunE: action(func(ctx context.Context, args []string) error { return runPaths(ctx, env, args[0], o) }),
	}
	o.config.register(cmd)
	cmd.Flags().StringVar(&o.out, "out", "", "`folder` of the results (default out/NAME-prices)")
	cmd.Flags().Var(&o.format, "format", "format of the prices: arrow or parquet")
	cmd.Flags().BoolVar(&o.svg, "svg", false, "write every plot as SVG too")
	return cmd
}

func runPaths(ctx context.Context, env Env, config string, o pathsOptions) error {
	l, err := o.config.load(ctx, env, config)
	if err != nil {
		return err
	}
	out := env.path(filepath.Join("out", l.Config.Name+"-prices"))
	if o.out != "" {
		out = env.path(o.out)
	}
	folder, err := checkedFolder(out, filesRead(env, config, l), append(pictureNames(out), record.PricesName(record.Format(o.format)))...)
	if err != nil {
		return err
	}
	defer folder.Close() //nolint:errcheck // the lock ends with the process at the latest
	// Sorting and describing do not look up: an interrupt leaves them behind.
	s, err := abandonable(ctx, func() (*runner.PriceStudy, error) {
		return runner.StudyPrices(ctx, l, folder, record.Format(o.format))
	})
	if err != nil {
		return err
	}
	(&teller{env: env}).tell(s.Warnings)
	pictures, err := drawPrices(l, s, o.svg)
	if err != nil {
		return err
	}
	if err := folder.Commit(ofPrices, pictures); err != nil {
		return err
	}
	fmt.Fprintf(env.Stderr, "%d rows in %s\n", s.File.Rows, plainText(env.shown(out)))
	return printPrices(env, s)
}

// drawPrices draws a picture an asset.
func drawPrices(l *configs.Loaded, s *runner.PriceStudy, svg bool) ([]record.Content, error) {
	var all []*figures.Figure
	caption := fmt.Sprintf("%s of %s every %s, seed %d.", counted(s.Paths, "path"), durationText(l.Config.Horizon.Duration),
		durationText(l.Config.Step.Duration), l.Config.Seed)
	for a, asset := range s.Assets {
		f, err := figures.Prices(figures.PriceFan{
			Asset: asset, Times: s.Times, Levels: runner.PriceLevels, Quantiles: s.Quantiles[a],
			Samples: s.Samples[a], Recorded: s.Recorded[a], Caption: caption,
		})
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return figures.Contents(plotsDir, all, svg)
}

// printPrices prints the figures of every asset, simulated beside recorded.
func printPrices(env Env, s *runner.PriceStudy) error {
	out := printer{w: env.Stdout}
	step := durationText(time.Duration(s.StepSeconds) * time.Second)
	out.printf("%s, log returns of %s\n", counted(s.Paths, "path"), step)
	for a, asset := range s.Assets {
		out.printf("\n%s", describedText(asset, &s.Simulated[a], s.History[a]))
	}
	if len(s.Assets) > 1 {
		out.printf("\ncorrelation of returns\n%s", matrixText(s.Assets, s.Correlation))
	}
	return out.err
}

// describedText is a table of the figures of one asset.
func describedText(asset string, simulated, recorded *stats.Description) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(name string, value func(*stats.Description) float64) {
		cells := fmt.Sprintf("%s\t%.4g\t", name, value(simulated))
		if recorded != nil {
			cells += fmt.Sprintf("%.4g\t", value(recorded))
		}
		fmt.Fprintln(w, cells)
	}
	head := asset + "\tsimulated\t"
	if recorded != nil {
		head += "history\t"
	}
	fmt.Fprintln(w, head)
	row("returns", func(d *stats.Description) float64 { return float64(d.N) })
	row("annual volatility", func(d *stats.Description) float64 { return d.AnnualVolatility })
	row("skewness", func(d *stats.Description) float64 { return d.Skewness })
	row("excess kurtosis", func(d *stats.Description) float64 { return d.ExcessKurtosis })
	for i, q := range simulated.Quantiles {
		row(fmt.Sprintf("%g %% quantile", 100*q.Probability), func(d *stats.Description) float64 { return d.Quantiles[i].Return })
	}
	for i, lag := range simulated.AbsACF {
		if recorded == nil || i < len(recorded.AbsACF) {
			row(fmt.Sprintf("autocorrelation of |r|, lag %d", lag.Steps), func(d *stats.Description) float64 { return d.AbsACF[i].Correlation })
		}
	}
	_ = w.Flush() // a strings.Builder takes everything
	return b.String()
}

func matrixText(names []string, m [][]float64) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\t"+strings.Join(names, "\t")+"\t")
	for i, name := range names {
		cells := name + "\t"
		for j := range names {
			cells += fmt.Sprintf("%.3f\t", m[i][j])
		}
		fmt.Fprintln(w, cells)
	}
	_ = w.Flush() // a strings.Builder takes everything
	return b.String()
}
