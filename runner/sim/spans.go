package sim

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/runner/record"
	"backtest/runner/units"
)

// span adds up the time in which something holds for at least one of several.
type span struct {
	open         int   // for so many it holds now
	since, total int64 // seconds
}

func (p *span) begin(now int64) {
	if p.open == 0 {
		p.since = now
	}
	p.open++
}

func (p *span) end(now int64) {
	if p.open--; p.open == 0 {
		p.total += now - p.since
	}
}

// share of the time from the start until now, NaN-free: 0 for no time.
func (p *span) share(start, now int64) float64 {
	total := p.total
	if p.open > 0 {
		total += now - p.since
	}
	if now == start {
		return 0
	}
	return float64(total) / float64(now-start)
}

// rangePart is what a market's place in a pool came to: how long it was out of
// range, and in how many spells. Exits are of one spell when the pool had been back
// for less than the gap.
type rangePart struct {
	out         span
	spells      float64
	system      float64 // exits at the system's limit instead of the pool's
	back        int64   // of the last return
	hasReturned bool
}

func (r *rangePart) exit(now, gap int64) {
	if !r.hasReturned || now-r.back >= gap {
		r.spells++
	}
}

// outOfRange takes in an exit or a return of a market in a pool.
func (s *State) outOfRange(pool, market int, exit, system bool) {
	r := &s.parts.ranges[pool][market]
	switch {
	case exit && r.out.open == 0:
		if r.exit(s.Now, s.World.SpellGap); system {
			r.system++
		}
		r.out.begin(s.Now)
		s.parts.out.begin(s.Now)
	case !exit && r.out.open > 0:
		r.out.end(s.Now)
		s.parts.out.end(s.Now)
		r.back, r.hasReturned = s.Now, true
	}
}

// poolPart is what blocked a pool came to: how long, how often, and how often by
// the protocol's own revert, which is an exit that could not happen.
type poolPart struct {
	blocked   span
	periods   float64
	prevented float64
}

// block takes in that a pool came to be blocked, or ceased to be.
func (s *State) block(pool int, blocked, reverted bool) {
	p := &s.parts.pools[pool]
	if !blocked {
		p.blocked.end(s.Now)
		s.parts.blocked.end(s.Now)
		return
	}
	if p.periods++; reverted {
		p.prevented++
	}
	p.blocked.begin(s.Now)
	s.parts.blocked.begin(s.Now)
}

// insolvent takes in the debt of a vault beyond its collateral at a step that is
// looked at.
func (s *State) insolvent(vault int, o *model.VaultOutlook) {
	v := &s.parts.vaults[vault]
	beyond := fp.MaxInt(o.Debt.Sub(o.Value.Int256()), fp.Int256{})
	if beyond == v.beyond {
		return
	}
	s.parts.beyond = s.parts.beyond.Sub(v.beyond).Add(beyond)
	s.parts.deepest = fp.MaxInt(s.parts.deepest, s.parts.beyond)
	if was, is := !v.beyond.IsZero(), !beyond.IsZero(); is != was {
		if is {
			s.parts.insolvent.begin(s.Now)
		} else {
			s.parts.insolvent.end(s.Now)
		}
	}
	v.beyond, v.deepest = beyond, fp.MaxInt(v.deepest, beyond)
}

// Columns of the whole system beside those of the path's row.
var systemColumns = []record.ExtraColumn{
	{Name: "insolvent_debt_usd", Kind: record.DecimalColumn, Unit: record.UnitUSD, Figure: "system_insolvent_debt_usd"},
	{Name: "liquidation_shortfall_usd", Kind: record.DecimalColumn, Unit: record.UnitUSD, Figure: "system_liquidation_shortfall_usd"},
	{Name: "insolvent_share", Kind: record.FloatColumn, Unit: record.UnitRatio, Figure: "system_insolvent_share"},
	{Name: "out_of_range_share", Kind: record.FloatColumn, Unit: record.UnitRatio, Figure: "system_out_of_range_share"},
	{Name: "blocked_pool_share", Kind: record.FloatColumn, Unit: record.UnitRatio, Figure: "system_blocked_pool_share"},
}

// spans adds the values of systemColumns, of pools and of their markets to the
// row: amounts and numbers.
func (s *State) spans(exact []record.D18, counts []float64) ([]record.D18, []float64) {
	p, from := &s.parts, s.World.Grid[0]
	exact = append(exact, units.Record(p.deepest), units.RecordU(p.shortfall))
	counts = append(counts, p.insolvent.share(from, s.Now), p.out.share(from, s.Now), p.blocked.share(from, s.Now))
	for i, pool := range s.World.Pools {
		b := &p.pools[i]
		counts = append(counts, b.blocked.share(from, s.Now), b.periods, b.prevented)
		for _, m := range pool.Markets {
			r := &p.ranges[i][m]
			counts = append(counts, r.out.share(from, s.Now), r.spells, r.system)
		}
	}
	return exact, counts
}

// addSpans declares the columns of [State.spans].
func addSpans(w *World, add func(x record.ExtraColumn, name ...string)) {
	for _, x := range systemColumns {
		add(x, x.Name)
	}
	count := func(figure, pool, market, unit string) {
		name := []string{"pool", pool, market, figure}
		if market == "" {
			name = []string{"pool", pool, figure}
		}
		add(record.ExtraColumn{Kind: record.FloatColumn, Unit: unit, Figure: figure, Pool: pool, Market: market}, name...)
	}
	for _, p := range w.Pools {
		count("blocked_share", p.Name, "", record.UnitRatio)
		count("blocked_periods", p.Name, "", record.UnitCount)
		count("prevented_exits", p.Name, "", record.UnitCount)
		for _, m := range p.Markets {
			count("out_of_range_share", p.Name, w.Markets[m].Name, record.UnitRatio)
			count("out_of_range_spells", p.Name, w.Markets[m].Name, record.UnitCount)
			count("system_limit_exits", p.Name, w.Markets[m].Name, record.UnitCount)
		}
	}
}
