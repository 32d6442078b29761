package sim

import (
	"fmt"
	"math"

	fp "backtest/model/fixedpoint"
	"backtest/runner/record"
	"backtest/runner/units"
)

// Figures of a path that the row has for the whole system are kept by vault, by
// market and by market of a pool too: ends, totals, counts, and extremes that
// quiet steps leave exact. Final prices are beside them, since their expectations
// are known: they control the noise of means.

// parts are the figures of a path by entity.
type parts struct {
	vaults  []vaultPart
	markets []marketPart
	exits   [][]float64 // by pool, by market
	returns [][]float64 // the same
	ranges  [][]rangePart
	pools   []poolPart

	out, blocked, insolvent span       // of any market in any pool, any pool, any vault
	beyond, deepest         fp.Int256  // debt of all vaults beyond their collateral, now and at most, D18 USD
	shortfall               fp.Uint256 // of collateral to the debt of what was liquidated, D18 USD
}

// vaultPart are amounts in D18 USD, at the end or over the path.
type vaultPart struct {
	profit, bad, debt, collateral fp.Int256
	liquidated                    fp.Uint256
	positions, whole              float64   // liquidations
	blocked                       float64   // periods of refused withdrawals
	ratio                         float64   // least C-ratio, NaN without debt
	beyond, deepest               fp.Int256 // debt beyond the collateral, at the last look and at most
}

func (v *vaultPart) liquidation(kind string, debt fp.Uint256) {
	v.liquidated = v.liquidated.Add(debt)
	if kind == record.KindVaultLiquidation {
		v.whole++
	} else {
		v.positions++
	}
}

// marketPart are amounts in D18 USD: owed to traders at the end, the greatest
// debt that no pool bore; how often a withdrawal was refused and the credit came
// to be locked; and the greatest use of credit.
type marketPart struct {
	unpaid         fp.Uint256
	unbacked       fp.Int256
	refused, locks float64
	use            float64
}

func newParts(w *World) parts {
	p := parts{pools: make([]poolPart, len(w.Pools)), vaults: make([]vaultPart, len(w.Vaults)), markets: make([]marketPart, len(w.Markets))}
	for range w.Pools {
		p.exits, p.returns = append(p.exits, make([]float64, len(w.Markets))), append(p.returns, make([]float64, len(w.Markets)))
		p.ranges = append(p.ranges, make([]rangePart, len(w.Markets)))
	}
	return p
}

func (p *parts) begin() {
	for i := range p.vaults {
		p.vaults[i] = vaultPart{ratio: math.NaN()}
	}
	for i := range p.markets {
		p.markets[i] = marketPart{use: math.NaN()}
	}
	for i := range p.exits {
		clear(p.exits[i])
		clear(p.returns[i])
		clear(p.ranges[i])
	}
	clear(p.pools)
	p.out, p.blocked, p.insolvent = span{}, span{}, span{}
	p.beyond, p.deepest, p.shortfall = fp.Int256{}, fp.Int256{}, fp.Uint256{}
}

// The figures that are kept by vault and by market, in the order of their columns.
var (
	vaultAmounts  = figures("vault", record.DecimalColumn, record.UnitUSD, "pnl_usd", "bad_debt_usd", "final_debt_usd", "final_collateral_usd", "debt_liquidated_usd", "insolvent_debt_usd")
	marketAmounts = figures("market", record.DecimalColumn, record.UnitUSD, "unpaid_usd", "unbacked_debt_usd", "final_credit_used_usd", "final_credit_usd")
	vaultCounts   = append(figures("vault", record.FloatColumn, record.UnitCount, "position_liquidations", "vault_liquidations", "blocked_withdrawals"),
		figures("vault", record.FloatColumn, record.UnitRatio, "min_c_ratio")...)
	marketCounts = append(figures("market", record.FloatColumn, record.UnitCount, "insufficient_liquidity", "capacity_locks"),
		figures("market", record.FloatColumn, record.UnitRatio, "max_utilisation")...)
)

// declared is a figure that every vault, or every market, has a column of.
type declared struct {
	of string // vault or market
	record.ExtraColumn
}

func figures(of string, kind record.ColumnKind, unit string, names ...string) (out []declared) {
	for _, name := range names {
		out = append(out, declared{of, record.ExtraColumn{Kind: kind, Unit: unit, Figure: name}})
	}
	return out
}

// addParts adds the columns of some figures, entity by entity.
func addParts(w *World, list []declared, add func(x record.ExtraColumn, name ...string)) {
	if list[0].of == "market" {
		for _, m := range w.Markets {
			for _, x := range list {
				x.Market = m.Name
				add(x.ExtraColumn, "market", m.Name, x.Figure)
			}
		}
		return
	}
	for _, v := range w.Vaults {
		for _, x := range list {
			x.Pool, x.Collateral = w.Pools[v.Pool].Name, w.Collaterals[v.Collateral].Name
			add(x.ExtraColumn, "vault", x.Pool, x.Collateral, x.Figure)
		}
	}
}

// Columns declares the extra columns of a world: those of [AttributionColumns],
// the amounts by entity, and the counts by entity.
func Columns(w *World) []record.ExtraColumn {
	columns := AttributionColumns(w)
	taken := map[string]int{}
	for _, c := range columns {
		taken[c.Name]++
	}
	add := func(x record.ExtraColumn, name ...string) {
		x.Name = columnName(name)
		if taken[x.Name]++; taken[x.Name] > 1 {
			x.Name = columnName(append(name[:len(name)-1:len(name)-1], fmt.Sprint(taken[x.Name]), x.Figure))
		}
		columns = append(columns, x)
	}
	for _, list := range [][]declared{vaultAmounts, marketAmounts, vaultCounts, marketCounts} {
		addParts(w, list, add)
	}
	for _, p := range w.Pools {
		for _, m := range p.Markets {
			market := w.Markets[m].Name
			for _, f := range []string{"stop_loss_exits", "reentries"} {
				add(record.ExtraColumn{Kind: record.FloatColumn, Unit: record.UnitCount, Figure: f, Pool: p.Name, Market: market}, "pool", p.Name, market, f)
			}
		}
	}
	watchColumns(w, add)
	addSpans(w, add)
	for _, a := range w.Assets {
		for _, f := range []string{record.FinalPriceRatio, record.ExpectedPriceRatio} {
			add(record.ExtraColumn{Kind: record.FloatColumn, Unit: record.UnitRatio, Figure: f, Asset: a}, "asset", a, f)
		}
	}
	return columns
}

// splitRow adds the values of the columns by entity to the row of the path. A
// market that does not answer at the end has neither credit nor need of it.
func (s *State) splitRow() {
	exact, counts := s.Row.Exact, make([]float64, 0, 4*len(s.parts.vaults)+5*len(s.parts.markets)+2*len(s.World.Assets))
	for i := range s.parts.vaults {
		v := &s.parts.vaults[i]
		exact = append(exact, units.Record(v.profit), units.Record(v.bad), units.Record(v.debt), units.Record(v.collateral), units.RecordU(v.liquidated), units.Record(v.deepest))
		counts = append(counts, v.positions, v.whole, v.blocked, v.ratio)
	}
	for i := range s.parts.markets {
		m := &s.parts.markets[i]
		credit, need, ok := s.creditOf(i)
		if !ok {
			credit, need = fp.Uint256{}, fp.Uint256{}
		}
		exact = append(exact, units.RecordU(m.unpaid), units.Record(m.unbacked), units.RecordU(need), units.RecordU(credit))
		counts = append(counts, m.refused, m.locks, m.use)
	}
	for p, pool := range s.World.Pools {
		for _, m := range pool.Markets {
			counts = append(counts, s.parts.exits[p][m], s.parts.returns[p][m])
		}
	}
	counts = append(counts, s.positions.count...)
	exact, counts = s.spans(exact, counts)
	for a := range s.World.Assets {
		counts = append(counts, s.prices.Market(a, s.prices.Points-1)/s.prices.Market(a, 0), s.World.Expected[a])
	}
	s.Row.Exact, s.Row.Floats = exact, counts
}
