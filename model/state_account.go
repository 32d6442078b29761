package model

import (
	"cmp"
	"iter"
	"maps"
	"slices"

	"backtest/model/state"
)

func (s *System) saveAccount(a *account) state.Account {
	now := &a.state.now
	d := state.Account{ID: state.ID(a.id), Exists: now.exists, LastInteraction: now.lastInteraction}
	if now.exists && !now.foreign {
		d.Owner = AccountOwner(a.id).StateText()
	}
	for _, g := range sortedGrants(now.grants) {
		d.Permissions = append(d.Permissions, state.Permission{Permission: string(g.permission), Actor: g.actor.StateText()})
	}
	for ct, h := range a.collaterals {
		if h == nil || h.now.available.IsZero() && len(h.now.pools)+len(h.now.locks) == 0 {
			continue
		}
		x := state.AccountCollateral{Collateral: s.CollateralName(CollateralID(ct)), AmountAvailableForDelegation: h.now.available}
		for _, p := range h.now.pools {
			x.Pools = append(x.Pools, state.ID(p))
		}
		for _, k := range h.now.locks {
			x.Locks = append(x.Locks, state.Lock{Amount: k.Amount, Expiry: k.Expiry})
		}
		d.Collaterals = append(d.Collaterals, x)
	}
	return d
}

func (l *loader) account(path string, d *state.Account) {
	id := AccountID(d.ID)
	if id == 0 {
		l.Add(path+".id", "0 is no account")
		return
	}
	a := &account{id: id, state: NewCell(accountState{exists: d.Exists, lastInteraction: d.LastInteraction})}
	now := &a.state.now
	for i, g := range d.Permissions {
		to := l.actor(state.At(path+".permissions", i)+".actor", g.Actor)
		now.grants = with(now.grants, grant{Permission(g.Permission), to}, true)
	}
	if owner := l.actor(path+".owner", d.Owner); d.Exists && owner != AccountOwner(id) {
		now.foreign = true
		if d.Owner != "" {
			now.grants = with(now.grants, grant{PermissionAdmin, owner}, true)
		}
	}
	state.Distinct(&l.Checker, path+".collaterals", d.Collaterals, ".collateral", func(h state.AccountCollateral) string { return h.Collateral })
	for i := range d.Collaterals {
		l.accountCollateral(state.At(path+".collaterals", i), a, &d.Collaterals[i])
	}
	l.sys.accounts.set(id, a)
}

func (l *loader) accountCollateral(path string, a *account, d *state.AccountCollateral) {
	h := a.collateral(l.ct(path+".collateral", d.Collateral))
	h.now.available = d.AmountAvailableForDelegation
	state.Distinct(&l.Checker, path+".pools", d.Pools, "", func(id state.ID) state.ID { return id })
	for _, p := range d.Pools {
		h.now.pools = append(h.now.pools, PoolID(p))
	}
	for _, k := range d.Locks {
		h.now.locks = append(h.now.locks, Lock{k.Amount, k.Expiry})
	}
}

func sortedGrants(grants map[grant]bool) []grant {
	return slices.SortedFunc(maps.Keys(grants), func(a, b grant) int {
		return cmp.Or(cmp.Compare(a.permission, b.permission), compareActors(a.actor, b.actor))
	})
}

func sortedActors[V any](all iter.Seq2[Actor, V]) []Actor {
	return slices.SortedFunc(keysOf(all), compareActors)
}
