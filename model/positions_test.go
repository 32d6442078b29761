package model

import (
	"fmt"
	"math/rand/v2"
	"testing"

	fp "backtest/model/fixedpoint"
)

// naiveEpoch keeps every position in a map and copies all of it.
type naiveEpoch struct {
	order []AccountID
	debt  map[AccountID]int64
}

func (n naiveEpoch) clone() naiveEpoch {
	c := naiveEpoch{append([]AccountID(nil), n.order...), map[AccountID]int64{}}
	for k, v := range n.debt {
		c.debt[k] = v
	}
	return c
}

// crowdedEpoch is an epoch beside a naive one.
type crowdedEpoch struct {
	e     *epochAccounts
	j     *Journal
	naive naiveEpoch
}

// transact changes some positions, old and new ones; it may take all back.
func (x *crowdedEpoch) transact(c choices, accounts int) {
	before := x.naive.clone()
	x.j.begin()
	for range 1 + c.IntN(40) {
		a := AccountID(1 + c.IntN(accounts))
		d := int64(c.IntN(1000))
		x.e.edit(x.j, a).consolidatedDebt = fp.I256(d)
		if _, ok := x.naive.debt[a]; !ok {
			x.naive.order = append(x.naive.order, a)
		}
		x.naive.debt[a] = d
	}
	if c.IntN(3) == 0 {
		x.j.rollback()
		x.naive = before
	} else {
		x.j.commit()
	}
}

func (x *crowdedEpoch) check() error {
	if x.e.positions.n != len(x.naive.order) {
		return fmt.Errorf("%d positions, want %d", x.e.positions.n, len(x.naive.order))
	}
	for i, a := range x.naive.order {
		if p := x.e.positions.at(int32(i)); p.account != a || p.consolidatedDebt != fp.I256(x.naive.debt[a]) || x.e.slot(a) != int32(i) {
			return fmt.Errorf("place %d: account %d owes %v at %d, want %d, %d", i, p.account, p.consolidatedDebt, x.e.slot(p.account), a, x.naive.debt[a])
		}
	}
	return nil
}

// TestPositionsAgainstNaive: epochs of several pages, their copies and copies
// in used memory change side by side.
func TestPositionsAgainstNaive(t *testing.T) {
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 9))
		accounts := 1 + r.IntN(20*pageSize)
		all := []*crowdedEpoch{{newAccounts(), &Journal{}, naiveEpoch{debt: map[AccountID]int64{}}}}
		for step := range 300 {
			x := all[r.IntN(len(all))]
			if r.IntN(4) > 0 {
				x.transact(r, accounts)
			} else {
				to := all[r.IntN(len(all))]
				if len(all) < 4 {
					to = &crowdedEpoch{newAccounts(), &Journal{}, naiveEpoch{}}
					all = append(all, to)
				}
				if to != x {
					x.e.copyTo(to.e)
					to.naive = x.naive.clone()
					to.j.stamp = max(to.j.stamp, x.j.stamp)
				}
			}
			for i, y := range all {
				if err := y.check(); err != nil {
					t.Fatalf("seed %d, step %d, epoch %d: %v", seed, step, i, err)
				}
			}
		}
	}
}

// TestRestoreCopiesWhatChanged: in the steady state a copy of many positions,
// changed in a few places and restored, allocates nothing.
func TestRestoreCopiesWhatChanged(t *testing.T) {
	skipAsserting(t)
	w := ordinaryWorld(t)
	e, j := w.sys.vaultState(1, snx).accounts, &w.sys.journal
	j.begin()
	for a := range AccountID(5000) {
		e.edit(j, 100+a).lastDelegationTime = 1
	}
	j.commit()
	markets := make([]testMarket, len(w.external))
	clone := func(id MarketID, m ExternalMarket, _ *System) ExternalMarket {
		markets[id-1] = *m.(*testMarket)
		return &markets[id-1]
	}
	c, target := w.sys.Clone(clone), amount("20")
	life := func() {
		c.Restore(w.sys, clone)
		must(t, c.DelegateCollateral(AccountOwner(1), 1, 1, snx, target, fp.UnitU256))
		must(t, c.RebalancePool(1, snx))
		x := c.vaultState(1, snx).accounts
		c.journal.begin()
		for a := range AccountID(40) {
			x.edit(&c.journal, 100+97*a).lastDelegationTime = 2
			x.edit(&c.journal, 1_000_000+a).lastDelegationTime = 2
		}
		c.journal.commit()
	}
	life()
	if n := testing.AllocsPerRun(50, life); n != 0 {
		t.Errorf("a life allocates %v times", n)
	}
}
