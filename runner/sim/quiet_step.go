package sim

import (
	"math"

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

// refresh takes over the extremes of the row of the path.
func (q *quiet) refresh(s *State) {
	q.ratio.lower(s.Row.MinVaultCRatio)
	q.position.lower(s.Row.MinPositionCRatio)
	q.usage.lower(-s.Row.MaxMintUsage)
	q.utilisation.lower(-s.Row.MaxUtilisation)
	q.aim()
}

func (q *quiet) aim() {
	for v := range q.vaults {
		q.vaults[v].aim(q)
	}
	for a := range q.use {
		q.use[a] = math.Inf(1)
		if q.slope[a] > 0 {
			q.use[a] = float64(-q.utilisation.best/q.slope[a]*(1-termError)) - 2*quantum
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

func (q *quiet) settleFull(s *State) {
	for _, e := range q.extremes() {
		if len(e.list) >= fullList {
			q.settle(s)
			return
		}
	}
}

// settle looks exactly at the candidates. The state is still that of their
// steps.
func (q *quiet) settle(s *State) {
	at := q.at
	for kind, e := range q.extremes() {
		for _, c := range e.list {
			if c.low > e.best || s.setPrices(c.step) != nil {
				continue
			}
			if kind == 3 {
				s.observeUse(c.index)
			} else {
				s.observeExtremes(c.index)
			}
		}
		e.list = e.list[:0]
	}
	if q.at != at {
		_ = s.setPrices(at) // they were set before
	}
	q.refresh(s)
}

// observeExtremes takes the ratios of a vault into the row of the path.
func (s *State) observeExtremes(vault int) {
	if l := s.look(vault); l.err == nil {
		s.observeRatios(vault, l)
	}
}

// observeUse takes the use of credit of the markets of an asset.
func (s *State) observeUse(asset int) {
	for i := range s.World.Markets {
		if s.quiet.markets[i].asset != asset {
			continue
		}
		if credit, need, ok := s.creditOf(i); ok {
			s.Row.MaxUtilisation = greater(s.Row.MaxUtilisation, utilisation(need, credit))
		}
	}
}

func (s *State) creditOf(market int) (credit, need fp.Uint256, ok bool) {
	id := s.World.Markets[market].ID
	credit, err := s.Sys.WithdrawableMarketUSD(id)
	need, failure := s.Sys.External(id).MinimumCredit()
	return credit, need, err == nil && failure == nil
}

// observeRatios takes the extremes of a vault's ratios and returns its sizes.
func (s *State) observeRatios(vault int, l *vaultLook) sizes {
	o := &l.outlook
	x := sizesOf(o)
	s.Row.MinVaultCRatio = lesser(s.Row.MinVaultCRatio, x.ratio())
	if !s.worstAbove(vault, l, s.Row.MinPositionCRatio) {
		s.Row.MinPositionCRatio = lesser(s.Row.MinPositionCRatio, s.WorstRatio(vault, o))
	}
	issuance := units.FloatU(s.Sys.SystemIssuanceRatio(o.CollateralID()))
	s.Row.MaxMintUsage = greater(s.Row.MaxMintUsage, x.mintUsage(issuance))
	return x
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

// offer adds a figure that is known up to a relative error.
func (e *extreme) offer(step, index int, x, relative float64) {
	low, high := x-float64(abs(x)*relative), x+float64(abs(x)*relative)
	if low > e.best {
		return
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
