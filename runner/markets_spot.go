package runner

import (
	"fmt"
	"strings"

	"backtest/configs"
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/spot"
	"backtest/runner/agents"
	"backtest/runner/sim"
	"backtest/runner/units"
)

// spotDriver tells a spot market its prices, and lets its synth decay.
type spotDriver struct {
	id        model.MarketID
	asset     int
	buy, sell fp.Uint256 // of the asset's price, D18
	staleness staleness
	early     model.Actor // holds what is left of the initial supply
	start     fp.Int256   // price at which it came to that, D18 USD
	decays    bool        // at some time, as far as the configuration tells
}

// Timeless implements [sim.Timeless]: only decay changes a spot market's debt
// while prices stand still.
func (d spotDriver) Timeless() bool { return !d.decays }

func (d spotDriver) Reprice(s *sim.State) {
	m := sim.External(s.Sys, d.id).(*spot.Market)
	d.set(m, s.Price[d.asset], d.staleness.stale(s, d.asset, m.StrictStaleness()))
	if !m.DecayRate().IsZero() {
		had := s.Sys.TokenBalance(m.Synth(), d.early)
		_ = m.Decay() // shrinking cannot fail
		lost := had.Sub(s.Sys.TokenBalance(m.Synth(), d.early))
		s.TraderResult(lost.Int256().MulDecimal(d.start).Neg())
	}
}

func (d spotDriver) set(m *spot.Market, price fp.Int256, stale bool) {
	m.SetPrices(spot.Prices{
		Buy: spread(price, d.buy), Sell: spread(price, d.sell), Benchmark: price, Stale: stale,
	})
}

// spread returns a price by a feed that differs from it by a factor (D18).
func spread(price fp.Int256, factor fp.Uint256) fp.Int256 {
	if factor == fp.UnitU256 {
		return price
	}
	return price.MulDecimal(factor.Int256())
}

func (d spotDriver) Deltas(sys *model.System, list []sim.Delta) []sim.Delta {
	m := sim.External(sys, d.id).(*spot.Market)
	return append(list, sim.Delta{Asset: d.asset, USD: m.Skew().MulDecimal(m.SellPrice().Int256())})
}

func (b *builder) addSpot(m *configs.Market) (model.MarketID, sim.Driver, error) {
	market, err := spot.New(b.sys, "synth:"+m.ID)
	if err != nil {
		return 0, nil, err
	}
	d := spotDriver{
		id: market.ID(), asset: b.asset(m.Asset), staleness: newStaleness(b.cfg),
		early: agents.EarlyHolder(m.ID), start: b.price[b.asset(m.Asset)],
		buy: fp.UnitU256.Add(d18(m.BuySpread.Decimal)), sell: fp.UnitU256.Sub(d18(m.SellSpread.Decimal)),
	}
	d.decays = !d18(m.DecayRate.Decimal).IsZero()
	for _, change := range b.cfg.Governance {
		d.decays = d.decays || strings.HasSuffix(change.Key, ".decay_rate")
	}
	d.set(market, b.price[d.asset], false)
	err = market.Configure(func(c *spot.Config) { b.spotConfig(c, m) })
	if err == nil && m.Wrapper != nil {
		ct := b.w.Collaterals[b.collaterals[m.Wrapper.Collateral]].CT
		err = b.sys.ConfigureMaximumMarketCollateral(model.Owner, d.id, ct, d18(m.Wrapper.MaxAmount))
	}
	return d.id, d, err
}

func (b *builder) spotConfig(c *spot.Config, m *configs.Market) {
	c.AtomicFixedFee, c.AsyncFixedFee = d18(m.AtomicFixedFee.Decimal), d18(m.AsyncFixedFee.Decimal)
	for _, f := range m.TransactorFees {
		c.TransactorFees[agents.SpotWallet(f.Trader)] = d18(f.Fee.Decimal)
	}
	c.DecayRate = d18(m.DecayRate.Decimal)
	c.StrictStaleness = uint64(m.StrictStaleness.WholeSeconds())
	c.SkewScale = d18(m.SkewScale)
	c.UtilizationFeeRate = d18(m.UtilizationFeeRate.Decimal)
	c.CollateralLeverage = d18(m.CollateralLeverage)
	c.FeeCollector, c.Referrers = feeCollector(m), referrers(m)
	if w := m.Wrapper; w != nil {
		c.Wrapper = spot.Wrapper{Collateral: b.w.Collaterals[b.collaterals[w.Collateral]].CT, MaxAmount: d18(w.MaxAmount)}
		c.WrapFee, c.UnwrapFee = units.FromBig(w.WrapFee.D18()), units.FromBig(w.UnwrapFee.D18())
	}
	if x := m.Settlement; x != nil {
		c.Strategies = []spot.Strategy{{
			CurrentPrice: x.Price == "current", Delay: uint64(x.Delay.WholeSeconds()), Window: uint64(x.Window.WholeSeconds()),
			Reward: d18(x.Reward), MinimumUSD: d18(x.MinimumUSD), MaxRoundingLoss: d18(x.MaxRoundingLoss),
		}}
	}
}

// firstTrades sells the initial supply of each spot market to holders who
// came before the start.
func (b *builder) firstTrades() error {
	for i := range b.cfg.Markets {
		m := &b.cfg.Markets[i]
		if m.Kind != "spot" || m.InitialSupply.Sign() == 0 {
			continue
		}
		market := sim.External(b.sys, b.w.Markets[i].ID).(*spot.Market)
		if err := agents.BuySpot(b.sys, market, agents.EarlyHolder(m.ID), d18(m.InitialSupply)); err != nil {
			return refusedAt(fmt.Sprintf("markets[%s].initial_supply", m.ID), err)
		}
	}
	return nil
}
