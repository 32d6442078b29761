package model

// table is a list of plain rows under the journal: the only place where the
// state of markets, pools and vaults is kept, and the only undo log of it. A
// row is saved once a transaction, before its first change; undo puts the saved
// rows back and cuts off those that were added. Slices and maps inside a row
// are replaced, never written to.
type table[T any] struct {
	rows   []T
	stamp  []uint64 // by row: the transaction that has saved it
	log    []savedRow[T]
	since  uint64 // the transaction that the log belongs to
	began  int    // rows that there were when it began
	undone uint64 // how often it was taken back
}

type savedRow[T any] struct {
	at  int32
	row T
}

func (t *table[T]) size() int32 { return int32(len(t.rows)) }

// at returns a row for reading. It moves when rows are added.
func (t *table[T]) at(i int32) *T { return &t.rows[i] }

// edit returns a row for changing it within the running transaction.
func (t *table[T]) edit(j *Journal, i int32) *T {
	if t.stamp[i] != j.stamp {
		t.save(j, i)
	}
	return &t.rows[i]
}

func (t *table[T]) save(j *Journal, i int32) {
	t.touch(j)
	t.stamp[i] = j.stamp
	t.log = append(t.log, savedRow[T]{i, t.rows[i]})
}

func (t *table[T]) touch(j *Journal) {
	if t.since != j.stamp {
		t.since, t.began = j.stamp, len(t.rows)
		j.touched = append(j.touched, t)
	}
}

// add appends a row and returns its place.
func (t *table[T]) add(j *Journal, row T) int32 {
	t.touch(j)
	t.rows, t.stamp = append(t.rows, row), append(t.stamp, j.stamp)
	return int32(len(t.rows) - 1)
}

// pop removes the last row.
func (t *table[T]) pop(j *Journal) {
	last := int32(len(t.rows) - 1)
	t.touch(j)
	if int(last) < t.began {
		t.edit(j, last)
	}
	t.rows, t.stamp = t.rows[:last], t.stamp[:last]
}

func (t *table[T]) undo() {
	t.rows, t.stamp = t.rows[:t.began], t.stamp[:t.began]
	for i := range t.log {
		t.rows[t.log[i].at] = t.log[i].row
	}
	t.undone++
}

func (t *table[T]) forget() { t.log = t.log[:0] }

// copyFrom makes t the same as another table, in the memory that it has.
func (t *table[T]) copyFrom(from *table[T]) {
	t.rows = append(t.rows[:0], from.rows...)
	t.stamp = append(t.stamp[:0], from.stamp...)
	clear(t.stamp)
	t.log, t.since = t.log[:0], 0
	t.undone++
}
