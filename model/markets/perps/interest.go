package perps

import (
	fp "backtest/model/fixedpoint"
)

const secondsPerYear = 31_557_600 // 365.25 days

// interest is what locked open interest pays: accrued per USD of it (D18), at
// a yearly rate (D18) since a time (seconds).
type interest struct {
	accrued fp.Uint256
	rate    fp.Uint128
	updated uint64
}

// interestNow returns the interest accrued per USD of locked open interest
// (D18) up to now. The product of rate and time must fit 128 bits.
func (m *Market) interestNow() fp.Uint256 {
	x := &m.global.Get().interest
	elapsed := fp.U256(m.sys.Now()).Sub(fp.U256(x.updated)).DivDecimal(fp.U256(secondsPerYear)).Uint128()
	return x.accrued.Add(mulDecimal128(x.rate.Wide(), elapsed.Wide()))
}

// mulDecimal128 returns x*y/10^18, the product checked at 128 bits.
func mulDecimal128(x, y fp.Uint256) fp.Uint256 {
	return narrow128(x.Mul(y)).Quo(fp.UnitU256)
}

// narrow128 returns a product of 128-bit numbers; it throws PanicOverflow when
// it needs more.
func narrow128(x fp.Uint256) fp.Uint256 {
	if w := x.Words(); w[2]|w[3] != 0 {
		fp.Throw(fp.PanicOverflow)
	}
	return x
}

// updateInterest accrues interest and sets the rate by utilization. With all
// gradients 0 only the rate is set, to 0: interest not yet accrued is lost.
func (m *Market) updateInterest() {
	p := &m.config.Get().Interest
	if *p == (InterestParameters{}) {
		m.global.Edit(m.sys.Journal()).interest.rate = fp.Uint128{}
		return
	}
	ratio, _, _ := m.utilization()
	accrued, rate := m.interestNow(), p.rate(ratio)
	m.global.Edit(m.sys.Journal()).interest = interest{accrued, rate.Uint128(), m.sys.Now()}
}

// rate returns the yearly rate (D18) at a utilization (D18).
func (p *InterestParameters) rate(utilization fp.Uint256) fp.Uint256 {
	if utilization.Less(p.Breakpoint) {
		return yearly(p.LowGradient, utilization)
	}
	return narrow128(yearly(p.HighGradient, utilization.Sub(p.Breakpoint)).Add(yearly(p.LowGradient, p.Breakpoint)))
}

func yearly(gradient, utilization fp.Uint256) fp.Uint256 {
	return narrow128(mulDecimal128(gradient, utilization).Mul(hundred))
}

// UpdateInterestRate accrues interest and sets the rate, as anybody may.
func (m *Market) UpdateInterestRate() error { return m.sys.Transact(m.updateInterest) }
