package runner

import (
	"errors"
	"fmt"
	"math"

	"backtest/configs"
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets"
	"backtest/pricepaths"
	"backtest/runner/agents"
	"backtest/runner/sim"
	"backtest/runner/units"
)

// world is a scenario at a parameter point, ready for any number of paths.
type world struct {
	*sim.World
	agents func() []agents.Agent // fresh ones, for one worker
}

// builder makes the world of a configuration: the system as governance set it
// up, with every LP in place at the initial prices.
type builder struct {
	cfg   *configs.Config
	sys   *model.System
	w     *sim.World
	price []fp.Int256 // initial price of each asset, D18

	collaterals  map[string]int // into w.Collaterals
	markets      map[string]int
	pools        map[string]int
	accounts     model.AccountID // last one made
	stated       []stated
	held         []model.MarketID         // markets whose debt waits until everybody is there
	founders     int                      // LPs that are there before groups draw theirs
	holders      map[model.AccountID]bool // of positions that are there before groups draw theirs
	holdings     map[holding]bool
	taken        map[model.AccountID]bool // accounts of a state file
	traderGroups []*traderGroup
	margins      map[model.AccountID]int // stated perps accounts, into the document
	providers    []agents.Providers
	liquidators  []agents.Liquidator
	adversaries  []agents.Adversary
	refused      []*refusal
	parts        map[partsOf][]int64 // of (0, 1), by LP of a group (see quantileDraw)
	base         *configs.Config     // of which cfg is a scenario or a point; nil for itself
}

// buildVariant makes the world of a scenario or point of a configuration.
func buildVariant(base, cfg *configs.Config, prices *priceSource, scenario string, point int32) (*world, error) {
	b := &builder{
		cfg: cfg, base: base,
		w: &sim.World{
			Scenario: scenario, Point: point,
			Prices: prices.generator, Assets: prices.generator.Assets(), Grid: prices.generator.Grid(),
			Events: cfg.Record.Events == "all", ByVault: cfg.Record.Attribution == "vault", SpellGap: cfg.Record.SpellGap.WholeSeconds(),
		},
		collaterals: map[string]int{}, markets: map[string]int{}, pools: map[string]int{},
		holders: map[model.AccountID]bool{}, holdings: map[holding]bool{}, margins: map[model.AccountID]int{},
	}
	b.w.Expected = expectedRatios(prices.generator)
	b.w.Moments = moments(b.w.Grid, cfg.Record.Every.WholeSeconds())
	b.sys = model.NewSystem(uint64(b.w.Grid[0]))
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"prices", func() error { return b.initialPrices(prices) }},
		{"system", b.addSystem},
		{"collaterals", b.addCollaterals},
		{"markets", b.addMarkets},
		{"pools", b.addPools},
		{"margins", b.addMargins},
		{"state", b.addStated},
		{"first debt", b.holdDebts},
		{"lps", b.addLPs},
		{"liquidators", b.addLiquidators},
		{"adversaries", b.addAdversaries},
		{"first debt", b.releaseDebts},
		{"first trades", b.firstTrades},
		{"minting", b.mintLPs},
		{"lps", b.refusals},
		{"governance", b.checkGovernance},
		{"positions", b.recordPositions},
	} {
		if err := step.do(); err != nil {
			if input, ok := errors.AsType[*InputError](err); ok {
				return nil, input
			}
			return nil, refusedAt(sectionOf(step.name), fmt.Errorf("%s: %w", step.name, err))
		}
	}
	b.w.Initial = b.sys.Clone(markets.Clone)
	return &world{b.w, b.agents}, nil
}

// sectionOf a step of building is the section of the configuration that it is about.
func sectionOf(step string) string {
	switch step {
	case "margins", "first trades":
		return "traders"
	case "first debt":
		return "markets"
	case "minting":
		return "lps"
	}
	return step
}

// expectedRatios gives the expected final price of each asset relative to the
// first, NaN without a closed form.
func expectedRatios(g *pricepaths.Generator) []float64 {
	out := make([]float64, len(g.Assets()))
	for a := range out {
		var err error
		if out[a], err = g.ExpectedRatio(a); err != nil {
			out[a] = math.NaN()
		}
	}
	return out
}

// moments returns the points of the grid that are whole intervals from its
// start, finer points between steps left out.
func moments(grid []int64, everySeconds int64) []int {
	var at []int
	for i, t := range grid {
		if (t-grid[0])%everySeconds == 0 {
			at = append(at, i)
		}
	}
	return at
}

func (b *builder) initialPrices(p *priceSource) error {
	first := p.generator.Fill(0, p.generator.NewScratch())
	for a := range b.w.Assets {
		v, err := units.Price(first.Oracle(a, 0), p.generator.Decimals(a))
		if err != nil {
			return refusedAt(fmt.Sprintf("prices.assets[%s].initial", b.w.Assets[a]), err)
		}
		b.price = append(b.price, v)
	}
	return nil
}

func (b *builder) asset(id string) int {
	for i, a := range b.w.Assets {
		if a == id {
			return i
		}
	}
	return -1
}

// d18 returns a number of the configuration as the protocol's.
func d18(d configs.Decimal) fp.Uint256 { return units.FromBig(d.D18()).Uint256() }

func (b *builder) addSystem() error {
	c := &b.cfg.System
	return first(
		b.sys.SetMinLiquidityRatio(model.Owner, d18(c.MinLiquidityRatio.Decimal)),
		b.sys.SetConfig(model.Owner, model.ConfigAccountTimeoutWithdraw, fp.U256(uint64(c.WithdrawTimeout.WholeSeconds()))),
		b.sys.SetConfig(model.Owner, model.ConfigMarketMinDelegateTimeMax, fp.U256(uint64(c.MinDelegateTime.WholeSeconds()))),
	)
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) addCollaterals() error {
	for _, c := range b.cfg.Collaterals {
		ct := b.sys.AddCollateral(c.ID, uint8(c.Decimals))
		asset := b.asset(assetOf(c))
		b.collaterals[c.ID] = len(b.w.Collaterals)
		b.w.Collaterals = append(b.w.Collaterals, sim.Collateral{Name: c.ID, CT: ct, Asset: asset})
		b.sys.SetCollateralPrice(ct, b.price[asset])
		err := b.sys.ConfigureCollateral(model.Owner, ct, model.CollateralConfiguration{
			DepositingEnabled: true,
			IssuanceRatio:     d18(c.IssuanceRatio.Decimal),
			LiquidationRatio:  d18(c.LiquidationRatio.Decimal),
			LiquidationReward: d18(c.LiquidationReward),
			MinDelegation:     d18(c.MinDelegation),
		})
		if err != nil {
			return refusedAt(fmt.Sprintf("collaterals[%s]", c.ID), err)
		}
	}
	return nil
}

// assetOf returns the asset that prices a collateral type: by default the one
// of the same name.
func assetOf(c configs.Collateral) string {
	if c.Asset != "" {
		return c.Asset
	}
	return c.ID
}

func (b *builder) addPools() error {
	for i, p := range b.cfg.Pools {
		id := model.PoolID(i + 1)
		pool := sim.Pool{Name: p.ID, ID: id}
		var list []model.MarketConfiguration
		for m := range b.w.Markets { // in order of id, as the protocol demands
			for _, pm := range p.Markets {
				if b.markets[pm.Market] == m {
					pool.Markets = append(pool.Markets, m)
					list = append(list, model.MarketConfiguration{
						MarketID:          b.w.Markets[m].ID,
						Weight:            d18(pm.Weight).Uint128(),
						MaxDebtShareValue: units.FromBig(pm.MaxDebtShareValue.D18()).Int128(),
					})
				}
			}
		}
		b.pools[p.ID] = i
		b.w.Pools = append(b.w.Pools, pool)
		if err := first(b.sys.CreatePool(model.Owner, id), b.sys.SetPoolConfiguration(model.Owner, id, list)); err != nil {
			return refusedAt(fmt.Sprintf("pools[%s]", p.ID), err)
		}
		for _, c := range p.Collaterals {
			err := b.sys.SetPoolCollateralConfiguration(model.Owner, id, b.w.Collaterals[b.collaterals[c.Collateral]].CT,
				model.PoolCollateralConfiguration{CollateralLimit: d18(c.Limit), IssuanceRatio: d18(c.IssuanceRatio.Decimal)})
			if err != nil {
				return refusedAt(fmt.Sprintf("pools[%s].collaterals[%s]", p.ID, c.Collateral), err)
			}
		}
	}
	return b.addTreasury()
}

// treasuryAccount is the treasury's account beside stated positions.
const treasuryAccount = 1 << 39

// addTreasury makes the account that takes over liquidated positions, if the
// configuration wants one.
func (b *builder) addTreasury() error {
	pool := b.cfg.System.TreasuryPool
	if pool == "" {
		return nil
	}
	b.w.Treasury = b.pools[pool] + 1
	if b.cfg.State != nil { // whose positions have the small numbers
		defer func(n model.AccountID) { b.accounts = n }(b.accounts)
		b.accounts = treasuryAccount - 1
	}
	id, err := b.newAccount()
	return first(err,
		b.sys.SetConfig(model.Owner, model.ConfigTreasuryAccountID, fp.U256(uint64(id))),
		b.sys.SetConfig(model.Owner, model.ConfigTreasuryPoolID, fp.U256(uint64(b.w.Pools[b.pools[pool]].ID))))
}

// newAccount makes an account under the next id that nobody has.
func (b *builder) newAccount() (model.AccountID, error) {
	for b.accounts++; b.holders[b.accounts] || b.taken[b.accounts]; b.accounts++ {
	}
	return b.accounts, b.sys.CreateAccount(b.accounts)
}
