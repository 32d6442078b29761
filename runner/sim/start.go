package sim

import (
	"sync"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/runner/record"
)

// start is what all paths of a world begin with and what is found out about it
// only once: its size is that of the population.
type start struct {
	ranks  []*ranks      // by vault
	scales []weightScale // by vault
	purses []purse       // by vault: what its LPs' accounts hold outside vaults
	lps    lpPlaces

	watching [][]int32               // by LP: into World.Watches
	keys     []record.PositionSketch // of recorded positions, without counts
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
	first := &start{purses: make([]purse, len(w.Vaults)), lps: newPlaces(w), watching: watchingOf(w), keys: w.positionKeys()}
	for i, v := range w.Vaults {
		scale := w.weight(i)
		first.scales = append(first.scales, scale)
		first.ranks = append(first.ranks, rankAll(w.Initial, w.Pools[v.Pool].ID, w.Collaterals[v.Collateral].CT, scale))
	}
	for _, lp := range w.LPs {
		first.purses[lp.Vault].add(w.purse(w.Initial, lp))
	}
	return first
}

// purse is what accounts hold outside vaults: USD (D18) and the collateral of
// one vault (tokens D18).
type purse struct{ usd, tokens fp.Uint256 }

func (p *purse) add(x purse) { p.usd, p.tokens = p.usd.Add(x.usd), p.tokens.Add(x.tokens) }

func (p *purse) remove(x purse) { p.usd, p.tokens = p.usd.Sub(x.usd), p.tokens.Sub(x.tokens) }

// purse returns what an LP's account holds outside vaults in a system, as far as
// it counts with this position and not with another of the account.
func (w *World) purse(sys *model.System, lp LP) purse {
	var p purse
	if !lp.SharedUSD {
		p.usd = sys.AvailableCollateral(lp.Account, model.USD)
	}
	if !lp.SharedTokens {
		p.tokens = sys.AvailableCollateral(lp.Account, w.Collaterals[w.Vaults[lp.Vault].Collateral].CT)
	}
	return p
}
