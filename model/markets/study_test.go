package markets_test

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/fees"
	"backtest/model/markets/internal/scenario"
	"backtest/model/markets/perps"
	"backtest/model/markets/spot"
)

// study is a random run of LPs and traders on a perps market with two
// instruments and two spot markets, one of them with a wrapper, in two pools.
type study struct {
	t       *testing.T
	w       *scenario.World
	r       *rand.Rand
	perps   *perps.Market
	spots   []*spot.Market
	wallets []model.Actor // all that trade, work or collect
	startET fp.Uint256    // ETH of all wallets at the start
	events  uint64        // operations that succeeded
	orders  map[*spot.Market]uint64
}

const (
	traders     = 5
	firstTrader = 10
	eth         = "ETH"
)

var (
	collector = model.AccountOwner(30)
	referrer  = model.AccountOwner(31)
	endorsed  = model.AccountOwner(32)
)

func newStudy(t *testing.T, seed uint64) *study {
	t.Helper()
	s := &study{t: t, w: newWorld(t), r: rand.New(rand.NewPCG(seed, 1)), orders: map[*spot.Market]uint64{}}
	s.createMarkets()
	s.createLPs()
	s.createTraders()
	return s
}

// ratio returns a small ratio with six decimals.
func ratio(millionths uint64) fp.Uint256 { return fp.U256(millionths).Mul(fp.U256(1_000_000_000_000)) }

func (s *study) createMarkets() {
	var err error
	s.perps, err = perps.New(s.w.Sys)
	must(s.t, err)
	for _, name := range []string{"sETH", "sBTC"} {
		m, err := spot.New(s.w.Sys, name)
		must(s.t, err)
		s.spots = append(s.spots, m)
		s.w.Tokens[name] = m.Synth()
	}
	for id := perps.InstrumentID(1); id <= 2; id++ {
		must(s.t, s.perps.CreateInstrument(id))
		must(s.t, s.perps.ConfigureInstrument(id, s.instrument))
	}
	must(s.t, s.perps.Configure(s.global))
	s.perps.SetKeeperCosts(perps.KeeperCosts{Settlement: ratio(500_000), FlagPerFeed: ratio(200_000), Liquidate: ratio(900_000)})
	for k, m := range s.spots {
		must(s.t, m.Configure(func(c *spot.Config) { s.spot(k, c) }))
	}
	must(s.t, s.w.Sys.ConfigureMaximumMarketCollateral(model.Owner, s.spots[0].ID(), s.w.Tokens[eth], scenario.Units(10_000)))
	sETH := s.spots[0].Synth()
	must(s.t, s.w.Sys.ConfigureCollateral(model.Owner, sETH, model.CollateralConfiguration{IssuanceRatio: scenario.Units(3), LiquidationRatio: scenario.Units(2)}))
	must(s.t, s.w.Sys.ConfigureMaximumMarketCollateral(model.Owner, s.perps.ID(), sETH, scenario.Units(10_000)))
	s.setPrices(1500)
}

func (s *study) instrument(c *perps.InstrumentConfig) {
	*c = perps.InstrumentConfig{
		SkewScale: scenario.Units(20_000), MaxFundingVelocity: scenario.Units(9),
		MakerFee: ratio(200), TakerFee: ratio(500),
		MaxMarketSize:      scenario.Units(3_000),
		InitialMarginRatio: fp.UnitU256, MinInitialMargin: ratio(20_000), MaintenanceScalar: ratio(500_000),
		FlagRewardRatio: ratio(300), MinPositionMargin: scenario.Units(5),
		LimitMultiplier: fp.UnitU256, LiquidationWindow: fp.U256(30), MaxLiquidationPD: ratio(2_000),
		EndorsedLiquidator: endorsed, LockedOIRatio: ratio(300_000),
		Strategies: []perps.Strategy{{Delay: 2, Window: 600, Reward: fp.UnitU256}},
	}
}

func (s *study) global(c *perps.Config) {
	*c = perps.Config{
		Rewards:      perps.KeeperRewardGuards{MinReward: fp.UnitU256, MinProfitRatio: ratio(300_000), MaxReward: scenario.Units(200), MaxScalingRatio: ratio(200_000)},
		MaxPositions: fp.U256(2), MaxCollaterals: fp.U256(2),
		Interest: perps.InterestParameters{LowGradient: ratio(300), Breakpoint: ratio(750_000), HighGradient: ratio(10_000)},
		Collaterals: map[model.MarketID]perps.CollateralConfig{
			perps.USDMargin: {MaxAmount: scenario.Units(10_000_000)},
			s.spots[0].ID(): {Distributor: perps.Distributor{Pool: 1, Collaterals: []model.CollateralID{s.w.SNX}}, MaxAmount: scenario.Units(5_000), Upper: ratio(200_000), Lower: ratio(10_000), DiscountScalar: fp.UnitU256},
		},
		CollateralLiquidateRewardRatio: ratio(1_000),
		FeeCollector:                   fees.Collector{Account: collector, Share: ratio(300_000)},
		Referrers:                      fees.Referrers{referrer: ratio(100_000)},
	}
}

func (s *study) spot(k int, c *spot.Config) {
	c.AtomicFixedFee, c.AsyncFixedFee = ratio(1_000), ratio(2_000)
	c.UtilizationFeeRate, c.CollateralLeverage = ratio(100), scenario.Units(2)
	c.FeeCollector = fees.Collector{Account: collector, Share: ratio(500_000)}
	c.Referrers[referrer] = ratio(200_000)
	c.Strategies = []spot.Strategy{{CurrentPrice: true, Delay: 2, Window: 300, Reward: fp.UnitU256}}
	if k == 0 {
		c.SkewScale = scenario.Units(50_000)
		c.Wrapper = spot.Wrapper{Collateral: s.w.Tokens[eth], MaxAmount: scenario.Units(3_000)}
		c.WrapFee, c.UnwrapFee = ratio(1_000).Int256().Neg(), ratio(3_000).Int256()
	}
}

func (s *study) createLPs() {
	owner := model.AccountOwner(3)
	must(s.t, s.w.Sys.CreateAccount(3))
	must(s.t, s.w.Sys.CreatePool(model.Owner, 3))
	must(s.t, s.w.Sys.FundWallet(s.w.SNX, owner, scenario.Units(50_000_000)))
	must(s.t, s.w.Sys.Deposit(owner, 3, s.w.SNX, scenario.Units(50_000_000)))
	for pool := model.PoolID(1); pool <= 3; pool += 2 {
		must(s.t, s.w.Sys.SetPoolConfiguration(model.Owner, pool, s.backing(pool)))
		must(s.t, s.w.Sys.DelegateCollateral(model.AccountOwner(model.AccountID(pool)), model.AccountID(pool), pool, s.w.SNX, scenario.Units(3_000_000), fp.UnitU256))
	}
	must(s.t, s.w.Sys.DelegateCollateral(owner, 3, 1, s.w.SNX, scenario.Units(1_000_000), fp.UnitU256))
}

// backing connects a pool to all markets, pool 3 with tight limits.
func (s *study) backing(pool model.PoolID) (list []model.MarketConfiguration) {
	limit := scenario.Units(1)
	if pool == 3 {
		limit = ratio(20_000)
	}
	for id := range s.w.Sys.Markets() {
		list = append(list, model.MarketConfiguration{
			MarketID: model.MarketID(id + 1), Weight: fp.U128(uint64(3 - id)), MaxDebtShareValue: limit.Int256().Int128(),
		})
	}
	return list
}

func (s *study) createTraders() {
	for k := range model.AccountID(traders) {
		id := firstTrader + k
		s.wallets = append(s.wallets, model.AccountOwner(id))
		must(s.t, s.w.Give(model.AccountOwner(id), scenario.Units(400_000)))
		must(s.t, s.w.Sys.FundWallet(s.w.Tokens[eth], model.AccountOwner(id), scenario.Units(500)))
		must(s.t, s.perps.CreateAccount(id))
	}
	s.startET = scenario.Units(500 * traders)
	s.wallets = append(s.wallets, model.Keeper, collector, referrer, endorsed, spot.Address, perps.Address, perps.DistributorWallet(s.spots[0].ID()))
}

// setPrices sets all prices; ETH, its synth as collateral of the core and both
// feeds of the synth agree, so that what is worth the same counts the same.
func (s *study) setPrices(price uint64) {
	p := scenario.Units(price).Add(fp.U256(s.r.Uint64N(1e18)))
	s.perps.Instrument(1).SetPrice(p.Int256())
	s.perps.Instrument(2).SetPrice(p.Quo(fp.U256(3)).Int256())
	s.w.Sys.SetCollateralPrice(s.w.Tokens[eth], p.Int256())
	s.w.Sys.SetCollateralPrice(s.spots[0].Synth(), p.Int256())
	s.spots[0].SetPrices(spot.Prices{Buy: p.Add(p.Quo(fp.U256(1000))).Int256(), Sell: p.Int256()})
	q := p.Mul(fp.U256(17))
	s.spots[1].SetPrices(spot.Prices{Buy: q.Int256(), Sell: q.Int256()})
}

// step does something at random. A failure must be one of the protocol's
// errors, that is, not a bug.
func (s *study) step() {
	if s.r.Uint64N(4) == 0 {
		s.w.Sys.SetNow(s.w.Sys.Now() + 1 + s.r.Uint64N(400))
	}
	if s.r.Uint64N(5) == 0 {
		s.setPrices(1000 + s.r.Uint64N(1000))
	}
	actions := []func() error{s.trade, s.trade, s.liquidate, s.moveMargin, s.tradeSynths, s.wrap, s.tradeLater, s.provide, s.rebalance}
	err := actions[s.r.IntN(len(actions))]()
	if err == nil {
		s.events++
		return
	}
	if from := reflect.TypeOf(err).PkgPath(); !strings.HasPrefix(from, "backtest/model") {
		s.t.Fatalf("%v is an error of %s", err, from)
	}
}

func (s *study) trader() model.AccountID { return firstTrader + model.AccountID(s.r.Uint64N(traders)) }

func (s *study) amount(most uint64) fp.Uint256 {
	return fp.U256(1 + s.r.Uint64N(most*1_000_000)).Mul(fp.U256(1_000_000_000_000 + s.r.Uint64N(1000)))
}

func (s *study) signed(most uint64) fp.Int256 {
	if x := s.amount(most).Int256(); s.r.Uint64N(2) == 0 {
		return x
	} else {
		return x.Neg()
	}
}

func (s *study) trade() error {
	id := s.trader()
	if o := s.perps.Account(id).Order; !o.SizeDelta.IsZero() && s.w.Sys.Now() <= o.Committed+602 {
		if s.r.Uint64N(8) == 0 {
			return s.perps.CancelOrder(model.Keeper, id)
		}
		s.w.Sys.SetNow(s.w.Sys.Now() + 2)
		return s.perps.SettleOrder(model.Keeper, id)
	}
	instrument := perps.InstrumentID(1 + s.r.Uint64N(2))
	size := s.signed(200)
	if s.r.Uint64N(3) == 0 {
		size = s.perps.Position(id, s.perps.Instrument(instrument)).Size.Wide().Neg()
	}
	o := perps.Order{InstrumentID: instrument, SizeDelta: size.Int128(), Referrer: referrer}
	if size.Sign() > 0 {
		o.AcceptablePrice = fp.MaxUint256
	}
	_, err := s.perps.CommitOrder(id, o)
	return err
}

func (s *study) liquidate() error {
	by := []model.Actor{model.Keeper, endorsed}[s.r.IntN(2)]
	var err error
	switch s.r.Uint64N(8) {
	case 0:
		_, err = s.perps.LiquidateFlagged(by, 2)
	case 1:
		_, err = s.perps.LiquidateMarginOnly(by, s.trader())
	case 2:
		id := s.trader()
		err = s.perps.PayDebt(model.AccountOwner(id), id, s.amount(1000))
	default:
		_, err = s.perps.Liquidate(by, s.trader())
	}
	return err
}

func (s *study) moveMargin() error {
	if s.r.Uint64N(3) == 0 {
		return s.perps.ModifyCollateral(s.trader(), s.spots[0].ID(), s.signed(20))
	}
	delta := s.signed(30_000)
	if s.r.Uint64N(3) > 0 {
		delta = delta.Magnitude().Int256()
	}
	return s.perps.ModifyCollateral(s.trader(), perps.USDMargin, delta)
}

func (s *study) market() *spot.Market { return s.spots[s.r.IntN(len(s.spots))] }

func (s *study) tradeSynths() error {
	m, by := s.market(), model.AccountOwner(s.trader())
	var err error
	switch s.r.Uint64N(4) {
	case 0:
		_, _, err = m.BuyExactIn(by, s.amount(30_000), fp.Uint256{}, referrer)
	case 1:
		_, _, err = m.BuyExactOut(by, s.amount(10), fp.MaxUint256, referrer)
	case 2:
		_, _, err = m.SellExactIn(by, s.amount(10), fp.Uint256{}, referrer)
	default:
		_, _, err = m.SellExactOut(by, s.amount(10_000), fp.MaxUint256, model.Actor{})
	}
	return err
}

func (s *study) wrap() error {
	by, err := model.AccountOwner(s.trader()), error(nil)
	if s.r.Uint64N(2) == 0 {
		_, _, err = s.spots[0].Wrap(by, s.amount(30), fp.Uint256{})
	} else {
		_, _, err = s.spots[0].Unwrap(by, s.amount(30), fp.Uint256{})
	}
	return err
}

func (s *study) tradeLater() error {
	m := s.market()
	if n := m.Orders(); n > 0 && s.r.Uint64N(2) == 0 {
		s.w.Sys.SetNow(s.w.Sys.Now() + 2)
		if s.r.Uint64N(4) == 0 {
			return m.CancelOrder(1 + s.r.Uint64N(n))
		}
		_, _, err := m.SettleOrder(model.Keeper, n)
		return err
	}
	c := spot.Commit{Amount: s.amount(5_000), Referrer: referrer}
	if s.r.Uint64N(2) == 0 {
		c.Sell, c.Amount = true, s.amount(3)
	}
	_, _, err := m.CommitOrder(model.AccountOwner(s.trader()), c)
	return err
}

// provide changes what LPs delegate and owe.
func (s *study) provide() error {
	id := model.AccountID(1 + 2*s.r.Uint64N(2))
	pool, by := model.PoolID(id), model.AccountOwner(id)
	switch s.r.Uint64N(3) {
	case 0:
		return s.w.Sys.DelegateCollateral(by, id, pool, s.w.SNX, s.amount(6_000_000), fp.UnitU256)
	case 1:
		return s.w.Sys.MintUSD(by, id, pool, s.w.SNX, s.amount(100_000))
	}
	return s.w.Sys.BurnUSD(by, id, pool, s.w.SNX, s.amount(100_000))
}

func (s *study) rebalance() error {
	switch s.r.Uint64N(4) {
	case 0:
		return s.perps.UpdateInterestRate()
	case 1:
		_, err := s.w.Sys.DistributeDebtToPools(model.MarketID(1+s.r.Uint64N(3)), fp.U256(10))
		return err
	}
	return s.w.Sys.RebalancePool(model.PoolID(1+2*s.r.Uint64N(2)), s.w.SNX)
}
