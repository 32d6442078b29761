package sim

import "backtest/model"

// lpPlaces finds the LPs of an account. Those of drawn populations have the
// first accounts, in order; others are looked up.
type lpPlaces struct {
	first  map[model.AccountID]int // nil while every LP stands at its account's number
	follow []int                   // the next LP of the same account, -1 after the last
}

func newPlaces(w *World) (p lpPlaces) {
	ordered := true
	for i, lp := range w.LPs {
		ordered = ordered && lp.Account == model.AccountID(i+1)
	}
	if ordered {
		return p
	}
	p.first, p.follow = make(map[model.AccountID]int, len(w.LPs)), make([]int, len(w.LPs))
	for i := len(w.LPs) - 1; i >= 0; i-- {
		id := w.LPs[i].Account
		p.follow[i] = -1
		if next, ok := p.first[id]; ok {
			p.follow[i] = next
		}
		p.first[id] = i
	}
	return p
}

// of returns the first LP of an account, -1 when it is somebody else's.
func (p *lpPlaces) of(w *World, id model.AccountID) int {
	if p.first == nil {
		if i := int(id) - 1; i >= 0 && i < len(w.LPs) {
			return i
		}
		return -1
	}
	if i, ok := p.first[id]; ok {
		return i
	}
	return -1
}

// next returns the LP of the same account after another, -1 after the last.
func (p *lpPlaces) next(i int) int {
	if p.first == nil {
		return -1
	}
	return p.follow[i]
}
