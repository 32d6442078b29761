package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"backtest/internal/chain"
	"backtest/internal/chain/rpc"
	"backtest/internal/start"
)

type snapshotOptions struct {
	rpc, core, spot, perps string
	block, fromBlock       string
	out, cache             string
	estimate, force        bool
	maxRequests            int64
	rate                   float64
	batch, parallel        int
	progress               progressMode
}

func snapshotCommand(env Env) *cobra.Command {
	o := snapshotOptions{}
	cmd := &cobra.Command{
		Use:   "snapshot --rpc URL --core 0x… --out DIR",
		Short: "Read a deployment's state at a block, as a start folder",
		Long: `Snapshot reads the whole state of a deployment at one block, through a node's
JSON-RPC: every market, pool, vault, position, margin account and order. The
model, loaded with it, must answer every getter that was called as the chain
does, to the wei; otherwise the command ends with 104 and names what differs.

It writes a start folder: config.yaml, state.json.gz, positions.csv and
provenance.json. Every answer is kept beside it, so that an interrupted snapshot
goes on, and a finished one can be repeated without a node. No request is sent
without --rpc (or BACKTEST_RPC_URL). The URL is written nowhere.

A request is one JSON-RPC call, whatever number of them one HTTP request carries.`,
		Example: `  backtest snapshot --rpc $URL --core 0x32C222A9A159782aFD7529c87FA34b96CA72C696 --estimate
  backtest snapshot --rpc $URL --core 0x32C222A9A159782aFD7529c87FA34b96CA72C696 --out base`,
		Args: need(0, 0, "no arguments"),
		RunE: action(func(ctx context.Context, _ []string) error { return runSnapshot(ctx, env, o) }),
	}
	f := cmd.Flags()
	f.StringVar(&o.rpc, "rpc", "", "`URL` of a node; BACKTEST_RPC_URL by default")
	f.StringVar(&o.core, "core", "", "`address` of the core")
	f.StringVar(&o.spot, "spot", "", "`address` of the spot markets; found among the core's markets by default")
	f.StringVar(&o.perps, "perps", "", "`address` of the perps market; found among the core's markets by default")
	f.StringVar(&o.block, "block", "", "`number` of the block, or latest, safe, finalized; that of the kept answers by default, else finalized")
	f.StringVar(&o.fromBlock, "from-block", "", "`number` of the block from which on logs are read; where the core begins by default")
	f.StringVar(&o.out, "out", "", "`folder` to write to")
	f.StringVar(&o.cache, "cache", "", "`folder` of the kept answers; DIR.cache beside the output by default")
	f.BoolVar(&o.estimate, "estimate", false, "tell how many requests it will take, and write nothing but kept answers")
	f.BoolVar(&o.force, "force", false, "replace files of the folder that were changed since they were written")
	f.Int64Var(&o.maxRequests, "max-requests", 0, "stop before more requests than this are sent; 0 is no limit")
	f.Float64Var(&o.rate, "rate", 0, "requests a second; 0 is no limit")
	f.IntVar(&o.batch, "batch", 100, "requests that one HTTP request carries at most")
	f.IntVar(&o.parallel, "parallel", 4, "HTTP requests under way at the same time")
	o.progress.register(cmd)
	return cmd
}

// check refuses what cannot be asked.
func (o *snapshotOptions) check() (q chain.Request, err error) {
	switch {
	case o.core == "":
		return q, errors.New("--core is missing: the address of the core")
	case o.out == "" && !o.estimate:
		return q, errors.New("--out is missing: the folder to write to")
	case o.maxRequests < 0, o.rate < 0, o.batch < 1, o.parallel < 1:
		return q, errors.New("--max-requests and --rate are not negative, --batch and --parallel at least 1")
	}
	if q.Roots, err = chain.ParseRoots(o.core, o.spot, o.perps); err != nil {
		return q, err
	}
	if o.fromBlock != "" {
		n, err := strconv.ParseUint(o.fromBlock, 10, 64)
		if err != nil {
			return q, fmt.Errorf("--from-block is %q, want a number", o.fromBlock)
		}
		q.FromBlock = &n
	}
	if _, err := strconv.ParseUint(o.block, 10, 64); err != nil && !slices.Contains([]string{"", "latest", "safe", "finalized"}, o.block) {
		return q, fmt.Errorf("--block is %q, want a number, latest, safe or finalized", o.block)
	}
	return q, nil
}

func runSnapshot(ctx context.Context, env Env, o snapshotOptions) error {
	q, err := o.check()
	if err != nil {
		return &usageError{err, "backtest snapshot"}
	}
	if o.rpc == "" {
		o.rpc = env.lookup("BACKTEST_RPC_URL")
	}
	if o.cache == "" {
		o.cache = strings.TrimRight(o.out, "/") + ".cache"
		if o.out == "" {
			o.cache = "snapshot.cache"
		}
	}
	if !o.estimate {
		if err := start.Check(env.path(o.out), []string{start.ConfigFile, start.StateFile, start.PositionsFile, start.ProvenanceFile}, o.force); err != nil {
			return &inputError{err}
		}
	}
	bar := newProgress(env, o.progress, "answers")
	defer bar.finish()
	client, err := o.client()
	if err != nil {
		return &inputError{err}
	}
	if client != nil {
		defer client.Close()
	}
	store, err := o.store(ctx, env, client)
	if err != nil {
		return snapshotError(err)
	}
	defer store.Close() //nolint:errcheck // every answer is written at once
	source := chain.NewSource(store, client)
	source.Progress = func(phase string, done, total int) {
		bar.update(amount{phase: phase, done: int64(done), total: int64(total)})
	}
	if o.estimate {
		return estimateSnapshot(ctx, env, source, q)
	}
	taken, err := source.Take(ctx, q)
	bar.finish()
	o.tellUsage(env, client)
	if err != nil {
		if errors.Is(err, context.Canceled) {
			fmt.Fprintln(env.Stderr, "The same command goes on from there.")
		}
		if is[*chain.CheckError](err) {
			fmt.Fprintf(env.Stderr, "If the node may have answered wrongly, ask again with another --cache than %s.\n", o.cache)
		}
		return snapshotError(err)
	}
	return o.write(env, source, taken)
}

// client returns a client of the node, nil without one.
func (o *snapshotOptions) client() (*rpc.Client, error) {
	if o.rpc == "" {
		return nil, nil
	}
	return rpc.New(rpc.Options{URL: o.rpc, Batch: o.batch, Parallel: o.parallel, Rate: o.rate, MaxRequests: o.maxRequests})
}

// store opens the kept answers about the block that is asked for, or begins a
// file for them.
func (o *snapshotOptions) store(ctx context.Context, env Env, client *rpc.Client) (*rpc.Store, error) {
	dir := env.path(o.cache)
	number, err := strconv.ParseUint(o.block, 10, 64)
	pinned := err == nil
	if o.block == "" || pinned {
		store, err := keptStore(dir, number, pinned)
		if store != nil || err != nil {
			return store, err
		}
	}
	if client == nil {
		what := "answers"
		if pinned {
			what = "answers about block " + o.block
		}
		return nil, fmt.Errorf("%s has no %s, and no node was given: name one with --rpc or BACKTEST_RPC_URL", o.cache, what)
	}
	b, err := chain.Pin(ctx, client, o.block)
	if err != nil {
		return nil, err
	}
	if store, err := keptStore(dir, b.Number, true); store != nil || err != nil {
		if err == nil && (store.Header.Hash != b.Hash || store.Header.ChainID != b.ChainID) {
			_ = store.Close()
			return nil, &rpc.Fault{Kind: rpc.Reorganised, Detail: fmt.Sprintf("the answers in %s are about block %d of hash %s on chain %d, the node has %s on chain %d; name another --cache", o.cache, b.Number, store.Header.Hash, store.Header.ChainID, b.Hash, b.ChainID)}
		}
		return store, err
	}
	return rpc.CreateStore(dir, rpc.Header{ChainID: b.ChainID, Number: b.Number, Hash: b.Hash, Time: b.Time})
}

// keptStore opens the newest file of answers in a folder, or that of a block;
// nil if there is none.
func keptStore(dir string, number uint64, pinned bool) (*rpc.Store, error) {
	files, err := filepath.Glob(filepath.Join(globEscape(dir), "chain-*-block-*.jsonl"))
	if err != nil {
		return nil, err
	}
	name, newest := "", uint64(0)
	for _, f := range files {
		var id, block uint64
		if n, _ := fmt.Sscanf(filepath.Base(f), "chain-%d-block-%d.jsonl", &id, &block); n != 2 {
			continue
		}
		if pinned && block == number || !pinned && (name == "" || block > newest) {
			name, newest = f, block
		}
	}
	if name == "" {
		return nil, nil
	}
	s, err := rpc.OpenStore(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return s, err
}

// globEscape makes a folder's name stand for itself.
func globEscape(dir string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(dir)
}

// snapshotError decides what an error of a reading means: what a node or a
// deployment is, is input.
func snapshotError(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	return &inputError{err}
}

func (o *snapshotOptions) tellUsage(env Env, client *rpc.Client) {
	if client == nil {
		return
	}
	u := client.Usage()
	fmt.Fprintf(env.Stderr, "%d requests in %d HTTP requests, %d of them repeated; the answers are kept in %s\n", u.Calls, u.Requests, u.Retries, o.cache)
}

func (o *snapshotOptions) write(env Env, source *chain.Source, p *chain.Snapshot) error {
	// The folder's own name leaves no trace: the same block gives the same bytes.
	files, err := source.Files(p, fmt.Sprintf("chain-%d-block-%d", p.Block.ChainID, p.Block.Number))
	if err != nil {
		return err
	}
	if err := start.Write(env.path(o.out), files, o.force); err != nil {
		if is[*start.OccupiedError](err) {
			return &inputError{err}
		}
		return err
	}
	for _, n := range p.Notes {
		fmt.Fprintf(env.Stderr, "note: %s: %s\n", n.About, n.Text)
	}
	for _, name := range sortedNames(p.Checks.Unanswered) {
		fmt.Fprintf(env.Stderr, "note: %s: the node would not run %d calls, which were not compared\n", name, p.Checks.Unanswered[name])
	}
	return o.present(env, p, files)
}

func sortedNames(m map[string]int) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// present tells what was read.
func (o *snapshotOptions) present(env Env, p *chain.Snapshot, files []start.File) error {
	out := printer{w: env.Stdout}
	traders := 0
	for _, m := range p.State.Markets {
		if m.External.Perps != nil {
			traders = len(m.External.Perps.Accounts)
		}
	}
	positions := strings.Count(string(files[2].Content), "\n") - 1
	out.printf("block %d of chain %d, %s\n", p.Block.Number, p.Block.ChainID, p.Block.Hash)
	out.printf("%s, %s, %s, %s, %s\n", counted(len(p.Names.Pools), "pool"), counted(len(p.State.Markets), "market"),
		counted(len(p.State.Accounts), "account"), counted(positions, "position"), counted(traders, "margin account"))
	out.printf("%s asked of the chain and of the model: %d values, %d different\n", counted(p.Checks.Calls, "getter"), p.Checks.Values, p.Checks.Different)
	if rows := chain.Worst(files[2].Content, 5); len(rows) > 0 {
		out.printf("lowest C-ratios:\n")
		for _, r := range rows {
			out.printf("  account %s in %s/%s: %s\n", r[0], r[1], r[2], r[5])
		}
	}
	out.printf("%s\n", o.out)
	if out.err == nil {
		fmt.Fprintf(env.Stderr, "Simulate it with: backtest run %s\n", filepath.Join(o.out, start.ConfigFile))
	}
	return out.err
}

func estimateSnapshot(ctx context.Context, env Env, source *chain.Source, q chain.Request) error {
	e, err := source.Estimate(ctx, q)
	if err != nil {
		return snapshotError(err)
	}
	out := printer{w: env.Stdout}
	out.printf("about %d requests more: %d to read the state, %d to compare with the model\n", e.Reading+e.Checking, e.Reading, e.Checking)
	out.printf("%d answers are kept already\n", e.Answers)
	return out.err
}
