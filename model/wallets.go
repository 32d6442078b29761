package model

import (
	"iter"
	"math/bits"
)

// wallets are the balances of one token by actor: a table with open addressing.
// Copies share what neither changes: they read through to base, which nobody
// writes to. A wallet that was emptied keeps its place. The zero wallets have
// none.
type wallets struct {
	rows []wallet // as many as a power of two, at most half of them in use
	life uint32   // rows of earlier lives are free
	used int
	base *wallets
}

type wallet struct {
	actor  Actor
	amount Uint256
	life   uint32
}

// minWallets is how many rows a table begins with.
const minWallets = 32

// hash spreads actors over a table. Names that differ neither in length nor in
// their ends fall on one place and are told apart there.
func (a *Actor) hash() uint64 {
	h := a.ID<<3 ^ uint64(a.Kind)
	if n := len(a.Name); n > 0 {
		h ^= uint64(n)<<56 ^ uint64(a.Name[0])<<48 ^ uint64(a.Name[n/2])<<40 ^ uint64(a.Name[n-1])<<32
	}
	return h * 0x9e3779b97f4a7c15
}

// row returns where the wallet of an actor is, or would be.
func (w *wallets) row(a *Actor) *wallet {
	mask := uint64(len(w.rows) - 1)
	for i := a.hash() >> (64 - uint(bits.Len64(mask))); ; i = (i + 1) & mask {
		if r := &w.rows[i]; r.life != w.life || r.actor == *a {
			return r
		}
	}
}

// get returns a balance, 0 of who has no wallet.
func (w *wallets) get(a Actor) (Uint256, bool) {
	for ; w != nil; w = w.base {
		if w.used == 0 {
			continue
		}
		if r := w.row(&a); r.life == w.life {
			return r.amount, true
		}
	}
	return Uint256{}, false
}

// at returns the balance of an actor for changing it, which is valid until the
// next call.
func (w *wallets) at(a *Actor) *Uint256 {
	if 2*w.used >= len(w.rows) {
		w.grow()
	}
	r := w.row(a)
	if r.life != w.life {
		*r = wallet{actor: *a, life: w.life}
		r.amount, _ = w.base.get(*a)
		w.used++
	}
	return &r.amount
}

func (w *wallets) set(a Actor, v Uint256) { *w.at(&a) = v }

func (w *wallets) grow() {
	old, life := w.rows, w.life
	w.rows, w.life = make([]wallet, max(minWallets, 2*len(old))), 1
	for i := range old {
		if r := &old[i]; r.life == life {
			to := w.row(&r.actor)
			*to = *r
			to.life = w.life
		}
	}
}

// all visits every wallet once, in no order.
func (w *wallets) all() iter.Seq2[Actor, Uint256] {
	return func(yield func(Actor, Uint256) bool) {
		for i := range w.rows {
			if r := &w.rows[i]; r.life == w.life && !yield(r.actor, r.amount) {
				return
			}
		}
		if w.base == nil {
			return
		}
		for a, v := range w.base.all() {
			if w.used > 0 && w.row(&a).life == w.life {
				continue
			}
			if !yield(a, v) {
				return
			}
		}
	}
}

// copyTo gives c the same wallets; all of them are shared from then on. Wallets
// that were themselves copied and not changed since are only read, so that
// copies of them may be made at the same time.
func (w *wallets) copyTo(c *wallets) {
	if w.used > 0 {
		shared := &wallets{}
		for a, v := range w.all() {
			shared.set(a, v)
		}
		*w = wallets{base: shared}
	}
	c.clear()
	c.base = w.base
}

// clear forgets all wallets but keeps the memory, unless it is much.
func (w *wallets) clear() {
	w.used = 0
	if w.life++; w.life == 0 || len(w.rows) > 4*manyOwn {
		w.rows, w.life = nil, 1
	}
}
