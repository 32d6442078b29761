package perps_test

import (
	"fmt"
	"strings"
	"testing"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/fees"
	"backtest/model/markets/internal/scenario"
	"backtest/model/markets/perps"
	"backtest/model/markets/spot"
)

// world is the core with a perps market and a spot market, and the commands on
// them:
//
//	instrument ID, set ID KEY=VALUE…, global KEY=VALUE…, costs settle= flag= liquidate=
//	price ID PRICE, benchmark ID PRICE, synthprice ID PRICE, skewscale ID SCALE
//	strategy ID delay= window= reward=, disable ID STRATEGY
//	account ID, margin ID AMOUNT collateral=, pay WALLET ID AMOUNT
//	commit ID INSTRUMENT SIZE accept= strategy= referrer=
//	settle WALLET ID, cancel WALLET ID, trade ID INSTRUMENT SIZE
//	liquidate WALLET ID, flagged WALLET MOST, marginonly WALLET ID
//	interest, utilization
//	show ID, acct ID, pos ID INSTRUMENT, quote INSTRUMENT SIZE, need ID INSTRUMENT SIZE
type world struct {
	*scenario.World
	perps *perps.Market
	synth *spot.Market
}

func start(t *testing.T) *world {
	t.Helper()
	base, err := scenario.NewWorld()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{World: base}
	if w.perps, err = perps.New(w.Sys); err != nil {
		t.Fatal(err)
	}
	if w.synth, err = spot.New(w.Sys, "sETH"); err != nil {
		t.Fatal(err)
	}
	w.Tokens["sETH"] = w.synth.Synth()
	err = w.perps.Configure(func(c *perps.Config) {
		c.MaxPositions, c.MaxCollaterals = fp.U256(5), fp.U256(3)
		c.Collaterals[perps.USDMargin] = perps.CollateralConfig{MaxAmount: scenario.Units(1_000_000_000)}
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestScenarios(t *testing.T) {
	scenario.Run(t, "testdata/*.txt", func(t *testing.T) map[string]scenario.Command {
		w := start(t)
		all := w.Commands()
		for _, table := range []map[string]scenario.Command{w.setup(), w.trading(), w.views()} {
			for name, c := range table {
				all[name] = c
			}
		}
		return all
	})
}

func (w *world) setup() map[string]scenario.Command {
	return map[string]scenario.Command{
		"instrument": func(a *scenario.Args) (string, error) { return "", w.perps.CreateInstrument(instrumentID(a)) },
		"set":        w.set,
		"global":     w.global,
		"strategy":   w.strategy,
		"disable": func(a *scenario.Args) (string, error) {
			id, k := instrumentID(a), a.ID()
			return "", w.perps.ConfigureInstrument(id, func(c *perps.InstrumentConfig) { c.Strategies[k].Disabled = true })
		},
		"costs": func(a *scenario.Args) (string, error) {
			w.perps.SetKeeperCosts(perps.KeeperCosts{Settlement: a.Amount("settle"), FlagPerFeed: a.Amount("flag"), Liquidate: a.Amount("liquidate")})
			return "", nil
		},
		"price": func(a *scenario.Args) (string, error) {
			w.instrument(a).SetPrice(a.Decimal())
			return "", nil
		},
		"benchmark": func(a *scenario.Args) (string, error) {
			w.instrument(a).SetBenchmarkPrice(a.Decimal())
			return "", nil
		},
		"synthprice": func(a *scenario.Args) (string, error) {
			p := a.Decimal()
			w.synth.SetPrices(spot.Prices{Buy: p, Sell: p})
			w.Sys.SetCollateralPrice(w.synth.Synth(), p)
			return "", nil
		},
		"skewscale": func(a *scenario.Args) (string, error) {
			scale := a.Decimal().Uint256()
			return "", w.synth.Configure(func(c *spot.Config) { c.SkewScale = scale })
		},
		"buysynth": func(a *scenario.Args) (string, error) {
			_, _, err := w.synth.BuyExactIn(a.Actor(), a.Decimal().Uint256(), fp.Uint256{}, model.Actor{})
			return "", err
		},
		"account": func(a *scenario.Args) (string, error) { return "", w.perps.CreateAccount(model.AccountID(a.ID())) },
	}
}

func instrumentID(a *scenario.Args) perps.InstrumentID { return perps.InstrumentID(a.ID()) }

func (w *world) instrument(a *scenario.Args) *perps.Instrument {
	return w.perps.Instrument(instrumentID(a))
}

func (w *world) set(a *scenario.Args) (string, error) {
	return "", w.perps.ConfigureInstrument(instrumentID(a), func(c *perps.InstrumentConfig) {
		assign(a, map[string]*fp.Uint256{
			"skewscale": &c.SkewScale, "velocity": &c.MaxFundingVelocity, "maker": &c.MakerFee, "taker": &c.TakerFee,
			"maxsize": &c.MaxMarketSize, "maxvalue": &c.MaxMarketValue, "initial": &c.InitialMarginRatio,
			"mininitial": &c.MinInitialMargin, "maintenance": &c.MaintenanceScalar, "flagreward": &c.FlagRewardRatio,
			"minposition": &c.MinPositionMargin, "multiplier": &c.LimitMultiplier, "maxpd": &c.MaxLiquidationPD, "locked": &c.LockedOIRatio,
		})
		if a.Has("window") {
			c.LiquidationWindow = fp.U256(a.Uint("window"))
		}
		if a.Has("endorsed") {
			c.EndorsedLiquidator = a.NamedActor("endorsed")
		}
	})
}

func (w *world) global(a *scenario.Args) (string, error) {
	return "", w.perps.Configure(func(c *perps.Config) {
		assign(a, map[string]*fp.Uint256{
			"minreward": &c.Rewards.MinReward, "profit": &c.Rewards.MinProfitRatio, "maxreward": &c.Rewards.MaxReward,
			"scaling": &c.Rewards.MaxScalingRatio, "low": &c.Interest.LowGradient, "breakpoint": &c.Interest.Breakpoint,
			"high": &c.Interest.HighGradient, "collateralreward": &c.CollateralLiquidateRewardRatio,
		})
		if a.Has("positions") {
			c.MaxPositions = fp.U256(a.Uint("positions"))
		}
		if a.Has("collaterals") {
			c.MaxCollaterals = fp.U256(a.Uint("collaterals"))
		}
		if a.Has("referrer") {
			c.Referrers[a.NamedActor("referrer")] = a.Amount("share")
		}
		if a.Has("collector") {
			c.FeeCollector = fees.Collector{Account: a.NamedActor("collector"), Share: a.Amount("share")}
		}
		if a.Has("collateral") {
			id := model.MarketID(a.Uint("collateral"))
			cc := perps.CollateralConfig{
				MaxAmount: a.Amount("max"), Upper: a.Amount("upper"), Lower: a.Amount("lower"), DiscountScalar: a.Amount("scalar"),
			}
			if id != perps.USDMargin {
				cc.Distributor = perps.Distributor{Pool: 1, Collaterals: []model.CollateralID{1}}
			}
			c.Collaterals[id] = cc
		}
	})
}

func assign(a *scenario.Args, fields map[string]*fp.Uint256) {
	for key, v := range fields {
		if a.Has(key) {
			*v = a.Amount(key)
		}
	}
}

func (w *world) strategy(a *scenario.Args) (string, error) {
	s := perps.Strategy{Delay: a.Uint("delay"), Window: a.Uint("window"), Reward: a.Amount("reward")}
	return "", w.perps.ConfigureInstrument(instrumentID(a), func(c *perps.InstrumentConfig) { c.Strategies = append(c.Strategies, s) })
}

func accountID(a *scenario.Args) model.AccountID { return model.AccountID(a.ID()) }

func (w *world) trading() map[string]scenario.Command {
	return map[string]scenario.Command{
		"margin": func(a *scenario.Args) (string, error) {
			return "", w.perps.ModifyCollateral(accountID(a), model.MarketID(a.Uint("collateral")), a.Decimal())
		},
		"pay": func(a *scenario.Args) (string, error) {
			return "", w.perps.PayDebt(a.Actor(), accountID(a), a.Decimal().Uint256())
		},
		"commit": w.commit,
		"settle": func(a *scenario.Args) (string, error) { return "", w.perps.SettleOrder(a.Actor(), accountID(a)) },
		"cancel": func(a *scenario.Args) (string, error) { return "", w.perps.CancelOrder(a.Actor(), accountID(a)) },
		"trade": func(a *scenario.Args) (string, error) {
			t, err := w.perps.Trade(accountID(a), instrumentID(a), a.Decimal(), a.NamedActor("referrer"))
			return fmt.Sprintf("fill %s, fee %s, profit %s", scenario.D18(t.FillPrice), scenario.D18(t.Fee), scenario.D18(t.Profit)), err
		},
		"liquidate": func(a *scenario.Args) (string, error) { return reward(w.perps.Liquidate(a.Actor(), accountID(a))) },
		"flagged":   func(a *scenario.Args) (string, error) { return reward(w.perps.LiquidateFlagged(a.Actor(), a.ID())) },
		"marginonly": func(a *scenario.Args) (string, error) {
			return reward(w.perps.LiquidateMarginOnly(a.Actor(), accountID(a)))
		},
		"interest": func(*scenario.Args) (string, error) {
			err := w.perps.UpdateInterestRate()
			x := w.perps.Interest()
			return fmt.Sprintf("accrued %s, rate %s", scenario.D18(x.Accrued), scenario.D18(x.Rate)), err
		},
	}
}

func reward(v fp.Uint256, err error) (string, error) { return "reward " + scenario.D18(v), err }

func (w *world) commit(a *scenario.Args) (string, error) {
	id := accountID(a)
	o := perps.Order{InstrumentID: instrumentID(a)}
	size := a.Decimal()
	o.SizeDelta = size.Int128()
	o.StrategyID, o.AcceptablePrice, o.Referrer = a.Uint("strategy"), a.Amount("accept"), a.NamedActor("referrer")
	if size.Sign() > 0 && !a.Has("accept") {
		o.AcceptablePrice = fp.MaxUint256
	}
	cost, err := w.perps.CommitOrder(id, o)
	return "fees " + scenario.D18(cost), err
}

func (w *world) views() map[string]scenario.Command {
	return map[string]scenario.Command{
		"show": w.show,
		"acct": w.acct,
		"pos":  w.pos,
		"quote": func(a *scenario.Args) (string, error) {
			q, err := w.perps.QuoteOrder(w.instrument(a), a.Decimal())
			return fmt.Sprintf("fill %s, fee %s", scenario.D18(q.FillPrice), scenario.D18(q.Fee)), err
		},
		"need": func(a *scenario.Args) (string, error) {
			id, i := accountID(a), w.instrument(a)
			v, err := w.perps.RequiredMarginForOrder(id, i, a.Decimal())
			return scenario.D18(v), err
		},
		"utilization": func(*scenario.Args) (string, error) {
			u, err := w.perps.Utilization()
			return fmt.Sprintf("%s of %s: %s", scenario.D18(u.Locked), scenario.D18(u.Delegated), scenario.D18(u.Rate)), err
		},
	}
}

func (w *world) show(a *scenario.Args) (string, error) {
	i := w.instrument(a)
	rate, err := w.perps.FundingRate(i)
	if err != nil {
		return "", err
	}
	velocity, err := w.perps.FundingVelocity(i)
	if err != nil {
		return "", err
	}
	capacity, err := w.perps.LiquidationCapacity(i)
	if err != nil {
		return "", err
	}
	window, err := w.perps.MaxLiquidationInWindow(i)
	s := i.State()
	return fmt.Sprintf("price %s, skew %s, size %s, correction %s\nfunding rate %s, velocity %s, stored value %s\nliquidation capacity %s of %s",
		scenario.D18(i.Price()), scenario.D18(s.Skew), scenario.D18(s.Size), scenario.D18(s.DebtCorrection),
		scenario.D18(rate), scenario.D18(velocity), scenario.D18(s.FundingValue), scenario.D18(capacity), scenario.D18(window)), err
}

func (w *world) acct(a *scenario.Args) (string, error) {
	id := accountID(a)
	s := w.perps.Account(id)
	available, err := w.perps.AvailableMargin(id)
	if err != nil {
		return "", err
	}
	withdrawable, err := w.perps.WithdrawableMargin(id)
	if err != nil {
		return "", err
	}
	r, err := w.perps.RequiredMargins(id)
	if err != nil {
		return "", err
	}
	lines := []string{
		fmt.Sprintf("usd %s, sETH %s, debt %s, positions %v, available %s, withdrawable %s",
			scenario.D18(w.perps.Margin(id, perps.USDMargin)), scenario.D18(w.perps.Margin(id, w.synth.ID())), scenario.D18(s.Debt),
			s.Open, scenario.D18(available), scenario.D18(withdrawable)),
		fmt.Sprintf("required initial %s, maintenance %s, reward %s", scenario.D18(r.Initial), scenario.D18(r.Maintenance), scenario.D18(r.Reward)),
	}
	can, err := w.perps.CanLiquidate(id)
	if err != nil {
		return "", err
	}
	alone, err := w.perps.CanLiquidateMarginOnly(id)
	if can || alone {
		lines = append(lines, fmt.Sprintf("can be liquidated: %v, margin only: %v", can, alone))
	}
	return strings.Join(lines, "\n"), err
}

func (w *world) pos(a *scenario.Args) (string, error) {
	id, i := accountID(a), w.instrument(a)
	p := w.perps.Position(id, i)
	v, err := w.perps.PositionValue(id, i)
	return fmt.Sprintf("size %s at %s, profit %s with funding %s and interest %s", scenario.D18(p.Size), scenario.D18(p.EntryPrice),
		scenario.D18(v.TotalProfit), scenario.D18(v.Funding), scenario.D18(v.Interest)), err
}
