package runner

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"
	"time"

	"backtest/configs"
	"backtest/model"
	"backtest/model/state"
	"backtest/runner/record"
	"backtest/runner/sim"
	"backtest/runner/units"
)

// TraceQuestion names a path of a run or study.
type TraceQuestion struct {
	Scenario string // empty is the first
	Point    int32
	Path     int64
	SaveAt   int // the step whose state is wanted, -1 for none
}

// Trace runs one path of a run, or of a study, again and writes everything that
// happened, step by step: prices, markets, vaults with their worst position,
// and events. The path is the same as in the run, to the bit. It returns the
// state at the end of a step, if one is wanted.
func Trace(ctx context.Context, l *configs.Loaded, study *record.StudyPlan, q TraceQuestion, out io.Writer) (*state.State, error) {
	w, v, err := worldOf(ctx, l, study, q.Scenario, q.Point)
	if err != nil {
		return nil, err
	}
	if most := v.prices.paths; q.Path < 0 || q.Path >= most {
		return nil, &InputError{"path", fmt.Errorf("found %d, allowed: 0 to %d", q.Path, most-1)}
	}
	if most := len(w.Grid) - 1; q.SaveAt > most {
		return nil, &InputError{"at", fmt.Errorf("found %d, allowed: a step from 0 to %d", q.SaveAt, most)}
	}
	b := bufio.NewWriter(out)
	worker := newWorker(w)
	t := &tracer{out: b, saveAt: q.SaveAt}
	fmt.Fprintf(b, "scenario %s, point %d, path %d, seed %d\n", w.Scenario, q.Point, q.Path, l.Config.Seed)
	err = v.again(ctx, worker, uint64(q.Path), t)
	if ctx.Err() != nil {
		return nil, fmt.Errorf("%w: %w", ErrInterrupted, ctx.Err())
	}
	if err != nil {
		fmt.Fprintf(b, "FAILED: %v\n", err)
	} else {
		t.summary(&worker.state.Row, w.World)
	}
	if err := b.Flush(); err != nil {
		return nil, err
	}
	if q.SaveAt < 0 {
		return nil, nil
	}
	if t.saved == nil {
		return nil, &InputError{"at", fmt.Errorf("found %d, the path ended before: %w", q.SaveAt, err)}
	}
	t.saved.Source = state.Source{Path: uint64(q.Path), Step: uint64(q.SaveAt), Seed: l.Config.Seed}
	return t.saved, nil
}

// again runs a path with a tracer. A path that branched off others is followed
// beyond the level at which the run left it, to its end.
func (v *variant) again(ctx context.Context, w *worker, path uint64, t *tracer) error {
	if v.splitting == nil {
		w.trace = t.step
		return w.path(ctx, path)
	}
	l, err := v.splitting.lineageOf(ctx, w, path)
	if err != nil {
		return err
	}
	for _, b := range l.branches {
		fmt.Fprintf(t.out, "branched off after step %d, with the draws of path %d\n", b.Interval, b.Path)
	}
	w.trace = t.step
	return w.branch(ctx, path, l, v.splitting.ahead)
}

// worldOf builds the world of one cell; an empty scenario is the first.
func worldOf(ctx context.Context, l *configs.Loaded, study *record.StudyPlan, scenario string, point int32) (*world, *variant, error) {
	last := int32(0)
	if study != nil {
		last = int32(len(study.Points)) - 1
	}
	if point < 0 || point > last {
		return nil, nil, &InputError{"point", fmt.Errorf("found %d, allowed: 0 to %d, the points of this run", point, last)}
	}
	w := &worlds{loaded: l, study: study, open: map[cell]*opening{}}
	if err := w.addVariants(); err != nil {
		return nil, nil, err
	}
	var names []string
	for i := range w.variants {
		v := &w.variants[i]
		if v.scenario != scenario && scenario != "" {
			names = append(names, v.scenario)
			continue
		}
		if err := w.present(i); err != nil {
			return nil, nil, err
		}
		if err := w.seekOne(ctx, Options{Workers: runtime.GOMAXPROCS(0)}, i); err != nil {
			return nil, nil, err
		}
		world, err := w.build(i, point)
		return world, v, err
	}
	return nil, nil, &InputError{"scenario", fmt.Errorf("found %q, allowed: %s", scenario, strings.Join(names, ", "))}
}

// tracer writes the steps of a path. Errors of its writer show at the flush.
type tracer struct {
	out    *bufio.Writer
	events int // written so far
	saveAt int // step whose state is kept, -1 for none
	saved  *state.State
}

func (t *tracer) step(s *sim.State) error {
	fmt.Fprintf(t.out, "\nstep %d  %s\n", s.Step, time.Unix(s.Now, 0).UTC().Format(time.RFC3339))
	t.prices(s)
	for i := range s.World.Markets {
		t.market(s, i)
	}
	for v := range s.World.Vaults {
		t.vault(s, v)
	}
	for ; t.events < len(s.Events); t.events++ {
		t.event(&s.Events[t.events])
	}
	if s.Step != t.saveAt {
		return nil
	}
	var err error
	t.saved, err = s.Sys.Save()
	return err
}

func (t *tracer) prices(s *sim.State) {
	var parts []string
	for a, name := range s.World.Assets {
		part := fmt.Sprintf("%s %s", name, strconv.FormatFloat(s.Oracle[a], 'f', -1, 64))
		if s.Market[a] != s.Oracle[a] {
			part += fmt.Sprintf(" (market %s)", strconv.FormatFloat(s.Market[a], 'f', -1, 64))
		}
		parts = append(parts, part)
	}
	fmt.Fprintf(t.out, "  prices  %s\n", strings.Join(parts, ", "))
}

func (t *tracer) market(s *sim.State, i int) {
	m := &s.World.Markets[i]
	debt, err := s.Sys.MarketTotalDebt(m.ID)
	if err != nil {
		fmt.Fprintf(t.out, "  market  %s does not answer: %v\n", m.Name, err)
		return
	}
	x := s.Sys.MarketStorage(m.ID)
	fmt.Fprintf(t.out, "  market  %s debt %s, distributed %s, per share %s, credit %s, in range %s, out of range %s\n",
		m.Name, amount(debt), amount(x.LastDistributed.Wide()), amount(x.ValuePerShare.D18().Wide()),
		amount(x.TotalShares.WideInt()), t.pools(s, x.InRange), t.pools(s, x.OutRange))
}

func (t *tracer) pools(s *sim.State, nodes []model.HeapNode) string {
	var names []string
	for _, n := range nodes {
		limit := n.Priority.Wide()
		if limit.Sign() < 0 {
			limit = limit.Neg()
		}
		names = append(names, fmt.Sprintf("%s at %s", s.World.Pools[int(n.Pool)-1].Name, amount(limit)))
	}
	if names == nil {
		return "none"
	}
	return strings.Join(names, " and ")
}

func (t *tracer) vault(s *sim.State, v int) {
	o, err := s.Outlook(v)
	if err != nil {
		fmt.Fprintf(t.out, "  vault   %s cannot be read: %v\n", s.World.Vaults[v].Name, err)
		return
	}
	fmt.Fprintf(t.out, "  vault   %s collateral %s worth %s, debt %s, c-ratio %s, worst position %s\n",
		s.World.Vaults[v].Name, amount(o.Collateral.Int256()), amount(o.Value.Int256()), amount(o.Debt),
		ratio(sim.VaultRatio(&o)), ratio(s.WorstRatio(v, &o)))
}

func (t *tracer) event(e *record.EventRow) {
	var where []string
	for _, w := range []string{e.Market, e.Pool, e.Collateral, e.Account} {
		if w != "" {
			where = append(where, w)
		}
	}
	fmt.Fprintf(t.out, "  EVENT   %s (%s) %s, %s USD, %s tokens\n", e.Kind, e.Cause, strings.Join(where, " "), e.AmountUSD, e.AmountCollateral)
}

func (t *tracer) summary(r *record.PathRow, w *sim.World) {
	fmt.Fprintf(t.out, "\nend: %d exits, %d re-entries, %d position and %d vault liquidations; LP result %s, trader result %s, bad debt %s, unbacked %s, unpaid %s USD\n",
		r.StopLossExits, r.Reentries, r.PositionLiquidations, r.VaultLiquidations,
		r.LPPnLUSD, r.TraderPnLUSD, r.BadDebtUSD, r.UnbackedDebtUSD, r.UnpaidUSD)
	for i, c := range sim.AttributionColumns(w) {
		fmt.Fprintf(t.out, "  %s %s\n", c.Name, r.Exact[i])
	}
}

// amount writes a D18 integer in full.
func amount(x model.Int256) string { return units.Record(x).String() }

func ratio(x float64) string {
	if x != x {
		return "none (no debt)"
	}
	return strconv.FormatFloat(x, 'f', 6, 64)
}
