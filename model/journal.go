package model

import fp "backtest/model/fixedpoint"

// Journal remembers what the running transaction changed, so that a failed
// one can be taken back as a contract's revert does.
type Journal struct {
	stamp   uint64 // number of the running transaction
	open    bool
	touched []undoer
	changes uint64 // transactions that changed something
}

// undoer is a part of the state that can return to where it stood when the
// transaction first touched it, or forget that place.
type undoer interface {
	undo()
	forget()
}

// Cell is a value of the state under a [Journal]: it keeps the value that it
// had when the running transaction first touched it. The zero Cell holds the
// zero value, as the contracts' storage does.
type Cell[T any] struct {
	now, before T
	stamp       uint64
}

// NewCell returns a cell that holds v.
func NewCell[T any](v T) Cell[T] { return Cell[T]{now: v} }

// Get returns the present value, for reading only.
func (c *Cell[T]) Get() *T { return &c.now }

// Edit returns the present value for changing it within the running
// transaction. Slices and maps inside the value must be replaced, not
// written to.
func (c *Cell[T]) Edit(j *Journal) *T {
	if c.stamp != j.stamp {
		c.before, c.stamp = c.now, j.stamp
		j.touched = append(j.touched, c)
	}
	return &c.now
}

// Restore gives the cell the value of another and forgets its own past.
func (c *Cell[T]) Restore(from *Cell[T]) { c.now, c.stamp = from.now, 0 }

func (c *Cell[T]) undo() { c.now = c.before }

// forget does nothing: the next transaction has another stamp.
func (c *Cell[T]) forget() {}

func (j *Journal) begin() {
	j.stamp++
	j.open = true
}

func (j *Journal) commit() {
	if len(j.touched) > 0 {
		j.changes++
	}
	for _, u := range j.touched {
		u.forget()
	}
	j.close()
}

func (j *Journal) rollback() {
	for _, u := range j.touched {
		u.undo()
		u.forget()
	}
	j.close()
}

func (j *Journal) close() {
	clear(j.touched)
	j.touched = j.touched[:0]
	j.open = false
}

// Transact runs f as one transaction: when any operation inside fails, all of
// them are taken back and its error is returned. An operation that fails
// inside a transaction does not return; it aborts the transaction. f may abort
// it itself with [fixedpoint.Throw]. A nested Transact joins the outer one.
func (s *System) Transact(f func()) (err error) {
	if s.journal.open {
		f()
		return nil
	}
	s.journal.begin()
	defer s.settle(&err)
	f()
	if asserting {
		s.assert()
	}
	s.journal.commit()
	s.deliver()
	return nil
}

// assert panics when a transaction leaves a state that cannot be.
func (s *System) assert() {
	if err := s.invariants(); err != nil {
		panic("model: " + err.Error())
	}
}

// Read runs f, which changes nothing, as Transact does.
func (s *System) Read(f func()) (err error) {
	if !s.journal.open {
		defer fp.Catch(&err)
	}
	f()
	return nil
}

// Static runs f and takes everything back, whether it failed or not: a static
// call of views that mutate (PROTOCOL.md §8.2).
func (s *System) Static(f func()) (err error) {
	if s.journal.open {
		panic("model: Static inside a transaction")
	}
	s.journal.begin()
	defer s.settle(&err)
	f()
	return nil
}

// settle takes back what a transaction that did not commit has changed.
func (s *System) settle(err *error) {
	if !s.journal.open {
		return
	}
	s.told = s.told[:0]
	s.journal.rollback()
	for _, h := range s.ranges {
		h.reindex()
	}
	if e := fp.Thrown(recover()); e != nil {
		*err = e
	}
}

// Journal returns the journal of the running transaction, for markets whose
// own state must be taken back with the core's.
func (s *System) Journal() *Journal { return &s.journal }
