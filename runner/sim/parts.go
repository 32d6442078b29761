package sim

import (
	"fmt"

	fp "backtest/model/fixedpoint"
	"backtest/runner/record"
	"backtest/runner/units"
)

// Figures of a path that the row has for the whole system are kept by vault, by
// market and by market of a pool too. Only what is known exactly without a look
// at every step is: ends, totals and counts. Debt that no pool bears is watched
// at every step anyway, so that its peak by market is exact; the least C-ratio
// of each vault and the greatest use of credit of each market would have to be
// settled in every quiet step, and are not here.

// parts are the figures of a path by entity.
type parts struct {
	vaults  []vaultPart
	markets []marketPart
	exits   [][]float64 // by pool, by market
}

// vaultPart are amounts in D18 USD, at the end or over the path.
type vaultPart struct {
	profit, bad, debt, collateral fp.Int256
	liquidated                    fp.Uint256
	positions, whole              float64 // liquidations
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
// debt that no pool bore, and how often a withdrawal was refused.
type marketPart struct {
	unpaid   fp.Uint256
	unbacked fp.Int256
	refused  float64
}

func newParts(w *World) parts {
	p := parts{vaults: make([]vaultPart, len(w.Vaults)), markets: make([]marketPart, len(w.Markets)), exits: make([][]float64, len(w.Pools))}
	for i := range p.exits {
		p.exits[i] = make([]float64, len(w.Markets))
	}
	return p
}

func (p *parts) begin() {
	clear(p.vaults)
	clear(p.markets)
	for _, exits := range p.exits {
		clear(exits)
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
	vaults := func(kind record.ColumnKind, figures ...string) {
		for _, v := range w.Vaults {
			pool, collateral := w.Pools[v.Pool].Name, w.Collaterals[v.Collateral].Name
			for _, f := range figures {
				add(record.ExtraColumn{Kind: kind, Figure: f, Pool: pool, Collateral: collateral}, "vault", pool, collateral, f)
			}
		}
	}
	markets := func(kind record.ColumnKind, figures ...string) {
		for _, m := range w.Markets {
			for _, f := range figures {
				add(record.ExtraColumn{Kind: kind, Figure: f, Market: m.Name}, "market", m.Name, f)
			}
		}
	}
	vaults(record.DecimalColumn, "pnl_usd", "bad_debt_usd", "final_debt_usd", "final_collateral_usd", "debt_liquidated_usd")
	markets(record.DecimalColumn, "unpaid_usd", "unbacked_debt_usd", "final_credit_used_usd", "final_credit_usd")
	vaults(record.FloatColumn, "position_liquidations", "vault_liquidations")
	markets(record.FloatColumn, "insufficient_liquidity")
	for _, p := range w.Pools {
		for _, m := range p.Markets {
			market := w.Markets[m].Name
			add(record.ExtraColumn{Kind: record.FloatColumn, Figure: "stop_loss_exits", Pool: p.Name, Market: market}, "pool", p.Name, market, "stop_loss_exits")
		}
	}
	return columns
}

// splitRow adds the values of the columns by entity to the row of the path. A
// market that does not answer at the end has neither credit nor need of it.
func (s *State) splitRow() {
	exact, counts := s.Row.Exact, make([]float64, 0, 2*len(s.parts.vaults)+2*len(s.parts.markets))
	for i := range s.parts.vaults {
		v := &s.parts.vaults[i]
		exact = append(exact, units.Record(v.profit), units.Record(v.bad), units.Record(v.debt), units.Record(v.collateral), units.RecordU(v.liquidated))
		counts = append(counts, v.positions, v.whole)
	}
	for i := range s.parts.markets {
		m := &s.parts.markets[i]
		credit, need, ok := s.creditOf(i)
		if !ok {
			credit, need = fp.Uint256{}, fp.Uint256{}
		}
		exact = append(exact, units.RecordU(m.unpaid), units.Record(m.unbacked), units.RecordU(need), units.RecordU(credit))
		counts = append(counts, m.refused)
	}
	for p, pool := range s.World.Pools {
		for _, m := range pool.Markets {
			counts = append(counts, s.parts.exits[p][m])
		}
	}
	s.Row.Exact, s.Row.Floats = exact, counts
}
