// Package smallworld makes worlds of a few positions with given prices, for
// tests of agents and of the recording of what they do.
package smallworld

import (
	"testing"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets"
	"backtest/model/markets/perps"
	"backtest/model/markets/spot"
	"backtest/pricepaths"
	"backtest/runner/agents"
	"backtest/runner/sim"
	"backtest/runner/units"
)

// Hour is the length of a step in seconds.
const Hour = 3600

// Asset is an asset and its price at every step, USD.
type Asset struct {
	ID     string
	Prices []float64
}

// World is a world in the making. A call that the protocol refuses ends the
// test.
type World struct {
	*sim.World

	t     testing.TB
	sys   *model.System
	price []fp.Int256
	last  model.AccountID
	mints []mint
	sales []sale
}

type mint struct {
	lp  sim.LP
	usd float64
}

type sale struct {
	market int
	synths float64
}

// New returns a world of the given assets, whose prices are all of the same
// length.
func New(t testing.TB, assets ...Asset) *World {
	t.Helper()
	spec := pricepaths.Spec{Steps: len(assets[0].Prices) - 1, StepSeconds: Hour, Seed: 1}
	w := &World{World: &sim.World{Scenario: "base", Events: true, Expected: make([]float64, 64)}, t: t}
	for _, a := range assets {
		var s pricepaths.Scripted
		for i, p := range a.Prices {
			s.Points = append(s.Points, pricepaths.ScriptedPoint{AtSeconds: int64(i) * Hour, Price: p})
		}
		spec.Assets = append(spec.Assets, pricepaths.Asset{ID: a.ID, Process: s})
		p, err := units.Price(a.Prices[0], pricepaths.FeedDecimals)
		w.Must(err)
		w.price, w.Assets = append(w.price, p), append(w.Assets, a.ID)
	}
	w.UsePrices(spec)
	w.sys = model.NewSystem(uint64(w.Grid[0]))
	w.Must(w.sys.SetConfig(model.Owner, model.ConfigMarketMinDelegateTimeMax, fp.U256(30*24*Hour)))
	return w
}

// UsePrices replaces the prices by others of the same assets, with every point
// of their grid a recorded moment.
func (w *World) UsePrices(spec pricepaths.Spec) {
	w.t.Helper()
	g, err := pricepaths.New(spec)
	w.Must(err)
	w.Prices, w.Grid, w.Moments = g, g.Grid(), nil
	for i := range w.Grid {
		w.Moments = append(w.Moments, i)
	}
}

// Must ends the test with an error.
func (w *World) Must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// D18 returns an amount, price or ratio as the protocol's.
func D18(x float64) fp.Uint256 { return units.MustAmount(x) }

// Ratios are those of a collateral type; reward and minimum are in tokens.
type Ratios struct{ Issuance, Liquidation, Reward, Minimum float64 }

// Collateral adds a collateral type with the price of an asset.
func (w *World) Collateral(name string, asset int, r Ratios) int {
	w.t.Helper()
	ct := w.sys.AddCollateral(name, 18)
	w.sys.SetCollateralPrice(ct, w.price[asset])
	w.Must(w.sys.ConfigureCollateral(model.Owner, ct, model.CollateralConfiguration{
		DepositingEnabled: true, IssuanceRatio: D18(r.Issuance), LiquidationRatio: D18(r.Liquidation),
		LiquidationReward: D18(r.Reward), MinDelegation: D18(r.Minimum),
	}))
	w.Collaterals = append(w.Collaterals, sim.Collateral{Name: name, CT: ct, Asset: asset})
	return len(w.Collaterals) - 1
}

type spotDriver struct {
	id    model.MarketID
	asset int
}

func (d spotDriver) Reprice(s *sim.State) { d.set(s.Sys, s.Price[d.asset]) }

func (d spotDriver) set(sys *model.System, p fp.Int256) {
	sim.External(sys, d.id).(*spot.Market).SetPrices(spot.Prices{Buy: p, Sell: p, Benchmark: p})
}

// Linear implements [sim.Linear].
func (d spotDriver) Linear(s *sim.State) (asset int, owed, backed float64, ok bool) {
	m, plain := s.Sys.External(d.id).(*spot.Market)
	if !plain {
		return 0, 0, 0, false
	}
	owed = units.FloatU(m.Supply())
	return d.asset, owed, owed / units.FloatU(m.Config().CollateralLeverage), true
}

// Spot adds a spot market that has sold a number of synths before the start.
// Each USD of them needs a USD of credit.
func (w *World) Spot(name string, asset int, synths float64, configure func(*spot.Config)) int {
	w.t.Helper()
	m, err := spot.New(w.sys, "synth:"+name)
	w.Must(err)
	w.Must(m.Configure(func(c *spot.Config) {
		c.CollateralLeverage = fp.UnitU256
		if configure != nil {
			configure(c)
		}
	}))
	d := spotDriver{m.ID(), asset}
	d.set(w.sys, w.price[asset])
	w.sales = append(w.sales, sale{len(w.Markets), synths})
	return w.addMarket(name, m.ID(), d)
}

func (w *World) addMarket(name string, id model.MarketID, d sim.Driver) int {
	w.Markets = append(w.Markets, sim.Market{Name: name, ID: id, Driver: d})
	return len(w.Markets) - 1
}

type perpsDriver struct {
	id    model.MarketID
	asset int
}

func (d perpsDriver) Reprice(s *sim.State) { d.set(s.Sys, s.Price[d.asset]) }

func (d perpsDriver) set(sys *model.System, p fp.Int256) {
	sim.External(sys, d.id).(*perps.Market).Instrument(1).SetPrice(p)
}

// Perps adds a perps market with one instrument, of id 1.
func (w *World) Perps(name string, asset int, configure func(*perps.InstrumentConfig)) int {
	w.t.Helper()
	m, err := perps.New(w.sys)
	w.Must(err)
	w.Must(m.Configure(func(c *perps.Config) {
		c.Rewards = perps.KeeperRewardGuards{MaxReward: D18(100), MaxScalingRatio: D18(1)}
		c.MaxPositions, c.MaxCollaterals = fp.U256(8), fp.U256(8)
		c.Collaterals[perps.USDMargin] = perps.CollateralConfig{MaxAmount: fp.MaxUint256}
	}))
	w.Must(m.CreateInstrument(1))
	w.Must(m.ConfigureInstrument(1, func(c *perps.InstrumentConfig) {
		c.SkewScale, c.MaxMarketSize, c.MaxFundingVelocity = D18(1e6), D18(1e9), D18(9)
		c.InitialMarginRatio, c.MinInitialMargin, c.MaintenanceScalar = D18(1), D18(0.02), D18(0.5)
		c.LimitMultiplier, c.MaxLiquidationPD, c.LiquidationWindow = D18(1), D18(1), fp.U256(30)
		c.MakerFee, c.TakerFee, c.LockedOIRatio = D18(0.001), D18(0.002), D18(0.1)
		c.Strategies = []perps.Strategy{{Delay: 2, Window: 60}}
		if configure != nil {
			configure(c)
		}
	}))
	d := perpsDriver{m.ID(), asset}
	d.set(w.sys, w.price[asset])
	return w.addMarket(name, m.ID(), d)
}

// Fail makes a market revert from one step until before another.
func (w *World) Fail(market, from, until int) {
	markets.Fail(w.sys, w.Markets[market].ID, markets.Outage{From: uint64(w.Grid[from]), Until: uint64(w.Grid[until])})
}

// Share is a market in a pool.
type Share struct {
	Market      int
	Weight, Max float64
}

// Pool adds a pool with its markets in order of their ids.
func (w *World) Pool(name string, shares ...Share) int {
	w.t.Helper()
	pool := sim.Pool{Name: name, ID: model.PoolID(len(w.Pools) + 1)}
	var list []model.MarketConfiguration
	for _, x := range shares {
		pool.Markets = append(pool.Markets, x.Market)
		list = append(list, model.MarketConfiguration{
			MarketID: w.Markets[x.Market].ID, Weight: D18(x.Weight).Uint128(), MaxDebtShareValue: D18(x.Max).Int256().Int128(),
		})
	}
	w.Must(w.sys.CreatePool(model.Owner, pool.ID))
	w.Must(w.sys.SetPoolConfiguration(model.Owner, pool.ID, list))
	w.Pools = append(w.Pools, pool)
	return len(w.Pools) - 1
}

// Vault adds a vault; vaults come in order of their pools.
func (w *World) Vault(pool, collateral int) int {
	w.Vaults = append(w.Vaults, sim.Vault{
		Name: w.Pools[pool].Name + "/" + w.Collaterals[collateral].Name, Pool: pool, Collateral: collateral,
	})
	return len(w.Vaults) - 1
}

// System is the system in the making.
func (w *World) System() *model.System { return w.sys }

// Account makes an account.
func (w *World) Account() model.AccountID {
	w.t.Helper()
	w.last++
	w.Must(w.sys.CreateAccount(w.last))
	return w.last
}

// LP adds a position that mints some USD, and an amount of tokens that its
// account keeps.
func (w *World) LP(name string, vault int, tokens, usd, kept float64) int {
	w.t.Helper()
	id, v := w.Account(), w.Vaults[vault]
	ct, owner := w.Collaterals[v.Collateral].CT, model.AccountOwner(id)
	total := D18(tokens).Add(D18(kept))
	w.Must(w.sys.FundWallet(ct, owner, total))
	w.Must(w.sys.Deposit(owner, id, ct, total))
	w.Must(w.sys.DelegateCollateral(owner, id, w.Pools[v.Pool].ID, ct, D18(tokens), fp.UnitU256))
	lp := sim.LP{Name: name, Account: id, Vault: vault}
	w.LPs, w.mints = append(w.LPs, lp), append(w.mints, mint{lp, usd})
	return len(w.LPs) - 1
}

// GiveUSD puts USD from outside into the account of an LP.
func (w *World) GiveUSD(lp int, usd float64) {
	w.t.Helper()
	w.Must(w.sys.ConfigureCollateral(model.Owner, model.USD, model.CollateralConfiguration{
		DepositingEnabled: true, IssuanceRatio: fp.MaxUint256, LiquidationRatio: fp.MaxUint256, MinDelegation: fp.MaxUint256,
	}))
	id := w.LPs[lp].Account
	w.Must(w.sys.FundWallet(model.USD, model.AccountOwner(id), D18(usd)))
	w.Must(w.sys.Deposit(model.AccountOwner(id), id, model.USD, D18(usd)))
}

// Outsider adds somebody with tokens beside a vault, and returns its place
// among the outsiders.
func (w *World) Outsider(name string, vault int, tokens float64) int {
	w.t.Helper()
	id, ct := w.Account(), w.Collaterals[w.Vaults[vault].Collateral].CT
	w.Must(w.sys.FundWallet(ct, model.AccountOwner(id), D18(tokens)))
	w.Must(w.sys.Deposit(model.AccountOwner(id), id, ct, D18(tokens)))
	w.Outsiders = append(w.Outsiders, sim.Outsider{Name: name, Account: id, Vault: vault})
	return len(w.Outsiders) - 1
}

// Start ends the making and begins a path.
func (w *World) Start() *sim.State {
	w.t.Helper()
	for _, x := range w.sales {
		if x.synths > 0 {
			m := &w.Markets[x.market]
			w.Must(agents.BuySpot(w.sys, sim.External(w.sys, m.ID).(*spot.Market), agents.EarlyHolder(m.Name), D18(x.synths)))
		}
	}
	for _, x := range w.mints {
		if v := w.Vaults[x.lp.Vault]; x.usd > 0 {
			owner := model.AccountOwner(x.lp.Account)
			w.Must(w.sys.MintUSD(owner, x.lp.Account, w.Pools[v.Pool].ID, w.Collaterals[v.Collateral].CT, D18(x.usd)))
		}
	}
	w.Initial = w.sys
	return w.Path(0)
}

// Deltas returns none: exposure is not looked at here.
func (spotDriver) Deltas(_ *model.System, list []sim.Delta) []sim.Delta { return list }

// Deltas returns none: exposure is not looked at here.
func (perpsDriver) Deltas(_ *model.System, list []sim.Delta) []sim.Delta { return list }
