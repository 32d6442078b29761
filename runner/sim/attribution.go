package sim

import (
	"fmt"
	"strings"

	fp "backtest/model/fixedpoint"
	"backtest/runner/record"
	"backtest/runner/units"
)

// The attribution of a path is a row of columns for every pool: what each
// market and source brought to its debt, what its LPs minted and burned, what
// liquidators repaid, and rounding. They add up exactly to the last column, the
// change of the pool's debt between the start and the end of the path.

// poolColumns are the columns of a pool beside those of its markets.
var poolColumns = [...]string{"minted", "burned", "vault_liquidation", "treasury", "rounding", "total"}

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
	for _, p := range w.Pools {
		for _, m := range p.Markets {
			for _, source := range sourceNames {
				add(p.Name, w.Markets[m].Name, source)
			}
		}
		for _, c := range poolColumns {
			add(p.Name, c)
		}
	}
	return columns
}

// columnName spells names of the configuration as the records demand: small
// letters, digits and underscores.
func columnName(parts []string) string {
	name := "attribution_" + strings.ToLower(strings.Join(parts, "_"))
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, name)
}

// attribution returns the values of the columns at the end of a path.
func (s *State) attribution(out []record.D18) []record.D18 {
	for p := range s.World.Pools {
		total := s.poolDebt(p).Sub(s.ledger.start[p])
		rest := total
		put := func(x fp.Int256) {
			rest = rest.Sub(x)
			out = append(out, units.Record(x))
		}
		for _, m := range s.World.Pools[p].Markets {
			s.ledger.take(p, m)
			for _, x := range s.ledger.pools[p][m].got {
				put(x)
			}
		}
		b := s.ledger.book[p]
		put(b.minted)
		put(b.burned.Neg())
		put(b.repaid.Neg())
		put(b.treasury)
		out = append(out, units.Record(rest), units.Record(total))
	}
	return out
}

// dominant returns the market and source that raised a pool's debt most since
// the given figures were taken, and by how much.
func (s *State) dominant(pool int, since []bySource) (market int, source Source, rise fp.Int256) {
	for _, m := range s.World.Pools[pool].Markets {
		s.ledger.take(pool, m)
		for i, x := range s.ledger.pools[pool][m].got {
			if change := x.Sub(since[m][i]); rise.Less(change) {
				market, source, rise = m, Source(i), change
			}
		}
	}
	return market, source, rise
}
