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
}

// vaultPart are amounts in D18 USD, at the end or over the path.
type vaultPart struct {
	profit, bad, debt, collateral fp.Int256
	liquidated                    fp.Uint256
	positions, whole              float64 // liquidations
	blocked                       float64 // periods of refused withdrawals
	ratio                         float64 // least C-ratio, NaN without debt
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
	p := parts{vaults: make([]vaultPart, len(w.Vaults)), markets: make([]marketPart, len(w.Markets))}
	for range w.Pools {
		p.exits, p.returns = append(p.exits, make([]float64, len(w.Markets))), append(p.returns, make([]float64, len(w.Markets)))
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
	vaults(record.FloatColumn, "position_liquidations", "vault_liquidations", "blocked_withdrawals", "min_c_ratio")
	markets(record.FloatColumn, "insufficient_liquidity", "capacity_locks", "max_utilisation")
	for _, p := range w.Pools {
		for _, m := range p.Markets {
			market := w.Markets[m].Name
			for _, f := range []string{"stop_loss_exits", "reentries"} {
				add(record.ExtraColumn{Kind: record.FloatColumn, Figure: f, Pool: p.Name, Market: market}, "pool", p.Name, market, f)
			}
		}
	}
	for _, a := range w.Assets {
		for _, f := range []string{record.FinalPriceRatio, record.ExpectedPriceRatio} {
			add(record.ExtraColumn{Kind: record.FloatColumn, Figure: f, Asset: a}, "asset", a, f)
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
		exact = append(exact, units.Record(v.profit), units.Record(v.bad), units.Record(v.debt), units.Record(v.collateral), units.RecordU(v.liquidated))
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
	for a := range s.World.Assets {
		counts = append(counts, s.prices.Market(a, s.prices.Points-1)/s.prices.Market(a, 0), s.World.Expected[a])
	}
	s.Row.Exact, s.Row.Floats = exact, counts
}
