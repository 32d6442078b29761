package chain

import (
	"cmp"
	"fmt"
	"slices"

	"backtest/internal/chain/evm"
	fp "backtest/model/fixedpoint"
	"backtest/model/state"
)

// mostStrategies and mostOrders bound what is read one by one.
const (
	mostStrategies = 64
	mostOrders     = 100_000
)

// The kinds of transactions and of staleness tolerance of a spot market.
const (
	spotBuy  = 1
	spotSell = 2
)

func (r *deploymentReader) spot(key MarketKey) *state.Spot {
	id, about := evm.Uint(key.ID), fmt.Sprintf("spot market %d", key.ID)
	view := func(signature string, n int) evm.Data { return r.View(r.a.Spot, signature, n, id) }
	fees, feeds, wrapper := view("getMarketFees(uint128)", 4), view("getPriceData(uint128)", 3), view("getWrapper(uint128)", 2)
	d := &state.Spot{
		Synth:          r.book.Type(key.Synth),
		AtomicFixedFee: u256(fees.Word(0)), AsyncFixedFee: u256(fees.Word(1)), WrapFee: i256(fees.Word(2)), UnwrapFee: i256(fees.Word(3)),
		SkewScale:          u256(view("getMarketSkewScale(uint128)", 1).Word(0)),
		UtilizationFeeRate: u256(view("getMarketUtilizationFees(uint128)", 1).Word(0)),
		CollateralLeverage: u256(view("getCollateralLeverage(uint128)", 1).Word(0)),
		WrapCollateral:     r.book.Type(wrapper.Word(0).Address()), WrapMaxAmount: u256(wrapper.Word(1)),
		StrictStaleness: feeds.Word(2).Uint64(),
		EscrowShares:    u256(r.Word(r.a.Spot, spotOrdersSlot(id).Add(spotEscrowShares))),
		FeeCollector:    r.collector(about, view("getFeeCollector(uint128)", 1).Word(0).Address(), key.ID, true),
	}
	d.BuyPrice, d.SellPrice = r.spotPrice(about, id, spotBuy), r.spotPrice(about, id, spotSell)
	d.Stale = r.stale(feeds.Word(0), d.StrictStaleness) || r.stale(feeds.Word(1), d.StrictStaleness)
	if o := r.TryView(key.Synth, "decayRate()"); o.OK(1) {
		if d.DecayRate = u256(o.Data.Word(0)); !d.DecayRate.IsZero() {
			d.Decayed = r.time
			r.note(about, "its synth decays by %s a year; the model lets it decay step by step, which differs in second order", decimal(d.DecayRate))
		}
	}
	r.spotStrategies(about, id, d)
	r.spotOrders(key, id, d)
	r.spotActors(key, id, d)
	for _, f := range []string{"atomicOrdersEnabled", "wrapperEnabled"} {
		if allow, deny, _ := r.flag(r.a.Spot, fmt.Sprint(f, key.ID)); r.complete() && (!allow || deny) {
			r.note(about, "%s%d is closed on the chain; the model has no such flag, so leave it out of the traders' choices", f, key.ID)
		}
	}
	return d
}

func (r *deploymentReader) spotPrice(about string, id evm.Word, kind uint64) fp.Int256 {
	o := r.TryView(r.a.Spot, "indexPrice(uint128,uint128,uint8)", id, evm.Uint(kind), evm.Word{})
	if o.Known && !o.OK(1) {
		r.problem("%s: its price feed reverts at this block (%s); choose a block at which it answers", about, revertText(o.Data))
	} else if o.Refused != "" {
		r.problem("%s: its price: the node does not answer: %s", about, o.Refused)
	}
	return i256(o.Data.Word(0))
}

// stale reports whether a node's price is older than those accept who want a
// fresh one.
func (r *deploymentReader) stale(node evm.Word, tolerance uint64) bool {
	if node.IsZero() || tolerance == 0 {
		return false
	}
	o := r.TryView(r.a.OracleManager, "process(bytes32)", node)
	at := o.Data.Word(1).Uint64()
	return o.OK(2) && at > 0 && at < r.time && r.time-at > tolerance
}

func (r *deploymentReader) spotStrategies(about string, id evm.Word, d *state.Spot) {
	for i := range uint64(mostStrategies) {
		o := r.TryView(r.a.Spot, "getSettlementStrategy(uint128,uint256)", id, evm.Uint(i))
		t, err := o.Data.Tail(0)
		if !o.OK(11) || err != nil {
			return
		}
		d.Strategies = append(d.Strategies, state.SpotStrategy{
			CurrentPrice: t.Word(0).IsZero(), Delay: t.Word(1).Uint64(), Window: t.Word(2).Uint64(),
			Reward: u256(t.Word(6)), MinimumUSD: u256(t.Word(8)), MaxRoundingLoss: u256(t.Word(9)),
		})
		if !t.Word(10).IsZero() {
			r.note(about, "settlement strategy %d is disabled on the chain; the model's spot market has no such switch", i)
		}
		if i == 0 || d.BenchmarkPrice.IsZero() {
			d.BenchmarkPrice = r.benchmark(about, t.Word(3).Address(), t.Word(4), d.SellPrice)
		}
	}
}

// benchmark asks for the price that settlements of now would use; without an
// answer it is the index price.
func (r *deploymentReader) benchmark(about string, contract evm.Address, feed evm.Word, index fp.Int256) fp.Int256 {
	if contract.IsZero() {
		return index
	}
	o := r.TryView(contract, "getBenchmarkPrice(bytes32,uint64)", feed, evm.Uint(r.time))
	switch {
	case o.OK(1):
		return i256(o.Data.Word(0))
	case o.Known || o.Refused != "":
		r.note(about, "there is no benchmark price for the time of the block; the index price stands for it")
	}
	return index
}

func (r *deploymentReader) spotOrders(key MarketKey, id evm.Word, d *state.Spot) {
	n := r.Word(r.a.Spot, spotOrdersSlot(id).Add(spotOrderCount)).Lo().Uint64()
	if n > mostOrders {
		r.problem("spot market %d has %d orders, which cannot be", key.ID, n)
		return
	}
	for i := range n {
		c := r.View(r.a.Spot, "getAsyncOrderClaim(uint128,uint128)", 9, id, evm.Uint(i+1))
		d.Orders = append(d.Orders, state.SpotOrder{
			Owner: r.book.Actor(c.Word(1).Address()), Sell: c.Word(2).Uint64() == 4, Escrowed: u256(c.Word(3)),
			Strategy: state.ID(c.Word(4).Uint64()), Committed: c.Word(5).Uint64(), Minimum: u256(c.Word(6)),
			SettledAt: c.Word(7).Uint64(), Referrer: r.book.Actor(c.Word(8).Address()),
		})
	}
}

func (r *deploymentReader) spotActors(key MarketKey, id evm.Word, d *state.Spot) {
	d.TransactorFees = r.shares(r.keys.SpotTraders[key.ID], func(a evm.Address) evm.Data {
		return r.View(r.a.Spot, "getCustomTransactorFees(uint128,address)", 1, id, a.Word())
	})
	d.Referrers = r.shares(r.keys.SpotReferrers[key.ID], func(a evm.Address) evm.Data {
		return r.View(r.a.Spot, "getReferrerShare(uint128,address)", 1, id, a.Word())
	})
}

// shares reads a ratio for each address.
func (r *deploymentReader) shares(of []evm.Address, read func(evm.Address) evm.Data) (list []state.Share) {
	for _, a := range of {
		if v := u256(read(a).Word(0)); !v.IsZero() {
			list = append(list, state.Share{Actor: r.book.Actor(a), Share: v})
		}
	}
	slices.SortFunc(list, func(a, b state.Share) int { return cmp.Compare(a.Actor, b.Actor) })
	return list
}

// unitAmount is what a fee collector is asked about.
var unitAmount = wordOf(fp.UnitU256)

// collector reads what a fee collector asks for of one USD.
func (r *deploymentReader) collector(about string, a evm.Address, market uint64, spot bool) state.FeeCollector {
	if a.IsZero() {
		return state.FeeCollector{}
	}
	var o Outcome
	// A recorded deployment knows the answer for some market alone; collectors ask
	// the same of all.
	ids := []uint64{market}
	for _, m := range r.a.Markets {
		ids = append(ids, m.ID)
	}
	for _, id := range ids {
		if spot {
			o = r.TryView(a, "quoteFees(uint128,uint256,address,uint8)", evm.Uint(id), unitAmount, evm.Word{}, evm.Uint(spotBuy))
		} else {
			o = r.TryView(a, "quoteFees(uint128,uint256,address)", evm.Uint(id), unitAmount, evm.Word{})
		}
		if o.Refused == "" {
			break
		}
	}
	share := u256(o.Data.Word(0))
	if o.OK(1) {
		r.note(about, "its fee collector asks for %s of 1 USD; the model takes that share of any amount", decimal(share))
	} else if o.Known || o.Refused != "" {
		r.note(about, "its fee collector %s does not tell its share, which counts as 0", a)
	}
	return state.FeeCollector{Account: r.book.Actor(a), Share: share}
}
