package perps

import (
	"cmp"
	"slices"

	"backtest/model"
)

// watch knows which accounts need not be looked at. An account is safe while
// the figures that its margin depends on stay within bounds that were proven
// when it was last looked at (bounds.go); a change of anything else that it
// depends on ends that. Alarms ordered by these bounds tell which accounts a
// figure has left behind, so that a step costs as many looks as accounts were
// touched or came closer to their required margins.
//
// A transaction that fails may leave accounts unsafe that need not be, never
// the other way round.
type watch struct {
	figures
	seats  []seat // by number of the account, less 1
	due    []int  // seats that may be unsafe, by id; some have become safe since
	over   int    // how many have
	fresh  []int  // more that may be unsafe, in no order
	sorted []int  // all seats by id, once they are asked for
	looks  int    // how many accounts were looked at
}

// seat is an account under watch.
type seat struct {
	account *account
	stamp   uint32 // of the alarms that count
	safe    bool
	listed  bool // in due or fresh
}

// AtRisk returns the first account after an id, in ascending order, that has
// to be looked at. All that it passes over can be liquidated neither with their
// positions nor for their debt, and their views do not fail. It costs what has
// changed since it was last asked, not the number of accounts. It must not be
// called within a transaction.
func (m *Market) AtRisk(after model.AccountID) (id model.AccountID, found bool) {
	if m.watch == nil {
		m.watch = &watch{}
		for _, a := range m.accounts {
			m.watch.touch(a)
		}
	}
	// A transaction around it could be taken back behind its back: Static
	// refuses that.
	if err := m.sys.Static(func() { id, found = m.firstDue(after) }); err != nil {
		return m.watch.next(after) // a figure cannot be read: everybody is at risk
	}
	return id, found
}

// firstDue looks at the accounts after an id that may be unsafe, until one is.
func (m *Market) firstDue(after model.AccountID) (model.AccountID, bool) {
	w := m.watch
	m.readFigures()
	w.arrange()
	for _, n := range w.due[w.search(w.due, after):] {
		s := &w.seats[n]
		if s.safe {
			continue
		}
		w.looks++
		if !m.secure(n) {
			return s.account.id, true
		}
		w.over++
	}
	return 0, false
}

// touch ends that an account is safe. It begins to watch a new one.
func (w *watch) touch(a *account) {
	if w == nil {
		return
	}
	if a.number == 0 {
		w.seats = append(w.seats, seat{account: a})
		a.number = len(w.seats)
	}
	w.alarm(a.number - 1)
}

// alarm ends that an account is safe.
func (w *watch) alarm(n int) {
	s := &w.seats[n]
	if s.safe && s.listed {
		w.over--
	}
	s.safe = false
	s.stamp++
	if !s.listed {
		s.listed = true
		w.fresh = append(w.fresh, n)
	}
}

// alarmAll ends that anybody is safe.
func (w *watch) alarmAll() {
	if w == nil {
		return
	}
	for n := range w.seats {
		w.alarm(n)
	}
}

// arrange takes the fresh accounts in among those that are due, once it has
// dropped who is safe if they are many.
func (w *watch) arrange() {
	if 2*w.over > len(w.due) {
		w.due = slices.DeleteFunc(w.due, func(n int) bool {
			w.seats[n].listed = !w.seats[n].safe
			return w.seats[n].safe
		})
		w.over = 0
	}
	slices.SortFunc(w.fresh, w.byID)
	k := len(w.due)
	w.due = append(w.due, w.fresh...)
	for j := len(w.fresh); j > 0 && k > 0; { // from the end
		if w.byID(w.due[k-1], w.fresh[j-1]) > 0 {
			k--
			w.due[k+j] = w.due[k]
		} else {
			j--
			w.due[k+j] = w.fresh[j]
		}
		if k == 0 {
			copy(w.due, w.fresh[:j])
		}
	}
	w.fresh = w.fresh[:0]
}

func (w *watch) byID(a, b int) int { return cmp.Compare(w.seats[a].account.id, w.seats[b].account.id) }

// search returns the place in a list by id of the first account after an id.
func (w *watch) search(list []int, after model.AccountID) int {
	k, _ := slices.BinarySearchFunc(list, after, func(n int, id model.AccountID) int {
		if w.seats[n].account.id <= id {
			return -1
		}
		return 1
	})
	return k
}

// next returns the first account after an id, whoever it is.
func (w *watch) next(after model.AccountID) (model.AccountID, bool) {
	if len(w.sorted) < len(w.seats) {
		for n := len(w.sorted); n < len(w.seats); n++ {
			w.sorted = append(w.sorted, n)
		}
		slices.SortFunc(w.sorted, w.byID)
	}
	if k := w.search(w.sorted, after); k < len(w.sorted) {
		return w.seats[w.sorted[k]].account.id, true
	}
	return 0, false
}

// reset forgets everybody but keeps the memory.
func (w *watch) reset() {
	if w == nil {
		return
	}
	clear(w.seats)
	w.seats, w.due, w.fresh, w.sorted = w.seats[:0], w.due[:0], w.fresh[:0], w.sorted[:0]
	w.over = 0
	w.figures.reset()
}
