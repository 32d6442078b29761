package model

import fp "backtest/model/fixedpoint"

// ScalableMapping holds amounts (D18) that can all be scaled at once: the
// collateral of a vault (PROTOCOL.md §2.2). The shares of its actors are
// stored by their owners.
type ScalableMapping struct {
	TotalShares   Uint128 // D18
	ScaleModifier D27     // 0 means a factor of 1
}

// TotalAmount returns the sum of all amounts (D18), rounded down.
func (m *ScalableMapping) TotalAmount() Uint256 {
	return m.TotalShares.Wide().MulD27(m.ScaleModifier.Factor())
}

// Get returns the amount (D18) of an actor with the given shares: two nested
// floors.
func (m *ScalableMapping) Get(shares Uint128) Uint256 {
	if m.TotalShares.IsZero() {
		return Uint256{}
	}
	return m.part(shares, m.TotalAmount())
}

// part is Get for a known total amount.
func (m *ScalableMapping) part(shares Uint128, total Uint256) Uint256 {
	switch all := m.TotalShares.Wide(); {
	case all.IsZero():
		return Uint256{}
	case total == all:
		return shares.Wide()
	default:
		return shares.Wide().Mul(total).Quo(all)
	}
}

// Set replaces the shares of an actor by those worth amount (D18) and returns
// them. The total is computed at 256 bits.
func (m *ScalableMapping) Set(old Uint128, amount Uint256) Uint128 {
	shares := amount.DivD27(m.ScaleModifier.Factor())
	m.TotalShares = m.TotalShares.Wide().Add(shares).Sub(old.Wide()).Uint128()
	return shares.Uint128()
}

// Scale adds x (D18, signed) to all amounts, pro rata to shares. It throws
// CannotScaleEmptyMapping without shares and InsufficientMappedAmount below a
// factor of 0.
func (m *ScalableMapping) Scale(x Int256) {
	if x.IsZero() {
		return
	}
	if m.TotalShares.IsZero() {
		fp.Throw(CannotScaleEmptyMapping{})
	}
	m.ScaleModifier = m.ScaleModifier.Add(fp.PerShareD27(x, m.TotalShares))
	if m.ScaleModifier.BelowMinusOne() {
		fp.Throw(InsufficientMappedAmount{})
	}
}
