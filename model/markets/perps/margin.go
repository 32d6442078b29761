package perps

import (
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/internal/op"
)

// collateralValue returns the undiscounted value (D18 USD) of the margin.
func (m *Market) collateralValue(a *account) fp.Uint256 {
	s := a.state.Get()
	return s.usd.Add(m.values(s.synths, m.value))
}

// availableMargin returns the discounted margin plus unrealised profit less
// debt (D18 USD). As in the contracts, the prices of all positions are read
// first, then the margin's, then the profits are summed.
func (m *Market) availableMargin(a *account) fp.Int256 {
	s := a.state.Get()
	for _, k := range s.open {
		m.instruments[k].indexPrice()
	}
	margin := s.usd.Add(m.values(s.synths, m.discountedValue))
	var gained fp.Int256
	for _, k := range s.open {
		i := m.instruments[k]
		gained = gained.Add(m.profit(i, a.position(i), i.indexPrice()).total())
	}
	return margin.Int256().Add(gained).Sub(s.debt.Int256())
}

// requirement is what the positions of an account need (D18 USD): margins
// without the reward, and the reward of liquidating it all.
type requirement struct {
	initial, maintenance, reward fp.Uint256
}

func (m *Market) requirement(a *account) (r requirement) {
	open := a.state.Get().open
	if len(open) == 0 {
		return r
	}
	for _, k := range open {
		i := m.instruments[k]
		initial, maintenance := i.margins(a.position(i).Size.Wide().Magnitude(), i.indexPrice())
		r.initial, r.maintenance = r.initial.Add(initial), r.maintenance.Add(maintenance)
	}
	r.reward = m.expectedReward(a, m.expectedWork(a, nil))
	return r
}

// work is what liquidating an account means: the flag rewards (D18 USD) and
// the number of windows it takes.
type work struct{ flagRewards, windows fp.Uint256 }

func (w *work) add(i *Instrument, size, price fp.Uint256) {
	w.flagRewards = w.flagRewards.Add(i.flagReward(size.MulDecimal(price)))
	w.windows = op.Max(w.windows, i.windows(size))
}

// expectedWork sums over the open positions at index prices, all but the one
// in skip.
func (m *Market) expectedWork(a *account, skip *Instrument) (w work) {
	for _, k := range a.state.Get().open {
		if i := m.instruments[k]; i != skip {
			w.add(i, a.position(i).Size.Wide().Magnitude(), i.indexPrice())
		}
	}
	return w
}

// expectedReward returns what keepers would get (D18 USD): the flag reward
// with its costs, and the liquidation costs of every further window.
func (m *Market) expectedReward(a *account, w work) fp.Uint256 {
	value := m.collateralValue(a)
	ratio := m.config.Get().CollateralLiquidateRewardRatio
	reward := m.keeperReward(op.Max(w.flagRewards, value.MulDecimal(ratio)), m.flagCost(a).Add(m.costs.Liquidate), value)
	return reward.Add(m.furtherRewards(w.windows))
}

// furtherRewards returns what all windows but the first pay (D18 USD).
func (m *Market) furtherRewards(windows fp.Uint256) fp.Uint256 {
	if windows.IsZero() {
		return windows
	}
	each := m.keeperReward(fp.Uint256{}, m.costs.Liquidate, fp.Uint256{})
	return each.Mul(windows.Sub(fp.U256(1)))
}

// flagCost returns what flagging an account costs a keeper (D18 USD): one price
// feed for each synth it holds and each position.
func (m *Market) flagCost(a *account) fp.Uint256 {
	s := a.state.Get()
	return m.costs.FlagPerFeed.Mul(fp.U256(uint64(len(s.synths) + len(s.open))))
}

// isLiquidatable reports whether the available margin, also returned, falls
// short of the maintenance margins and the reward.
func (m *Market) isLiquidatable(a *account) (yes bool, available fp.Int256, r requirement) {
	available, r = m.availableMargin(a), m.requirement(a)
	return available.Less(r.maintenance.Add(r.reward).Int256()), available, r
}

// isMarginLiquidatable reports the same of an account without positions but
// with debt.
func (m *Market) isMarginLiquidatable(a *account) bool {
	s := a.state.Get()
	if len(s.open) > 0 {
		return false
	}
	// Without debt the margin is valued all the same: its prices must resolve.
	reward := m.marginReward(m.collateralValue(a), m.flagCost(a)).Int256()
	return m.availableMargin(a).Sub(reward).Sign() < 0 && !s.debt.IsZero()
}

// marginReward returns the reward (D18 USD) of seizing margin of a value (D18
// USD) alone.
func (m *Market) marginReward(value, flagCost fp.Uint256) fp.Uint256 {
	ratio := m.config.Get().CollateralLiquidateRewardRatio
	return m.keeperReward(value.MulDecimal(ratio), flagCost.Add(m.costs.Liquidate), value)
}

// withdrawableMargin returns the margin that positions do not need (D18 USD,
// signed); nothing while there is debt.
func (m *Market) withdrawableMargin(a *account) fp.Int256 {
	s := a.state.Get()
	switch {
	case !s.debt.IsZero():
		return fp.Int256{}
	case len(s.open) == 0:
		return m.collateralValue(a).Int256()
	}
	r := m.requirement(a)
	return m.availableMargin(a).Sub(r.initial.Add(r.reward).Int256())
}

// requiredWith returns the margin (D18 USD) that the account needs when a
// position gets a new size at a fill price, without fees. Nothing when it only
// gets smaller.
func (m *Market) requiredWith(a *account, i *Instrument, r requirement, size fp.Int256, fill fp.Uint256) fp.Uint256 {
	old := a.position(i).Size.Wide()
	if isReducing(old, size) {
		return fp.Uint256{}
	}
	newMargin, _ := i.margins(size.Magnitude(), i.indexPrice())
	oldMargin, _ := i.margins(old.Magnitude(), i.indexPrice())
	w := m.expectedWork(a, i)
	w.add(i, size.Magnitude(), fill)
	return r.initial.Add(newMargin).Sub(oldMargin).Add(m.expectedReward(a, w))
}
