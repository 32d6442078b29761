package sim

import (
	"math"

	"backtest/model"
	"backtest/runner/units"
)

// Between two actions the state does not change, and all that a step asks of
// it is affine in the prices: the debt of a market whose driver is [Linear],
// hence the value per share of a pool, the debt of a vault and its debt per
// share. Whether a pool crosses a limit, a market comes to need more credit
// than it has, or a vault or the worst position of a vault can be liquidated
// are then a few inequalities in the prices. They are made once after every
// change of the state, with a bound on their rounding errors, and looked at in
// floats, as geometric predicates are: a step in which all of them are clearly
// met is quiet, and every other is taken exactly. What is recorded of a quiet
// step are extremes; candidates for them are kept and settled exactly before
// the state changes.

// Linear is the driver of a market whose debt and need of credit are
// proportional to one price until somebody acts, and do not depend on time.
type Linear interface {
	// Linear returns the asset, how many units of it the market owes, and how
	// many have to be backed by credit. ok is false while that does not hold.
	Linear(s *State) (asset int, owed, backed float64, ok bool)
}

// Bounds of the errors of the rows. They are far above what roundings of 2^-53
// and the protocol's own floors add up to, and far below what decides.
const (
	termError  = 1e-12  // of a sum, relative to the sum of its terms' magnitudes
	quantum    = 0.6e-8 // of a price, by its publication with 8 decimals
	tinyUSD    = 1e-9   // of any amount
	priceRange = 16     // rows hold up to this factor from the prices they were made at
	greatest   = 1e15   // no amount in reach of the rows may be larger, USD
	leastShare = 1e9    // nor any value per share, USD
)

// quiet decides which steps of a path are quiet.
type quiet struct {
	linear  bool   // every driver is Linear
	ok      bool   // the rows are usable
	made    bool   // the rows belong to the present state
	changes uint64 // of the state they were made for
	at      int    // step whose prices everybody knows

	low, high []float64 // by asset: prices between which no pool moves
	base      []float64 // by asset: the price that the rows were made at
	use       []float64 // by asset: price from which on use may be the greatest of some market
	price     []float64 // by asset, padded
	vaults    []vaultRow
	markets   []marketRow

	ratios          []extreme                         // by vault: C-ratio
	uses            []extreme                         // by market: use of credit, negated
	position, usage extreme                           // of all vaults, the latter negated
	aimed           struct{ position, usage float64 } // bests that the vaults' aims go by
	full            bool                              // some extreme has many candidates
	settling        []due                             // scratch

	next []int // by step: the first moment from it on at which distributions are recorded

	least, greatest []float64 // by asset: prices in a window
}

// marketRow is a market's debt: net + owed × price.
type marketRow struct {
	asset          int
	owed, backed   float64
	net, last      float64 // USD
	shares, value  float64
	limit, reentry model.RangeEdge
	slope          float64 // use of credit per USD of price, 0 for none
}

// lanes is how many prices are multiplied at a time.
const lanes = 4

func newQuiet(w *World) quiet {
	assets, padded := len(w.Assets), (len(w.Assets)+lanes-1)/lanes*lanes
	q := quiet{
		low: make([]float64, assets), high: make([]float64, assets), base: make([]float64, assets),
		use: make([]float64, assets), price: make([]float64, padded),
		vaults: make([]vaultRow, len(w.Vaults)), markets: make([]marketRow, len(w.Markets)),
		ratios: make([]extreme, len(w.Vaults)), uses: make([]extreme, len(w.Markets)),
	}
	for v := range q.vaults {
		q.vaults[v].perPrice = make([]float64, padded)
	}
	q.next = make([]int, len(w.Grid))
	for step, at := len(w.Grid)-1, len(w.Moments); step >= 0; step-- {
		if at > 0 && w.Moments[at-1] == step {
			at--
		}
		if q.next[step] = len(w.Grid); at < len(w.Moments) {
			q.next[step] = w.Moments[at]
		}
	}
	q.least, q.greatest = make([]float64, assets), make([]float64, assets)
	q.linear = true
	for _, m := range w.Markets {
		if _, ok := m.Driver.(Linear); !ok {
			q.linear = false
		}
	}
	return q
}

// timeless reports that no market's debt moves with time alone.
func (s *State) timeless() bool { return s.quiet.linear }

func (q *quiet) begin(s *State) {
	q.made = false
	for e := range q.extremes {
		e.list = e.list[:0]
	}
}

// extremes goes through all of them.
func (q *quiet) extremes(yield func(e *extreme) bool) {
	for v := range q.ratios {
		if !yield(&q.ratios[v]) {
			return
		}
	}
	for m := range q.uses {
		if !yield(&q.uses[m]) {
			return
		}
	}
	_ = yield(&q.position) && yield(&q.usage)
}

// prepare makes the rows of the present state, unless they are there.
func (q *quiet) prepare(s *State) bool {
	if !q.made || q.changes != s.Sys.Changes() {
		q.made, q.changes = true, s.Sys.Changes()
		q.ok = q.makeMarkets(s) && q.makeVaults(s)
		q.refresh(s)
	}
	return q.ok
}

func (q *quiet) makeMarkets(s *State) bool {
	for a := range q.low {
		q.base[a] = s.Oracle[a]
		q.low[a], q.high[a] = s.Oracle[a]/priceRange, s.Oracle[a]*priceRange
	}
	for _, blocked := range s.blockedPools {
		if blocked {
			return false
		}
	}
	for i := range q.markets {
		if !q.makeMarket(s, i) {
			return false
		}
	}
	return true
}

func (q *quiet) makeMarket(s *State, i int) bool {
	m, r := &s.World.Markets[i], &q.markets[i]
	var ok bool
	if r.asset, r.owed, r.backed, ok = m.Driver.(Linear).Linear(s); !ok {
		return false
	}
	x := s.Sys.MarketSummary(m.ID)
	r.net, r.last = units.Float(x.NetIssuance.Wide()), units.Float(x.LastDistributed.Wide())
	r.shares, r.value = units.FloatU(x.TotalShares.Wide()), units.FloatD27(x.ValuePerShare)
	r.limit, r.reentry = x.Out, x.In
	// A market that nobody backs collects debt that is watched exactly.
	if !(r.shares > 1) {
		return false
	}
	most := abs(r.net) + float64(r.owed*q.high[r.asset])
	if most > greatest || (most+abs(r.last))/r.shares+abs(r.value) > leastShare {
		return false
	}
	return q.boundDebt(r) && q.boundCredit(s, i, m.ID)
}

// boundDebt narrows the prices to those at which the market's debt moves no
// pool: up to the limit of the next to leave, if it rose since it was last
// distributed, and down to that of the next to return, if it fell.
func (q *quiet) boundDebt(r *marketRow) bool {
	up, down := math.Inf(1), math.Inf(-1)
	margin := float64(termError*(abs(r.last)+abs(r.net))) + float64(r.owed*quantum) + tinyUSD
	if r.limit.Some {
		limit := units.Float(r.limit.Limit.Wide())
		up = r.last + max(float64((limit-r.value)*r.shares), 0)
		margin += float64(termError * float64(r.shares*(abs(limit)+abs(r.value))))
	}
	if r.reentry.Some {
		limit := units.Float(r.reentry.Limit.Wide())
		down = r.last + min(float64((limit-r.value)*r.shares), 0)
		margin += float64(termError * float64(r.shares*(abs(limit)+abs(r.value))))
	}
	if r.owed == 0 {
		return r.net < up-margin && r.net > down+margin || r.net == r.last
	}
	q.high[r.asset] = min(q.high[r.asset], (up-margin-r.net)/r.owed)
	q.low[r.asset] = max(q.low[r.asset], (down+margin-r.net)/r.owed)
	return true
}

// leastBacked is the fewest units whose value is told from nothing.
const leastBacked = 1e-6

// boundCredit narrows the prices to those at which the market is locked, or
// not, as it was at the last look.
func (q *quiet) boundCredit(s *State, market int, id model.MarketID) bool {
	r := &q.markets[market]
	r.slope = 0
	if r.backed < leastBacked {
		return r.backed == 0 && !s.locked[market]
	}
	has, err := s.Sys.WithdrawableMarketUSD(id)
	if err != nil {
		return false
	}
	credit := units.FloatU(has)
	edge := credit / r.backed
	margin := float64(edge*keyMargin) + 2*quantum
	if s.locked[market] {
		q.low[r.asset] = max(q.low[r.asset], edge+margin)
	} else {
		q.high[r.asset] = min(q.high[r.asset], edge-margin)
	}
	if credit > 0 {
		r.slope = r.backed / credit
	}
	return true
}

// makeVaults makes the rows of the vaults, pool by pool.
func (q *quiet) makeVaults(s *State) bool {
	vault := 0
	for p := range s.World.Pools {
		first := vault
		for vault < len(s.World.Vaults) && s.World.Vaults[vault].Pool == p {
			vault++
		}
		if !q.makePool(s, p, first, vault) {
			return false
		}
	}
	return true
}

// idle reports whether a pool gives no credit and waits for no debt.
func (s *State) idle(pool int) bool {
	for _, m := range s.World.Pools[pool].Markets {
		x := s.Sys.MarketPoolStorage(s.World.Markets[m].ID, s.World.Pools[pool].ID)
		if !x.Shares.IsZero() || !x.PendingDebt.IsZero() {
			return false
		}
	}
	return true
}

// makePool makes the rows of the vaults from first to before last: a part of
// what reaches the pool, which is the same for all but for its size.
func (q *quiet) makePool(s *State, pool, first, last int) bool {
	id := s.World.Pools[pool].ID
	d := s.Sys.PoolDistribution(id)
	shares := units.FloatU(d.TotalShares.Wide())
	if (first == last || d.TotalShares.IsZero()) && !s.idle(pool) {
		return false
	}
	if first == last {
		return true
	}
	for v := first; v < last; v++ {
		r := &q.vaults[v]
		clear(r.perPrice)
		r.fixed, r.terms = 0, 0
	}
	r := &q.vaults[first]
	for _, m := range s.World.Pools[pool].Markets {
		r.addMarket(s, &q.markets[m], s.World.Markets[m].ID, id)
	}
	for v := last - 1; v >= first; v-- {
		x := &q.vaults[v]
		copy(x.perPrice, r.perPrice)
		x.fixed, x.terms = r.fixed, r.terms
		if !x.make(s, q, v, d, shares) {
			return false
		}
	}
	return true
}

// addMarket adds what a market would bring to a pool.
func (r *vaultRow) addMarket(s *State, m *marketRow, market model.MarketID, pool model.PoolID) {
	x := s.Sys.MarketPoolStorage(market, pool)
	pending, shares := units.FloatU(x.PendingDebt.Wide()), units.FloatU(x.Shares.Wide())
	r.add(pending)
	if x.Shares.IsZero() {
		return
	}
	value := s.Sys.MarketSummary(market).ValuePerShare
	r.add(float64(units.FloatD27(value.Sub(x.LastValuePerShare)) * shares))
	part := shares / m.shares
	r.add(float64(m.net * part))
	r.add(-float64(m.last * part))
	r.perPrice[m.asset] += float64(m.owed * part)
}

func (r *vaultRow) add(x float64) {
	r.fixed += x
	r.terms += abs(x)
}
