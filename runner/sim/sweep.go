package sim

import (
	"math"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/runner/units"
)

// A keeper that visits every vault in every step leaves no step quiet. Where
// everybody else rests, such steps are taken on a compact copy of the state
// ([model.Sweep]), and what is asked of them is asked of its figures: a step in
// which a vault or a position may be liquidatable, a market comes to be locked or
// unlocked, or a pool may cross a limit, is taken back and left to everybody.

// Proportional is the driver of a market whose debt and need of credit are, until
// somebody acts, exactly its units at a price each, rounded as the protocol
// rounds a product.
type Proportional interface {
	Linear
	// Proportion returns the units (D18) and the factors (D18) of the asset's
	// price at which the market owes them and needs credit for them. ok is
	// false while that does not hold.
	Proportion(s *State) (units fp.Int128, owed, backed fp.Uint256, ok bool)
}

// sweeping is what a path needs for sweeps.
type sweeping struct {
	possible bool // in this world, at some time
	model    model.Sweep
	ids      []model.MarketID
	pools    []model.SweptPool
	places   []int         // of those pools in World.Pools
	markets  []sweptMarket // by market
	vaults   []sweptVault  // by vault
	price    []fp.Int128   // by asset, D18 USD
	idle     int           // attempts to leave out, after some in vain
	vain     int
}

type sweptMarket struct {
	asset        int
	units        fp.Int128
	owed, backed fp.Uint256
	need         fp.Uint128 // D18 USD of credit, at the present price
	last         fp.Int128  // D18 USD, distributed before the sweeps
	value        fp.D27     // debt per share before the sweeps
}

// sweptVault is what is known of a vault while nothing but prices and debts
// change.
type sweptVault struct {
	liquidation, issuance float64 // ratios
	share                 float64 // tokens that a share of collateral is worth
	key, least            float64 // of the worst position, and of the smallest
	indebted              bool
}

func newSweeping(w *World) (x sweeping) {
	x.possible = len(w.Vaults) > 0 && !w.ByVault && len(w.Outsiders) == 0
	for _, m := range w.Markets {
		_, ok := m.Driver.(Proportional)
		x.possible = x.possible && ok
		x.ids = append(x.ids, m.ID)
	}
	last := -1
	for _, v := range w.Vaults {
		if v.Pool < last {
			x.possible = false // a pool's vaults lie apart
		}
		if v.Pool != last {
			x.pools, x.places = append(x.pools, model.SweptPool{Pool: w.Pools[v.Pool].ID}), append(x.places, v.Pool)
			last = v.Pool
		}
		p := &x.pools[len(x.pools)-1]
		p.Collaterals = append(p.Collaterals, w.Collaterals[v.Collateral].CT)
	}
	x.markets, x.vaults = make([]sweptMarket, len(w.Markets)), make([]sweptVault, len(w.Vaults))
	x.price = make([]fp.Int128, len(w.Assets))
	return x
}

func (x *sweeping) begin() {
	x.idle, x.vain = 0, 0
	x.model.Forget()
}

// mostIdle is how many attempts are left out at most after vain ones.
const mostIdle = 64

// Sweep takes steps from one on, and before another, in each of which a keeper
// rebalances every vault and nobody else acts unless something can be
// liquidated. It returns the first step that it has not taken.
func (s *State) Sweep(from, limit int, c *Collector) int {
	x := &s.sweeping
	if !x.possible || from >= limit {
		return from
	}
	if x.idle > 0 {
		x.idle--
		return from
	}
	step := from
	if s.prepareSweep() {
		for step < limit && s.sweepStep(step) {
			s.Row.Rebalances += int32(len(x.vaults))
			if step++; s.quiet.next[step-1] == step-1 {
				s.finishSweep(step - 1)
				s.Observe(c)
				if !s.prepareSweep() {
					return step
				}
			}
		}
	}
	if step == from {
		x.vain = min(max(2*x.vain, 1), mostIdle)
		x.idle = x.vain
		return from
	}
	x.vain = 0
	if s.quiet.at != step-1 {
		s.finishSweep(step - 1)
	}
	return step
}

// prepareSweep looks at the state before a sweep.
func (s *State) prepareSweep() bool {
	x := &s.sweeping
	for m := range x.markets {
		if s.pushed[m] || s.ledger.silent[m] || !s.onlyPrice(&s.ledger.outstanding[m]) || !x.prepareMarket(s, m) {
			return false
		}
	}
	for p := range s.World.Pools {
		if s.blockedPools[p] || !s.traceable(p) {
			return false
		}
	}
	if !x.model.Load(s.Sys, x.ids, x.pools) {
		return false
	}
	for v := range x.vaults {
		x.prepareVault(s, v)
	}
	for m := range x.markets {
		x.markets[m].last, x.markets[m].value = x.model.Market(m)
	}
	return true
}

func (x *sweeping) prepareMarket(s *State, m int) (ok bool) {
	d, y := s.World.Markets[m].Driver.(Proportional), &x.markets[m]
	if y.asset, _, _, ok = d.Linear(s); !ok {
		return false
	}
	y.units, y.owed, y.backed, ok = d.Proportion(s)
	return ok
}

func (x *sweeping) prepareVault(s *State, vault int) {
	y := &x.vaults[vault]
	pool, ct := s.VaultID(vault)
	storage, c := s.Sys.VaultStorage(pool, ct), s.Sys.CollateralConfiguration(ct)
	y.liquidation, y.issuance = units.FloatU(c.LiquidationRatio), units.FloatU(s.Sys.SystemIssuanceRatio(ct))
	y.share = 1
	if !storage.ScaleModifier.Raw.IsZero() {
		y.share = units.FloatU(storage.ScaleModifier.Factor()) / 1e9
	}
	order := s.order(vault, storage.Epoch)
	first := order.worst()
	if y.indebted = first != nil; y.indebted {
		y.key, y.least = first.key, order.least
	}
}

// onlyPrice reports that an amount has no other source than prices.
func (s *State) onlyPrice(b *bySource) bool {
	only, ok := b.only()
	return ok && only == SourcePrice
}

// traceable reports that what a pool pulls next is known to come from prices
// alone.
func (s *State) traceable(pool int) bool {
	for _, m := range s.World.Pools[pool].Markets {
		b := &s.ledger.pools[pool][m]
		moved := s.ledger.moved(b, m)
		if !b.pending.IsZero() || !b.booked.IsZero() || !s.onlyPrice(&moved) {
			return false
		}
	}
	return true
}

// sweepStep takes a step if nothing happens in it.
func (s *State) sweepStep(step int) bool {
	x := &s.sweeping
	for a := range x.price {
		p, err := units.Price128(s.prices.Oracle(a, step))
		if err != nil {
			return false
		}
		x.price[a] = p
	}
	for m := range x.markets {
		if !x.markets[m].reprice(x.price, &x.model.Reported[m]) {
			return false
		}
	}
	for v := range x.vaults {
		x.model.Price[v] = x.price[s.World.Collaterals[s.World.Vaults[v].Collateral].Asset]
	}
	if !x.model.Step() {
		return false
	}
	if !s.sweptCalm() {
		x.model.Undo()
		return false
	}
	for v := range x.vaults {
		s.observeSwept(v)
	}
	for m := range x.markets {
		s.used(m, use128(x.markets[m].need, x.model.Credit(m)))
	}
	return true
}

// reprice works out what a market reports and needs.
func (m *sweptMarket) reprice(price []fp.Int128, reported *fp.Uint128) bool {
	owes, ok := m.at(price[m.asset], m.owed)
	if *reported = owes; !ok || m.backed == m.owed {
		m.need = owes
		return ok
	}
	m.need, ok = m.at(price[m.asset], m.backed)
	return ok
}

func (m *sweptMarket) at(price fp.Int128, factor fp.Uint256) (worth fp.Uint128, ok bool) {
	if factor != fp.UnitU256 {
		f, small := factor.QuickUint128()
		g, fits := f.QuickInt128()
		if price, ok = price.QuickMulDecimal(g); !ok || !fits || !small {
			return worth, false
		}
	}
	x, ok := m.units.QuickMulDecimal(price)
	if !ok {
		return worth, false
	}
	return x.QuickUint128()
}

// sweptCalm reports that clearly nothing can be liquidated, and that no market
// comes to be locked or unlocked. What vaults owe and are worth is the same before
// and after the rebalances of a step.
func (s *State) sweptCalm() bool {
	x := &s.sweeping
	for m := range x.markets {
		if credit := x.model.Credit(m); (credit.Cmp(x.markets[m].need) < 0) != s.locked[m] {
			return false
		}
	}
	for v := range x.vaults {
		y := &x.vaults[v]
		if float64(units.FloatU128(x.model.Value(v))*(1-keyMargin)) <= float64(y.liquidation*units.Float128(x.model.Debt(v))) ||
			!x.worstAbove(v, y.liquidation) {
			return false
		}
	}
	return true
}

// worstAbove is [State.worstAbove] in a sweep.
func (x *sweeping) worstAbove(vault int, ratio float64) bool {
	y := &x.vaults[vault]
	if !y.indebted {
		return true
	}
	worth := float64(units.Float128(x.model.Price[vault]) * y.share)
	return clearlyAbove(ratio, y.key, y.least, units.FloatD27(x.model.ValuePerShare(vault)), y.share, worth)
}

// observeSwept takes the ratios of a vault into the row of the path.
func (s *State) observeSwept(vault int) {
	x := &s.sweeping
	is := sizes{units.Float128(x.model.Debt(vault)), units.FloatU128(x.model.Value(vault))}
	s.takeRatios(vault, is, x.vaults[vault].issuance)
	if !x.worstAbove(vault, s.Row.MinPositionCRatio) {
		o := x.model.Outlook(vault)
		s.takeWorst(s.WorstRatio(vault, &o))
	}
}

// use128 is utilisation.
func use128(need, credit fp.Uint128) float64 {
	switch {
	case need.IsZero():
		return 0
	case credit.IsZero():
		return math.NaN()
	}
	return units.FloatU128(need) / units.FloatU128(credit)
}

// finishSweep brings what sweeps did to everybody else, in their last step.
func (s *State) finishSweep(step int) {
	x, l := &s.sweeping, &s.ledger
	x.model.Store()
	for m := range x.markets {
		y := &x.markets[m]
		debt, value := x.model.Market(m)
		changed, distributed := debt.Wide().Sub(l.last[m]), debt.Wide().Sub(y.last.Wide())
		o, perShare := &l.outstanding[m][SourcePrice], &l.perShare[m][SourcePrice]
		*o, *perShare = o.Add(changed).Sub(distributed), perShare.Add(value.Sub(y.value).Raw.Wide())
		l.last[m] = debt.Wide()
	}
	x.model.EachBacking(func(pool, market int, pulled fp.Int128, shares fp.Uint128) {
		b := &l.pools[x.places[pool]][market]
		b.got[SourcePrice] = b.got[SourcePrice].Add(pulled.Wide())
		b.seen, b.shares = l.perShare[market], shares
	})
	s.Peek(step)
	_ = s.SetStep(step) // its prices have been published already
}
