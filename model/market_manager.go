package model

import (
	"maps"
	"slices"

	fp "backtest/model/fixedpoint"
)

// callingMarket returns the market when the sender is its registered address,
// else it throws Unauthorized.
func (s *System) callingMarket(by Actor, id MarketID) int32 {
	m := s.market(id)
	if m < 0 || s.registered[m].address != by {
		fp.Throw(Unauthorized{by})
	}
	return m
}

// DepositMarketUSD burns USD (D18) of target and credits the market with it
// (PROTOCOL.md §4.7). Allowances are not tracked: every wallet but the owner's
// and the core's own is taken to allow the market without limit.
func (s *System) DepositMarketUSD(by Actor, id MarketID, target Actor, amount Uint256) error {
	return s.Transact(func() {
		s.checkFeature(FeatureDepositMarketUSD)
		m := s.callingMarket(by, id)
		x := amount.Int256().Int128()
		row := s.markets.edit(&s.journal, m)
		row.creditCapacity = row.creditCapacity.Add(x)
		row.netIssuance = row.netIssuance.Sub(x)
		if !allowsMarkets(target) && !amount.IsZero() {
			fp.Throw(InsufficientAllowance{Required: amount})
		}
		s.burnUSD(target, amount)
	})
}

func allowsMarkets(a Actor) bool {
	switch a.Kind {
	case Nobody, OwnerActor, CoreActor:
		return false
	}
	return true
}

// WithdrawMarketUSD mints USD (D18) to target against the market's credit
// (PROTOCOL.md §4.7).
func (s *System) WithdrawMarketUSD(by Actor, id MarketID, target Actor, amount Uint256) error {
	return s.Transact(func() {
		s.checkFeature(FeatureWithdrawMarketUSD)
		m := s.callingMarket(by, id)
		if s.withdrawable(m).Less(amount) {
			fp.Throw(NotEnoughLiquidity{id, amount})
		}
		x := amount.Int256().Int128()
		row := s.markets.edit(&s.journal, m)
		row.creditCapacity = row.creditCapacity.Sub(x)
		row.netIssuance = row.netIssuance.Add(x)
		s.mintUSD(target, amount)
	})
}

// SetMarketMinDelegateTime sets the seconds for which LPs must stay with the
// pools of a market (PROTOCOL.md §4.9).
func (s *System) SetMarketMinDelegateTime(by Actor, id MarketID, seconds uint32) error {
	return s.Transact(func() {
		m := s.callingMarket(by, id)
		if s.maxMinDelegateTime().Less(fp.U256(uint64(seconds))) {
			fp.Throw(InvalidParameter{"minDelegateTime", "must not be too large"})
		}
		s.markets.edit(&s.journal, m).minDelegateTime = seconds
	})
}

// MarketMinDelegateTime returns the seconds that a market asks for, which count
// up to the system's maximum.
func (s *System) MarketMinDelegateTime(id MarketID) uint32 {
	return s.markets.at(s.market(id)).minDelegateTime
}

// SetMarketMinLiquidityRatio sets the minimum liquidity ratio (D18) of a
// market; 0 means the system's.
func (s *System) SetMarketMinLiquidityRatio(by Actor, id MarketID, ratio Uint256) error {
	return s.Transact(func() {
		s.onlyOwner(by)
		s.editMarket(id).minLiquidityRatio = ratio
	})
}

// MarketMinLiquidityRatio returns the minimum liquidity ratio (D18) of a market; 0
// means the system's.
func (s *System) MarketMinLiquidityRatio(id MarketID) Uint256 {
	return s.markets.at(s.market(id)).minLiquidityRatio
}

// ConfigureMaximumMarketCollateral sets how much (tokens D18) of a collateral
// type a market may deposit (PROTOCOL.md §4.8).
func (s *System) ConfigureMaximumMarketCollateral(by Actor, id MarketID, ct CollateralID, amount Uint256) error {
	return s.Transact(func() {
		s.onlyOwner(by)
		m := s.editMarket(id)
		m.caps = with(m.caps, ct, amount)
	})
}

// DepositMarketCollateral moves tokens of the market into the core, which
// lowers its debt by their value (PROTOCOL.md §4.8).
func (s *System) DepositMarketCollateral(by Actor, id MarketID, ct CollateralID, tokens Uint256) error {
	return s.Transact(func() {
		s.checkFeature(FeatureDepositMarketCollateral)
		m := s.callingMarket(by, id)
		x := s.markets.edit(&s.journal, m)
		total := x.depositOf(ct).Add(s.toD18(ct, tokens))
		if x.caps[ct].Less(total) {
			fp.Throw(InsufficientMarketCollateralDepositable{id, s.CollateralName(ct), tokens})
		}
		x.setDeposit(ct, total)
		s.transferTokens(ct, by, Core, tokens)
		s.askMarket(m)
	})
}

// WithdrawMarketCollateral moves tokens back to the market
// (PROTOCOL.md §4.8).
func (s *System) WithdrawMarketCollateral(by Actor, id MarketID, ct CollateralID, tokens Uint256) error {
	return s.Transact(func() {
		s.checkFeature(FeatureWithdrawMarketCollateral)
		amount := s.toD18(ct, tokens)
		m := s.callingMarket(by, id)
		tooMuch := InsufficientMarketCollateralWithdrawable{id, s.CollateralName(ct), tokens}
		x := s.markets.edit(&s.journal, m)
		deposited := x.depositOf(ct)
		if deposited.Less(amount) {
			fp.Throw(tooMuch)
		}
		x.setDeposit(ct, deposited.Sub(amount))
		if s.TokenBalance(ct, Core).Less(tokens) {
			fp.Throw(DeprecatedDeposit{})
		}
		s.askMarket(m)
		if s.capacity(m).Sign() < 0 {
			fp.Throw(tooMuch)
		}
		s.transferTokens(ct, Core, by, tokens)
	})
}

// askMarket reads the value of the market's collateral and its reported debt;
// the error of either is raised as it is, the price's first.
func (s *System) askMarket(m int32) {
	s.mustCollateralValue(m)
	if _, err := s.registered[m].external.ReportedDebt(); err != nil {
		fp.Throw(err)
	}
}

func (m *market) depositOf(ct CollateralID) Uint256 {
	for _, d := range m.deposits {
		if d.ct == ct {
			return d.amount
		}
	}
	return Uint256{}
}

// setDeposit keeps entries in order of first use.
func (m *market) setDeposit(ct CollateralID, amount Uint256) {
	list := slices.Clone(m.deposits)
	i := slices.IndexFunc(list, func(d marketDeposit) bool { return d.ct == ct })
	if i < 0 {
		list = append(list, marketDeposit{ct, amount})
	} else {
		list[i].amount = amount
	}
	m.deposits = list
}

// MaximumMarketCollateral returns the limits (tokens D18) on what a market may
// deposit.
func (s *System) MaximumMarketCollateral(id MarketID) map[CollateralID]Uint256 {
	return maps.Clone(s.markets.at(s.mustMarket(id)).caps)
}
