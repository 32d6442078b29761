package runner

import (
	"fmt"
	"slices"

	"backtest/configs"
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/perps"
	"backtest/runner/agents"
	"backtest/runner/sim"
	"backtest/runner/units"
)

// addLiquidators makes the accounts that liquidators are rewarded in.
func (b *builder) addLiquidators() error {
	for _, l := range b.cfg.Liquidators {
		id, err := b.newAccount()
		if err != nil {
			return fmt.Errorf("%s: %w", l.ID, err)
		}
		b.liquidators = append(b.liquidators, agents.Liquidator{
			Account: id, EverySeconds: l.CheckEvery.WholeSeconds(), Latency: l.Latency.WholeSeconds(),
			CostUSD: l.CostUSD, MinProfitUSD: l.MinProfitUSD, Budget: d18(l.BudgetUSD),
			Absent: l.Absent.Float64(), Vaults: agents.VaultMode(l.Vaults), ToTreasury: l.ToTreasury,
		})
	}
	return nil
}

// agents returns the people of the world in the order in which they act:
// governance, traders, keepers, liquidators, LPs.
func (b *builder) agents() []agents.Agent {
	var all []agents.Agent
	for i := range b.cfg.Governance {
		all = append(all, b.governance(&b.cfg.Governance[i]))
	}
	for i := range b.cfg.Traders {
		all = append(all, b.trader(&b.cfg.Traders[i]))
	}
	for _, k := range b.cfg.Keepers {
		all = append(all, &agents.Keeper{
			Distribute: k.Action == "distribute", EverySeconds: k.Every.WholeSeconds(), Deviation: k.Deviation.Float64(),
		})
	}
	for i, l := range b.liquidators {
		all = append(all, agents.NewLiquidator(b.cfg.Seed, b.cfg.Liquidators[i].ID, l))
	}
	for _, p := range b.providers {
		all = append(all, &p)
	}
	return all
}

func (b *builder) trader(t *configs.Trader) agents.Agent {
	market := b.markets[t.Market]
	m := &b.cfg.Markets[market]
	flow := agents.NewFlow(b.cfg.Seed, t.ID, agents.Flow{
		PerDay: t.OrdersPerDay, Size: func(u float64) float64 { return quantile(&t.SizeUSD, u) },
		Style: agents.Style(t.Style), Strength: t.Strength, Lookback: t.Lookback.WholeSeconds(), PanicDrop: t.PanicDrop.Float64(),
	})
	if m.Kind == "spot" {
		return agents.NewSpotTrader(t.ID, agents.SpotTrader{Market: market, Asset: b.asset(m.Asset), Flow: flow}, m.ID)
	}
	return b.perpsTrader(t, m, market, flow)
}

// perpsAccounts is where the account ids of perps traders begin: beyond those
// of LPs, whose wallets they would share otherwise.
const perpsAccounts = 1 << 40

func (b *builder) perpsTrader(t *configs.Trader, m *configs.Market, market int, flow agents.Flow) agents.Agent {
	instrument := slices.IndexFunc(m.Instruments, func(i configs.Instrument) bool { return i.ID == t.Instrument })
	in := &m.Instruments[instrument]
	p := agents.PerpsTrader{
		Market: market, Instrument: perps.InstrumentID(instrument + 1), Asset: b.asset(in.Asset),
		Flow: flow, Leverage: t.Leverage, Accounts: int(t.Accounts),
		First: model.AccountID(perpsAccounts * (1 + slices.IndexFunc(b.cfg.Traders, func(x configs.Trader) bool { return x.ID == t.ID }))),
		Delay: uint64(max(in.SettlementDelay.WholeSeconds(), 1)),
	}
	if p.Accounts == 0 {
		p.Aggregate, p.Accounts, p.Leverage = true, 2, 1
	}
	return agents.NewPerpsTrader(b.cfg.Seed, t.ID, p)
}

// governance makes a change of a parameter. The configuration was checked to
// name one that can change while a path runs.
func (b *builder) governance(c *configs.Change) agents.Agent {
	target := parseTarget(c.Key)
	return &agents.Governance{
		Key: c.Key, AtSeconds: c.At.WholeSeconds(), RampSeconds: c.Ramp.WholeSeconds(),
		From: b.parameter(target), To: units.FromBig(c.To.D18()),
		Apply: func(s *sim.State, v fp.Int256) error { return b.setParameter(s, target, v) },
	}
}

// parameter returns the present value (D18) of what governance changes.
func (b *builder) parameter(t target) fp.Int256 {
	switch t.section {
	case "collaterals":
		c := b.sys.CollateralConfiguration(b.w.Collaterals[b.collaterals[t.id]].CT)
		return (*collateralField(&c, t.key)).Int256()
	case "pools":
		p := b.sys.PoolStorage(b.w.Pools[b.pools[t.id]].ID)
		for _, mc := range p.Markets {
			if mc.MarketID == b.w.Markets[b.markets[t.inner]].ID {
				if t.key == "weight" {
					return mc.Weight.WideInt()
				}
				return mc.MaxDebtShareValue.Wide()
			}
		}
	case "system":
		return d18(b.cfg.System.MinLiquidityRatio.Decimal).Int256()
	}
	return fp.Int256{}
}

func collateralField(c *model.CollateralConfiguration, key string) *fp.Uint256 {
	switch key {
	case "issuance_ratio":
		return &c.IssuanceRatio
	case "liquidation_ratio":
		return &c.LiquidationRatio
	case "liquidation_reward":
		return &c.LiquidationReward
	}
	return &c.MinDelegation
}

func (b *builder) setParameter(s *sim.State, t target, v fp.Int256) error {
	switch t.section {
	case "collaterals":
		ct := b.w.Collaterals[b.collaterals[t.id]].CT
		c := s.Sys.CollateralConfiguration(ct)
		*collateralField(&c, t.key) = v.Uint256()
		// A stricter liquidation ratio takes the issuance ratio with it: the
		// protocol does not let the first exceed the second.
		if c.IssuanceRatio.Less(c.LiquidationRatio) {
			c.IssuanceRatio = c.LiquidationRatio
		}
		return s.Outcome(s.Sys.ConfigureCollateral(model.Owner, ct, c))
	case "pools":
		return s.Outcome(b.setPoolMarket(s, t, v))
	}
	return s.Outcome(s.Sys.SetMinLiquidityRatio(model.Owner, v.Uint256()))
}

func (b *builder) setPoolMarket(s *sim.State, t target, v fp.Int256) error {
	pool := b.w.Pools[b.pools[t.id]].ID
	list := s.Sys.PoolStorage(pool).Markets
	for i := range list {
		if list[i].MarketID != b.w.Markets[b.markets[t.inner]].ID {
			continue
		}
		if t.key == "weight" {
			list[i].Weight = v.Uint256().Uint128()
		} else {
			list[i].MaxDebtShareValue = v.Int128()
		}
	}
	return s.Sys.SetPoolConfiguration(model.Owner, pool, list)
}
