package spot

import fp "backtest/model/fixedpoint"

// memo is a product of the supply and a price that was asked for before.
type memo struct {
	made   bool
	supply fp.Uint256
	price  fp.Int256
	value  fp.Uint128
	ok     bool
}

func (m *memo) of(supply fp.Uint256, price fp.Int256) (fp.Uint128, bool) {
	if !m.made || m.supply != supply || m.price != price {
		*m = memo{made: true, supply: supply, price: price}
		n, ok1 := fp.Int256(supply).QuickInt128()
		p, ok2 := price.QuickInt128()
		worth, ok3 := n.QuickMulDecimal(p)
		m.value, m.ok = worth.QuickUint128()
		m.ok = m.ok && ok1 && ok2 && ok3 && p.Hi >= 0 && n.Hi >= 0
	}
	return m.value, m.ok
}

// QuickReportedDebt implements [model.QuickMarket].
func (m *Market) QuickReportedDebt() (debt fp.Uint128, ok bool) {
	return m.worth.of(m.Supply(), m.prices.Sell)
}

// QuickMinimumCredit implements [model.QuickMarket].
func (m *Market) QuickMinimumCredit() (credit fp.Uint128, ok bool) {
	worth, ok := m.asked.of(m.Supply(), m.prices.Buy)
	if leverage := m.config.Get().CollateralLeverage; leverage != fp.UnitU256 {
		return credit, false
	}
	return worth, ok
}
