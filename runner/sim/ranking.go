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

// ranks are the positions of a vault in order. They are never changed.
type ranks struct {
	sorted []rank
	odd    []model.AccountID // without shares: taken over from liquidated positions
	least  float64           // fewest shares of a position in the order
	place  map[model.AccountID]int32
}

func (s *State) rankAll(vault int) *ranks {
	r := &ranks{least: math.Inf(1)}
	pool, ct := s.VaultID(vault)
	s.Sys.EachPositionStorage(pool, ct, func(id model.AccountID, p model.PositionStorage) {
		if p.DebtShares.IsZero() {
			r.odd = append(r.odd, id)
			return
		}
		r.sorted = append(r.sorted, newRank(id, p))
		r.least = min(r.least, r.sorted[len(r.sorted)-1].shares)
	})
	slices.SortFunc(r.sorted, worse)
	return r
}

// find returns the place of an account, -1 when it is not in the order.
func (r *ranks) find(id model.AccountID) int32 {
	if r.place == nil {
		r.place = make(map[model.AccountID]int32, len(r.sorted))
		for i := range r.sorted {
			r.place[r.sorted[i].account] = int32(i)
		}
	}
	if i, ok := r.place[id]; ok {
		return i
	}
	return -1
}

// ranking is the order of a vault's positions on one path: that of the start,
// which all paths of a worker share, and what changed since.
type ranking struct {
	base    *ranks
	left    map[int32]bool           // places of base that no longer count
	moved   []rank                   // what came instead, in order
	places  map[model.AccountID]rank // of moved
	odd     []model.AccountID
	least   float64
	stale   bool // to be made anew
	initial *ranks
	epoch   uint64
}

// reset returns to the order of the start.
func (r *ranking) reset() {
	r.take(r.initial)
	r.epoch = 0
}

func (r *ranking) take(base *ranks) {
	r.base, r.stale = base, base == nil
	clear(r.left)
	clear(r.places)
	r.moved, r.odd, r.least = r.moved[:0], r.odd[:0], math.Inf(1)
	if base != nil {
		r.odd, r.least = append(r.odd, base.odd...), base.least
	}
}

// change puts a position where it belongs now.
func (r *ranking) change(id model.AccountID, p model.PositionStorage) {
	if r.stale {
		return
	}
	r.remove(id)
	switch {
	case p.CollateralShares.IsZero() && p.ConsolidatedDebt.IsZero():
		return
	case p.DebtShares.IsZero():
		r.odd = append(r.odd, id)
		return
	}
	if r.places == nil {
		r.places = map[model.AccountID]rank{}
	}
	x := newRank(id, p)
	i, _ := slices.BinarySearchFunc(r.moved, x, worse)
	r.moved = slices.Insert(r.moved, i, x)
	r.places[id] = x
	r.least = min(r.least, x.shares)
	r.stale = len(r.moved) > crowded && len(r.moved) > len(r.base.sorted)/crowdedPart
}

// Beyond these the order is made anew, which then costs little for each change
// that led there.
const (
	crowded     = 64
	crowdedPart = 8
)

func (r *ranking) remove(id model.AccountID) {
	if x, ok := r.places[id]; ok {
		i, _ := slices.BinarySearchFunc(r.moved, x, worse)
		r.moved = slices.Delete(r.moved, i, i+1)
		delete(r.places, id)
		return
	}
	if i := r.base.find(id); i >= 0 {
		if r.left == nil {
			r.left = map[int32]bool{}
		}
		r.left[i] = true
		return
	}
	if i := slices.Index(r.odd, id); i >= 0 {
		r.odd = slices.Delete(r.odd, i, i+1)
	}
}

// walk visits the order from the worst position on.
type walk struct {
	r    *ranking
	i, j int
}

// next returns the next position, nil after the last.
func (w *walk) next() *rank {
	base := w.r.base.sorted
	if len(w.r.left) > 0 {
		for w.i < len(base) && w.r.left[int32(w.i)] {
			w.i++
		}
	}
	switch {
	case w.j < len(w.r.moved) && (w.i == len(base) || worse(w.r.moved[w.j], base[w.i]) < 0):
		w.j++
		return &w.r.moved[w.j-1]
	case w.i < len(base):
		w.i++
		return &base[w.i-1]
	}
	return nil
}

// worst returns the worst position, nil when there is none.
func (r *ranking) worst() *rank {
	w := walk{r: r}
	return w.next()
}

// last returns the best position, nil when there is none.
func (r *ranking) last() *rank {
	i := len(r.base.sorted) - 1
	for i >= 0 && r.left[int32(i)] {
		i--
	}
	switch j := len(r.moved) - 1; {
	case j >= 0 && (i < 0 || worse(r.moved[j], r.base.sorted[i]) > 0):
		return &r.moved[j]
	case i >= 0:
		return &r.base.sorted[i]
	}
	return nil
}

// changed notes that a position of a vault was changed by a command.
func (s *State) changed(vault int, id model.AccountID) {
	pool, ct := s.VaultID(vault)
	s.vaults[vault].ranking.change(id, s.Sys.PositionStorage(pool, ct, id))
}

// treasuryChanged notes that the treasury has taken over a position of a vault.
func (s *State) treasuryChanged(vault int) {
	ct := s.World.Vaults[vault].Collateral
	for v := range s.World.Vaults {
		if s.World.Vaults[v].Pool == s.World.Treasury && s.World.Vaults[v].Collateral == ct {
			s.vaults[v].ranking.stale = true
		}
	}
}

// order returns the positions of a vault by descending key.
func (s *State) order(vault int, epoch uint64) *ranking {
	r := &s.vaults[vault].ranking
	if r.base == nil || r.stale || r.epoch != epoch {
		r.take(s.rankAll(vault))
		r.epoch = epoch
	}
	return r
}
