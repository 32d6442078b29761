package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"backtest/internal/cannon"
	"backtest/internal/start"
)

type importOptions struct {
	markets             []string
	pools, history, out string
	force               bool
}

func importCommand(env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import",
		Short: "Read a deployment's parameters from its files, as a start folder",
		Args:  need(1, 1, "what to import: cannon FILE"),
		RunE: action(func(_ context.Context, args []string) error {
			return &usageError{fmt.Errorf("%q cannot be imported; cannon can", args[0]), "backtest import"}
		}),
	}
	cmd.AddCommand(importCannonCommand(env))
	return cmd
}

func importCannonCommand(env Env) *cobra.Command {
	o := importOptions{}
	cmd := &cobra.Command{
		Use:   "cannon FILE --out DIR",
		Short: "Read parameter files of the protocol's deployments (TOML)",
		Long: `Cannon reads a deployment's TOML file with all that it includes: perps markets,
synths, wrappers, collateral types and limits. What a number means follows from
the argument of the function that it is given to. It writes a start folder: a
configuration in which every value names file and line, and provenance.json with
a report of what was taken, left to defaults, undefined, and not representable.
Names that nobody defines do not end the import; an expression that is not
understood does, and is quoted.`,
		Example: `  backtest import cannon omnibus-base-mainnet.toml --markets ETH,BTC --out base
  backtest import cannon omnibus-base-mainnet.toml --pools pools.csv --out base`,
		Args: need(1, 1, "one FILE"),
		RunE: action(func(_ context.Context, args []string) error { return runImportCannon(env, args[0], o) }),
	}
	f := cmd.Flags()
	f.StringSliceVar(&o.markets, "markets", nil, "`symbols` or ids of the perps markets to take, with commas between; all by default")
	f.StringVar(&o.pools, "pools", "", "`file` of pool weights: pool,market,weight,max_debt_share_value")
	f.StringVar(&o.history, "history", "", "`file` of dated changes, which become governance: date,symbol,parameter,new")
	f.StringVar(&o.out, "out", "", "`folder` to write to")
	f.BoolVar(&o.force, "force", false, "replace files of the folder that were changed since they were written")
	return cmd
}

func runImportCannon(env Env, file string, o importOptions) error {
	if o.out == "" {
		return &usageError{errors.New("--out is missing: the folder to write to"), "backtest import cannon"}
	}
	if err := start.Check(env.path(o.out), []string{start.ConfigFile, start.ProvenanceFile}, o.force); err != nil {
		return &inputError{err}
	}
	d, options, err := readCannon(env, file, o)
	if err != nil {
		return &inputError{err}
	}
	files, err := d.StartFolder(options)
	if err != nil {
		return err
	}
	if err := start.Write(env.path(o.out), files, o.force); err != nil {
		if is[*start.OccupiedError](err) {
			return &inputError{err}
		}
		return err
	}
	tellReport(env, &d.Report)
	out := printer{w: env.Stdout}
	out.printf("%s from %s: %s, %s, %s\n", d.Name, counted(len(d.Files), "file"), counted(len(d.Instruments), "perps market"),
		counted(len(d.Synths), "synth"), counted(len(d.Collaterals), "collateral type"))
	out.printf("%s taken, %d left to defaults, %d undefined, %d not representable\n", counted(len(d.Report.Taken), "value"),
		len(d.Report.Defaulted), len(d.Report.UndefinedNames()), len(d.Report.NotRepresentable))
	out.printf("%s\n", o.out)
	if out.err == nil {
		fmt.Fprintf(env.Stderr, "Simulate it with: backtest run %s\n", filepath.Join(o.out, start.ConfigFile))
	}
	return out.err
}

func readCannon(env Env, file string, o importOptions) (*cannon.Deployment, cannon.Options, error) {
	options := cannon.Options{PoolsFile: o.pools}
	p, err := cannon.Load(env.path(file))
	if err != nil {
		return nil, options, fmt.Errorf("%s: %w", file, err)
	}
	d, err := cannon.Resolve(p)
	if err != nil {
		return nil, options, err
	}
	if d.Name == "" {
		d.Name = strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	}
	if len(d.Report.Taken) == 0 {
		return nil, options, fmt.Errorf("%s sets no parameter of the protocol", file)
	}
	if len(o.markets) > 0 {
		if err := d.Pick(o.markets); err != nil {
			return nil, options, err
		}
	}
	options.Name = d.Name
	if o.pools != "" {
		if options.Pools, err = cannon.ReadPools(env.path(o.pools), o.pools, d.Name); err != nil {
			return nil, options, err
		}
	}
	if o.history != "" {
		options.Governance, err = cannon.ReadHistory(env.path(o.history), o.history)
	}
	return d, options, err
}

// mostTold bounds the lines of a report on the terminal; the rest is in
// provenance.json.
const mostTold = 20

// tellReport tells what was not simply taken.
func tellReport(env Env, r *cannon.Report) {
	tell := func(what string, lines []string) {
		for i, line := range lines {
			if i == mostTold {
				fmt.Fprintf(env.Stderr, "%s: and %d more, in %s\n", what, len(lines)-mostTold, start.ProvenanceFile)
				return
			}
			fmt.Fprintf(env.Stderr, "%s: %s\n", what, line)
		}
	}
	var undefined, defaulted, cannot []string
	for _, m := range r.Undefined {
		undefined = append(undefined, fmt.Sprintf("%s, for %s (%s)", m.What, m.For, m.At))
	}
	for _, v := range r.Defaulted {
		defaulted = append(defaulted, fmt.Sprintf("%s of %s: %s (%s)", v.Key, v.Of, v.Value, v.At))
	}
	for _, m := range r.NotRepresentable {
		cannot = append(cannot, fmt.Sprintf("%s (%s)", m.What, m.At))
	}
	tell("undefined", undefined)
	tell("default", defaulted)
	tell("not representable", cannot)
}
