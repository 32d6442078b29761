package perps

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/internal/op"
)

// liquidationCapacity returns the units (D18) that can still be liquidated in
// the present window.
func (m *Market) liquidationCapacity(i *Instrument) fp.Uint256 {
	most, s := i.windowCapacity(), i.state.Get()
	if s.LastLiquidation.Time == 0 {
		return most
	}
	start := fp.U256(m.sys.Now()).Sub(i.config.Get().LiquidationWindow)
	var done fp.Uint256
	last := s.LastLiquidation
	for k := s.history; start.Less(fp.U256(last.Time)); k-- {
		done = done.Add(last.Amount)
		if k == 0 {
			break
		}
		last = i.older[k-1]
	}
	return fp.MaxInt(most.Int256().Sub(done.Int256()), fp.Int256{}).Uint256()
}

// liquidatableAmount returns how much of a position of the given size (units
// D18) may be liquidated now by the sender.
func (m *Market) liquidatableAmount(by model.Actor, i *Instrument, size fp.Uint256) fp.Uint256 {
	c, s := i.config.Get(), i.state.Get()
	if by == c.EndorsedLiquidator {
		m.recordLiquidation(i, size)
		return size
	}
	capacity, window := m.liquidationCapacity(i), i.windowCapacity()
	if window.IsZero() {
		return size
	}
	var amount fp.Uint256
	switch {
	case !capacity.IsZero():
		amount = op.Min(capacity.Uint128().Wide(), size)
	case !c.MaxLiquidationPD.IsZero() && s.LastLiquidation.Time != m.sys.Now() &&
		s.Skew.Magnitude().DivDecimal(c.SkewScale).Less(c.MaxLiquidationPD):
		amount = op.Min(window.Uint128().Wide(), size)
	}
	if !amount.IsZero() {
		m.recordLiquidation(i, amount)
	}
	return amount
}

// recordLiquidation adds to the history; amounts of the same time are one
// entry.
func (m *Market) recordLiquidation(i *Instrument, amount fp.Uint256) {
	s := i.state.Edit(m.sys.Journal())
	last, now := s.LastLiquidation, m.sys.Now()
	if last.Time == now {
		s.LastLiquidation.Amount = last.Amount.Uint128().Add(amount.Uint128()).Wide()
		return
	}
	if last.Time != 0 {
		i.older = append(i.older[:s.history], last)
		s.history++
	}
	s.LastLiquidation = Liquidation{amount, now}
}
