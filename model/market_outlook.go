package model

import fp "backtest/model/fixedpoint"

// MarketOutlook is what the core knows of a market at the present prices.
type MarketOutlook struct {
	Credit        Uint256 // D18 USD that the market may withdraw (PROTOCOL.md §4.6)
	Need          Uint256 // D18 USD, its minimum credit
	Debt          Int256  // D18 USD, its total debt (PROTOCOL.md §4.1)
	Outstanding   Int256  // D18 USD of that not distributed yet
	TotalShares   Uint128 // D18 USD of credit
	ValuePerShare D27
}

// MarketOutlook returns the outlook of a market, or the error of a market or an
// oracle that does not answer.
func (s *System) MarketOutlook(id MarketID) (o MarketOutlook, err error) {
	m := s.mustMarket(id)
	state := &m.state.now
	o.TotalShares, o.ValuePerShare = state.pools.TotalShares, state.pools.ValuePerShare
	if m.quickOutlook(&o) {
		return o, nil
	}
	defer fp.Catch(&err)
	o.Credit = s.withdrawable(m)
	if o.Need, err = m.external.MinimumCredit(); err != nil {
		return o, err
	}
	if o.Debt, err = s.totalDebt(m); err != nil {
		return o, err
	}
	o.Outstanding = o.Debt.Sub(state.lastDistributed.Wide())
	return o, nil
}

// quickOutlook is MarketOutlook of a market without collateral.
func (m *Market) quickOutlook(o *MarketOutlook) bool {
	state := &m.state.now
	debt, ok1 := m.quickDebt()
	if !ok1 {
		return false
	}
	need, ok2 := m.quick.QuickMinimumCredit()
	rest, ok3 := debt.QuickSub(state.lastDistributed)
	if !ok2 || !ok3 {
		return false
	}
	if credit, ok := state.creditCapacity.QuickUint128(); ok {
		o.Credit = credit.Wide()
	}
	o.Need, o.Debt, o.Outstanding = need.Wide(), debt.Wide(), rest.Wide()
	return true
}
