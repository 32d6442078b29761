package sim

import (
	"fmt"
	"strings"

	fp "backtest/model/fixedpoint"
	"backtest/runner/record"
	"backtest/runner/units"
)

// A path is accounted for in these sets of columns, after the result of
// adversaries where there are any.
//
// pool_debt_* are for every pool: what each market and source brought to its
// debt, what its LPs minted and burned, what liquidators repaid, and rounding.
// They add up exactly to the pool's last column, the change of its debt between
// the start and the end of the path.
//
// vault_debt_* are the same for every vault, if the world wants them: of what a
// market brought to its pool, its part by the shares of the moment. The debt of
// a vault is that of [State.vaultDebt].
//
// attribution_* are for all LPs together: what their profit, lp_pnl_usd, is
// made of. They add up to it exactly.

// bookColumns are the columns of a pool or vault between those of its markets
// and those of rounding and the total.
var bookColumns = [...]string{"minted", "burned", "vault_liquidation", "treasury"}

// profitColumns are the causes of the LPs' profit: the sources of their pools'
// debt, liquidations (debt that they lost less collateral that they gave),
// rounding, debt of markets that no pool has taken over yet, what outsiders in
// their vaults took, if there are any, and the price of their collateral, which
// is the rest.
func profitColumns(w *World) (names []string) {
	for _, source := range sourceNames {
		names = append(names, "market_"+source)
	}
	names = append(names, "liquidations", "rounding", "outstanding_debt")
	if len(w.Outsiders) > 0 {
		names = append(names, "adversaries")
	}
	return append(names, "collateral_price")
}

// Timeless is the driver of a market that can tell that time alone never
// changes its debt, so that it has no funding.
type Timeless interface{ Timeless() bool }

// timeless reports that of all markets of a list.
func timeless(list ...Market) bool {
	for _, m := range list {
		if t, ok := m.Driver.(Timeless); !ok || !t.Timeless() {
			return false
		}
	}
	return true
}

// AttributionColumns declares the columns of a world, in the order in which
// [State.attribution] fills them.
func AttributionColumns(w *World) []record.ExtraColumn {
	var columns []record.ExtraColumn
	taken := map[string]int{}
	add := func(x record.ExtraColumn, parts ...string) {
		name := columnName(parts)
		taken[name]++
		if n := taken[name]; n > 1 {
			name += fmt.Sprintf("_%d", n)
		}
		x.Name, x.Kind, x.Unit = name+"_usd", record.DecimalColumn, record.UnitUSD
		columns = append(columns, x)
	}
	if len(w.Outsiders) > 0 {
		add(record.ExtraColumn{}, "adversary_pnl")
	}
	debt := func(of record.ExtraColumn, name string, markets []int) {
		from := func(source string, zero bool, parts ...string) {
			of.Source, of.Zero = source, zero
			add(of, append([]string{name}, parts...)...)
		}
		for _, m := range markets {
			of.Market = w.Markets[m].Name
			for i, source := range sourceNames {
				from(source, Source(i) == SourceFunding && timeless(w.Markets[m]), of.Market, source)
			}
		}
		of.Market = ""
		for _, c := range bookColumns {
			from(c, false, c)
		}
		from("rounding", false, "rounding")
		from(record.SourceTotal, false, "total")
	}
	for _, p := range w.Pools {
		debt(record.ExtraColumn{Sum: record.PoolDebtChange, Pool: p.Name}, "pool_debt_"+p.Name, p.Markets)
	}
	if w.ByVault {
		for _, v := range w.Vaults {
			pool, collateral := w.Pools[v.Pool].Name, w.Collaterals[v.Collateral].Name
			debt(record.ExtraColumn{Sum: record.VaultDebtChange, Pool: pool, Collateral: collateral}, "vault_debt_"+pool+"_"+collateral, w.Pools[v.Pool].Markets)
		}
	}
	for _, c := range profitColumns(w) {
		zero := c == "market_"+sourceNames[SourceFunding] && timeless(w.Markets...)
		add(record.ExtraColumn{Sum: record.LPProfit, Source: c, Zero: zero}, "attribution", c)
	}
	return columns
}

// columnName spells names of the configuration as the records demand: small
// letters, digits and underscores.
func columnName(parts []string) string {
	name := strings.ToLower(strings.Join(parts, "_"))
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, name)
}

// attribution returns the values of the columns at the end of a path, on which
// the LPs made the given profit, their vaults owe the given debt in the end, and
// outsiders in them that of the given debt which they did not mint (D18 USD).
func (s *State) attribution(profit, debt, outsiders fp.Int256) []record.D18 {
	var out []record.D18
	var sources bySource
	if len(s.World.Outsiders) > 0 {
		out = append(out, units.Record(s.adversaries))
	}
	var rounding fp.Int256
	distributed := debt
	for p := range s.World.Pools {
		now := s.poolDebt(p)
		distributed = distributed.Sub(now)
		change := debtChange{total: now.Sub(s.ledger.start[p]), book: s.bookOf(p)}
		for _, m := range s.World.Pools[p].Markets {
			brought := s.brought(p, m)
			sources.add(&brought)
			change.brought = append(change.brought, brought)
		}
		rounding = rounding.Add(change.rounding())
		out = change.columns(out)
	}
	out = s.vaultAttribution(out)
	if out = s.profit(out, &profit, sources, rounding, distributed); len(s.World.Outsiders) > 0 {
		profit = profit.Sub(outsiders)
		out = append(out, units.Record(outsiders))
	}
	return append(out, units.Record(profit))
}

// profit adds the columns of the LPs' profit up to that of outsiders, and takes
// them off what is left of it.
func (s *State) profit(out []record.D18, left *fp.Int256, sources bySource, rounding, outstanding fp.Int256) []record.D18 {
	put := func(x fp.Int256) {
		*left = left.Sub(x)
		out = append(out, units.Record(x))
	}
	for _, x := range sources {
		put(x.Neg())
	}
	lost := s.ledger.collateralLost.Neg()
	for _, b := range s.ledger.book {
		lost = lost.Add(b.repaid).Sub(b.treasury)
	}
	put(lost)
	put(rounding.Neg())
	put(outstanding.Neg())
	return out
}
