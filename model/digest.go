package model

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"iter"
	"maps"
	"slices"
)

// Digester is a market whose own state belongs to the state of the system.
type Digester interface {
	AppendDigest(b []byte) []byte
}

// Digest returns a hash of the whole state, prices and time included. Two
// systems in the same state have the same digest, whatever led there: entries
// that hold only zeros do not count, as in the contracts' storage.
func (s *System) Digest() [32]byte {
	d := digest{h: sha256.New()}
	d.u64(s.now)
	d.settings(&s.settings.now)
	for _, c := range s.collaterals {
		d.collateral(c)
	}
	for _, id := range slices.Sorted(keysOf(s.accounts.all())) {
		a, _ := s.accounts.get(id)
		d.account(a)
	}
	for m := range s.markets.size() {
		d.market(s, m)
	}
	for _, p := range s.sortedPools() {
		d.pool(s, p)
	}
	return [32]byte(d.h.Sum(nil))
}

func keysOf[K, V any](all iter.Seq2[K, V]) iter.Seq[K] {
	return func(yield func(K) bool) {
		all(func(k K, _ V) bool { return yield(k) })
	}
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// digest writes values in a canonical form: a tag before each group, fixed
// widths, lengths before what varies.
type digest struct {
	h   hash.Hash
	buf [40]byte
}

func (d *digest) u64(v ...uint64) {
	for _, x := range v {
		d.h.Write(binary.LittleEndian.AppendUint64(d.buf[:0], x))
	}
}

func (d *digest) text(s string) {
	d.u64(uint64(len(s)))
	d.h.Write([]byte(s))
}

func (d *digest) flag(b bool) {
	if b {
		d.u64(1)
	} else {
		d.u64(0)
	}
}

func (d *digest) u128(v ...Uint128) {
	for _, x := range v {
		d.u64(x.Hi, x.Lo)
	}
}

func (d *digest) i128(v ...Int128) {
	for _, x := range v {
		d.u64(uint64(x.Hi), x.Lo)
	}
}

func (d *digest) u256(v ...Uint256) {
	for _, x := range v {
		w := x.Words()
		d.u64(w[:]...)
	}
}

func (d *digest) i256(x Int256) {
	w := x.Words()
	d.u64(w[:]...)
}

func (d *digest) actor(a Actor) {
	d.u64(uint64(a.Kind), a.ID)
	d.text(a.Name)
}

func (d *digest) distribution(x Distribution) {
	d.u128(x.TotalShares)
	d.i128(x.ValuePerShare.Raw)
}

func (d *digest) distributionActor(x DistributionActor) {
	d.u128(x.Shares)
	d.i128(x.LastValuePerShare.Raw)
}

func compareActors(a, b Actor) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Name, b.Name))
}

func (d *digest) settings(t *settings) {
	d.text("settings")
	d.u256(t.minLiquidityRatio)
	for _, k := range sortedKeys(t.config) {
		if v := t.config[k]; !v.IsZero() {
			d.text(k)
			d.u256(v)
		}
	}
	for _, k := range sortedKeys(t.flags) {
		if f := t.flags[k]; f != (featureFlag{}) {
			d.text(string(k))
			d.flag(f.notAllowAll)
			d.flag(f.denyAll)
		}
	}
	d.overrides(t.overrides)
	for _, k := range sortedKeys(t.liquidationsDisabled) {
		if t.liquidationsDisabled[k] {
			d.text("disabled")
			d.u64(uint64(k))
		}
	}
	for _, k := range sortedKeys(t.associateExcluded) {
		if t.associateExcluded[k] {
			d.text("excluded")
			d.u64(uint64(k))
		}
	}
}

func (d *digest) overrides(m map[overrideKey]Uint256) {
	for _, k := range sortedOverrides(m) {
		if v := m[k]; !v.IsZero() {
			d.text("override")
			d.flag(k.withdraw)
			d.flag(k.sender)
			d.u64(uint64(k.account), uint64(k.pool))
			d.actor(k.actor)
			d.u256(v)
		}
	}
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func (d *digest) collateral(c *collateral) {
	d.text("collateral")
	d.text(c.name)
	d.u64(uint64(c.decimals))
	k := c.config.now
	d.flag(k.Configured)
	d.flag(k.DepositingEnabled)
	d.u256(k.IssuanceRatio, k.LiquidationRatio, k.LiquidationReward, k.MinDelegation)
	d.i256(c.price.now.price)
	if err := c.price.now.failure; err != nil {
		d.text(err.Error())
	}
	d.u256(c.tokens.total)
	for _, a := range sortedActors(c.tokens.of.all()) {
		if v := c.tokens.balance(a); !v.IsZero() {
			d.actor(a)
			d.u256(v)
		}
	}
}

func (d *digest) account(a *account) {
	if state := a.state.now; state.exists {
		d.text("account")
		d.u64(uint64(a.id), state.lastInteraction)
		for _, g := range sortedGrants(state.grants) {
			d.text(string(g.permission))
			d.actor(g.actor)
		}
	}
	for ct, h := range a.collaterals {
		if h == nil || h.now.available.IsZero() && len(h.now.pools)+len(h.now.locks) == 0 {
			continue
		}
		d.text("holding")
		d.u64(uint64(a.id), uint64(ct), uint64(len(h.now.pools)), uint64(len(h.now.locks)))
		d.u256(h.now.available)
		for _, p := range h.now.pools {
			d.u64(uint64(p))
		}
		for _, l := range h.now.locks {
			d.u256(l.Amount)
			d.u64(l.Expiry)
		}
	}
}

func (d *digest) market(s *System, m int32) {
	d.text("market")
	d.actor(s.registered[m].address)
	x := s.markets.at(m)
	d.i128(x.netIssuance, x.creditCapacity, x.lastDistributed)
	d.distribution(x.pools)
	d.u64(uint64(x.minDelegateTime))
	d.u256(x.minLiquidityRatio)
	in, out := s.heaps(m)
	d.heap(in)
	d.heap(out)
	for _, i := range s.sortedBackings(m) {
		b := s.backings.at(i)
		d.u64(uint64(b.pool))
		d.distributionActor(b.actor)
		d.u128(b.creditCapacity, b.pendingDebt)
	}
	for _, x := range x.deposits {
		d.u64(uint64(x.ct))
		d.u256(x.amount)
	}
	for _, ct := range sortedKeys(x.caps) {
		if v := x.caps[ct]; !v.IsZero() {
			d.u64(uint64(ct))
			d.u256(v)
		}
	}
	if x, ok := s.registered[m].external.(Digester); ok {
		d.h.Write(x.AppendDigest(nil))
	}
}

// sortedBackings returns the pools that a market knows something of, in
// ascending order.
func (s *System) sortedBackings(m int32) (list []int32) {
	for i := range s.backings.rows {
		if b := &s.backings.rows[i]; b.market == m && *b != (backing{market: m, pool: b.pool}) {
			list = append(list, int32(i))
		}
	}
	slices.SortFunc(list, func(a, b int32) int { return cmp.Compare(s.backings.at(a).pool, s.backings.at(b).pool) })
	return list
}

// sortedPools returns all pools in ascending order.
func (s *System) sortedPools() []int32 {
	list := make([]int32, s.pools.size())
	for i := range list {
		list[i] = int32(i)
	}
	slices.SortFunc(list, func(a, b int32) int { return cmp.Compare(s.pools.at(a).id, s.pools.at(b).id) })
	return list
}

// eachVault calls f for the vaults of a pool in order of their collateral types.
func (s *System) eachVault(p int32, f func(*vault)) {
	for _, v := range s.pools.at(p).vaultOf {
		if v != 0 {
			f(s.vaults.at(v - 1))
		}
	}
}

func (d *digest) heap(h *heap) {
	list := h.list()
	d.u64(uint64(len(list)))
	for _, n := range list {
		d.u64(uint64(n.Pool))
		d.i128(n.Priority)
	}
}

func (d *digest) pool(s *System, p int32) {
	x := s.pools.at(p)
	if x.created {
		d.text("pool")
		d.u64(uint64(x.id), uint64(len(x.markets)), x.lastConfigurationTime)
		for _, l := range x.markets {
			d.u64(uint64(l.MarketID))
			d.u128(l.Weight)
			d.i128(l.MaxDebtShareValue)
		}
		d.u128(x.totalWeights)
		d.flag(x.disabledByDefault)
		for _, ct := range sortedKeys(x.collaterals) {
			if c := x.collaterals[ct]; c != (PoolCollateralConfiguration{}) {
				d.u64(uint64(ct))
				d.u256(c.CollateralLimit, c.IssuanceRatio)
			}
		}
	}
	if !x.totalVaultDebts.IsZero() || x.vaults != (Distribution{}) {
		d.text("debts")
		d.u64(uint64(x.id))
		d.i128(x.totalVaultDebts)
		d.distribution(x.vaults)
	}
	s.eachVault(p, func(v *vault) { d.vault(x.id, v) })
}

func (d *digest) vault(pool PoolID, v *vault) {
	if v.epochIndex != 0 || v.actor != (DistributionActor{}) || v.epoch != (epoch{}) {
		d.text("vault")
		d.u64(uint64(pool), uint64(v.ct), v.epochIndex)
		d.distributionActor(v.actor)
		d.i128(v.unconsolidatedDebt, v.totalConsolidatedDebt, v.collateral.ScaleModifier.Raw)
		d.distribution(v.debt)
		d.u128(v.collateral.TotalShares)
	}
	for _, p := range v.accounts.byAccount() {
		if p.debt == (DistributionActor{}) && p.collateralShares.IsZero() && p.consolidatedDebt.IsZero() && p.lastDelegationTime == 0 {
			continue
		}
		d.u64(uint64(pool), uint64(v.ct), uint64(p.account), p.lastDelegationTime)
		d.distributionActor(p.debt)
		d.u128(p.collateralShares)
		d.i256(p.consolidatedDebt)
	}
}

// byAccount returns the positions of an epoch in ascending order of account.
func (e *epochAccounts) byAccount() []*position {
	list := make([]*position, e.positions.n)
	for i := range list {
		list[i] = e.positions.at(int32(i))
	}
	slices.SortFunc(list, func(a, b *position) int { return cmp.Compare(a.account, b.account) })
	return list
}
