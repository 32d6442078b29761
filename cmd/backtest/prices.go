package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"backtest/pricepaths/history"
)

func pricesCommand(env Env) *cobra.Command {
	asJSON, read := false, priceFileFlags{}
	cmd := &cobra.Command{
		Use:   "prices FILE...",
		Short: "Tell what price files hold: format, span, step, rows, gaps, duplicates",
		Long: `Prices reads files of recorded prices (exports of exchanges and price services,
or any table of times and prices, plain or compressed by gzip, zstd or bzip2),
tells how it understood them and what is wrong with them. Files of one asset,
such as downloads by month, are joined. A file that cannot be understood is told
with line, column and the flag that settles it; the exit code is then 104.`,
		Args: need(1, -1, "at least one FILE"),
		RunE: action(func(ctx context.Context, args []string) error { return runPrices(ctx, env, args, read, asJSON) }),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print an array with an object a file")
	read.register(cmd)
	return cmd
}

func runPrices(ctx context.Context, env Env, args []string, read priceFileFlags, asJSON bool) error {
	o, err := read.options("backtest prices")
	if err != nil {
		return err
	}
	files, bad, err := readPrices(ctx, env, args, o)
	if err != nil {
		return err
	}
	out := printer{w: env.Stdout}
	if asJSON {
		summaries := make([]history.Summary, len(files))
		for i, f := range files {
			summaries[i] = f.Summary()
		}
		text, err := json.MarshalIndent(summaries, "", "  ")
		if err != nil {
			return err
		}
		out.printf("%s\n", text)
	} else {
		for i, f := range files {
			out.printf("%s", strings.Repeat("\n", min(i, 1))+priceText(f))
		}
		out.printf("%s", joinedText(files))
	}
	if out.err == nil && bad > 0 {
		return badInput("%d of %d files could not be read", bad, bad+len(files))
	}
	return out.err
}

// joinedText tells what files of one asset make together, or why they do not.
func joinedText(files []*history.File) string {
	joined, err := history.Join(files)
	if err != nil {
		return fmt.Sprintf("\nnot joined: %v\n", err)
	}
	text := ""
	for _, f := range joined {
		if f.SHA256 == "" {
			text += "\n" + priceText(f)
		}
	}
	return text
}

// mostGaps is how many gaps are told one by one.
const mostGaps = 5

// priceText tells people what a file holds.
func priceText(f *history.File) string {
	var b strings.Builder
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "  %-12s%s\n", name, fmt.Sprintf(format, args...))
	}
	b.WriteString(plainText(f.Name) + "\n")
	line("format", "%s, times are the %s", f.Format, f.Stamp)
	line("assets", "%s", strings.Join(f.Assets, ", "))
	line("span", "%s to %s", f.First().Format(time.RFC3339), f.Last().Format(time.RFC3339))
	line("step", "%s", durationText(time.Duration(f.StepSeconds)*time.Second))
	line("rows", "%d, of which %d unique, %d duplicate, %d conflicting", f.Rows, f.Unique, f.Duplicates, f.Conflicting)
	if f.StepSeconds > 0 {
		line("known", "a close is known %s after its time", durationText(time.Duration(f.KnownAt(0)-f.Times[0])*time.Second))
	}
	line("gaps", "%s in %s", counted(f.Missing, "missing bar"), counted(len(f.Gaps), "gap"))
	for i, g := range f.Gaps {
		if i == mostGaps {
			line("", "… and %d more gaps", len(f.Gaps)-mostGaps)
			break
		}
		line("", "%d after %s", g.Missing, time.Unix(g.After, 0).UTC().Format(time.RFC3339))
	}
	if f.SHA256 != "" {
		line("sha256", "%s", f.SHA256)
	}
	for _, note := range f.Notes {
		line("note", "%s", note)
	}
	return b.String()
}
