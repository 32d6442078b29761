package markets_test

import (
	"fmt"
	"slices"
	"testing"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets"
	"backtest/model/markets/internal/scenario"
	"backtest/model/markets/perps"
	"backtest/model/markets/spot"
)

// keep liquidates as a keeper does who is told whom to look at, one after the
// other, and returns what came of it. A view that fails ends the round.
func keep(m *perps.Market, next func(after model.AccountID) (model.AccountID, bool)) (done []string) {
	for id, ok := next(0); ok; id, ok = next(id) {
		what, reward := "positions", fp.Uint256{}
		can, err := m.CanLiquidate(id)
		if err == nil && can {
			reward, err = m.Liquidate(model.Keeper, id)
		} else if err == nil {
			what = "margin"
			if can, err = m.CanLiquidateMarginOnly(id); err == nil && can {
				reward, err = m.LiquidateMarginOnly(model.Keeper, id)
			}
		}
		if can || err != nil {
			done = append(done, fmt.Sprint(what, id, reward, err))
		}
		if !can && err != nil {
			break
		}
	}
	return done
}

// everybody is the slow way: every account, in order.
func everybody(after model.AccountID) (model.AccountID, bool) {
	id := max(after+1, firstTrader)
	return id, id < firstTrader+traders
}

// drift moves all prices by up to half a per cent, each its own way.
func (s *study) drift() {
	move := func(p fp.Int256) fp.Int256 {
		return p.MulDecimal(fp.UnitI256.Add(ratio(s.r.Uint64N(10_000)).Int256()).Sub(ratio(5_000).Int256()))
	}
	for _, i := range s.perps.Instruments() {
		i.SetPrice(move(i.Price()))
	}
	for _, m := range s.spots {
		p := m.Prices()
		p.Sell = move(p.Sell)
		m.SetPrices(p)
	}
}

// act trades, moves margin or does anything else.
func (s *study) act() {
	s.step()
	for range s.r.IntN(6) {
		switch id := s.trader(); s.r.Uint64N(5) {
		case 0:
			_ = s.perps.ModifyCollateral(id, perps.USDMargin, s.signed(6_000))
		case 1: // synths are all that it has
			_, _, _ = s.spots[0].BuyExactIn(model.AccountOwner(id), s.amount(9_000), fp.Uint256{}, referrer)
			_ = s.perps.ModifyCollateral(id, perps.USDMargin, s.perps.Margin(id, perps.USDMargin).Int256().Neg())
			_ = s.perps.ModifyCollateral(id, s.spots[0].ID(), s.w.Sys.TokenBalance(s.spots[0].Synth(), model.AccountOwner(id)).Int256())
		default:
			_ = s.trade()
		}
	}
}

// govern changes something that margins depend on, now and then in a
// transaction that fails.
func (s *study) govern() {
	instrument := func(change func(c *perps.InstrumentConfig)) func() error {
		return func() error {
			return s.perps.ConfigureInstrument(perps.InstrumentID(1+s.r.Uint64N(2)), change)
		}
	}
	global := func(change func(c *perps.Config)) func() error {
		return func() error { return s.perps.Configure(change) }
	}
	changes := []func() error{
		instrument(func(c *perps.InstrumentConfig) {
			c.MinInitialMargin = ratio([]uint64{5_000, 20_000, 20_000, 60_000, 200_000, 3_000_000}[s.r.IntN(6)])
		}),
		instrument(func(c *perps.InstrumentConfig) { c.SkewScale = scenario.Units(s.r.Uint64N(3) * 10_000) }),
		instrument(func(c *perps.InstrumentConfig) { c.LockedOIRatio = ratio(s.r.Uint64N(1_000_000)) }),
		instrument(func(c *perps.InstrumentConfig) { c.MaxFundingVelocity = scenario.Units(s.r.Uint64N(40)) }),
		global(func(c *perps.Config) {
			c.Rewards.MinReward, c.Rewards.MaxReward = scenario.Units(s.r.Uint64N(2_000)), scenario.Units(5_000)
		}),
		global(func(c *perps.Config) { c.CollateralLiquidateRewardRatio = ratio(s.r.Uint64N(500_000)) }),
		global(func(c *perps.Config) {
			c.Interest.LowGradient, c.Interest.HighGradient = scenario.Units(s.r.Uint64N(30)), scenario.Units(30)
		}),
		global(func(c *perps.Config) {
			if c.Interest != (perps.InterestParameters{}) {
				c.Interest = perps.InterestParameters{}
			} else {
				c.Interest = perps.InterestParameters{LowGradient: ratio(300), Breakpoint: ratio(750_000), HighGradient: ratio(10_000)}
			}
		}),
		func() error {
			s.perps.SetKeeperCosts(perps.KeeperCosts{Settlement: ratio(500_000), FlagPerFeed: scenario.Units(s.r.Uint64N(1_000)), Liquidate: ratio(900_000)})
			return nil
		},
		func() error {
			return s.spots[0].Configure(func(c *spot.Config) { c.SkewScale = scenario.Units(s.r.Uint64N(2) * 10) })
		},
	}
	change := changes[s.r.IntN(len(changes))]
	if s.r.Uint64N(4) > 0 {
		must(s.t, change())
		return
	}
	err := s.w.Sys.Transact(func() {
		must(s.t, change())
		_ = s.moveMargin()
		fp.Throw(perps.ZeroSizeOrder{})
	})
	if err == nil {
		s.t.Fatal("the transaction did not fail")
	}
}

// unreadable has a round with a price that is negative.
func (s *study) unreadable(round func()) {
	i, p := s.perps.Instrument(2), s.spots[0].Prices()
	price := i.Price()
	if s.r.Uint64N(2) == 0 {
		i.SetPrice(fp.I256(-1))
	} else {
		bad := p
		bad.Sell = fp.I256(-1)
		s.spots[0].SetPrices(bad)
	}
	round()
	i.SetPrice(price)
	s.spots[0].SetPrices(p)
}

// TestAtRiskMissesNobody: in random worlds a keeper who asks who is at risk
// does what one does who looks at everybody: the same liquidations in the same
// order with the same outcome, and the same state to the bit. So does one who
// begins with a copy of the market.
func TestAtRiskMissesNobody(t *testing.T) {
	const seeds, steps = 6, 600
	looked, liquidated, safe := 0, 0, 0
	for seed := range uint64(seeds) {
		s := newStudy(t, 1000+seed)
		copied, other := &model.System{}, &model.System{} // in the memory of the last ones
		round := func() {
			copied.Restore(s.w.Sys, markets.Clone)
			other.Restore(s.w.Sys, markets.Clone)
			want := keep(copied.External(s.perps.ID()).(*perps.Market), everybody)
			anew := other.External(s.perps.ID()).(*perps.Market)
			if got := keep(anew, anew.AtRisk); !slices.Equal(got, want) || other.Digest() != copied.Digest() {
				t.Fatalf("seed %d at %d, anew:\n%v\nlooking at everybody:\n%v", 1000+seed, s.w.Sys.Now(), got, want)
			}
			got := keep(s.perps, func(after model.AccountID) (model.AccountID, bool) {
				id, ok := s.perps.AtRisk(after)
				looked++
				return id, ok
			})
			if !slices.Equal(got, want) || s.w.Sys.Digest() != copied.Digest() {
				t.Fatalf("seed %d at %d:\n%v\nlooking at everybody:\n%v", 1000+seed, s.w.Sys.Now(), got, want)
			}
			liquidated += len(got)
			safe += traders + 1
		}
		for range steps {
			switch s.r.Uint64N(12) {
			case 0:
				s.govern()
			case 1:
				s.unreadable(round)
			case 2, 3, 4, 5:
				s.act()
			default:
				s.drift()
				s.w.Sys.SetNow(s.w.Sys.Now() + s.r.Uint64N(4000))
			}
			round()
		}
	}
	t.Logf("%d looks where there were %d, %d liquidations and failures", looked, safe, liquidated)
	if liquidated < 60 || looked > safe/2 {
		t.Errorf("%d looks where there were %d, %d liquidations and failures", looked, safe, liquidated)
	}
}
