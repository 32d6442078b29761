package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"backtest/configs"
	"backtest/internal/warn"
	"backtest/report"
	"backtest/report/figures"
	"backtest/report/threshold"
	"backtest/runner"
	"backtest/runner/record"
)

// findFlags ask for the smallest shock that breaks a limit.
type findFlags struct {
	keys     []string
	from, to []string
	limit    string
	multiple bool
	halves   int
	levels   int
	command  string // that they are flags of
}

func findCommand(env Env) *cobra.Command {
	var o runOptions
	var f findFlags
	cmd := &cobra.Command{
		Use:   "find CONFIG",
		Short: "The smallest shock that breaks a limit",
		Long: `Find searches the smallest shock at which a metric breaks its limit, by bisection
on the same paths, with an interval; two keys make a frontier:

  backtest find quickstart --key 'prices.assets[ETH].process.annual_volatility' \
    --multiple --from 1 --to 4 --limit 'vault_liquidation.probability <= 5%'
  backtest find failing-market --limit 'p95(lp_loss_usd) <= 2_000_000' --from 1% --to 60% \
    --key 'prices.episodes[0].drops[ETH].drop,prices.episodes[0].drops[BTC].drop'
  backtest find failing-market --limit 'p95(lp_loss_usd) <= 2_000_000' \
    --key 'prices.episodes[0].duration' --from 12h --to 72h

It writes find.json, and a picture of a frontier. CONFIG is a file, or the name of
a preset.`,
		Args: need(1, 1, "one CONFIG"),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(env, cmd, args, o) },
	}
	flags := cmd.Flags()
	o.config.register(cmd)
	flags.StringVar(&o.output.out, "out", "", "`folder` of the results (default out/NAME)")
	o.output.registerForms(cmd)
	flags.IntVar(&o.workers, "workers", 0, "paths computed at the same time; 0 is one a processor")
	f.command = "backtest find"
	f.register(cmd, "key")
	flags.StringArrayVar(&f.keys, "find", nil, "the same as --key")
	_ = flags.MarkHidden("find") // it was registered above
	return cmd
}

func (f *findFlags) register(cmd *cobra.Command, key string) {
	flags := cmd.Flags()
	flags.StringArrayVar(&f.keys, key, nil, "search the smallest value of configuration `KEY` (several joined by a comma move together) that breaks --limit; twice for a frontier")
	flags.StringArrayVar(&f.from, "from", nil, "mildest `value` of the search, one for each key")
	flags.StringArrayVar(&f.to, "to", nil, "worst `value` of the search, one for each key")
	flags.StringVar(&f.limit, "limit", "", "the `threshold` that must hold, such as 'vault_liquidation.probability <= 1%'")
	flags.BoolVar(&f.multiple, "multiple", false, "values multiply the present ones")
	flags.IntVar(&f.halves, "bisections", 7, "the answer is within the range / 2^`bisections`")
	flags.IntVar(&f.levels, "levels", 5, "values of the second shock of a frontier")
	flags.IntVar(&f.halves, "halves", 7, "the same as --bisections")
	_ = flags.MarkHidden("halves") // it was registered above
}

// run searches.
func (f *findFlags) run(env Env, cmd *cobra.Command, args []string, o runOptions) error {
	if cmd.Flags().Changed("halves") {
		tellWarning(env, warn.New(warn.OldSpelling, "--halves is read for one more release: it is --bisections now"))
	}
	return action(func(ctx context.Context, args []string) error { return runFind(ctx, env, args[0], o, *f) })(cmd, args)
}

// findOfStudy lets study search, as it did: for one more release.
func findOfStudy(env Env, cmd *cobra.Command, f *findFlags, o *runOptions) {
	f.command = "backtest study"
	f.register(cmd, "find")
	own := []string{"find", "from", "to", "limit", "multiple", "bisections", "halves", "levels"}
	for _, name := range own {
		cmd.Flags().Lookup(name).Hidden = true
	}
	study := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ignored := own[1:]
		if len(f.keys) > 0 {
			ignored = []string{"shard", "resume", "format", "memory", "force"}
		}
		for _, name := range ignored {
			if cmd.Flags().Changed(name) && (len(f.keys) == 0 || name != "force") {
				return &usageError{fmt.Errorf("--%s does nothing here: %s", name, map[bool]string{true: "a search has no use for it", false: "it is a flag of backtest find"}[len(f.keys) > 0]), cmd.CommandPath()}
			}
		}
		if len(f.keys) == 0 {
			return study(cmd, args)
		}
		tellWarning(env, warn.New(warn.OldSpelling, "study --find is read for one more release: it is backtest find --key now"))
		return f.run(env, cmd, args, *o)
	}
}

// search reads the flags.
func (f *findFlags) search() (runner.Search, []runner.Shock, error) {
	wrong := func(format string, args ...any) (runner.Search, []runner.Shock, error) {
		return runner.Search{}, nil, &usageError{fmt.Errorf(format, args...), f.command}
	}
	switch {
	case len(f.keys) == 0 || len(f.keys) > 2 || len(f.from) != len(f.keys) || len(f.to) != len(f.keys):
		return wrong("a search needs a key, with a --from and a --to each; there can be two")
	case f.halves < 1 || f.halves > 30 || f.levels < 2 || f.levels > 1000:
		return wrong("--bisections is from 1 to 30, --levels from 2 to 1000")
	}
	t, err := checkFlag(report.ForSearch, "--limit", f.limit, f.command)
	if err != nil {
		return runner.Search{}, nil, err
	}
	var shocks []runner.Shock
	for i, keys := range f.keys {
		s := runner.Shock{Keys: strings.Split(keys, ","), Multiple: f.multiple}
		var errFrom, errTo error
		s.From, s.Time, errFrom = shockValue(f.from[i])
		worst, time, errTo := shockValue(f.to[i])
		s.To = worst
		switch err := errors.Join(errFrom, errTo); {
		case err != nil:
			return wrong("--from %s, --to %s: %w", f.from[i], f.to[i], err)
		case s.Time != time || s.Time && f.multiple:
			return wrong("--from %s, --to %s: two numbers, or two durations without --multiple", f.from[i], f.to[i])
		}
		shocks = append(shocks, s)
	}
	return runner.Search{
		Shock: shocks[0], Metric: t.Figure.String(), Halves: f.halves,
		Rising: t.Op == threshold.Less || t.Op == threshold.LessEqual,
		Breaks: func(x float64) bool { return !t.Op.Holds(x, t.Limit.Value) },
	}, shocks[1:], nil
}

// shockValue reads a number, a percentage, or a duration in seconds.
func shockValue(text string) (x float64, time bool, err error) {
	ratio, err := configs.ParseRatio(text)
	if err == nil {
		return ratio.Float64(), false, nil
	}
	if d, errTime := configs.ParseDuration(text); errTime == nil {
		return d.Seconds(), true, nil
	}
	return 0, false, fmt.Errorf("%w, and no duration such as 12h", err)
}

// frontierRow is the answer at one value of the second shock.
type frontierRow struct {
	Second *float64       `json:"second"` // nil without a second shock
	Found  []runner.Found `json:"found"`
}

// foundFile is what --find writes.
const foundFile = "find.json"

func runFind(ctx context.Context, env Env, config string, o runOptions, f findFlags) error {
	search, second, err := f.search()
	if err != nil {
		return err
	}
	l, out, err := o.load(ctx, env, config, f.command)
	if err != nil {
		return err
	}
	warnings, err := runner.Warnings(l)
	if err != nil {
		return err
	}
	(&teller{env: env}).tell(warnings)
	folder, err := checkedFolder(out, filesRead(env, config, l), append(pictureNames(out), foundFile)...)
	if err != nil {
		return err
	}
	defer folder.Close() //nolint:errcheck // the lock ends with the process at the latest
	rows, err := frontier(ctx, l, runner.Options{Workers: o.workers, Gauge: newGauge}, search, second, f.levels)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(map[string]any{
		"configuration_sha256": l.SHA256, "seed": l.Config.Seed, "paths": l.Config.Paths, "limit": f.limit, "keys": f.keys, "multiple": f.multiple, "rows": rows, "warnings": append([]warn.Warning{}, warnings...),
	}, "", "  ")
	if err != nil {
		return err
	}
	text = append(text, '\n')
	files := []record.Content{{Name: foundFile, Bytes: text}}
	if len(second) > 0 {
		list, err := f.pictures(rows, [2]runner.Shock{search.Shock, second[0]}, l.Config.Paths)
		if err != nil {
			return err
		}
		pictures, err := figures.Contents(plotsDir, list, o.output.svg)
		if err != nil {
			return err
		}
		files = append(files, pictures...)
	}
	if err := folder.Commit(ofFind, files); err != nil {
		return err
	}
	if !o.output.json {
		text = []byte(f.table(rows) + report.NoticeList("Warnings:", warnings))
	}
	p := printer{w: env.Stdout}
	p.printf("%s", text)
	return p.err
}

// frontier searches at every level of the second shock, once without one.
func frontier(ctx context.Context, l *configs.Loaded, o runner.Options, s runner.Search, second []runner.Shock, levels int) ([]frontierRow, error) {
	if len(second) == 0 {
		found, err := runner.Find(ctx, l, o, s)
		return []frontierRow{{nil, found}}, err
	}
	var rows []frontierRow
	for i := range levels {
		x := second[0].From + float64(i)/float64(levels-1)*(second[0].To-second[0].From)
		settings, err := runner.ShockSettings(l, second[0], x)
		if err != nil {
			return nil, err
		}
		found, err := runner.Find(ctx, l, o, s, settings...)
		if err != nil {
			return nil, err
		}
		rows = append(rows, frontierRow{&x, found})
	}
	return rows, nil
}

// table tells people.
func (f *findFlags) table(rows []frontierRow) string {
	head := []string{"scenario", "smallest " + f.keys[0], "interval", "within", "simulated"}
	right := []bool{false, true, true, true, true}
	if len(f.keys) > 1 {
		head, right = append([]string{f.keys[1]}, head...), append([]bool{true}, right...)
	}
	text := [][]string{head}
	for _, row := range rows {
		for _, found := range row.Found {
			line := []string{found.Scenario, "none up to " + f.to[0], "[" + f.end(found.Low) + ", " + f.end(found.High) + "]",
				f.shown(0, found.Within), counted(len(found.Tries), "shock")}
			if found.Reached {
				line[1] = f.shown(0, found.Value)
			}
			if row.Second != nil {
				line = append([]string{f.shown(1, *row.Second)}, line...)
			}
			text = append(text, line)
		}
	}
	return "The smallest shock that breaks " + f.limit + ", on the same paths:\n\n" + report.MarkdownTable(right, text) +
		"\nThe interval begins where the limit may be broken and ends where it surely is, within the uncertainty of the metric.\n"
}

func (f *findFlags) end(x *float64) string {
	if x == nil {
		return "open"
	}
	return f.shown(0, *x)
}

// shown writes a shock as its ends were given: in per cent, as a duration, as a
// multiple or plainly.
func (f *findFlags) shown(shock int, x float64) string {
	_, time, _ := shockValue(f.from[shock])
	switch {
	case time:
		return report.Format(x, report.UnitSeconds)
	case strings.HasSuffix(f.from[shock], "%"):
		return report.Format(x, report.UnitRatio)
	case f.multiple:
		return "× " + strconv.FormatFloat(x, 'g', 4, 64)
	}
	return strconv.FormatFloat(x, 'g', 5, 64)
}
