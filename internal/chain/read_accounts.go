package chain

import (
	"cmp"
	"slices"
	"strings"

	"backtest/internal/chain/evm"
	"backtest/model/state"
)

func (r *deploymentReader) accounts() (list []state.Account) {
	for _, x := range byID(r.owners()) {
		list = append(list, r.account(x))
	}
	slices.SortFunc(list, func(a, b state.Account) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

func (r *deploymentReader) account(x owned) state.Account {
	id, _ := r.book.Account(x.id)
	slot := accountSlot(x.id)
	d := state.Account{
		ID: id, Exists: true, Owner: r.book.Actor(x.owner),
		LastInteraction: r.core(slot.Add(accountInteraction)).Bits(0, 64),
		Permissions:     r.permissions(r.a.Core, x.id, r.keys.Granted),
	}
	for _, t := range r.ordered(r.held(x.id)) {
		at := slot.Add(accountCollaterals).In(t.Word())
		h := state.AccountCollateral{Collateral: r.book.Type(t), AmountAvailableForDelegation: u256(r.core(at.Add(holdingAvailable)))}
		for _, e := range r.words(r.a.Core, at.Add(holdingPools), 1) {
			h.Pools = append(h.Pools, state.ID(e[0].Uint64()))
		}
		for _, e := range r.words(r.a.Core, at.Add(holdingLocks), 1) {
			h.Locks = append(h.Locks, state.Lock{Amount: u256(e[0].Lo()), Expiry: e[0].Bits(128, 64)})
		}
		if !h.AmountAvailableForDelegation.IsZero() || len(h.Pools)+len(h.Locks) > 0 {
			d.Collaterals = append(d.Collaterals, h)
		}
	}
	return d
}

// held returns the types that an account may hold; nobody stands for USD.
func (r *deploymentReader) held(id evm.Word) (types []evm.Address) {
	for _, t := range r.keys.Holdings[id] {
		if t.IsZero() {
			t = r.a.USD
		}
		if !slices.Contains(types, t) {
			types = append(types, t)
		}
	}
	return types
}

// permissions reads what an account granted, if it ever did.
func (r *deploymentReader) permissions(at evm.Address, id evm.Word, granted []evm.Word) (list []state.Permission) {
	if !slices.Contains(granted, id) {
		return nil
	}
	data := r.View(at, "getAccountPermissions(uint128)", 2, id)
	if data == nil {
		return nil
	}
	tail, err := data.Tail(0)
	if err != nil {
		r.problem("getAccountPermissions(%s): %v", id.Uint(), err)
		return nil
	}
	entries := tail[32:]
	for i := range int(min(tail.Word(0).Uint64(), uint64(tail.Len()))) {
		entry, err := entries.Tail(i)
		if err != nil {
			r.problem("getAccountPermissions(%s): %v", id.Uint(), err)
			return nil
		}
		names, err := entry.List(1, 1)
		if err != nil {
			r.problem("getAccountPermissions(%s): %v", id.Uint(), err)
			return nil
		}
		for _, n := range names {
			list = append(list, state.Permission{Permission: n.Word(0).Text(), Actor: r.book.Actor(entry.Word(0).Address())})
		}
	}
	slices.SortFunc(list, func(a, b state.Permission) int {
		return cmp.Or(strings.Compare(a.Permission, b.Permission), strings.Compare(a.Actor, b.Actor))
	})
	return list
}
