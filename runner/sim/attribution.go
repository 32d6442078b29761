package sim

import (
	"fmt"
	"strings"

	fp "backtest/model/fixedpoint"
	"backtest/runner/record"
	"backtest/runner/units"
)

// A path is accounted for in two sets of columns, after the result of
// adversaries where there are any.
//
// pool_debt_* are for every pool: what each market and source brought to its
// debt, what its LPs minted and burned, what liquidators repaid, and rounding.
// They add up exactly to the pool's last column, the change of its debt between
// the start and the end of the path.
//
// attribution_* are for all LPs together: what their profit, lp_pnl_usd, is
// made of. They add up to it exactly.

// poolColumns are the columns of a pool beside those of its markets.
var poolColumns = [...]string{"minted", "burned", "vault_liquidation", "treasury", "rounding", "total"}

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

// AttributionColumns declares the columns of a world, in the order in which
// [State.attribution] fills them.
func AttributionColumns(w *World) []record.ExtraColumn {
	var columns []record.ExtraColumn
	taken := map[string]int{}
	add := func(parts ...string) {
		name := columnName(parts)
		taken[name]++
		if n := taken[name]; n > 1 {
			name += fmt.Sprintf("_%d", n)
		}
		columns = append(columns, record.ExtraColumn{Name: name + "_usd", Kind: record.DecimalColumn})
	}
	if len(w.Outsiders) > 0 {
		add("adversary_pnl")
	}
	for _, p := range w.Pools {
		for _, m := range p.Markets {
			for _, source := range sourceNames {
				add("pool_debt", p.Name, w.Markets[m].Name, source)
			}
		}
		for _, c := range poolColumns {
			add("pool_debt", p.Name, c)
		}
	}
	for _, c := range profitColumns(w) {
		add("attribution", c)
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
		total := now.Sub(s.ledger.start[p])
		rest := total
		put := func(x fp.Int256) {
			rest = rest.Sub(x)
			out = append(out, units.Record(x))
		}
		for _, m := range s.World.Pools[p].Markets {
			for i, x := range s.brought(p, m) {
				sources[i] = sources[i].Add(x)
				put(x)
			}
		}
		b := s.ledger.book[p]
		put(b.minted)
		put(b.burned.Neg())
		put(b.repaid.Neg())
		put(b.treasury)
		rounding = rounding.Add(rest)
		out = append(out, units.Record(rest), units.Record(total))
	}
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
