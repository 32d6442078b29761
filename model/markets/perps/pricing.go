package perps

import (
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/internal/op"
)

// fillPrice returns the average price (D18 USD) of an order: the oracle's with
// premium or discount by the skew before and after it.
func (i *Instrument) fillPrice(size fp.Int256, price fp.Uint256) fp.Uint256 {
	scale := i.config.Get().SkewScale
	if scale.IsZero() {
		return price
	}
	k, skew := scale.Int256(), i.state.Get().Skew
	premium, then := skew.DivDecimal(k), skew.Add(size).DivDecimal(k)
	p := price.Int256()
	before, after := p.Add(p.MulDecimal(premium)), p.Add(p.MulDecimal(then))
	return before.Add(after).Uint256().DivDecimal(twoUnits.Uint256())
}

// orderFee returns the fee (D18 USD) of an order at its fill price: the
// taker's rate for what enlarges the skew, the maker's for what reduces it.
func (i *Instrument) orderFee(size fp.Int256, fill fp.Uint256) fp.Uint256 {
	c, skew := i.config.Get(), i.state.Get().Skew
	notional, after := size.MulDecimal(fill.Int256()), skew.Add(size)
	if sameSide(after, skew) {
		rate := c.MakerFee
		if sameSide(notional, skew) {
			rate = c.TakerFee
		}
		return notional.MulDecimal(rate.Int256()).Abs()
	}
	maker := skew.Abs().MulDecimal(fill).MulDecimal(c.MakerFee)
	taker := after.Abs().MulDecimal(fill).MulDecimal(c.TakerFee)
	return taker.Add(maker)
}

// sameSide reports whether two sizes have the same sign; 0 has both.
func sameSide(a, b fp.Int256) bool { return a.Sign()*b.Sign() >= 0 }

// isReducing reports whether a position only gets smaller.
func isReducing(old, new fp.Int256) bool {
	return sameSide(old, new) && new.Magnitude().Less(old.Magnitude())
}

// margins returns initial and maintenance margin (D18 USD) of a position.
func (i *Instrument) margins(size fp.Uint256, price fp.Uint256) (initial, maintenance fp.Uint256) {
	if size.IsZero() {
		return initial, maintenance
	}
	c := i.config.Get()
	var impact fp.Uint256
	if !c.SkewScale.IsZero() {
		impact = size.DivDecimal(c.SkewScale)
	}
	ratio := impact.MulDecimal(c.InitialMarginRatio).Add(c.MinInitialMargin)
	notional := size.MulDecimal(price)
	initial = notional.MulDecimal(ratio).Add(c.MinPositionMargin)
	maintenance = notional.MulDecimal(ratio.MulDecimal(c.MaintenanceScalar)).Add(c.MinPositionMargin)
	return initial, maintenance
}

// flagReward returns the reward (D18 USD) for flagging a notional (D18 USD).
func (i *Instrument) flagReward(notional fp.Uint256) fp.Uint256 {
	return notional.MulDecimal(i.config.Get().FlagRewardRatio)
}

// windowCapacity returns the units (D18) that can be liquidated within a
// window; 0 stands for no limit.
func (i *Instrument) windowCapacity() fp.Uint256 {
	c := i.config.Get()
	return c.MakerFee.Add(c.TakerFee).MulDecimal(c.SkewScale).MulDecimal(c.LimitMultiplier).Mul(c.LiquidationWindow)
}

// windows returns the number of windows that liquidating a size (D18) takes, 0
// without a limit.
func (i *Instrument) windows(size fp.Uint256) fp.Uint256 {
	capacity := i.windowCapacity()
	if capacity.IsZero() || size.IsZero() {
		return fp.Uint256{}
	}
	return size.Sub(fp.U256(1)).Quo(capacity).Add(fp.U256(1))
}

// keeperReward bounds a reward (D18 USD) for work with the given costs on an
// account with the given margin (PROTOCOL.md §11.2).
func (m *Market) keeperReward(reward, costs, margin fp.Uint256) fp.Uint256 {
	g := m.config.Get().Rewards
	least := op.Max(costs.Add(g.MinReward), costs.MulDecimal(g.MinProfitRatio.Add(fp.UnitU256)))
	most := g.MaxReward
	if !margin.IsZero() {
		most = op.Min(margin.MulDecimal(g.MaxScalingRatio), most)
	}
	return op.Min(op.Max(least, reward.Add(costs)), most)
}
