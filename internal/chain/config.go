package chain

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"backtest/internal/chain/evm"
	"backtest/internal/start"
	fp "backtest/model/fixedpoint"
	"backtest/model/state"
)

// configuration writes a deployment as a configuration; what the chain does not
// tell is marked as an assumption.
type configuration struct {
	d      *Deployment
	root   *start.Section
	assets *start.Section
	known  map[string]fp.Int256 // prices of assets
	byType map[string]string    // the asset of a collateral type
}

// Config returns the configuration that begins in the state of a deployment.
func (d *Deployment) Config(name string) []byte {
	c := &configuration{d: d, root: &start.Section{}, known: map[string]fp.Int256{}, byType: map[string]string{}}
	c.head(name)
	c.root.Sub("state").Set("file", start.StateFile, "every position, debt, share and order at that block, to the wei; what this file sets beside is written over it")
	c.prices()
	c.system()
	c.collaterals()
	c.markets()
	c.pools()
	c.people()
	return c.root.YAML()
}

func (c *configuration) head(name string) {
	b, a := c.d.Block, c.d.Addresses
	c.root.Comment = fmt.Sprintf(`What happens to the positions that stood at block %d of chain %d within a month?

Read from the core at %s, block %s of
%s. Each value names the function of the contracts that told it. What the chain
cannot tell is marked "assumption": how prices will move, and what people will do.`, b.Number, b.ChainID, a.Core, b.Hash, instant(b.Time))
	c.root.Set("name", start.Name(name), "")
	c.root.Set("seed", "1", "")
	c.root.Set("paths", "1_000", "")
	c.root.Set("start", instant(b.Time), "the block's time")
	c.root.Set("horizon", "30d", "assumption")
	c.root.Set("step", "1h", "assumption")
}

func instant(seconds uint64) string { return time.Unix(int64(seconds), 0).UTC().Format(time.RFC3339) }

func amount(s *start.Section, key string, v fp.Uint256, source string) {
	s.Number(key, wordOf(v).Uint(), start.MostAmount, source)
}

func ratio(s *start.Section, key string, v fp.Uint256, source string) {
	s.Number(key, wordOf(v).Uint(), start.MostRatio, source)
}

func seconds(n uint64) string { return fmt.Sprintf("%ds", n) }

func (c *configuration) prices() {
	c.assets = c.root.Sub("prices")
	c.assets.Comment = "Prices begin at what the oracles answered at that block. Assumption: how they move.\n" +
		"Fit processes to history with `backtest calibrate`, and give correlations: those left out are 0."
	for _, x := range c.d.State.Collaterals {
		if x.Configured && x.Name != usdName && x.Price.Sign() > 0 {
			c.byType[x.Name] = c.asset(x.Name, x.Price, fmt.Sprintf("getCollateralPrice(%s)", c.address(x.Name)))
		}
	}
	for _, m := range c.d.State.Markets {
		if p := m.External.Perps; p != nil {
			for _, i := range p.Instruments {
				c.asset(c.d.Names.Instruments[i.ID], i.IndexPrice, fmt.Sprintf("indexPrice(%d) of perps", i.ID))
			}
		}
		if s := m.External.Spot; s != nil {
			c.asset(c.d.Names.Markets[uint64(m.ID)], middle(s), fmt.Sprintf("indexPrice(%d) of spot, between buying and selling", m.ID))
		}
	}
	if len(c.known) == 0 {
		c.asset("none", fp.UnitU256.Int256(), "assumption: the deployment has no price of its own")
	}
}

// middle is the price between the feeds of a spot market.
func middle(s *state.Spot) fp.Int256 {
	sum := new(big.Int).Add(wordOf(fp.Uint256(s.BuyPrice)).Int(), wordOf(fp.Uint256(s.SellPrice)).Int())
	return i256(evm.Big(sum.Rsh(sum, 1)))
}

// asset adds an asset and returns its name; the same name with the same price
// is the same asset.
func (c *configuration) asset(name string, price fp.Int256, source string) string {
	unique := name
	for i := 2; ; i++ {
		known, there := c.known[strings.ToLower(unique)]
		if there && known == price {
			return unique
		}
		if !there {
			break
		}
		unique = fmt.Sprintf("%s-%d", name, i)
	}
	c.known[strings.ToLower(unique)] = price
	a := c.assets.Add("assets")
	a.Set("id", unique, "")
	v := wordOf(fp.Uint256(price)).Int()
	if v.Sign() <= 0 {
		v, source = big.NewInt(1_000_000_000), source+fmt.Sprintf("; %s on the chain, a configuration wants more than 0", price)
	}
	a.Number("initial", v, start.MostPrice, source)
	if start.Fine(v) {
		a.Set("decimals", "18", "assumption: the price is small")
	}
	a.Set("process", process(unique, v), "assumption")
	return unique
}

// process is what is assumed of a price: dollars return to 1, others wander.
func process(name string, price *big.Int) string {
	off := new(big.Int).Abs(new(big.Int).Sub(price, wordOf18()))
	near := off.Cmp(new(big.Int).Div(wordOf18(), big.NewInt(10))) < 0
	upper := strings.ToUpper(name)
	if near && (strings.Contains(upper, "USD") || strings.Contains(upper, "DAI")) {
		return "{kind: ou, level: 1, mean_reversion: 200, annual_volatility: 0.01}"
	}
	return "{kind: gbm, annual_volatility: 0.8}"
}

func (c *configuration) address(name string) string {
	for a, n := range c.d.Book.types {
		if n == name {
			return a.String()
		}
	}
	return name
}

func (c *configuration) system() {
	s, set := c.root.Sub("system"), c.d.State.Settings
	if set.MinLiquidityRatio.IsZero() {
		s.Set("min_liquidity_ratio", "1", "getMinLiquidityRatio(): 0, which means 100 %")
	} else {
		ratio(s, "min_liquidity_ratio", set.MinLiquidityRatio, "getMinLiquidityRatio()")
	}
	timeout := c.config("accountTimeoutWithdraw")
	s.Set("withdraw_timeout", seconds(timeout), "getConfig(accountTimeoutWithdraw)")
	if most := c.config("setMarketMinDelegateTime_max"); most > 0 {
		s.Set("min_delegate_time_max", seconds(most), "getConfig(setMarketMinDelegateTime_max)")
	}
	if pool := c.config("treasuryPoolId"); c.d.Names.Pools[pool] != "" {
		s.Set("treasury_pool", c.d.Names.Pools[pool], "getConfig(treasuryPoolId)")
	}
}

const tenYears = 10 * 365 * 24 * 3600

func (c *configuration) config(key string) uint64 {
	for _, v := range c.d.State.Settings.Config {
		if v.Key == key {
			n, fits := v.Value.Uint64()
			if !fits {
				n = tenYears
			}
			return min(n, tenYears)
		}
	}
	return 0
}

func (c *configuration) collaterals() {
	for _, x := range c.d.State.Collaterals {
		if !x.Configured || x.Name == usdName {
			continue
		}
		s := c.root.Add("collaterals")
		at := c.address(x.Name)
		s.Comment = "token " + at
		source := fmt.Sprintf("getCollateralConfiguration(%s…)", at[:10])
		s.Set("id", x.Name, "")
		asset := c.byType[x.Name]
		if asset == "" {
			asset = c.asset(x.Name, fp.UnitU256.Int256(), "assumption: its oracle does not answer")
		}
		s.Set("asset", asset, "")
		s.Set("decimals", fmt.Sprint(x.Decimals), "decimals()")
		ratio(s, "issuance_ratio", x.IssuanceRatio, source)
		ratio(s, "liquidation_ratio", x.LiquidationRatio, source)
		amount(s, "liquidation_reward", x.LiquidationReward, source)
		amount(s, "min_delegation", x.MinDelegation, source)
	}
}

func (c *configuration) markets() {
	for i := range c.d.State.Markets {
		m := &c.d.State.Markets[i]
		key := c.d.Addresses.Markets[i]
		s := c.root.Add("markets")
		s.Comment = fmt.Sprintf("market %d, %s", m.ID, key.Address)
		s.Set("id", c.d.Names.Markets[key.ID], "")
		switch {
		case m.External.Spot != nil:
			c.spot(s, key, m.External.Spot)
		case m.External.Perps != nil:
			c.perps(s, m.External.Perps)
		default:
			s.Set("kind", "scripted", "of a kind that the model does not know: it stays at what it reported")
			s.Set("file", ScriptFile(key.ID), "getMarketReportedDebt, minimumCredit")
		}
		if !m.MinLiquidityRatio.IsZero() {
			ratio(s, "min_liquidity_ratio", m.MinLiquidityRatio, fmt.Sprintf("getMinLiquidityRatio(%d)", m.ID))
		}
		if m.MinDelegateTime > 0 {
			s.Set("min_delegate_time", seconds(min(uint64(m.MinDelegateTime), tenYears)), "storage of the market")
		}
	}
}

// ScriptFile is the file of a market of unknown kind.
func ScriptFile(market uint64) string { return fmt.Sprintf("market-%d.csv", market) }

// Script returns what a market of unknown kind reports, as a table.
func Script(m *state.Scripted) []byte {
	text := "timestamp_unix,reported_debt_usd,minimum_credit_usd,deposit_usd,withdraw_usd\n"
	for _, r := range m.Rows {
		text += fmt.Sprintf("%d,%s,%s,0,0\n", r.Time, decimal(r.ReportedDebt), decimal(r.MinimumCredit))
	}
	return []byte(text)
}

func (c *configuration) spot(s *start.Section, key MarketKey, m *state.Spot) {
	of := func(name string) string { return fmt.Sprintf("%s(%d)", name, key.ID) }
	s.Set("kind", "spot", "")
	s.Set("asset", c.asset(c.d.Names.Markets[key.ID], middle(m), ""), "")
	half := wordOf(fp.Uint256(middle(m))).Int()
	for _, x := range []struct {
		key string
		v   fp.Int256
	}{{"buy_spread", m.BuyPrice}, {"sell_spread", m.SellPrice}} {
		if spread := new(big.Int).Abs(new(big.Int).Sub(wordOf(fp.Uint256(x.v)).Int(), half)); half.Sign() > 0 && spread.Sign() > 0 {
			spread.Div(spread.Mul(spread, wordOf18()), half)
			s.Number(x.key, spread, wordOf18(), of("indexPrice"))
		}
	}
	ratio(s, "atomic_fixed_fee", m.AtomicFixedFee, of("getMarketFees"))
	ratio(s, "async_fixed_fee", m.AsyncFixedFee, of("getMarketFees"))
	amount(s, "skew_scale", m.SkewScale, of("getMarketSkewScale"))
	ratio(s, "utilization_fee_rate", m.UtilizationFeeRate, of("getMarketUtilizationFees"))
	ratio(s, "collateral_leverage", m.CollateralLeverage, of("getCollateralLeverage"))
	if !m.FeeCollector.Share.IsZero() {
		s.Number("fee_collector_share", wordOf(m.FeeCollector.Share).Uint(), wordOf18(), "quoteFees of its collector for 1 USD")
	}
	if m.StrictStaleness > 0 {
		s.Set("strict_staleness", seconds(min(m.StrictStaleness, tenYears)), of("getPriceData"))
	}
	if !m.DecayRate.IsZero() {
		s.Number("decay_rate", wordOf(m.DecayRate).Uint(), wordOf18(), "decayRate() of the synth")
	}
	if m.WrapCollateral != "" && c.byType[m.WrapCollateral] != "" {
		w := s.Sub("wrapper")
		w.Set("collateral", m.WrapCollateral, of("getWrapper"))
		amount(w, "max_amount", m.WrapMaxAmount, of("getWrapper"))
		w.Number("wrap_fee", wordOf(fp.Uint256(m.WrapFee)).Int(), wordOf18(), of("getMarketFees"))
		w.Number("unwrap_fee", wordOf(fp.Uint256(m.UnwrapFee)).Int(), wordOf18(), of("getMarketFees"))
	}
	if len(m.Strategies) > 0 {
		t, x := s.Sub("settlement"), m.Strategies[0]
		price := "benchmark"
		if x.CurrentPrice {
			price = "current"
		}
		t.Set("price", price, of("getSettlementStrategy"))
		t.Set("delay", seconds(min(x.Delay, 86_400)), "")
		t.Set("window", seconds(max(1, min(x.Window, 30*86_400))), "")
		amount(t, "reward", x.Reward, "")
		amount(t, "minimum_usd", x.MinimumUSD, "")
		amount(t, "max_rounding_loss", x.MaxRoundingLoss, "")
	}
}

func (c *configuration) perps(s *start.Section, p *state.Perps) {
	s.Set("kind", "perps", "")
	if !p.FeeCollector.Share.IsZero() {
		s.Number("fee_collector_share", wordOf(p.FeeCollector.Share).Uint(), wordOf18(), "quoteFees of its collector for 1 USD")
	}
	for i := range p.Instruments {
		c.instrument(s.Add("instruments"), &p.Instruments[i])
	}
	for _, x := range p.Collaterals {
		source := fmt.Sprintf("getCollateralConfigurationFull(%d)", x.ID)
		if x.ID == 0 {
			amount(s, "max_usd_margin", x.MaxAmount, source)
			continue
		}
		m := s.Add("margins")
		m.Set("synth", c.d.Names.Markets[uint64(x.ID)], source)
		amount(m, "max_amount", x.MaxAmount, source)
		m.Number("upper_discount", wordOf(x.UpperLimitDiscount).Uint(), wordOf18(), source)
		m.Number("lower_discount", wordOf(x.LowerLimitDiscount).Uint(), wordOf18(), source)
		ratio(m, "discount_scalar", x.DiscountScalar, source)
	}
	s.Number("collateral_liquidate_reward_ratio", wordOf(p.CollateralLiquidateRewardRatio).Uint(), wordOf18(), "getCollateralLiquidateRewardRatio()")
	s.Set("max_positions_per_account", count(p.MaxPositionsPerAccount), "getPerAccountCaps()")
	s.Set("max_collaterals_per_account", count(p.MaxCollateralsPerAccount), "getPerAccountCaps()")
	k := s.Sub("keeper_reward")
	amount(k, "min", p.MinKeeperReward, "getKeeperRewardGuards()")
	amount(k, "max", p.MaxKeeperReward, "getKeeperRewardGuards()")
	ratio(k, "profit_ratio", p.MinKeeperProfitRatio, "getKeeperRewardGuards()")
	ratio(k, "scaling_ratio", p.MaxKeeperScalingRatio, "getKeeperRewardGuards()")
	amount(k, "settle_cost", p.SettlementCost, "the node of keepers' costs")
	amount(k, "flag_cost", p.FlagPerFeedCost, "the node of keepers' costs, for one feed")
	amount(k, "liquidate_cost", p.LiquidateCost, "the node of keepers' costs")
	i := s.Sub("interest")
	ratio(i, "low_gradient", p.LowUtilizationGradient, "getInterestRateParameters()")
	ratio(i, "breakpoint", p.UtilizationBreakpoint, "getInterestRateParameters()")
	ratio(i, "high_gradient", p.HighUtilizationGradient, "getInterestRateParameters()")
}

// count spells a number of things, at most 1000.
func count(x fp.Uint256) string {
	n, fits := x.Uint64()
	if !fits || n > 1000 {
		n = 1000
	}
	return fmt.Sprint(n)
}

func (c *configuration) instrument(s *start.Section, i *state.Instrument) {
	of := func(name string) string { return fmt.Sprintf("%s(%d)", name, i.ID) }
	name := c.d.Names.Instruments[i.ID]
	s.Set("id", name, fmt.Sprintf("perps market %d", i.ID))
	s.Set("asset", c.asset(name, i.IndexPrice, ""), "")
	if i.SkewScale.IsZero() {
		s.Set("skew_scale", start.Decimal(start.MostAmount, 18), of("getFundingParameters")+": 0, which is no skew: as good as this")
	} else {
		amount(s, "skew_scale", i.SkewScale, of("getFundingParameters"))
	}
	ratio(s, "max_funding_velocity", i.MaxFundingVelocity, of("getFundingParameters"))
	ratio(s, "maker_fee", i.MakerFee, of("getOrderFees"))
	ratio(s, "taker_fee", i.TakerFee, of("getOrderFees"))
	amount(s, "max_market_size", i.MaxMarketSize, of("getMaxMarketSize"))
	amount(s, "max_market_value", i.MaxMarketValue, of("getMaxMarketValue"))
	ratio(s, "initial_margin_ratio", i.InitialMarginRatio, of("getLiquidationParameters"))
	ratio(s, "minimum_initial_margin_ratio", i.MinimumInitialMarginRatio, of("getLiquidationParameters"))
	ratio(s, "maintenance_margin_scalar", i.MaintenanceMarginScalar, of("getLiquidationParameters"))
	ratio(s, "flag_reward_ratio", i.FlagRewardRatio, of("getLiquidationParameters"))
	amount(s, "minimum_position_margin", i.MinimumPositionMargin, of("getLiquidationParameters"))
	ratio(s, "liquidation_limit_multiplier", i.LimitMultiplier, of("getMaxLiquidationParameters"))
	window, _ := i.LiquidationWindow.Uint64()
	s.Set("liquidation_window", seconds(min(window, 86_400)), of("getMaxLiquidationParameters"))
	ratio(s, "max_liquidation_pd", i.MaxLiquidationPD, of("getMaxLiquidationParameters"))
	ratio(s, "locked_oi_ratio", i.LockedOIRatio, of("getLockedOiRatio"))
	if len(i.Strategies) > 0 {
		t := i.Strategies[0]
		s.Set("settlement_delay", seconds(min(t.Delay, 86_400)), of("getSettlementStrategy"))
		s.Set("settlement_window", seconds(max(1, min(t.Window, 30*86_400))), "")
		s.Set("commitment_price_delay", seconds(min(t.PriceDelay, 86_400)), "")
		amount(s, "settlement_reward", t.Reward, "")
	}
}

func (c *configuration) pools() {
	for i := range c.d.State.Pools {
		p := &c.d.State.Pools[i]
		if p.ID == 0 {
			continue
		}
		of := func(name string) string { return fmt.Sprintf("%s(%d)", name, p.ID) }
		s := c.root.Add("pools")
		s.Comment = fmt.Sprintf("pool %d", p.ID)
		s.Set("id", c.d.Names.Pools[uint64(p.ID)], "")
		if len(p.MarketConfigurations) == 0 {
			s.Set("markets", "[]", of("getPoolConfiguration"))
		}
		for _, m := range p.MarketConfigurations {
			x := s.Add("markets")
			x.Set("market", c.d.Names.Markets[uint64(m.Market)], of("getPoolConfiguration"))
			amount(x, "weight", m.Weight.Wide(), "")
			x.Number("max_debt_share_value", wordOf(fp.Uint256(m.MaxDebtShareValue.Wide())).Int(), start.MostShare, "")
		}
		for _, t := range p.CollateralConfigurations {
			if c.byType[t.Collateral] == "" {
				continue
			}
			x := s.Add("collaterals")
			x.Set("collateral", t.Collateral, of("getPoolCollateralConfiguration"))
			amount(x, "limit", t.CollateralLimit, "")
			ratio(x, "issuance_ratio", t.IssuanceRatio, "")
		}
	}
}

// people adds who acts: nobody trades or joins unless somebody says so.
func (c *configuration) people() {
	l := c.root.Add("liquidators")
	l.Comment = "Assumption: one liquidator looks once an hour and has what it takes."
	l.Set("id", "bot", "")
	l.Set("check_every", "1h", "")
	k := c.root.Add("keepers")
	k.Comment = "Assumption: somebody rebalances every pool once a day. Positions stay as they are:\n" +
		"nobody joins, leaves or trades until lps: and traders: say who does."
	k.Set("id", "rebalance", "")
	k.Set("action", "rebalance", "")
	k.Set("every", "1d", "")
	c.root.Sub("record").Set("every", "1d", "")
}

// sortedKeys returns the keys of a map in order.
func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
