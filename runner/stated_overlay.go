package runner

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/state"
)

// overlay writes what the configuration sets, as it stands in a system that it
// made, over a document.
func (b *builder) overlay(d, set *state.State) {
	d.Settings.MinLiquidityRatio = set.Settings.MinLiquidityRatio
	for _, key := range []string{model.ConfigAccountTimeoutWithdraw, model.ConfigMarketMinDelegateTimeMax} {
		setConfig(d, key, configValue(set, key))
	}
	overlayTreasury(d, set)
	for i := range b.w.Collaterals {
		overlayCollateral(documentCollateral(d, b.w.Collaterals[i].Name), documentCollateral(set, b.w.Collaterals[i].Name))
	}
	for i := range d.Markets {
		overlayMarket(&d.Markets[i], &set.Markets[i])
	}
	if configValue(d, model.ConfigTreasuryPoolID).IsZero() && !configValue(set, model.ConfigTreasuryPoolID).IsZero() {
		setConfig(d, model.ConfigTreasuryPoolID, fp.U256(uint64(b.w.Pools[b.w.Treasury-1].ID)))
	}
	made := createdPools(set)
	for i, p := range createdPools(d) {
		overlayPool(p, made[i])
	}
}

// overlayTreasury makes the treasury that the configuration wants, unless there
// is one.
func overlayTreasury(d, set *state.State) {
	id := configValue(set, model.ConfigTreasuryAccountID)
	if id.IsZero() || !configValue(d, model.ConfigTreasuryAccountID).IsZero() {
		return
	}
	setConfig(d, model.ConfigTreasuryAccountID, id)
	for _, a := range set.Accounts {
		if uint64(a.ID) == id.Low64() {
			d.Accounts = append(d.Accounts, a)
		}
	}
}

func configValue(d *state.State, key string) (value fp.Uint256) {
	for _, x := range d.Settings.Config {
		if x.Key == key {
			value = x.Value
		}
	}
	return value
}

func documentCollateral(d *state.State, name string) *state.Collateral {
	for i := range d.Collaterals {
		if d.Collaterals[i].Name == name {
			return &d.Collaterals[i]
		}
	}
	return nil
}

func setConfig(d *state.State, key string, value fp.Uint256) {
	for i := range d.Settings.Config {
		if d.Settings.Config[i].Key == key {
			d.Settings.Config[i].Value = value
			return
		}
	}
	d.Settings.Config = append(d.Settings.Config, state.ConfigValue{Key: key, Value: value})
}

func overlayCollateral(d, set *state.Collateral) {
	d.IssuanceRatio, d.LiquidationRatio = set.IssuanceRatio, set.LiquidationRatio
	d.LiquidationReward, d.MinDelegation = set.LiquidationReward, set.MinDelegation
	d.Price, d.Configured = set.Price, true
}

func overlayMarket(d, set *state.Market) {
	d.MinLiquidityRatio, d.MinDelegateTime = set.MinLiquidityRatio, set.MinDelegateTime
	d.External.Outages = set.External.Outages
	switch {
	case d.External.Spot != nil:
		overlaySpot(d.External.Spot, set.External.Spot)
	case d.External.Perps != nil:
		overlayPerps(d.External.Perps, set.External.Perps)
	}
}

func overlaySpot(d, set *state.Spot) {
	d.AtomicFixedFee, d.AsyncFixedFee, d.SkewScale = set.AtomicFixedFee, set.AsyncFixedFee, set.SkewScale
	d.UtilizationFeeRate, d.CollateralLeverage = set.UtilizationFeeRate, set.CollateralLeverage
	d.DecayRate, d.StrictStaleness = set.DecayRate, set.StrictStaleness
	d.BuyPrice, d.SellPrice, d.BenchmarkPrice, d.Stale = set.BuyPrice, set.SellPrice, set.BenchmarkPrice, set.Stale
	d.FeeCollector = overlayCollector(d.FeeCollector, set.FeeCollector)
	d.Referrers = overlayShares(d.Referrers, set.Referrers)
	d.TransactorFees = overlayShares(d.TransactorFees, set.TransactorFees)
	if set.WrapCollateral != "" {
		d.WrapCollateral, d.WrapMaxAmount, d.WrapFee, d.UnwrapFee = set.WrapCollateral, set.WrapMaxAmount, set.WrapFee, set.UnwrapFee
	}
	if len(set.Strategies) > 0 {
		d.Strategies = append(set.Strategies, d.Strategies[min(1, len(d.Strategies)):]...)
	}
}

// overlayCollector keeps who collects while the share stays.
func overlayCollector(d, set state.FeeCollector) state.FeeCollector {
	if d.Account != "" && (d.Share == set.Share || set.Account == "") {
		return state.FeeCollector{Account: d.Account, Share: set.Share}
	}
	return set
}

// overlayShares sets shares of the configuration's own people beside others.
func overlayShares(d, set []state.Share) []state.Share {
	for _, x := range set {
		known := false
		for i := range d {
			if d[i].Actor == x.Actor {
				d[i].Share, known = x.Share, true
			}
		}
		if !known {
			d = append(d, x)
		}
	}
	return d
}

func overlayPerps(d, set *state.Perps) {
	d.MinKeeperReward, d.MaxKeeperReward = set.MinKeeperReward, set.MaxKeeperReward
	d.MinKeeperProfitRatio, d.MaxKeeperScalingRatio = set.MinKeeperProfitRatio, set.MaxKeeperScalingRatio
	d.MaxPositionsPerAccount, d.MaxCollateralsPerAccount = set.MaxPositionsPerAccount, set.MaxCollateralsPerAccount
	d.LowUtilizationGradient, d.HighUtilizationGradient = set.LowUtilizationGradient, set.HighUtilizationGradient
	d.UtilizationBreakpoint, d.CollateralLiquidateRewardRatio = set.UtilizationBreakpoint, set.CollateralLiquidateRewardRatio
	d.SettlementCost, d.FlagPerFeedCost, d.LiquidateCost = set.SettlementCost, set.FlagPerFeedCost, set.LiquidateCost
	d.FeeCollector = overlayCollector(d.FeeCollector, set.FeeCollector)
	d.Referrers = overlayShares(d.Referrers, set.Referrers)
	for i := range set.Collaterals {
		overlayMargin(d, &set.Collaterals[i])
	}
	for i := range d.Instruments {
		overlayInstrument(&d.Instruments[i], &set.Instruments[i])
	}
}

func overlayMargin(d *state.Perps, set *state.PerpsCollateral) {
	for i := range d.Collaterals {
		if x := &d.Collaterals[i]; x.ID == set.ID {
			x.MaxAmount, x.DiscountScalar = set.MaxAmount, set.DiscountScalar
			x.UpperLimitDiscount, x.LowerLimitDiscount = set.UpperLimitDiscount, set.LowerLimitDiscount
			return
		}
	}
	d.Collaterals = append(d.Collaterals, *set)
}

func overlayInstrument(d, set *state.Instrument) {
	was := *d
	*d = *set
	d.ID, d.Skew, d.Size = was.ID, was.Skew, was.Size
	d.LastFundingRate, d.LastFundingTime, d.LastFundingValue = was.LastFundingRate, was.LastFundingTime, was.LastFundingValue
	d.DebtCorrection, d.Liquidations = was.DebtCorrection, was.Liquidations
	if d.EndorsedLiquidator == "" {
		d.EndorsedLiquidator = was.EndorsedLiquidator
	}
	d.Strategies = append(d.Strategies, was.Strategies[min(1, len(was.Strategies)):]...)
}

// overlayPool sets weights and limits; they reach markets with the next
// rebalance. A limit beyond those that a configuration can tell stays.
func overlayPool(d, set *state.Pool) {
	had := d.MarketConfigurations
	d.MarketConfigurations, d.TotalWeights = nil, set.TotalWeights
	for _, x := range set.MarketConfigurations {
		for _, was := range had {
			if was.Market == x.Market && most.Cmp(x.MaxDebtShareValue) <= 0 && was.MaxDebtShareValue.Cmp(most) > 0 {
				x.MaxDebtShareValue = was.MaxDebtShareValue
			}
		}
		d.MarketConfigurations = append(d.MarketConfigurations, x)
	}
	for _, x := range set.CollateralConfigurations {
		overlayPoolCollateral(d, x)
	}
}

// most is the largest limit of a pool that a configuration can tell (D18).
var most = fp.U256(1_000_000_000).Mul(fp.UnitU256).Int256().Int128()

func overlayPoolCollateral(d *state.Pool, set state.PoolCollateral) {
	for i := range d.CollateralConfigurations {
		if d.CollateralConfigurations[i].Collateral == set.Collateral {
			d.CollateralConfigurations[i] = set
			return
		}
	}
	d.CollateralConfigurations = append(d.CollateralConfigurations, set)
}
