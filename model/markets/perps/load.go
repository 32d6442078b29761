package perps

import (
	"slices"

	"backtest/model"
	"backtest/model/markets/fees"
	"backtest/model/state"
)

// Load makes a market of a state document. What cannot be goes to c.
func Load(d *state.Perps, id model.MarketID, sys *model.System, c *state.Checker, path string) *Market {
	l := &loader{c, &Market{sys: sys, id: id, accounts: map[model.AccountID]*account{}}}
	m := l.m
	m.costs = KeeperCosts{d.SettlementCost, d.FlagPerFeedCost, d.LiquidateCost}
	m.config = model.NewCell(l.config(path, d))
	m.global = model.NewCell(global{
		usd: d.MarginUSD, synths: l.margin(path+".margin", d.Margin), debt: d.TotalAccountsDebt,
		interest: interest{d.InterestAccrued, d.InterestRate, d.InterestUpdated},
	})
	state.Distinct(c, path+".instruments", d.Instruments, ".id", func(i state.Instrument) state.ID { return i.ID })
	for k := range d.Instruments {
		l.instrument(state.At(path+".instruments", k), &d.Instruments[k])
	}
	state.Distinct(c, path+".accounts", d.Accounts, ".id", func(a state.PerpsAccount) state.ID { return a.ID })
	for k := range d.Accounts {
		l.account(state.At(path+".accounts", k), &d.Accounts[k])
	}
	l.flagged(path+".flagged", d.Flagged)
	return m
}

type loader struct {
	*state.Checker
	m *Market
}

func (l *loader) config(path string, d *state.Perps) Config {
	c := Config{
		Rewards:      KeeperRewardGuards{d.MinKeeperReward, d.MinKeeperProfitRatio, d.MaxKeeperReward, d.MaxKeeperScalingRatio},
		MaxPositions: d.MaxPositionsPerAccount, MaxCollaterals: d.MaxCollateralsPerAccount,
		Interest:                       InterestParameters{d.LowUtilizationGradient, d.UtilizationBreakpoint, d.HighUtilizationGradient},
		CollateralLiquidateRewardRatio: d.CollateralLiquidateRewardRatio,
		FeeCollector:                   fees.LoadCollector(d.FeeCollector, l.Checker, path+".feeCollector"),
		Referrers:                      fees.LoadShares(d.Referrers, l.Checker, path+".referrers"),
	}
	state.Distinct(l.Checker, path+".collaterals", d.Collaterals, ".id", func(x state.PerpsCollateral) state.ID { return x.ID })
	for i, x := range d.Collaterals {
		cc := CollateralConfig{x.MaxAmount, x.UpperLimitDiscount, x.LowerLimitDiscount, x.DiscountScalar, Distributor{Pool: model.PoolID(x.DistributorPool)}}
		for k, name := range x.DistributorCollaterals {
			ct, ok := l.m.sys.CollateralNamed(name)
			if !ok {
				l.Add(state.At(state.At(path+".collaterals", i)+".distributorCollaterals", k), "%q is no collateral type of the document", name)
			}
			cc.Distributor.Collaterals = append(cc.Distributor.Collaterals, ct)
		}
		if c.Collaterals == nil {
			c.Collaterals = map[model.MarketID]CollateralConfig{}
		}
		c.Collaterals[model.MarketID(x.ID)] = cc
	}
	return c
}

// margin reads amounts of margin collaterals. That they are synths of spot
// markets can only be asked once all markets are there: a spot market may come
// after this one.
func (l *loader) margin(path string, list []state.Margin) (holdings []Holding) {
	state.Distinct(l.Checker, path, list, ".id", func(x state.Margin) state.ID { return x.ID })
	for _, x := range list {
		holdings = append(holdings, Holding{model.MarketID(x.ID), x.Amount})
	}
	return holdings
}

func (l *loader) instrument(path string, d *state.Instrument) {
	if d.ID == 0 {
		l.Add(path+".id", "0 is no instrument")
	}
	i := &Instrument{id: InstrumentID(d.ID), index: len(l.m.instruments), price: d.IndexPrice, benchmark: d.BenchmarkPrice, stale: d.Stale}
	c := InstrumentConfig{
		SkewScale: d.SkewScale, MaxFundingVelocity: d.MaxFundingVelocity, MakerFee: d.MakerFee, TakerFee: d.TakerFee,
		MaxMarketSize: d.MaxMarketSize, MaxMarketValue: d.MaxMarketValue,
		InitialMarginRatio: d.InitialMarginRatio, MinInitialMargin: d.MinimumInitialMarginRatio,
		MaintenanceScalar: d.MaintenanceMarginScalar, FlagRewardRatio: d.FlagRewardRatio,
		MinPositionMargin: d.MinimumPositionMargin, LimitMultiplier: d.LimitMultiplier,
		LiquidationWindow: d.LiquidationWindow, MaxLiquidationPD: d.MaxLiquidationPD,
		EndorsedLiquidator: model.CheckActor(l.Checker, path+".endorsedLiquidator", d.EndorsedLiquidator),
		LockedOIRatio:      d.LockedOIRatio, StrictStaleness: d.StrictStaleness,
	}
	for _, x := range d.Strategies {
		c.Strategies = append(c.Strategies, Strategy{x.Delay, x.Window, x.Reward, x.Disabled, x.PriceDelay})
	}
	i.config = model.NewCell(c)
	s := InstrumentState{
		Skew: d.Skew, Size: d.Size, FundingRate: d.LastFundingRate, FundingValue: d.LastFundingValue,
		FundingTime: d.LastFundingTime, DebtCorrection: d.DebtCorrection,
	}
	for _, x := range d.Liquidations {
		i.older = append(i.older, Liquidation{x.Amount, x.Time})
	}
	if last := len(i.older) - 1; last >= 0 {
		s.LastLiquidation, s.history = i.older[last], last
		i.older = i.older[:last]
	}
	i.state = model.NewCell(s)
	l.m.instruments = append(l.m.instruments, i)
}

func (l *loader) account(path string, d *state.PerpsAccount) {
	a := &account{id: model.AccountID(d.ID)}
	s := accountState{
		exists: d.Exists, stored: d.Stored, usd: d.MarginUSD, debt: d.Debt,
		synths: l.margin(path+".margin", d.Margin),
		order: Order{
			InstrumentID: InstrumentID(d.Order.Instrument), SizeDelta: d.Order.SizeDelta, StrategyID: uint64(d.Order.Strategy),
			AcceptablePrice: d.Order.AcceptablePrice, Committed: d.Order.Committed,
			Referrer: model.CheckActor(l.Checker, path+".order.referrer", d.Order.Referrer),
		},
	}
	if d.ID == 0 {
		l.Add(path+".id", "0 is no account")
	}
	if o := &s.order; !o.SizeDelta.IsZero() {
		if i := l.m.Instrument(o.InstrumentID); i == nil || o.StrategyID >= uint64(len(i.config.Get().Strategies)) {
			l.Add(path+".order", "there is no strategy %d of an instrument %d", o.StrategyID, o.InstrumentID)
		}
	}
	state.Distinct(l.Checker, path+".positions", d.Positions, ".instrument", func(p state.PerpsPosition) state.ID { return p.Instrument })
	for k := range d.Positions {
		l.position(state.At(path+".positions", k), a, &d.Positions[k])
	}
	s.open = l.open(path+".open", a, d.Open)
	a.state = model.NewCell(s)
	l.m.accounts[a.id] = a
}

func (l *loader) position(path string, a *account, d *state.PerpsPosition) {
	i := l.m.Instrument(InstrumentID(d.Instrument))
	if i == nil {
		l.Add(path+".instrument", "%d is no instrument of the market", d.Instrument)
		return
	}
	for len(a.positions) <= i.index {
		a.positions = append(a.positions, nil)
	}
	p := Position{i.id, d.Size, d.EntryPrice, d.EntryFunding, d.EntryInterest}
	if d.Liquidated {
		p.InstrumentID = 0
	}
	cell := model.NewCell(p)
	a.positions[i.index] = &cell
}

// open reads the instruments in which an account has a position: all those
// with a size.
func (l *loader) open(path string, a *account, ids []state.ID) (open []int) {
	state.Distinct(l.Checker, path, ids, "", func(id state.ID) state.ID { return id })
	for k, id := range ids {
		i := l.m.Instrument(InstrumentID(id))
		if i == nil || a.position(i).Size.IsZero() {
			l.Add(state.At(path, k), "there is no open position in an instrument %d", id)
			continue
		}
		open = append(open, i.index)
	}
	for k, p := range a.positions {
		if p != nil && !p.Get().Size.IsZero() && !slices.Contains(open, k) {
			l.Add(path, "lacks the position in instrument %d", l.m.instruments[k].id)
		}
	}
	return open
}

func (l *loader) flagged(path string, ids []state.ID) {
	state.Distinct(l.Checker, path, ids, "", func(id state.ID) state.ID { return id })
	g := l.m.global.Get()
	for k, id := range ids {
		a, ok := l.m.accounts[model.AccountID(id)]
		if !ok {
			l.Add(state.At(path, k), "%d is no account of the market", id)
			continue
		}
		a.state.Get().flagged = true
		g.flagged = append(g.flagged, a.id)
	}
}
