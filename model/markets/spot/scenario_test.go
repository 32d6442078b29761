package spot_test

import (
	"fmt"
	"testing"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/fees"
	"backtest/model/markets/internal/scenario"
	"backtest/model/markets/spot"
)

// world is the core with spot markets, and the commands on them:
//
//	synth NAME                      a new synth and its market
//	price ID buy= sell= benchmark=  price feeds; buy alone sets all
//	set ID KEY=VALUE…               configuration
//	buyin|buyout|sellin|sellout ID WALLET AMOUNT min= max= referrer=
//	quote KIND ID WALLET AMOUNT
//	wrap|unwrap ID WALLET AMOUNT min=
//	commit ID WALLET buy|sell AMOUNT strategy= min= referrer=
//	settle ID WALLET ORDER, cancel ID ORDER
//	sendescrow ID WALLET AMOUNT     synths straight into the escrow
//	state ID, order ID ORDER
type world struct {
	*scenario.World
	markets map[uint64]*spot.Market
}

func TestScenarios(t *testing.T) {
	scenario.Run(t, "testdata/*.txt", func(t *testing.T) map[string]scenario.Command {
		base, err := scenario.NewWorld()
		if err != nil {
			t.Fatal(err)
		}
		w := &world{base, map[uint64]*spot.Market{}}
		commands := base.Commands()
		commands["synth"] = w.synth
		commands["price"] = w.price
		commands["set"] = w.set
		commands["state"] = w.state
		commands["order"] = w.order
		commands["commit"] = w.commit
		commands["settle"] = w.settle
		commands["cancel"] = func(a *scenario.Args) (string, error) { return "", w.market(a).CancelOrder(a.ID()) }
		commands["quote"] = w.quote
		commands["sendescrow"] = w.sendToEscrow
		for name, trade := range map[string]trade{
			"buyin": (*spot.Market).BuyExactIn, "buyout": (*spot.Market).BuyExactOut,
			"sellin": (*spot.Market).SellExactIn, "sellout": (*spot.Market).SellExactOut,
		} {
			commands[name] = w.trade(trade)
		}
		commands["wrap"] = w.wrap((*spot.Market).Wrap)
		commands["unwrap"] = w.wrap((*spot.Market).Unwrap)
		return commands
	})
}

type (
	trade func(*spot.Market, model.Actor, fp.Uint256, fp.Uint256, model.Actor) (fp.Uint256, spot.Fees, error)
	wrap  func(*spot.Market, model.Actor, fp.Uint256, fp.Uint256) (fp.Uint256, spot.Fees, error)
	quote func(*spot.Market, model.Actor, fp.Uint256) (fp.Uint256, spot.Fees, error)
)

func (w *world) market(a *scenario.Args) *spot.Market { return w.markets[a.ID()] }

func (w *world) synth(a *scenario.Args) (string, error) {
	name := a.Word()
	m, err := spot.New(w.Sys, name)
	if err != nil {
		return "", err
	}
	w.markets[uint64(m.ID())], w.Tokens[name] = m, m.Synth()
	return fmt.Sprintf("market %d", m.ID()), nil
}

func (w *world) price(a *scenario.Args) (string, error) {
	m, buy := w.market(a), a.Signed("buy")
	p := spot.Prices{Buy: buy, Sell: buy, Benchmark: buy}
	if a.Has("sell") {
		p.Sell = a.Signed("sell")
	}
	if a.Has("benchmark") {
		p.Benchmark = a.Signed("benchmark")
	}
	m.SetPrices(p)
	return "", nil
}

func (w *world) set(a *scenario.Args) (string, error) {
	m := w.market(a)
	return "", m.Configure(func(c *spot.Config) {
		for key, v := range map[string]*fp.Uint256{
			"atomic": &c.AtomicFixedFee, "async": &c.AsyncFixedFee, "skewscale": &c.SkewScale,
			"utilization": &c.UtilizationFeeRate, "leverage": &c.CollateralLeverage,
		} {
			if a.Has(key) {
				*v = a.Amount(key)
			}
		}
		for key, v := range map[string]*fp.Int256{"wrapfee": &c.WrapFee, "unwrapfee": &c.UnwrapFee} {
			if a.Has(key) {
				*v = a.Signed(key)
			}
		}
		w.setOthers(a, c)
	})
}

func (w *world) setOthers(a *scenario.Args, c *spot.Config) {
	if a.Has("trader") {
		c.TransactorFees[a.NamedActor("trader")] = a.Amount("fee")
	}
	if a.Has("referrer") {
		c.Referrers[a.NamedActor("referrer")] = a.Amount("share")
	}
	if a.Has("collector") {
		c.FeeCollector = fees.Collector{Account: a.NamedActor("collector"), Share: a.Amount("share")}
	}
	if a.Has("wrapper") {
		c.Wrapper = spot.Wrapper{Collateral: w.Tokens[a.Text("wrapper", "")], MaxAmount: a.Amount("cap")}
	}
	if a.Has("window") {
		c.Strategies = append(c.Strategies, spot.Strategy{
			CurrentPrice: a.Text("settleat", "") == "current",
			Delay:        a.Uint("delay"), Window: a.Uint("window"), Reward: a.Amount("reward"),
			MinimumUSD: a.Amount("minimum"), MaxRoundingLoss: a.Amount("loss"),
		})
	}
}

func (w *world) trade(do trade) scenario.Command {
	return func(a *scenario.Args) (string, error) {
		m, by, amount := w.market(a), a.Actor(), a.Decimal().Uint256()
		limit := a.Amount("min")
		if a.Has("max") {
			limit = a.Amount("max")
		}
		got, f, err := do(m, by, amount, limit, a.NamedActor("referrer"))
		return result(got, f), err
	}
}

func (w *world) quote(a *scenario.Args) (string, error) {
	do := map[string]quote{
		"buyin": (*spot.Market).QuoteBuyExactIn, "buyout": (*spot.Market).QuoteBuyExactOut,
		"sellin": (*spot.Market).QuoteSellExactIn, "sellout": (*spot.Market).QuoteSellExactOut,
	}[a.Word()]
	m, by, amount := w.market(a), a.Actor(), a.Decimal().Uint256()
	got, f, err := do(m, by, amount)
	return result(got, f), err
}

func (w *world) wrap(do wrap) scenario.Command {
	return func(a *scenario.Args) (string, error) {
		m, by, amount := w.market(a), a.Actor(), a.Decimal().Uint256()
		if a.Has("unit") { // wrapping a token with fewer decimals
			amount = amount.Quo(fp.U256(a.Uint("unit")))
		}
		got, f, err := do(m, by, amount, a.Amount("min"))
		return result(got, f), err
	}
}

func result(amount fp.Uint256, f spot.Fees) string {
	return fmt.Sprintf("%s, fees: fixed %s, utilization %s, skew %s, wrapper %s", scenario.D18(amount),
		scenario.D18(f.Fixed), scenario.D18(f.Utilization), scenario.D18(f.Skew), scenario.D18(f.Wrapper))
}

func (w *world) commit(a *scenario.Args) (string, error) {
	m, by := w.market(a), a.Actor()
	id, escrowed, err := m.CommitOrder(by, spot.Commit{
		Sell: a.Word() == "sell", Amount: a.Decimal().Uint256(), StrategyID: a.Uint("strategy"),
		Minimum: a.Amount("min"), Referrer: a.NamedActor("referrer"),
	})
	return fmt.Sprintf("order %d, escrowed %s", id, scenario.D18(escrowed)), err
}

func (w *world) settle(a *scenario.Args) (string, error) {
	m, by := w.market(a), a.Actor()
	got, f, err := m.SettleOrder(by, a.ID())
	return result(got, f), err
}

func (w *world) sendToEscrow(a *scenario.Args) (string, error) {
	m, by := w.market(a), a.Actor()
	return "", w.Sys.TransferToken(m.Synth(), by, spot.Address, a.Decimal().Uint256())
}

func (w *world) state(a *scenario.Args) (string, error) {
	m := w.market(a)
	return fmt.Sprintf("supply %s, wrapped %s, skew %s", scenario.D18(m.Supply()), scenario.D18(m.Wrapped()), scenario.D18(m.Skew())), nil
}

func (w *world) order(a *scenario.Args) (string, error) {
	o := w.market(a).Order(a.ID())
	return fmt.Sprintf("escrowed %s, settled at %d", scenario.D18(o.Escrowed), o.SettledAt), nil
}
