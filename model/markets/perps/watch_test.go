package perps

import (
	"math/rand/v2"
	"testing"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/internal/scenario"
)

// feed is a spot market as the perps market sees it.
type feed struct {
	price fp.Int256
	scale fp.Uint256
}

func (f *feed) ReportedDebt() (x fp.Uint256, err error)  { return x, nil }
func (f *feed) MinimumCredit() (x fp.Uint256, err error) { return x, nil }
func (f *feed) Synth() model.CollateralID                { return 0 }
func (f *feed) SellPrice() fp.Uint256                    { return f.price.Uint256() }
func (f *feed) SkewScale() fp.Uint256                    { return f.scale }

// watched is a perps market with a synth that costs 1,000 USD like its only
// unit, and what may happen to both.
type watched struct {
	t     *testing.T
	w     *scenario.World
	m     *Market
	i     *Instrument
	synth *feed
	id    model.MarketID
}

func newWatched(t *testing.T) *watched {
	t.Helper()
	w, m, i := newMarket(t)
	x := &watched{t: t, w: w, m: m, i: i, synth: &feed{price: scenario.Units(1000).Int256()}}
	var err error
	x.id, err = w.Sys.RegisterMarket(x.synth)
	must(t, err)
	must(t, m.Configure(func(c *Config) {
		c.Rewards = KeeperRewardGuards{MaxReward: scenario.Units(100_000), MaxScalingRatio: fp.UnitU256}
		c.Collaterals[x.id] = CollateralConfig{Upper: d18(t, "0.9").Uint256(), DiscountScalar: fp.UnitU256}
	}))
	return x
}

// give gives account 10 a margin and a position (units D18) at the present
// price.
func (x *watched) give(usd, synths, size fp.Int256) {
	x.t.Helper()
	must(x.t, x.m.sys.Transact(func() {
		s := x.m.edit(x.m.accounts[10])
		s.usd, s.synths = usd.Uint256(), withAmount(nil, x.id, synths.Uint256(), true)
		if synths.IsZero() {
			s.synths = nil
		}
		g := x.m.global.Edit(x.m.sys.Journal())
		g.usd, g.synths = s.usd, []Holding{{x.id, synths.Uint256()}}
		x.m.setPosition(x.m.accounts[10], x.i, Position{})
		*x.i.state.Edit(x.m.sys.Journal()) = InstrumentState{FundingTime: x.w.Sys.Now()}
		x.m.updatePosition(x.m.accounts[10], x.i, x.i.enter(size.Int128(), x.i.indexPrice()), profit{})
	}))
}

func (x *watched) scale(price fp.Int256, by string) fp.Int256 {
	return price.MulDecimal(d18(x.t, by))
}

// TestAtRiskFollowsEveryFigure moves one figure at a time until the account can
// be liquidated: it is told of just then, and was looked at a few times.
func TestAtRiskFollowsEveryFigure(t *testing.T) {
	units := func(n uint64) fp.Int256 { return scenario.Units(n).Int256() }
	none := fp.Int256{}
	for name, c := range map[string]struct {
		usd, synths, size fp.Int256
		before            func(x *watched)
		move              func(x *watched)
		always            bool // everybody is looked at when this changes
	}{
		"a fall": {usd: units(20_000), size: units(100), move: func(x *watched) { x.i.SetPrice(x.scale(x.i.Price(), "0.9995")) }},
		"a rise": {usd: units(20_000), size: units(100).Neg(), move: func(x *watched) { x.i.SetPrice(x.scale(x.i.Price(), "1.0005")) }},
		"a rise of what longs need": {
			usd: units(2_000_000), size: units(100), before: func(x *watched) {
				must(x.t, x.m.ConfigureInstrument(1, func(c *InstrumentConfig) { c.MinInitialMargin = scenario.Units(8) }))
			}, move: func(x *watched) { x.i.SetPrice(x.scale(x.i.Price(), "1.005")) },
		},
		"funding": {
			usd: units(20_000), size: units(1000), before: func(x *watched) { x.w.Sys.SetNow(x.w.Sys.Now() + 1) },
			move: func(x *watched) { x.w.Sys.SetNow(x.w.Sys.Now() + 900) },
		},
		"interest": {
			usd: units(5_000), size: units(100), before: func(x *watched) {
				must(x.t, x.m.ConfigureInstrument(1, func(c *InstrumentConfig) { c.MaxFundingVelocity = fp.Uint256{} }))
				must(x.t, x.m.Configure(func(c *Config) { c.Interest = InterestParameters{HighGradient: d18(x.t, "0.01").Uint256()} }))
				must(x.t, x.m.UpdateInterestRate())
			}, move: func(x *watched) { x.w.Sys.SetNow(x.w.Sys.Now() + 3600*6) },
		},
		"a fall of the synth": {usd: none, synths: units(20), size: units(100), move: func(x *watched) { x.synth.price = x.scale(x.synth.price, "0.999") }},
		"a rise of the synth whose reward grows": {
			usd: units(30_000), synths: units(200), size: units(100), before: func(x *watched) {
				x.synth.scale = scenario.Units(230) // a discount of 87 %
				must(x.t, x.m.Configure(func(c *Config) {
					c.CollateralLiquidateRewardRatio = d18(x.t, "0.15").Uint256()
					c.Rewards = KeeperRewardGuards{MaxReward: scenario.Units(1e9), MaxScalingRatio: scenario.Units(1)}
				}))
				must(x.t, x.m.ConfigureInstrument(1, func(c *InstrumentConfig) { c.MinPositionMargin = scenario.Units(9_000) }))
				x.i.SetPrice(units(1000))
			}, move: func(x *watched) { x.synth.price = x.scale(x.synth.price, "1.001") },
		},
		"a thinner spot market": {
			usd: none, synths: units(6), size: units(100), before: func(x *watched) { x.synth.scale = scenario.Units(100_000) },
			move:   func(x *watched) { x.synth.scale = x.synth.scale.Sub(x.synth.scale.Quo(fp.U256(50))) },
			always: true,
		},
		"costs": {
			usd: units(3_000), size: units(100), before: func(*watched) {},
			move: func(x *watched) {
				c := x.m.KeeperCosts()
				c.Liquidate = c.Liquidate.Add(scenario.Units(20))
				x.m.SetKeeperCosts(c)
			},
			always: true,
		},
		"a price that cannot be read": {usd: units(20_000), size: units(100), move: func(x *watched) { x.i.SetPrice(x.i.Price().Sub(units(30))) }},
	} {
		t.Run(name, func(t *testing.T) {
			x := newWatched(t)
			if c.before != nil {
				c.before(x)
			}
			x.give(c.usd, c.synths, c.size)
			steps := 0
			for ; steps < 4000; steps++ {
				can, err := x.m.CanLiquidate(10)
				id, found := x.m.AtRisk(0)
				if (can || err != nil) && (!found || id != 10) {
					t.Fatalf("step %d: %v, %v; nobody was told of", steps, can, err)
				}
				if can || err != nil {
					break
				}
				c.move(x)
			}
			if looks := x.m.watch.looks; steps < 5 || steps == 4000 || !c.always && looks > 4+steps/8 {
				t.Errorf("liquidated after %d steps and %d looks", steps, looks)
			}
		})
	}
}

// TestBoundsHold: anywhere within bounds, the account has at least what was
// worked out for them.
func TestBoundsHold(t *testing.T) {
	const seed = 17
	r := rand.New(rand.NewPCG(seed, 0))
	random := func(most string) fp.Uint256 {
		part := fp.U256(r.Uint64N(1e18))
		return d18(t, most).Uint256().MulDecimal(part)
	}
	x, tight := newWatched(t), 0
	for n := range 20_000 {
		if n%10 == 0 {
			must(t, x.m.Configure(func(c *Config) {
				c.CollateralLiquidateRewardRatio = random("0.3")
				c.Rewards = KeeperRewardGuards{MinReward: random("50"), MinProfitRatio: random("1"), MaxReward: random("9000").Add(scenario.Units(60)), MaxScalingRatio: random("2")}
				c.Collaterals[x.id] = CollateralConfig{Upper: random("0.5"), Lower: random("0.2"), DiscountScalar: random("2")}
			}))
			must(t, x.m.ConfigureInstrument(1, func(c *InstrumentConfig) {
				c.MinInitialMargin, c.InitialMarginRatio, c.MaintenanceScalar = random("0.5"), random("3"), random("3")
				c.FlagRewardRatio, c.LockedOIRatio, c.MinPositionMargin = random("0.1"), random("2"), random("20")
				c.SkewScale, c.LimitMultiplier, c.LiquidationWindow = random("1000"), random("2"), fp.U256(r.Uint64N(40))
			}))
			x.m.SetKeeperCosts(KeeperCosts{FlagPerFeed: random("9"), Liquidate: random("9")})
		}
		x.synth.price, x.synth.scale = random("3000").Int256(), random("1000")
		if r.IntN(20) == 0 {
			x.synth.price = fp.I256(int64(r.IntN(3)))
		}
		x.i.SetPrice(random("3000").Int256())
		size := random("100").Int256()
		if r.IntN(2) == 0 {
			size = size.Neg()
		}
		usd, synths := random("20000").Int256(), random("20").Int256()
		switch r.IntN(6) {
		case 0, 1:
			usd = fp.Int256{}
		case 2: // worth a wei, or nothing
			usd, synths = fp.Int256{}, fp.I256(1)
			x.synth.price = fp.UnitI256.Add(random("1").Int256())
		}
		x.at(fp.Int256{}, random("5"))
		x.give(usd, synths, size)
		x.m.AtRisk(0) // reads the figures
		b := bounds{random("0.5"), x.m.watch}
		least, ok := x.m.leastSpare(x.m.accounts[10], b)
		if !ok {
			continue
		}
		// A place within the bounds, at their ends more often than not.
		f, s := &b.w.units[0], b.w.synth(x.id)
		between := func(a, b fp.Int256) fp.Int256 {
			switch r.IntN(3) {
			case 0:
				return a
			case 1:
				return b
			}
			return a.Add(b.Sub(a).MulDecimal(random("1").Int256()))
		}
		price := between(b.move(f.price), b.most(f.price))
		worth := between(b.worth(f, size.Sign() > 0), f.worth)
		interest := between(b.w.interest, b.interest())
		x.synth.price = between(s.price.Sub(b.move(s.price)), b.most(s.price))
		x.i.SetPrice(price)
		x.at(worth.Sub(price), interest.Uint256())
		_, available, need := x.m.isLiquidatable(x.m.accounts[10])
		spare := available.Sub(need.maintenance.Add(need.reward).Int256())
		if spare.Less(least) {
			t.Fatalf("seed %d, world %d: %v is less than %v within %v", seed, n, spare, least, b.part)
		}
		if spare.Sub(least).Less(fp.I256(1000)) {
			tight++
		}
	}
	if t.Logf("tight %d times", tight); tight < 100 {
		t.Errorf("tight %d times", tight)
	}
}

// at puts the funding value of a unit (D18 USD) and the accrued interest (D18)
// into force.
func (x *watched) at(funding fp.Int256, accrued fp.Uint256) {
	must(x.t, x.m.sys.Transact(func() {
		s, g := x.i.state.Edit(x.m.sys.Journal()), x.m.global.Edit(x.m.sys.Journal())
		s.FundingValue, s.FundingTime, s.FundingRate = funding, x.w.Sys.Now(), fp.Int256{}
		g.interest = interest{accrued: accrued, updated: x.w.Sys.Now()}
	}))
}
