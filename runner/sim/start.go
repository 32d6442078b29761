package sim

import (
	"sync"

	"backtest/model"
	fp "backtest/model/fixedpoint"
)

// start is what all paths of a world begin with and what is found out about it
// only once: its size is that of the population.
type start struct {
	ranks  []*ranks      // by vault
	scales []weightScale // by vault
	usd    fp.Int256     // in the LPs' accounts outside vaults, D18
	tokens []fp.Uint256  // the same by collateral, tokens D18
}

// starting makes the start of a world when its first path begins.
type starting struct {
	mu   sync.Mutex
	from *model.System
	made *start
}

// start reads the initial system. Paths may begin at the same time; none has a
// copy of the system before this returns.
func (w *World) start() *start {
	w.starting.mu.Lock()
	defer w.starting.mu.Unlock()
	if w.starting.from != w.Initial {
		w.starting.from, w.starting.made = w.Initial, w.newStart()
	}
	return w.starting.made
}

func (w *World) newStart() *start {
	first := &start{tokens: make([]fp.Uint256, len(w.Collaterals))}
	for i, v := range w.Vaults {
		scale := w.weight(i)
		first.scales = append(first.scales, scale)
		first.ranks = append(first.ranks, rankAll(w.Initial, w.Pools[v.Pool].ID, w.Collaterals[v.Collateral].CT, scale))
	}
	for _, lp := range w.LPs {
		usd, collateral, tokens := w.purse(w.Initial, lp)
		first.usd = first.usd.Add(usd.Int256())
		first.tokens[collateral] = first.tokens[collateral].Add(tokens)
	}
	return first
}

// purse returns what an LP's account holds outside vaults in a system: USD
// (D18) and its collateral (tokens D18).
func (w *World) purse(sys *model.System, lp LP) (usd fp.Uint256, collateral int, tokens fp.Uint256) {
	collateral = w.Vaults[lp.Vault].Collateral
	ct := w.Collaterals[collateral].CT
	return sys.AvailableCollateral(lp.Account, model.USD), collateral, sys.AvailableCollateral(lp.Account, ct)
}
