package runner

import (
	"fmt"
	"slices"
	"strings"

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
			return refusedAt(fmt.Sprintf("liquidators[%s]", l.ID), err)
		}
		b.liquidators = append(b.liquidators, agents.Liquidator{
			Account: id, EverySeconds: l.CheckEvery.WholeSeconds(), Latency: l.Latency.WholeSeconds(),
			CostUSD: l.CostUSD, MinProfitUSD: l.MinProfitUSD, Budget: d18(l.BudgetUSD),
			Absent: l.Absent.Float64(), Vaults: agents.VaultMode(l.Vaults), ToTreasury: l.ToTreasury,
		})
	}
	return nil
}

// addAdversaries makes the accounts of adversaries, which hold their stakes.
func (b *builder) addAdversaries() error {
	for i := range b.cfg.Adversaries {
		if err := b.addAdversary(&b.cfg.Adversaries[i]); err != nil {
			return refusedAt(fmt.Sprintf("adversaries[%s]", b.cfg.Adversaries[i].ID), err)
		}
	}
	return nil
}

func (b *builder) addAdversary(a *configs.Adversary) error {
	vault, err := b.vault(a.Pool, a.Collateral)
	if err != nil {
		return err
	}
	id, err := b.newAccount()
	if err != nil {
		return err
	}
	stake, err := b.tokens(vault, a.StakeUSD)
	if err != nil {
		return err
	}
	market := b.markets[a.Market]
	b.adversaries = append(b.adversaries, agents.Adversary{
		Name: a.ID, Outsider: len(b.w.Outsiders), Market: market, Asset: b.asset(pushedAsset(&b.cfg.Markets[market], a.Instrument)),
		EverySeconds: a.Every.WholeSeconds(), Push: d18(a.Push.Decimal), Always: a.When == "always", Rebalances: int(a.Rebalances),
		Stake: stake, Liquidates: a.Liquidates, CostUSD: d18(a.CostUSD),
	})
	b.w.Outsiders = append(b.w.Outsiders, sim.Outsider{Name: a.ID, Account: id, Vault: vault})
	return b.giveTokens(id, vault, stake)
}

// pushedAsset names the asset of a spot market, or of an instrument of a perps
// market.
func pushedAsset(m *configs.Market, instrument string) string {
	for _, in := range m.Instruments {
		if in.ID == instrument {
			return in.Asset
		}
	}
	return m.Asset
}

// agents returns the people of the world in the order in which they act:
// governance, holders, endorsed liquidators, traders, adversaries, keepers,
// liquidators, LPs.
func (b *builder) agents() []agents.Agent {
	var all []agents.Agent
	for i := range b.cfg.Governance {
		all = append(all, b.governance(&b.cfg.Governance[i]))
	}
	for i := range b.cfg.Markets {
		if m := &b.cfg.Markets[i]; m.Kind == "spot" {
			all = append(all, &agents.Holders{Market: i, Asset: b.asset(m.Asset)})
		}
	}
	all = append(all, b.endorsed()...)
	for i := range b.cfg.Traders {
		all = append(all, b.trader(&b.cfg.Traders[i]))
	}
	all = append(all, b.statedTraders()...)
	for _, a := range b.adversaries {
		all = append(all, &a)
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

// endorsed returns the liquidators that perps markets endorse, as such.
func (b *builder) endorsed() (all []agents.Agent) {
	for _, l := range b.cfg.Liquidators {
		e := agents.Endorsed{EverySeconds: l.CheckEvery.WholeSeconds(), Absent: l.Absent.Float64()}
		for i := range b.cfg.Markets {
			if b.endorses(i, l.ID) {
				e.Markets = append(e.Markets, i)
			}
		}
		if len(e.Markets) > 0 {
			all = append(all, agents.NewEndorsed(b.cfg.Seed, l.ID, e))
		}
	}
	return all
}

// endorses reports whether an instrument of a market endorses a liquidator at
// some time.
func (b *builder) endorses(market int, liquidator string) bool {
	m := &b.cfg.Markets[market]
	for k := range m.Instruments {
		if m.Instruments[k].EndorsedLiquidator == liquidator {
			return true
		}
	}
	return m.Kind == "perps" && slices.ContainsFunc(b.cfg.Governance, func(c configs.Change) bool {
		return strings.HasSuffix(c.Key, ".endorsed_liquidator") && c.To.String() == liquidator
	})
}

func (b *builder) trader(t *configs.Trader) agents.Agent {
	market := b.markets[t.Market]
	m := &b.cfg.Markets[market]
	flow := agents.NewFlow(b.cfg.Seed, t.ID, agents.Flow{
		PerDay: t.OrdersPerDay, Size: func(u float64) float64 { return quantile(&t.SizeUSD, u) },
		Style: agents.Style(t.Style), Strength: t.Strength, Lookback: t.Lookback.WholeSeconds(), PanicDrop: t.PanicDrop.Float64(),
	})
	if m.Kind == "spot" {
		return b.spotTrader(t, m, agents.Spot{Market: market, Asset: b.asset(m.Asset), Flow: flow, Referrer: referrer(m.ID, t.Referrer)})
	}
	return b.perpsTrader(t, m, market, flow)
}

func (b *builder) spotTrader(t *configs.Trader, m *configs.Market, x agents.Spot) agents.Agent {
	switch t.Execution {
	case "async":
		return agents.NewAsyncTrader(t.ID, x, m.ID, uint64(m.SettlementLatency.WholeSeconds()))
	case "wrapper":
		return agents.NewWrapTrader(t.ID, x, m.ID)
	}
	return agents.NewSpotTrader(t.ID, x, m.ID)
}

// perpsAccounts is where the account ids of perps traders begin: beyond those
// of LPs, whose wallets they would share otherwise.
const perpsAccounts = 1 << 40

func (b *builder) perpsTrader(t *configs.Trader, m *configs.Market, market int, flow agents.Flow) agents.Agent {
	instrument := slices.IndexFunc(m.Instruments, func(i configs.Instrument) bool { return i.ID == t.Instrument })
	in := &m.Instruments[instrument]
	p := agents.PerpsTrader{
		Market: market, Instrument: b.instrumentID(market, instrument), Asset: b.asset(in.Asset),
		Flow: flow, Leverage: t.Leverage, Accounts: int(t.Accounts),
		First:    model.AccountID(perpsAccounts * (1 + slices.IndexFunc(b.cfg.Traders, func(x configs.Trader) bool { return x.ID == t.ID }))),
		Latency:  uint64(m.SettlementLatency.WholeSeconds()),
		Referrer: referrer(m.ID, t.Referrer),
	}
	if t.Margin != "" {
		p.Margin = &agents.SynthMargin{Spot: b.markets[t.Margin]}
	}
	if c := b.traderGroupOf(m.ID, t.ID); c != nil {
		p.Stated = c.count
		p.Accounts = max(p.Accounts, p.Stated)
	}
	if p.Accounts == 0 {
		p.Aggregate, p.Accounts, p.Leverage = true, 2, 1
	}
	return agents.NewPerpsTrader(b.cfg.Seed, t.ID, p)
}

// statedTraders are those who belong to no group: they hold what they have, and
// keepers liquidate them.
func (b *builder) statedTraders() (all []agents.Agent) {
	for _, c := range b.traderGroups {
		if c.group != "" {
			continue
		}
		market := b.markets[c.market]
		flow := agents.NewFlow(b.cfg.Seed, "state/"+c.market, agents.Flow{Size: func(float64) float64 { return 0 }, Style: "noise"})
		all = append(all, agents.NewPerpsTrader(b.cfg.Seed, "state/"+c.market, agents.PerpsTrader{
			Market: market, Instrument: b.instrumentID(market, 0), Asset: b.asset(b.cfg.Markets[market].Instruments[0].Asset),
			Flow: flow, Leverage: 1, Accounts: c.count, Stated: c.count, First: c.first,
		}))
	}
	return all
}

// instrumentID returns the protocol's id of an instrument of a perps market.
func (b *builder) instrumentID(market, instrument int) perps.InstrumentID {
	m := sim.External(b.w.Initial, b.w.Markets[market].ID).(*perps.Market)
	return m.Instruments()[instrument].ID()
}

// governance makes a change of a parameter.
func (b *builder) governance(c *configs.Change) agents.Agent {
	p, _ := b.parameter(c.Key)
	to := units.FromBig(c.To.D18())
	if p.word != nil {
		to = p.word(c.To.String())
	}
	return &agents.Governance{
		Key: c.Key, AtSeconds: c.At.WholeSeconds(), RampSeconds: c.Ramp.WholeSeconds(),
		To: to, Word: p.word != nil,
		Read:  func(s *sim.State) fp.Int256 { return p.read(s.Sys) },
		Apply: func(s *sim.State, v fp.Int256) error { return s.Outcome(p.write(s.Sys, v)) },
	}
}

// checkGovernance refuses changes of what cannot change during a path.
func (b *builder) checkGovernance() error {
	for i, c := range b.cfg.Governance {
		if _, ok := b.parameter(c.Key); !ok {
			return parameterError(i, c.Key)
		}
	}
	return nil
}
