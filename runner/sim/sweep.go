package sim

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
)

// A keeper that visits every vault in every step leaves no step quiet. Where
// everybody else rests, such steps are taken on a compact copy of the state
// ([model.Sweep]), and what is asked of them is asked of its figures: a step in
// which a vault or a position may be liquidatable, a market comes to be locked or
// unlocked, or a pool may cross a limit, is taken back and left to everybody.

// Proportional is the driver of a market whose debt and need of credit are, until
// somebody acts, exactly its units at a price each, rounded as the protocol
// rounds a product.
type Proportional interface {
	Linear
	// Proportion returns the units (D18) and the factors (D18) of the asset's
	// price at which the market owes them and needs credit for them. ok is
	// false while that does not hold.
	Proportion(s *State) (units fp.Int128, owed, backed fp.Uint256, ok bool)
}

// sweeping is what a path needs for sweeps.
type sweeping struct {
	possible bool // in this world, at some time
	model    model.Sweep
	ids      []model.MarketID
	pools    []model.SweptPool
	places   []int         // of those pools in World.Pools
	markets  []sweptMarket // by market
	vaults   []sweptVault  // by vault
	price    []fp.Int128   // by asset, D18 USD
	idle     int           // attempts to leave out, after some in vain
	vain     int
}

type sweptMarket struct {
	asset        int
	units        fp.Int128
	owed, backed fp.Uint256
	need         fp.Uint128 // D18 USD of credit, at the present price
	last         fp.Int128  // D18 USD, distributed before the sweeps
	value        fp.D27     // debt per share before the sweeps
}

// sweptVault is what is known of a vault while nothing but prices and debts
// change.
type sweptVault struct {
	liquidation, issuance float64 // ratios
	share                 float64 // tokens that a share of collateral is worth
	key, least            float64 // of the worst position, and of the smallest
	indebted              bool

	// After a step:
	sizes sizes
	value float64 // debt per share of its accounts, USD
	worth float64 // of a share of collateral, USD
}

func newSweeping(w *World) (x sweeping) {
	x.possible = len(w.Vaults) > 0 && !w.ByVault && len(w.Outsiders) == 0
	for _, m := range w.Markets {
		_, ok := m.Driver.(Proportional)
		x.possible = x.possible && ok
		x.ids = append(x.ids, m.ID)
	}
	last := -1
	for _, v := range w.Vaults {
		if v.Pool < last {
			x.possible = false // a pool's vaults lie apart
		}
		if v.Pool != last {
			x.pools, x.places = append(x.pools, model.SweptPool{Pool: w.Pools[v.Pool].ID}), append(x.places, v.Pool)
			last = v.Pool
		}
		p := &x.pools[len(x.pools)-1]
		p.Collaterals = append(p.Collaterals, w.Collaterals[v.Collateral].CT)
	}
	x.markets, x.vaults = make([]sweptMarket, len(w.Markets)), make([]sweptVault, len(w.Vaults))
	x.price = make([]fp.Int128, len(w.Assets))
	return x
}

func (x *sweeping) begin() {
	x.idle, x.vain = 0, 0
	x.model.Forget()
}

// mostIdle is how many attempts are left out at most after vain ones.
const mostIdle = 64

// Sweep takes steps from one on, and before another, in each of which a keeper
// rebalances every vault and nobody else acts unless something can be
// liquidated. It returns the first step that it has not taken.
func (s *State) Sweep(from, limit int, c *Collector) int {
	x := &s.sweeping
	if !x.possible {
		return from
	}
	if x.idle > 0 {
		x.idle--
		return from
	}
	step := from
	if s.prepareSweep() {
		for step < limit && s.sweepStep(step) {
			s.Row.Rebalances += int32(len(x.vaults))
			if step++; s.quiet.next[step-1] == step-1 {
				s.finishSweep(step - 1)
				s.Observe(c)
				if !s.prepareSweep() {
					return step
				}
			}
		}
	}
	if step == from {
		x.vain = min(max(2*x.vain, 1), mostIdle)
		x.idle = x.vain
		return from
	}
	x.vain = 0
	if s.quiet.at != step-1 {
		s.finishSweep(step - 1)
	}
	return step
}
