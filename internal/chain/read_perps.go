package chain

import (
	"cmp"
	"fmt"
	"slices"

	"backtest/internal/chain/evm"
	fp "backtest/model/fixedpoint"
	"backtest/model/state"
)

func (r *deploymentReader) perps() *state.Perps {
	view := func(signature string, n int) evm.Data { return r.View(r.a.Perps, signature, n) }
	guards, caps, interest := view("getKeeperRewardGuards()", 4), view("getPerAccountCaps()", 2), view("getInterestRateParameters()", 3)
	global, rates := globalSlot(), interestSlot()
	d := &state.Perps{
		MinKeeperReward: u256(guards.Word(0)), MinKeeperProfitRatio: u256(guards.Word(1)),
		MaxKeeperReward: u256(guards.Word(2)), MaxKeeperScalingRatio: u256(guards.Word(3)),
		MaxPositionsPerAccount: u256(caps.Word(0)), MaxCollateralsPerAccount: u256(caps.Word(1)),
		LowUtilizationGradient: u256(interest.Word(0)), UtilizationBreakpoint: u256(interest.Word(1)), HighUtilizationGradient: u256(interest.Word(2)),
		CollateralLiquidateRewardRatio: u256(view("getCollateralLiquidateRewardRatio()", 1).Word(0)),
		InterestAccrued:                u256(r.Word(r.a.Perps, rates.Add(interestAccrued))),
		InterestRate:                   lo(r.Word(r.a.Perps, rates.Add(interestRate))),
		InterestUpdated:                r.Word(r.a.Perps, rates.Add(interestUpdated)).Uint64(),
		TotalAccountsDebt:              u256(r.Word(r.a.Perps, global.Add(globalDebt))),
	}
	core := uint64(0)
	for _, m := range r.a.Markets {
		if m.Kind == PerpsMarket {
			core = m.ID
		}
	}
	d.FeeCollector = r.collector("perps", view("getFeeCollector()", 1).Word(0).Address(), core, false)
	d.Referrers = r.shares(r.keys.PerpsReferrers, func(a evm.Address) evm.Data {
		return r.View(r.a.Perps, "getReferrerShare(address)", 1, a.Word())
	})
	for _, e := range r.words(r.a.Perps, global.Add(globalFlagged), 1) {
		d.Flagged = append(d.Flagged, r.perpsID(e[0]))
	}
	r.keeperCosts(d)
	r.margins(d, global)
	ids := r.list("getMarkets()")
	for _, id := range ids {
		d.Instruments = append(d.Instruments, r.instrument(id))
	}
	d.Accounts = r.perpsAccounts(ids)
	return d
}

// list reads an array of words from a view of the perps market.
func (r *deploymentReader) list(signature string, args ...evm.Word) (list []evm.Word) {
	data := r.View(r.a.Perps, signature, 2, args...)
	if data == nil {
		return nil
	}
	elements, err := data.List(0, 1)
	if err != nil {
		r.problem("%s: %v", signature, err)
	}
	for _, e := range elements {
		list = append(list, e.Word(0))
	}
	return list
}

func (r *deploymentReader) perpsID(id evm.Word) state.ID {
	n, ok := r.book.perps[id]
	if !ok {
		r.problem("perps account %s is in use, and no event of its creation was found: is --from-block too late?", id.Uint())
	}
	return n
}

// The runtime values of the node of keepers' costs.
const (
	costSettle = iota
	costFlag
	costLiquidate
)

// keeperCosts asks the node of keepers' costs; the cost to flag is taken as
// proportional to the number of price feeds.
func (r *deploymentReader) keeperCosts(d *state.Perps) {
	node := r.View(r.a.Perps, "getKeeperCostNodeId()", 1).Word(0)
	if node.IsZero() {
		r.note("perps", "no node tells the keepers' costs; they are 0")
		return
	}
	ask := func(feeds, kind uint64) (fp.Uint256, bool) {
		keys := []evm.Word{evm.Text("numberOfUpdatedFeeds"), evm.Text("executionKind"), {}, {}}
		values := []evm.Word{evm.Uint(feeds), evm.Uint(kind), {}, {}}
		o := r.Try(r.a.OracleManager, evm.EncodeLists("processWithRuntime(bytes32,bytes32[],bytes32[])", node, keys, values))
		if o.Known && !o.OK(1) || o.Refused != "" {
			r.note("perps", "the node of keepers' costs does not answer for kind %d; that cost is 0", kind)
		}
		return u256(o.Data.Word(0)), o.OK(1)
	}
	d.SettlementCost, _ = ask(0, costSettle)
	d.LiquidateCost, _ = ask(0, costLiquidate)
	base, _ := ask(0, costFlag)
	one, _ := ask(1, costFlag)
	d.FlagPerFeedCost = one
	if !base.IsZero() && r.complete() {
		r.note("perps", "flagging costs a keeper %s USD without any feed; the model takes %s per feed", decimal(base), decimal(one))
	}
}

func (r *deploymentReader) margins(d *state.Perps, global evm.Word) {
	for _, id := range r.list("getSupportedCollaterals()") {
		c := r.View(r.a.Perps, "getCollateralConfigurationFull(uint128)", 4, id)
		x := state.PerpsCollateral{
			ID: state.ID(id.Uint64()), MaxAmount: u256(c.Word(0)), UpperLimitDiscount: u256(c.Word(1)),
			LowerLimitDiscount: u256(c.Word(2)), DiscountScalar: u256(c.Word(3)),
		}
		if !id.IsZero() {
			r.distributor(id, &x)
		}
		d.Collaterals = append(d.Collaterals, x)
		amount := u256(r.Word(r.a.Perps, global.Add(globalMargin).In(id)))
		switch {
		case id.IsZero():
			d.MarginUSD = amount
		case !amount.IsZero():
			d.Margin = append(d.Margin, state.Margin{ID: x.ID, Amount: amount})
		}
	}
	slices.SortFunc(d.Collaterals, func(a, b state.PerpsCollateral) int { return cmp.Compare(a.ID, b.ID) })
}

func (r *deploymentReader) distributor(id evm.Word, x *state.PerpsCollateral) {
	about := fmt.Sprintf("perps margin %s", id.Uint())
	o := r.TryView(r.a.Perps, "getRegisteredDistributor(uint128)", id)
	if !o.OK(3) {
		if o.Known || o.Refused != "" {
			r.note(about, "it has no distributor, and cannot be deposited in the model")
		}
		return
	}
	list, err := o.Data.List(1, 1)
	if err != nil {
		r.problem("getRegisteredDistributor(%s): %v", id.Uint(), err)
	}
	for _, t := range list {
		if name := r.book.Type(t.Word(0).Address()); name != "" {
			x.DistributorCollaterals = append(x.DistributorCollaterals, name)
		}
	}
	if pool := r.TryView(o.Data.Word(0).Address(), "poolId()"); pool.OK(1) {
		x.DistributorPool = state.ID(pool.Data.Word(0).Uint64())
	} else if pool.Known || pool.Refused != "" {
		r.note(about, "its distributor %s does not tell its pool; seized synths go to pool 0 in the model, which takes none", o.Data.Word(0).Address())
	}
}

func (r *deploymentReader) instrument(id evm.Word) state.Instrument {
	about := fmt.Sprintf("perps instrument %s", id.Uint())
	view := func(signature string, n int) evm.Data { return r.View(r.a.Perps, signature, n, id) }
	word := func(field uint64) evm.Word { return r.Word(r.a.Perps, instrumentSlot(id).Add(field)) }
	fees, funding, feed := view("getOrderFees(uint128)", 2), view("getFundingParameters(uint128)", 2), view("getPriceData(uint128)", 2)
	margin, limits := view("getLiquidationParameters(uint128)", 5), view("getMaxLiquidationParameters(uint128)", 4)
	d := state.Instrument{
		ID:       state.ID(id.Uint64()),
		MakerFee: u256(fees.Word(0)), TakerFee: u256(fees.Word(1)),
		SkewScale: u256(funding.Word(0)), MaxFundingVelocity: u256(funding.Word(1)),
		MaxMarketSize: u256(view("getMaxMarketSize(uint128)", 1).Word(0)), MaxMarketValue: u256(view("getMaxMarketValue(uint128)", 1).Word(0)),
		InitialMarginRatio: u256(margin.Word(0)), MinimumInitialMarginRatio: u256(margin.Word(1)), MaintenanceMarginScalar: u256(margin.Word(2)),
		FlagRewardRatio: u256(margin.Word(3)), MinimumPositionMargin: u256(margin.Word(4)),
		LimitMultiplier: u256(limits.Word(0)), LiquidationWindow: u256(limits.Word(1)), MaxLiquidationPD: u256(limits.Word(2)),
		EndorsedLiquidator: r.book.Actor(limits.Word(3).Address()),
		LockedOIRatio:      u256(view("getLockedOiRatio(uint128)", 1).Word(0)),
		StrictStaleness:    feed.Word(1).Uint64(), Stale: r.stale(feed.Word(0), feed.Word(1).Uint64()),
		Skew: i256(word(instrumentSkew)), Size: u256(word(instrumentSize)),
		LastFundingRate: i256(word(instrumentFundingRate)), LastFundingValue: i256(word(instrumentFundingValue)),
		LastFundingTime: word(instrumentFundingTime).Uint64(), DebtCorrection: i256(word(instrumentCorrection)),
	}
	if id != evm.Uint(uint64(d.ID)) {
		r.problem("%s: its id needs more than 64 bits", about)
	}
	o := r.TryView(r.a.Perps, "indexPrice(uint128)", id)
	switch {
	case o.Refused != "":
		r.problem("%s: its price: the node does not answer: %s", about, o.Refused)
	case o.Known && !o.OK(1) && d.Size.IsZero():
		r.note(about, "its price feed reverts at this block (%s); nobody holds a position, and the price counts as 0", revertText(o.Data))
	case o.Known && !o.OK(1):
		r.problem("%s: its price feed reverts at this block (%s); choose a block at which it answers", about, revertText(o.Data))
	}
	d.IndexPrice = i256(o.Data.Word(0))
	d.BenchmarkPrice = d.IndexPrice
	r.instrumentStrategies(about, id, &d)
	d.Liquidations = r.liquidations(id, d.LiquidationWindow)
	return d
}

func (r *deploymentReader) instrumentStrategies(about string, id evm.Word, d *state.Instrument) {
	for i := range uint64(mostStrategies) {
		o := r.TryView(r.a.Perps, "getSettlementStrategy(uint128,uint256)", id, evm.Uint(i))
		if !o.OK(8) {
			return
		}
		t := o.Data
		d.Strategies = append(d.Strategies, state.PerpsStrategy{
			Delay: t.Word(1).Uint64(), Window: t.Word(2).Uint64(), Reward: u256(t.Word(5)),
			Disabled: !t.Word(6).IsZero(), PriceDelay: t.Word(7).Uint64(),
		})
		if i == 0 {
			d.BenchmarkPrice = r.benchmark(about, t.Word(3).Address(), t.Word(4), d.IndexPrice)
		}
	}
}

// recentLiquidations is how many entries of the history are read at first.
const recentLiquidations = 16

// liquidations reads the history back to what is within the window, for which
// alone the contracts look at it, and its newest entry.
func (r *deploymentReader) liquidations(id evm.Word, window fp.Uint256) (list []state.Liquidation) {
	slot := instrumentSlot(id).Add(instrumentLiquidations)
	length := r.Word(r.a.Perps, slot)
	n := length.Uint64()
	if length != evm.Uint(n) || n > 1<<40 {
		r.problem("perps instrument %s: its history of liquidations has no length", id.Uint())
		return nil
	}
	seconds, fits := window.Uint64()
	for k := range n {
		at := slot.Element(n-1-k, 2)
		e := state.Liquidation{Amount: u256(r.Word(r.a.Perps, at).Lo()), Time: r.Word(r.a.Perps, at.Add(1)).Uint64()}
		old := fits && e.Time+seconds < r.time
		if k > 0 && old && r.complete() || k >= recentLiquidations && !r.complete() {
			break
		}
		list = append(list, e)
		if old && r.complete() {
			break
		}
	}
	slices.Reverse(list)
	return list
}

func (r *deploymentReader) perpsAccounts(instruments []evm.Word) (list []state.PerpsAccount) {
	for _, id := range r.keys.PerpsAccounts {
		list = append(list, r.perpsAccount(id, instruments))
		if p := r.permissions(r.a.Perps, id, r.keys.PerpsGranted); len(p) > 0 {
			r.note(fmt.Sprintf("perps account %s", id.Uint()), "it lets %d others act for it; in the model its owner does", len(p))
		}
	}
	slices.SortFunc(list, func(a, b state.PerpsAccount) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

func (r *deploymentReader) perpsAccount(id evm.Word, instruments []evm.Word) state.PerpsAccount {
	slot := marginSlot(id)
	word := func(field uint64) evm.Word { return r.Word(r.a.Perps, slot.Add(field)) }
	d := state.PerpsAccount{ID: r.perpsID(id), Exists: true, Stored: !word(marginStored).IsZero(), Debt: u256(word(marginDebt))}
	for _, e := range r.words(r.a.Perps, slot.Add(marginIDs), 1) {
		amount := u256(r.Word(r.a.Perps, slot.Add(marginAmounts).In(e[0])))
		if e[0].IsZero() {
			d.MarginUSD = amount
			continue
		}
		d.Margin = append(d.Margin, state.Margin{ID: state.ID(e[0].Uint64()), Amount: amount})
	}
	traded := slices.Clone(r.keys.PerpsPositions[id])
	for _, e := range r.words(r.a.Perps, slot.Add(marginOpen), 1) {
		d.Open = append(d.Open, state.ID(e[0].Uint64()))
		traded = append(traded, e[0])
	}
	for _, i := range instruments {
		if !slices.Contains(traded, i) {
			continue
		}
		at := instrumentSlot(i).Add(instrumentPositions).In(id)
		size, entry := r.Word(r.a.Perps, at), r.Word(r.a.Perps, at.Add(1))
		p := state.PerpsPosition{
			Instrument: state.ID(i.Uint64()), Size: hiInt(size), EntryPrice: lo(entry), EntryFunding: hiInt(entry),
			EntryInterest: u256(r.Word(r.a.Perps, at.Add(2))),
		}
		if p != (state.PerpsPosition{Instrument: p.Instrument}) {
			d.Positions = append(d.Positions, p)
		}
	}
	o := r.View(r.a.Perps, "getOrder(uint128)", 8, id)
	d.Order = state.PerpsOrder{
		Committed: o.Word(0).Uint64(), Instrument: state.ID(o.Word(1).Uint64()), SizeDelta: loInt(o.Word(3)),
		Strategy: state.ID(o.Word(4).Uint64()), AcceptablePrice: u256(o.Word(5)), Referrer: r.book.Actor(o.Word(7).Address()),
	}
	return d
}
