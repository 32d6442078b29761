package perps

import (
	"maps"
	"slices"

	"backtest/model"
	"backtest/model/markets/fees"
	"backtest/model/state"
)

// SaveState implements [model.Saver].
func (m *Market) SaveState() (state.External, error) {
	c, g := m.config.Get(), m.global.Get()
	d := &state.Perps{
		MinKeeperReward: c.Rewards.MinReward, MinKeeperProfitRatio: c.Rewards.MinProfitRatio,
		MaxKeeperReward: c.Rewards.MaxReward, MaxKeeperScalingRatio: c.Rewards.MaxScalingRatio,
		MaxPositionsPerAccount: c.MaxPositions, MaxCollateralsPerAccount: c.MaxCollaterals,
		LowUtilizationGradient: c.Interest.LowGradient, HighUtilizationGradient: c.Interest.HighGradient,
		UtilizationBreakpoint:          c.Interest.Breakpoint,
		CollateralLiquidateRewardRatio: c.CollateralLiquidateRewardRatio,
		FeeCollector:                   c.FeeCollector.Save(), Referrers: fees.SaveShares(c.Referrers),
		SettlementCost: m.costs.Settlement, FlagPerFeedCost: m.costs.FlagPerFeed, LiquidateCost: m.costs.Liquidate,
		MarginUSD: g.usd, Margin: saveMargin(g.synths), TotalAccountsDebt: g.debt, Flagged: saveIDs(g.flagged),
		InterestAccrued: g.interest.accrued, InterestRate: g.interest.rate, InterestUpdated: g.interest.updated,
	}
	for _, id := range slices.Sorted(maps.Keys(c.Collaterals)) {
		d.Collaterals = append(d.Collaterals, m.saveCollateral(id, c.Collaterals[id]))
	}
	for _, i := range m.instruments {
		d.Instruments = append(d.Instruments, i.save())
	}
	for _, id := range slices.Sorted(maps.Keys(m.accounts)) {
		if a := m.accounts[id]; a.state.Get().exists {
			d.Accounts = append(d.Accounts, m.saveAccount(a))
		}
	}
	return state.External{Perps: d}, nil
}

func saveIDs[T ~uint64](list []T) (ids []state.ID) {
	for _, id := range list {
		ids = append(ids, state.ID(id))
	}
	return ids
}

func saveMargin(list []Holding) (margin []state.Margin) {
	for _, h := range list {
		margin = append(margin, state.Margin{ID: state.ID(h.ID), Amount: h.Amount})
	}
	return margin
}

func (m *Market) saveCollateral(id model.MarketID, c CollateralConfig) state.PerpsCollateral {
	d := state.PerpsCollateral{
		ID: state.ID(id), MaxAmount: c.MaxAmount, UpperLimitDiscount: c.Upper, LowerLimitDiscount: c.Lower,
		DiscountScalar: c.DiscountScalar, DistributorPool: state.ID(c.Distributor.Pool),
	}
	for _, ct := range c.Distributor.Collaterals {
		d.DistributorCollaterals = append(d.DistributorCollaterals, m.sys.CollateralName(ct))
	}
	return d
}

func (i *Instrument) save() state.Instrument {
	c, s := i.config.Get(), i.state.Get()
	d := state.Instrument{
		ID: state.ID(i.id), IndexPrice: i.price, BenchmarkPrice: i.benchmark, Stale: i.stale,
		SkewScale: c.SkewScale, MaxFundingVelocity: c.MaxFundingVelocity, MakerFee: c.MakerFee, TakerFee: c.TakerFee,
		MaxMarketSize: c.MaxMarketSize, MaxMarketValue: c.MaxMarketValue,
		InitialMarginRatio: c.InitialMarginRatio, MinimumInitialMarginRatio: c.MinInitialMargin,
		MaintenanceMarginScalar: c.MaintenanceScalar, FlagRewardRatio: c.FlagRewardRatio,
		MinimumPositionMargin: c.MinPositionMargin, LimitMultiplier: c.LimitMultiplier,
		LiquidationWindow: c.LiquidationWindow, MaxLiquidationPD: c.MaxLiquidationPD,
		EndorsedLiquidator: c.EndorsedLiquidator.StateText(), LockedOIRatio: c.LockedOIRatio,
		StrictStaleness: c.StrictStaleness,
		Skew:            s.Skew, Size: s.Size, LastFundingRate: s.FundingRate, LastFundingValue: s.FundingValue,
		LastFundingTime: s.FundingTime, DebtCorrection: s.DebtCorrection,
	}
	for _, x := range c.Strategies {
		d.Strategies = append(d.Strategies, state.PerpsStrategy{
			Delay: x.Delay, Window: x.Window, Reward: x.Reward, Disabled: x.Disabled, PriceDelay: x.PriceDelay,
		})
	}
	for _, x := range i.older[:s.history] {
		d.Liquidations = append(d.Liquidations, state.Liquidation{Amount: x.Amount, Time: x.Time})
	}
	if x := s.LastLiquidation; x != (Liquidation{}) {
		d.Liquidations = append(d.Liquidations, state.Liquidation{Amount: x.Amount, Time: x.Time})
	}
	return d
}

func (m *Market) saveAccount(a *account) state.PerpsAccount {
	s := a.state.Get()
	d := state.PerpsAccount{
		ID: state.ID(a.id), Exists: s.exists, Stored: s.stored,
		MarginUSD: s.usd, Margin: saveMargin(s.synths), Debt: s.debt,
		Order: state.PerpsOrder{
			Instrument: state.ID(s.order.InstrumentID), SizeDelta: s.order.SizeDelta, Strategy: state.ID(s.order.StrategyID),
			AcceptablePrice: s.order.AcceptablePrice, Referrer: s.order.Referrer.StateText(), Committed: s.order.Committed,
		},
	}
	for _, k := range s.open {
		d.Open = append(d.Open, state.ID(m.instruments[k].id))
	}
	for k, p := range a.positions {
		if p != nil && *p.Get() != (Position{}) {
			x := p.Get()
			d.Positions = append(d.Positions, state.PerpsPosition{
				Instrument: state.ID(m.instruments[k].id), Size: x.Size, EntryPrice: x.EntryPrice,
				EntryFunding: x.EntryFunding, EntryInterest: x.EntryInterest, Liquidated: x.InstrumentID == 0,
			})
		}
	}
	return d
}
