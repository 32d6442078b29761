package sim

import (
	"cmp"
	"math"
	"slices"

	"backtest/model"
	"backtest/runner/units"
)

// rank is a position in the order of a vault. Its debt is debt + (V - value)
// × shares for the vault's value per share V.
type rank struct {
	key     float64 // debt/shares - value
	debt    float64 // consolidated, USD
	value   float64 // per share it was last consolidated at, USD
	shares  float64
	account model.AccountID
	weight  positionWeight // of its debt
}

func newRank(id model.AccountID, p model.PositionStorage) rank {
	r := rank{debt: units.Float(p.ConsolidatedDebt), value: units.FloatD27(p.LastValuePerShare), shares: units.FloatU(p.DebtShares.Wide()), account: id}
	r.key = r.debt/r.shares - r.value
	return r
}

// worse orders positions by descending key.
func worse(a, b rank) int {
	return cmp.Or(cmp.Compare(b.key, a.key), cmp.Compare(a.account, b.account))
}

// ranks are the positions of a vault in order, as all paths of a world find
// them. They are never changed.
type ranks struct {
	sorted []rank
	odd    []model.AccountID // without shares: taken over from liquidated positions
	lane   lane              // of sorted
	span   float64           // most that the parts of a key come to, USD a share
	least  float64           // fewest shares of a position in the order
	epoch  uint64

	sys  *model.System // that they were read from
	pool model.PoolID
	ct   model.CollateralID
}

func rankAll(sys *model.System, pool model.PoolID, ct model.CollateralID, scale weightScale) *ranks {
	r := &ranks{least: math.Inf(1), epoch: sys.VaultStorage(pool, ct).Epoch, sys: sys, pool: pool, ct: ct}
	sys.EachPositionStorage(pool, ct, func(id model.AccountID, p model.PositionStorage) {
		if p.DebtShares.IsZero() {
			r.odd = append(r.odd, id)
			return
		}
		x := newRank(id, p)
		x.weight = scale.position(&p)
		r.sorted = append(r.sorted, x)
		r.span = max(r.span, abs(x.debt/x.shares)+abs(x.value))
		r.least = min(r.least, r.sorted[len(r.sorted)-1].shares)
	})
	slices.SortFunc(r.sorted, worse)
	r.lane = newLane(r.sorted)
	return r
}

// nobody is the order of a new epoch.
var nobody = &ranks{least: math.Inf(1)}

// find returns the place of an account, -1 when it is not in the order.
func (r *ranks) find(id model.AccountID) int {
	if len(r.sorted) == 0 {
		return -1
	}
	p := r.sys.PositionStorage(r.pool, r.ct, id)
	if p.DebtShares.IsZero() {
		return -1
	}
	if i, ok := slices.BinarySearchFunc(r.sorted, newRank(id, p), worse); ok {
		return i
	}
	return -1
}

// ranking is the order of a vault's positions on one path: that of the start,
// which all paths share, and what changed since. A change takes O(log n).
type ranking struct {
	base  *ranks
	left  departures // places of base that no longer count
	moved rankTree   // what came instead
	odd   []model.AccountID
	least float64
	epoch uint64
	gone  []int // scratch: the places in left, ascending
}

// reset returns to the order of the start.
func (r *ranking) reset(base *ranks) {
	r.base, r.epoch = base, base.epoch
	r.left.reset(len(base.sorted))
	r.moved.reset()
	r.odd, r.least = append(r.odd[:0], base.odd...), base.least
}

// change puts a position where it belongs now.
func (r *ranking) change(id model.AccountID, p model.PositionStorage) {
	r.remove(id)
	switch {
	case p.CollateralShares.IsZero() && p.ConsolidatedDebt.IsZero():
	case p.DebtShares.IsZero():
		r.odd = append(r.odd, id)
	default:
		x := newRank(id, p)
		r.moved.insert(x)
		r.least = min(r.least, x.shares)
	}
}

func (r *ranking) remove(id model.AccountID) {
	if r.moved.remove(id) {
		return
	}
	if i := r.base.find(id); i >= 0 {
		r.left.add(i)
	}
	if i := slices.Index(r.odd, id); i >= 0 {
		r.odd = slices.Delete(r.odd, i, i+1)
	}
}

// walk visits the order from the worst position on. The order must not change
// meanwhile.
type walk struct {
	r     *ranking
	begun bool
	i     int   // in base
	j     int32 // in moved
}

// next returns the next position, nil after the last.
func (w *walk) next() *rank {
	r := w.r
	if !w.begun {
		w.begun, w.i, w.j = true, r.left.next(0), r.moved.first
	}
	base := r.base.sorted
	switch {
	case w.j != 0 && (w.i == len(base) || worse(r.moved.nodes[w.j].rank, base[w.i]) < 0):
		x := &r.moved.nodes[w.j]
		w.j = x.next
		return &x.rank
	case w.i < len(base):
		x := &base[w.i]
		w.i = r.left.next(w.i + 1)
		return x
	}
	return nil
}

// runs calls f for every part of the order of the start that still counts, and
// moved for everybody else.
func (r *ranking) runs(f func(l *lane, from, to int), moved func(model.AccountID)) {
	from := 0
	r.gone = append(r.gone[:0], r.left.gone...)
	slices.Sort(r.gone)
	for _, left := range r.gone {
		if from < left {
			f(&r.base.lane, from, left)
		}
		from = left + 1
	}
	if from < len(r.base.sorted) {
		f(&r.base.lane, from, len(r.base.sorted))
	}
	for i := r.moved.first; i != 0; i = r.moved.nodes[i].next {
		moved(r.moved.nodes[i].account)
	}
}

// worst returns the worst position, nil when there is none.
func (r *ranking) worst() *rank {
	w := walk{r: r}
	return w.next()
}

// changed notes that a position of a vault was changed by a command.
func (s *State) changed(vault int, id model.AccountID) {
	pool, ct := s.VaultID(vault)
	s.vaults[vault].ranking.change(id, s.Sys.PositionStorage(pool, ct, id))
	s.touchMembers(id)
}

// treasuryChanged notes that the treasury has taken over a position of a vault.
func (s *State) treasuryChanged(vault int) {
	treasury := model.AccountID(s.Sys.Config(model.ConfigTreasuryAccountID).Low64())
	if v := s.treasuryVault(vault); v >= 0 {
		s.changed(v, treasury)
	}
}

// order returns the positions of a vault by descending key. In a new epoch,
// those who have come by then are put in order.
func (s *State) order(vault int, epoch uint64) *ranking {
	r := &s.vaults[vault].ranking
	if r.epoch != epoch {
		r.reset(nobody)
		r.epoch = epoch
		pool, ct := s.VaultID(vault)
		s.Sys.EachPositionStorage(pool, ct, r.change)
	}
	return r
}
