package spot

import (
	"backtest/model"
	"backtest/model/markets/fees"
	"backtest/model/state"
)

// SaveState implements [model.Saver].
func (m *Market) SaveState() (state.External, error) {
	c, e := m.config.Get(), m.escrow.Get()
	d := &state.Spot{
		Synth:    m.sys.CollateralName(m.synth),
		BuyPrice: m.prices.Buy, SellPrice: m.prices.Sell, BenchmarkPrice: m.prices.Benchmark, Stale: m.prices.Stale,
		AtomicFixedFee: c.AtomicFixedFee, AsyncFixedFee: c.AsyncFixedFee,
		TransactorFees: fees.SaveShares(c.TransactorFees), Referrers: fees.SaveShares(c.Referrers),
		SkewScale: c.SkewScale, UtilizationFeeRate: c.UtilizationFeeRate, CollateralLeverage: c.CollateralLeverage,
		WrapFee: c.WrapFee, UnwrapFee: c.UnwrapFee, WrapMaxAmount: c.Wrapper.MaxAmount,
		FeeCollector: c.FeeCollector.Save(), DecayRate: c.DecayRate, StrictStaleness: c.StrictStaleness,
		EscrowShares: e.shares, Decayed: *m.decayed.Get(),
	}
	if ct := c.Wrapper.Collateral; ct != model.NoCollateral {
		d.WrapCollateral = m.sys.CollateralName(ct)
	}
	for _, s := range c.Strategies {
		d.Strategies = append(d.Strategies, state.SpotStrategy{
			CurrentPrice: s.CurrentPrice, Delay: s.Delay, Window: s.Window, Reward: s.Reward,
			MinimumUSD: s.MinimumUSD, MaxRoundingLoss: s.MaxRoundingLoss,
		})
	}
	for _, cell := range m.orders[:e.orders] {
		o := cell.Get()
		d.Orders = append(d.Orders, state.SpotOrder{
			Owner: o.Owner.StateText(), Sell: o.Sell, Escrowed: o.Escrowed, Strategy: state.ID(o.StrategyID),
			Committed: o.Committed, Minimum: o.Minimum, Referrer: o.Referrer.StateText(), SettledAt: o.SettledAt,
		})
	}
	return state.External{Spot: d}, nil
}

// Load makes a market of a state document. What cannot be goes to c.
func Load(d *state.Spot, id model.MarketID, sys *model.System, c *state.Checker, path string) *Market {
	m := &Market{sys: sys, id: id, synth: token(sys, d.Synth, c, path+".synth")}
	m.prices = Prices{Buy: d.BuyPrice, Sell: d.SellPrice, Benchmark: d.BenchmarkPrice, Stale: d.Stale}
	m.config = model.NewCell(loadConfig(d, sys, c, path))
	m.escrow = model.NewCell(escrow{d.EscrowShares, uint64(len(d.Orders))})
	m.decayed = model.NewCell(d.Decayed)
	if d.Decayed > sys.Now() {
		c.Add(path+".decayed", "%d is after now, %d", d.Decayed, sys.Now())
	}
	for i, o := range d.Orders {
		at := state.At(path+".orders", i)
		if uint64(o.Strategy) >= uint64(len(d.Strategies)) {
			c.Add(at+".strategy", "%d is none of %d", o.Strategy, len(d.Strategies))
		}
		cell := model.NewCell(Order{
			Owner: model.CheckActor(c, at+".owner", o.Owner), Sell: o.Sell, Escrowed: o.Escrowed,
			StrategyID: uint64(o.Strategy), Committed: o.Committed, Minimum: o.Minimum,
			Referrer: model.CheckActor(c, at+".referrer", o.Referrer), SettledAt: o.SettledAt,
		})
		m.orders = append(m.orders, &cell)
	}
	return m
}

func loadConfig(d *state.Spot, sys *model.System, c *state.Checker, path string) Config {
	config := Config{
		AtomicFixedFee: d.AtomicFixedFee, AsyncFixedFee: d.AsyncFixedFee,
		TransactorFees: fees.LoadShares(d.TransactorFees, c, path+".transactorFees"),
		Referrers:      fees.LoadShares(d.Referrers, c, path+".referrers"),
		SkewScale:      d.SkewScale, UtilizationFeeRate: d.UtilizationFeeRate, CollateralLeverage: d.CollateralLeverage,
		WrapFee: d.WrapFee, UnwrapFee: d.UnwrapFee,
		Wrapper:      Wrapper{model.NoCollateral, d.WrapMaxAmount},
		FeeCollector: fees.LoadCollector(d.FeeCollector, c, path+".feeCollector"),
		DecayRate:    d.DecayRate, StrictStaleness: d.StrictStaleness,
	}
	if d.CollateralLeverage.IsZero() {
		c.Add(path+".collateralLeverage", "is 0")
	}
	if d.WrapCollateral != "" {
		config.Wrapper.Collateral = token(sys, d.WrapCollateral, c, path+".wrapCollateral")
	}
	for _, s := range d.Strategies {
		config.Strategies = append(config.Strategies, Strategy{s.CurrentPrice, s.Delay, s.Window, s.Reward, s.MinimumUSD, s.MaxRoundingLoss})
	}
	return config
}

func token(sys *model.System, name string, c *state.Checker, path string) model.CollateralID {
	ct, ok := sys.CollateralNamed(name)
	if !ok {
		c.Add(path, "%q is no collateral type of the document", name)
	}
	return ct
}
