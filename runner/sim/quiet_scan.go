package sim

import "math/bits"

// A window of steps is looked at as a whole first: with the least and the
// greatest price of every asset in it, a bound on every inequality tells that
// all of its steps are quiet and set no extreme. Where it does not, the halves
// of the window are looked at, for what was undecided only, down to single
// steps.

// widest is how many steps are looked at together at most.
const widest = 32

// most is how many vaults and assets are told apart; with more, steps are
// looked at one by one.
const most = 64

// doubt is what is undecided: vaults, assets whose use of credit may be the
// greatest, and whether the prices leave the range of the rows.
type doubt struct {
	vaults, assets uint64
	outside        bool
}

func (d doubt) none() bool { return d.vaults|d.assets == 0 && !d.outside }

// many reports that there are more vaults or assets than are told apart.
func (q *quiet) many() bool { return len(q.vaults) > most || len(q.low) > most }

// everything is undecided at first.
func (q *quiet) everything() doubt {
	return doubt{1<<min(len(q.vaults), most) - 1, 1<<min(len(q.low), most) - 1, true}
}

// scan looks at the steps from one to before another and returns the first
// that is not quiet.
func (q *quiet) scan(s *State, from, to int) int {
	if q.many() {
		for ; from < to; from++ {
			if !q.step(s, from, q.everything()) {
				break
			}
		}
		return from
	}
	return q.halves(s, from, to, q.everything())
}

// halves is scan for a window and what is undecided in it.
func (q *quiet) halves(s *State, from, to int, d doubt) int {
	if from+1 == to {
		if q.step(s, from, d) {
			return to
		}
		return from
	}
	if d = q.bound(s, from, to, d); d.none() {
		return to
	}
	middle := (from + to) / 2
	if at := q.halves(s, from, middle, d); at < middle {
		return at
	}
	return q.halves(s, middle, to, d)
}

// bound decides what it can for all steps of a window.
func (q *quiet) bound(s *State, from, to int, d doubt) doubt {
	d.outside = false
	assets := d.assets
	for a := range q.low {
		least, greatest := s.prices.OracleRange(a, from, to)
		q.least[a], q.greatest[a] = least, greatest
		if !(least > q.low[a] && greatest < q.high[a]) {
			d.outside = true
			return d // the bounds of the rows do not hold out there
		}
		if greatest < q.use[a] {
			assets &^= 1 << a
		}
	}
	vaults := d.vaults
	for left := vaults; left != 0; left &= left - 1 {
		v := bits.TrailingZeros64(left)
		if q.vaults[v].dullBetween(q.least, q.greatest) {
			vaults &^= 1 << v
		}
	}
	return doubt{vaults, assets, false}
}

// step reports whether a single step is quiet, and keeps it as a candidate for
// the extremes that it may set.
func (q *quiet) step(s *State, step int, d doubt) bool {
	points := s.prices.Points
	for a := range q.low {
		p := s.prices.OraclePrices[a*points+step]
		if !(p > q.low[a] && p < q.high[a]) {
			q.leave(a, p)
			return false
		}
		q.price[a] = p
	}
	if q.many() {
		return q.stepOfMany(s, step)
	}
	vaults := d.vaults
	for left := vaults; left != 0; left &= left - 1 {
		v := bits.TrailingZeros64(left)
		if r := &q.vaults[v]; r.dull(q.price) {
			vaults &^= 1 << v
		} else if !r.safe(q.price) {
			return false
		}
	}
	for ; vaults != 0; vaults &= vaults - 1 {
		v := bits.TrailingZeros64(vaults)
		q.vaults[v].offer(q, step, v)
	}
	for left := d.assets; left != 0; left &= left - 1 {
		q.offerUse(step, bits.TrailingZeros64(left))
	}
	q.renew(s)
	return true
}

// stepOfMany is step for more vaults or assets than are told apart.
func (q *quiet) stepOfMany(s *State, step int) bool {
	for v := range q.vaults {
		if r := &q.vaults[v]; !r.dull(q.price) && !r.safe(q.price) {
			return false
		}
	}
	for v := range q.vaults {
		if r := &q.vaults[v]; !r.dull(q.price) {
			r.offer(q, step, v)
		}
	}
	for a := range q.low {
		q.offerUse(step, a)
	}
	q.renew(s)
	return true
}

// offerUse keeps a step at which the use of credit of an asset's markets may be
// their greatest.
func (q *quiet) offerUse(step, asset int) {
	p := q.price[asset]
	if p < q.use[asset] {
		return
	}
	for m := range q.markets {
		if r := &q.markets[m]; r.asset == asset && r.slope > 0 {
			q.full = q.uses[m].offer(step, m, -float64(r.slope*p), 2*quantum/p+termError) || q.full
		}
	}
	q.aimUse()
}

// renew decides candidates when there are many, and aims at the extremes of all
// vaults anew if they have moved.
func (q *quiet) renew(s *State) {
	switch {
	case q.full:
		q.settle(s)
	case q.aimed.usage != q.usage.best || q.aimed.position != q.position.best:
		q.aimVaults()
	}
}

// leave makes new rows once a price is far from where they were made.
func (q *quiet) leave(asset int, p float64) {
	if p >= priceRange*q.base[asset] || p*priceRange <= q.base[asset] {
		q.made = false
	}
}

// dullBetween reports that the vault is dull at all prices between two.
func (r *vaultRow) dullBetween(least, greatest []float64) bool {
	if r.empty {
		return true
	}
	d := r.fixed
	for a, c := range r.perPrice[:len(least)] {
		p := greatest[a]
		if c < 0 {
			p = least[a]
		}
		d += float64(p * c)
	}
	p := least[r.asset]
	return float64(r.tokens*p)-float64(r.ratio*d) > r.ratioMargin &&
		(!r.indebted || float64(r.factor*p)-float64(r.least*r.perShare(d)) > r.leastMargin)
}
