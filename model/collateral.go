package model

import fp "backtest/model/fixedpoint"

// collateral is a collateral type: its token, configuration and price.
type collateral struct {
	name     string
	decimals uint8
	tokens   balances
	config   Cell[CollateralConfiguration]
	price    Cell[priceFeed]
}

// priceFeed is the oracle node of a collateral type: a price (D18), or an
// error when the node reverts.
type priceFeed struct {
	price   Int256
	failure error
}

// CollateralConfiguration is what the system owner sets for a collateral type
// (PROTOCOL.md §13.1). Ratios, reward and minimum are D18.
type CollateralConfiguration struct {
	Configured        bool
	DepositingEnabled bool
	IssuanceRatio     Uint256
	LiquidationRatio  Uint256
	LiquidationReward Uint256 // tokens
	MinDelegation     Uint256 // tokens
}

// AddCollateral registers a token with its number of decimals and returns its
// id. It cannot be used as collateral before it is configured.
func (s *System) AddCollateral(name string, decimals uint8) CollateralID {
	s.collaterals = append(s.collaterals, &collateral{
		name:     name,
		decimals: decimals,
	})
	return CollateralID(len(s.collaterals) - 1)
}

// CollateralName returns the name a collateral type was added with.
func (s *System) CollateralName(ct CollateralID) string { return s.collaterals[ct].name }

// ConfigureCollateral sets the configuration of a collateral type, in the
// order of checks of the contracts.
func (s *System) ConfigureCollateral(by Actor, ct CollateralID, c CollateralConfiguration) error {
	return s.Transact(func() {
		s.onlyOwner(by)
		unit := fp.UnitU256
		switch {
		case c.MinDelegation.Less(c.LiquidationReward):
			fp.Throw(InvalidParameter{"minDelegation", "must be greater than liquidationReward"})
		case !unit.Less(c.IssuanceRatio):
			fp.Throw(InvalidParameter{"issuanceRatioD18", "must be greater than 100%"})
		case !unit.Less(c.LiquidationRatio):
			fp.Throw(InvalidParameter{"liquidationRatioD18", "must be greater than 100%"})
		case c.IssuanceRatio.Less(c.LiquidationRatio):
			fp.Throw(InvalidParameter{"issuanceRatioD18", "must be greater than liquidationRatioD18"})
		}
		c.Configured = true
		*s.collaterals[ct].config.Edit(&s.journal) = c
	})
}

// CollateralConfiguration returns the configuration of a collateral type.
func (s *System) CollateralConfiguration(ct CollateralID) CollateralConfiguration {
	return s.collaterals[ct].config.now
}

// SetCollateralPrice sets the price (D18 USD) that the oracle of a collateral
// type answers. A negative one makes every reader revert.
func (s *System) SetCollateralPrice(ct CollateralID, price Int256) {
	s.collaterals[ct].price.now.price = price
}

// SetCollateralPriceFailure makes every read of a price revert with the given
// error; nil ends that.
func (s *System) SetCollateralPriceFailure(ct CollateralID, failure error) {
	s.collaterals[ct].price.now.failure = failure
}

// tryPrice returns the price of a collateral type, or the error of a reverting
// oracle. A negative price throws at once. Ordinary oracle nodes do not depend
// on the size asked for (PROTOCOL.md §1.4). A type that was never configured
// has the node 0, which reverts.
func (s *System) tryPrice(ct CollateralID) (Uint256, error) {
	c := s.collaterals[ct]
	feed := c.price.Get()
	switch {
	case !c.config.now.Configured:
		return Uint256{}, UnprocessableNode{}
	case feed.failure != nil:
		return Uint256{}, feed.failure
	}
	return feed.price.Uint256(), nil
}

// SystemIssuanceRatio returns the issuance ratio (D18) of a collateral type in the
// system.
func (s *System) SystemIssuanceRatio(ct CollateralID) Uint256 {
	return s.collaterals[ct].config.now.IssuanceRatio
}

// LiquidationRatio returns the liquidation ratio (D18) of a collateral type.
func (s *System) LiquidationRatio(ct CollateralID) Uint256 {
	return s.collaterals[ct].config.now.LiquidationRatio
}

// CollateralPrice returns the price (D18 USD) of a collateral type, or the error
// of a reverting oracle.
func (s *System) CollateralPrice(ct CollateralID) (p Uint256, err error) {
	defer fp.Catch(&err)
	return s.price(ct), nil
}

func (s *System) price(ct CollateralID) Uint256 {
	p, err := s.tryPrice(ct)
	if err != nil {
		fp.Throw(err)
	}
	return p
}

// DeprecateCollateral moves all tokens of a type out of the core and stops
// deposits (PROTOCOL.md §13.1).
func (s *System) DeprecateCollateral(by Actor, ct CollateralID, receiver Actor) error {
	return s.Transact(func() {
		s.onlyOwner(by)
		s.collaterals[ct].config.Edit(&s.journal).DepositingEnabled = false
		s.moveTokens(ct, Core, receiver, s.TokenBalance(ct, Core))
	})
}
