package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"backtest/pricepaths/history"
)

// priceFileFlags settle what price files leave open, as prices.history does in
// a configuration.
type priceFileFlags struct {
	columns              []string
	timeColumn, timeForm string
	ticker               string
	tolerance            time.Duration
}

func (f *priceFileFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringSliceVar(&f.columns, "columns", nil, "`headers` of the columns of prices to take (default every column that holds prices)")
	flags.StringVar(&f.timeColumn, "time-column", "", "`header` of the column of the time")
	flags.StringVar(&f.timeForm, "time-format", "", "order of dates that can be read in two ways: month_first or day_first")
	flags.StringVar(&f.ticker, "ticker", "", "`symbol` whose rows are taken, and name of the asset where a file names none")
	flags.DurationVar(&f.tolerance, "tolerance", 0, "how far times may lie from the grid of their steps (default a hundredth of the step)")
}

func (f *priceFileFlags) options(command string) (history.Options, error) {
	order := history.DateOrder(f.timeForm)
	var err error
	switch {
	case !slices.Contains([]history.DateOrder{history.OrderOfFile, history.MonthFirst, history.DayFirst}, order):
		err = fmt.Errorf("--time-format is %q, want month_first or day_first", f.timeForm)
	case f.tolerance < 0 || f.tolerance > 0 && f.tolerance < time.Second:
		err = fmt.Errorf("--tolerance is %v, want a second or more", f.tolerance)
	default:
		return history.Options{Columns: f.columns, TimeColumn: f.timeColumn, TimeFormat: order, Ticker: f.ticker, Tolerance: f.tolerance}, nil
	}
	return history.Options{}, &usageError{err, command}
}

// readPrices reads what can be read, in order, and tells on stderr about the
// rest.
func readPrices(ctx context.Context, env Env, args []string, o history.Options) (files []*history.File, bad int, err error) {
	messages := printer{w: env.Stderr}
	for _, name := range expand(env, args) {
		if ctx.Err() != nil {
			return nil, 0, ctx.Err()
		}
		f, err := abandonable(ctx, func() (*history.File, error) { return history.ReadFile(env.path(name), o) })
		if ctx.Err() != nil {
			return nil, 0, ctx.Err()
		}
		if err != nil {
			bad++
			messages.printf("backtest: %s\n", plainText(err.Error()))
			continue
		}
		f.Name = name
		files = append(files, f)
	}
	return files, bad, messages.err
}
