package model

import "math/bits"

// slots finds the places of accounts in a list of positions: a hash table with
// linear probing that holds the places alone; the accounts are in the list.
// Places are entered in ascending order and only the last can be taken out
// again, so that no entry ever stands in the way of another that came before.
type slots struct {
	table []int32 // place + 1, 0 is free; a power of 2 long
	n     int
}

// minSlots is how long a table is at least.
const minSlots = 8

// find returns the place of an account, -1 when it has none.
func (s *slots) find(p *positions, a AccountID) int32 {
	if s.n == 0 {
		return -1
	}
	for i := s.start(a); s.table[i] != 0; i = (i + 1) & (len(s.table) - 1) {
		if slot := s.table[i] - 1; p.at(slot).account == a {
			return slot
		}
	}
	return -1
}

// start is where the search for an account begins: the upper bits of a product
// with 2^64 over the golden ratio, which spreads consecutive numbers evenly.
func (s *slots) start(a AccountID) int {
	return int(uint64(a) * 0x9e3779b97f4a7c15 >> (65 - bits.Len(uint(len(s.table)))))
}

// add enters the last place of a list.
func (s *slots) add(p *positions, slot int32) {
	if 2*(s.n+1) > len(s.table) {
		s.grow(p, slot)
	}
	s.enter(p.at(slot).account, slot)
	s.n++
}

// grow doubles the table; its places are the last before slot.
func (s *slots) grow(p *positions, slot int32) {
	if s.n == 0 {
		s.table = make([]int32, minSlots)
		return
	}
	s.table = make([]int32, 2*len(s.table))
	for old := slot - int32(s.n); old < slot; old++ {
		s.enter(p.at(old).account, old)
	}
}

func (s *slots) enter(a AccountID, slot int32) {
	i := s.start(a)
	for s.table[i] != 0 {
		i = (i + 1) & (len(s.table) - 1)
	}
	s.table[i] = slot + 1
}

// remove takes the last place out again.
func (s *slots) remove(a AccountID, slot int32) {
	i := s.start(a)
	for s.table[i] != slot+1 {
		i = (i + 1) & (len(s.table) - 1)
	}
	s.table[i] = 0
	s.n--
}

// reset empties the table, whose places are the last of a list.
func (s *slots) reset(p *positions) {
	for slot := int32(p.n) - 1; s.n > 0; slot-- {
		s.remove(p.at(slot).account, slot)
	}
}
