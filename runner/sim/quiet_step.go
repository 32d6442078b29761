package sim

import (
	"cmp"
	"math"
	"slices"

	fp "backtest/model/fixedpoint"
	"backtest/runner/units"
)

// Steady reports whether steps of this world can be quiet at all.
func (s *State) Steady() bool { return s.quiet.linear }

// Peek moves to the time of a step, not yet to its prices.
func (s *State) Peek(step int) { s.Step, s.Now = step, s.World.Grid[step] }

// Pass passes over quiet steps from the given one on, up to before limit, and
// returns the first that is not quiet: one in which, if nobody acted, a pool
// would cross a limit, a market would be locked or unlocked, or a vault or a
// position could be liquidated. What the steps between would have recorded is
// accounted for, and they need no further attention.
func (s *State) Pass(from, limit int, c *Collector) int {
	q := &s.quiet
	for from < limit {
		if s.parts.insolvent.open > 0 {
			return from // the step at which a vault is solvent again is looked at
		}
		if !q.prepare(s) {
			return from
		}
		if q.next[from] == from {
			if !s.passMoment(from, c) {
				return from
			}
			from++
			continue
		}
		next := min(limit, q.next[from], from+widest)
		if from = q.scan(s, from, next); from < next {
			return from
		}
	}
	return from
}

// passMoment records the distributions of a quiet step.
func (s *State) passMoment(step int, c *Collector) bool {
	q := &s.quiet
	s.Peek(step)
	if q.scan(s, step, step+1) == step || s.SetStep(step) != nil {
		return false
	}
	s.Observe(c)
	q.refresh(s)
	return true
}

// refresh takes over the extremes of the path.
func (q *quiet) refresh(s *State) {
	for v := range q.ratios {
		q.ratios[v].lower(s.parts.vaults[v].ratio)
	}
	for m := range q.uses {
		q.uses[m].lower(-s.parts.markets[m].use)
	}
	q.position.lower(s.Row.MinPositionCRatio)
	q.usage.lower(-s.Row.MaxMintUsage)
	q.aim()
}

func (q *quiet) aim() {
	q.aimVaults()
	q.aimUse()
}

func (q *quiet) aimVaults() {
	q.aimed.usage, q.aimed.position = q.usage.best, q.position.best
	for v := range q.vaults {
		q.vaults[v].aim(q, v)
	}
}

func (q *quiet) aimUse() {
	for a := range q.use {
		q.use[a] = math.Inf(1)
	}
	for m := range q.markets {
		if r := &q.markets[m]; r.slope > 0 {
			edge := float64(-q.uses[m].best/r.slope*(1-termError)) - 2*quantum
			q.use[r.asset] = min(q.use[r.asset], edge)
		}
	}
}

// Settle brings the prices of the present step to everybody who was left at
// an earlier one, and decides the extremes of the quiet steps between. It comes
// before the state changes.
func (s *State) Settle() {
	s.quiet.settle(s)
}

// CatchUp ends a path whose last steps were quiet.
func (s *State) CatchUp() error {
	s.Settle()
	if s.quiet.at == s.Step {
		return nil
	}
	return s.SetStep(s.Step)
}

// due is a look at a vault or a market at the prices of a step.
type due struct {
	step, index int
	market      bool
}

func (a due) compare(b due) int {
	switch {
	case a.market == b.market:
		return cmp.Or(cmp.Compare(a.step, b.step), cmp.Compare(a.index, b.index))
	case a.step != b.step:
		return cmp.Compare(a.step, b.step)
	case a.market:
		return 1
	}
	return -1
}

// settle looks exactly at the candidates, at each step once. The state is still
// that of their steps.
func (q *quiet) settle(s *State) {
	at := q.at
	q.full, q.settling = false, q.settling[:0]
	for v := range q.ratios {
		q.collect(&q.ratios[v], false)
	}
	for m := range q.uses {
		q.collect(&q.uses[m], true)
	}
	q.collect(&q.position, false)
	q.collect(&q.usage, false)
	slices.SortFunc(q.settling, due.compare)
	for i, d := range q.settling {
		switch {
		case i > 0 && d == q.settling[i-1]:
		case q.at != d.step && s.setPrices(d.step) != nil:
		case d.market:
			s.observeUse(d.index)
		default:
			s.observeExtremes(d.index)
		}
	}
	if q.at != at {
		_ = s.setPrices(at) // they were set before
	}
	q.refresh(s)
}

// collect takes the candidates of an extreme over.
func (q *quiet) collect(e *extreme, market bool) {
	for _, c := range e.list {
		if c.low <= e.best {
			q.settling = append(q.settling, due{c.step, c.index, market})
		}
	}
	e.list = e.list[:0]
}

// observeExtremes takes the ratios of a vault into the row of the path.
func (s *State) observeExtremes(vault int) {
	if l := s.look(vault); l.err == nil {
		s.observeRatios(vault, l)
	}
}

// observeUse takes the use of credit of a market into the row of the path.
func (s *State) observeUse(market int) {
	if credit, need, ok := s.creditOf(market); ok {
		s.used(market, utilisation(need, credit))
	}
}

// used takes the greatest use of credit, of the market and of all.
func (s *State) used(market int, use float64) {
	m := &s.parts.markets[market]
	m.use = greater(m.use, use)
	s.Row.MaxUtilisation = greater(s.Row.MaxUtilisation, use)
}

func (s *State) creditOf(market int) (credit, need fp.Uint256, ok bool) {
	id := s.World.Markets[market].ID
	credit, err := s.Sys.WithdrawableMarketUSD(id)
	need, failure := s.Sys.External(id).MinimumCredit()
	return credit, need, err == nil && failure == nil
}

// observeRatios takes the extremes of a vault's ratios and returns its sizes.
func (s *State) observeRatios(vault int, l *vaultLook) sizes {
	s.insolvent(vault, &l.outlook)
	o := &l.outlook
	x := sizesOf(o)
	s.takeRatios(vault, x, units.FloatU(s.Sys.SystemIssuanceRatio(o.CollateralID())))
	if !s.worstAbove(vault, l, s.Row.MinPositionCRatio) {
		s.takeWorst(s.WorstRatio(vault, o))
	}
	return x
}

// takeRatios takes a vault's ratios into the row of the path.
func (s *State) takeRatios(vault int, x sizes, issuance float64) {
	part, ratio := &s.parts.vaults[vault], x.ratio()
	part.ratio = lesser(part.ratio, ratio)
	s.Row.MinVaultCRatio = lesser(s.Row.MinVaultCRatio, ratio)
	s.Row.MaxMintUsage = greater(s.Row.MaxMintUsage, x.mintUsage(issuance))
}

// takeWorst takes the least C-ratio of a vault's positions into the row.
func (s *State) takeWorst(ratio float64) {
	s.Row.MinPositionCRatio = lesser(s.Row.MinPositionCRatio, ratio)
}

// extreme is the least of a figure over the quiet steps since the state last
// changed, as far as floats tell.
type extreme struct {
	best float64 // the least is at most this
	list []candidate
}

// candidate is a step at which the figure of a vault or asset may be the least.
type candidate struct {
	step, index int
	low         float64
}

// fullList is how many candidates are kept before they are decided.
const fullList = 32

// offer adds a figure that is known up to a relative error, and reports whether
// there are many by now.
func (e *extreme) offer(step, index int, x, relative float64) (full bool) {
	low, high := x-float64(abs(x)*relative), x+float64(abs(x)*relative)
	if low > e.best {
		return false
	}
	if high < e.best {
		e.best = high
		kept := e.list[:0]
		for _, c := range e.list {
			if c.low <= high {
				kept = append(kept, c)
			}
		}
		e.list = kept
	}
	e.list = append(e.list, candidate{step, index, low})
	return len(e.list) >= fullList
}

// lower takes over a figure that is known exactly; NaN is none.
func (e *extreme) lower(x float64) {
	if len(e.list) == 0 {
		e.best = math.Inf(1)
	}
	if x < e.best {
		e.best = x
	}
}
