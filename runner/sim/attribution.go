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
	add := func(zero bool, parts ...string) {
		name := columnName(parts)
		taken[name]++
		if n := taken[name]; n > 1 {
			name += fmt.Sprintf("_%d", n)
		}
		columns = append(columns, record.ExtraColumn{Name: name + "_usd", Kind: record.DecimalColumn, Zero: zero})
	}
	if len(w.Outsiders) > 0 {
		add(false, "adversary_pnl")
	}
	debt := func(name string, markets []int) {
		for _, m := range markets {
			for i, source := range sourceNames {
				add(Source(i) == SourceFunding && timeless(w.Markets[m]), name, w.Markets[m].Name, source)
			}
		}
		for _, c := range bookColumns {
			add(false, name, c)
		}
		add(false, name, "rounding")
		add(false, name, "total")
	}
	for _, p := range w.Pools {
		debt("pool_debt_"+p.Name, p.Markets)
	}
	if w.ByVault {
		for _, v := range w.Vaults {
			debt("vault_debt_"+w.Pools[v.Pool].Name+"_"+w.Collaterals[v.Collateral].Name, w.Pools[v.Pool].Markets)
		}
	}
	for _, c := range profitColumns(w) {
		add(c == "market_"+sourceNames[SourceFunding] && timeless(w.Markets...), "attribution", c)
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
