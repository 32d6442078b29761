package model

import (
	"fmt"
	"math/big"
)

// audit accumulates how far rounding may have carried the identities of
// PROTOCOL.md §9.4 that hold up to dust, in wei.
type audit struct {
	w      *world
	debt   *big.Int                  // I1, I2, I3, I6
	credit map[MarketID]*big.Int     // I4
	tokens map[CollateralID]*big.Int // I9
	passed map[MarketID]bool         // markets in which I4 does not hold any more
}

func newAudit(w *world) *audit {
	return &audit{w, new(big.Int), map[MarketID]*big.Int{}, map[CollateralID]*big.Int{}, map[MarketID]bool{}}
}

// passes is more than the number of pulls and pushes in any operation.
const passes = 6

// allow widens the bounds by what one command may lose in rounding: every
// pool of every market bumped and pulled in every pass, every actor
// accumulated, at T/10^27 + 1 wei a distribution.
func (a *audit) allow() {
	distributions, largest := int64(0), new(big.Int)
	count := func(d Distribution, actors int) {
		distributions += int64(actors) + 2
		if t := bigU128(d.TotalShares); t.Cmp(largest) > 0 {
			largest = t
		}
	}
	for _, m := range a.w.sys.markets {
		count(m.state.now.pools, 2*len(m.entries))
		a.allowCredit(m)
	}
	for _, p := range a.w.sys.pools {
		count(p.state.now.vaults, len(p.vaults))
		for _, v := range p.vaults {
			if v != nil {
				count(v.epoch().state.now.accounts, v.epoch().positions.n)
				a.allowTokens(v)
			}
		}
	}
	each := add(quo(largest, bigPrecise), big.NewInt(2))
	a.debt.Add(a.debt, mul(each, big.NewInt(passes*distributions)))
}

// allowCredit: every adjustment or bump may lose shares/10^18 + 2 wei of a
// market's credit capacity, because the value per share is read at D18.
func (a *audit) allowCredit(m *Market) {
	each := big.NewInt(2)
	for _, e := range m.entries {
		each.Add(each, quo(bigU128(e.state.now.creditCapacity), bigUnit))
	}
	each.Add(each, quo(bigU128(m.state.now.pools.TotalShares), bigUnit))
	addTo(a.credit, m.id, mul(each, big.NewInt(int64(passes*(1+len(m.entries))))))
}

// allowBump: a bump reaches the limit only as far as whole wei of debt carry it,
// which with few shares in the market is not far; the pool's shares times what
// is missing stay in, or out of, the market's credit capacity.
func (a *audit) allowBump(e Event) {
	if e.Kind != PoolBumpedIn && e.Kind != PoolBumpedOut {
		return
	}
	// Associated debt lowers the value per share below the limits of pools out of
	// range. One that returns then lifts it to its own limit, past the limits of
	// pools in range, whose negative room no rebalance counts.
	if e.Kind == PoolBumpedIn && orZero(a.w.books.associated[e.Market]).Sign() != 0 {
		a.passed[e.Market] = true
	}
	miss := sub(bigI128(e.ValuePerShare.Raw), mul(bigI128(e.Limit), big.NewInt(1e9)))
	addTo(a.credit, e.Market, mulQuo(miss.Abs(miss), bigU128(e.Shares), bigPrecise))
}

// allowTokens: a set, scale or reading may lose (1 + m) + 1 of the smallest
// unit for each position.
func (a *audit) allowTokens(v *vault) {
	state := v.epoch().state.now.collateral
	each := add(quo(bigI128(state.ScaleModifier.Raw), bigPrecise), quo(bigU128(state.TotalShares), bigPrecise), big.NewInt(4))
	addTo(a.tokens, v.ct, mul(each, big.NewInt(int64(passes*(1+v.epoch().positions.n)))))
}

func near(x, y, bound *big.Int) bool { return new(big.Int).Abs(sub(x, y)).Cmp(bound) <= 0 }

// check compares the state with all identities.
func (a *audit) check() error {
	for _, f := range []func() error{a.supply, a.marketsExactly, a.vaultsExactly, a.totalDebt, a.poolDebts, a.credits, a.unconsolidated, a.custody} {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

// supply: supply = net issuance of markets + USD issued by positions + bridged.
func (a *audit) supply() error {
	want := add(a.w.books.issued, a.w.books.bridged)
	for _, m := range a.w.sys.markets {
		want.Add(want, bigI128(m.state.now.netIssuance))
	}
	if got := bigU(a.w.sys.USDSupply()); got.Cmp(want) != 0 {
		return fmt.Errorf("supply %v, want %v", got, want)
	}
	wallets := new(big.Int)
	for _, x := range a.w.sys.collaterals[USD].tokens.of.all() {
		wallets.Add(wallets, bigU(x))
	}
	if wallets.Cmp(want) != 0 {
		return fmt.Errorf("supply %v, wallets %v", want, wallets)
	}
	return nil
}

// marketsExactly: I7 for market distributions, I8, and the heaps themselves.
func (a *audit) marketsExactly() error {
	for _, m := range a.w.sys.markets {
		sum := new(big.Int)
		for slot, e := range m.entries {
			x := e.state.now
			sum.Add(sum, bigU128(x.actor.Shares))
			in, out := m.inRange.position(int32(slot)) != 0, m.outRange.position(int32(slot)) != 0
			switch {
			case in && out:
				return fmt.Errorf("I8: pool %d is in both heaps of market %d", e.pool, m.id)
			case in && (x.actor.Shares != x.creditCapacity || x.actor.Shares.IsZero()):
				return fmt.Errorf("I8: pool %d in range of market %d has %v shares of %v", e.pool, m.id, x.actor.Shares, x.creditCapacity)
			case !in && !x.actor.Shares.IsZero():
				return fmt.Errorf("I8: pool %d not in range of market %d has %v shares", e.pool, m.id, x.actor.Shares)
			case !in && !out && !x.creditCapacity.IsZero():
				return fmt.Errorf("pool %d in no heap of market %d remembers %v", e.pool, m.id, x.creditCapacity)
			case x.actor.Shares.IsZero() && x.actor.LastValuePerShare != (D27{}):
				return fmt.Errorf("pool %d of market %d has a past without shares", e.pool, m.id)
			}
		}
		if got := bigU128(m.state.now.pools.TotalShares); got.Cmp(sum) != 0 {
			return fmt.Errorf("I7: market %d has %v shares, its pools %v", m.id, got, sum)
		}
		for _, h := range []*heap{&m.inRange, &m.outRange} {
			if err := h.verify(); err != nil {
				return fmt.Errorf("market %d: %w", m.id, err)
			}
		}
	}
	return nil
}

// vaultsExactly: I5, and I7 for the other distributions and the mapping.
func (a *audit) vaultsExactly() error {
	for id, p := range a.w.sys.pools {
		vaults := new(big.Int)
		for _, v := range p.vaults {
			if v == nil {
				continue
			}
			vaults.Add(vaults, bigU128(v.state.now.actor.Shares))
			state := v.epoch().state.now
			debt, shares, collateral := new(big.Int), new(big.Int), new(big.Int)
			for i := range int32(v.epoch().positions.n) {
				x := v.epoch().positions.at(i)
				debt.Add(debt, bigI(x.consolidatedDebt))
				shares.Add(shares, bigU128(x.debt.Shares))
				collateral.Add(collateral, bigU128(x.collateralShares))
			}
			if bigI128(state.totalConsolidatedDebt).Cmp(debt) != 0 {
				return fmt.Errorf("I5: vault %d of pool %d has %v consolidated, its accounts %v", v.ct, id, state.totalConsolidatedDebt, debt)
			}
			if bigU128(state.accounts.TotalShares).Cmp(shares) != 0 || bigU128(state.collateral.TotalShares).Cmp(collateral) != 0 {
				return fmt.Errorf("I7: vault %d of pool %d has %v and %v shares, its accounts %v and %v", v.ct, id, state.accounts.TotalShares, state.collateral.TotalShares, shares, collateral)
			}
		}
		if got := bigU128(p.state.now.vaults.TotalShares); got.Cmp(vaults) != 0 {
			return fmt.Errorf("I7: pool %d has %v shares, its vaults %v", id, got, vaults)
		}
	}
	return nil
}

// vaultDebts returns V and X of a pool.
func vaultDebts(p *Pool) (v, x *big.Int) {
	v, x = new(big.Int), new(big.Int)
	for _, vault := range p.vaults {
		if vault != nil {
			v.Add(v, bigI(vault.epoch().totalDebt()))
			x.Add(x, pendingChange(p.state.now.vaults, vault.state.now.actor))
		}
	}
	return v, x
}

// pendingChange is PROTOCOL.md §2.1 in unbounded integers.
func pendingChange(d Distribution, a DistributionActor) *big.Int {
	return mulQuo(sub(bigI128(d.ValuePerShare.Raw), bigI128(a.LastValuePerShare.Raw)), bigU128(a.Shares), bigPrecise)
}

// totalDebt: I1, and I2 while every market and price answers.
func (a *audit) totalDebt() error {
	held, distributed, outstanding, reported := new(big.Int), new(big.Int), new(big.Int), new(big.Int)
	for _, p := range a.w.sys.pools {
		v, x := vaultDebts(p)
		held.Add(held, add(v, x))
	}
	answers := true
	for i, m := range a.w.sys.markets {
		for _, e := range m.entries {
			held.Add(held, add(bigU128(e.state.now.pendingDebt), pendingChange(m.state.now.pools, e.state.now.actor)))
		}
		distributed.Add(distributed, bigI128(m.state.now.lastDistributed))
		debt, err := a.w.sys.MarketTotalDebt(m.id)
		if err != nil {
			answers = false
			continue
		}
		outstanding.Add(outstanding, sub(bigI(debt), bigI128(m.state.now.lastDistributed)))
		value, err := a.w.sys.MarketCollateralValue(m.id)
		if err != nil {
			return err
		}
		reported.Add(reported, sub(bigU(a.w.external[i].reported), bigU(value)))
	}
	if want := add(distributed, a.w.books.issued); !near(held, want, a.debt) {
		return fmt.Errorf("I1: debt %v is held, want %v within %v", held, want, a.debt)
	}
	want := sub(add(bigU(a.w.sys.USDSupply()), reported), a.w.books.bridged)
	if got := add(held, outstanding); answers && !near(got, want, a.debt) {
		return fmt.Errorf("I2: debt %v, want %v within %v", got, want, a.debt)
	}
	return nil
}

// poolDebts: I3.
func (a *audit) poolDebts() error {
	for id, p := range a.w.sys.pools {
		v, x := vaultDebts(p)
		want := add(v, x)
		if forgotten := a.w.books.forgotten[id]; forgotten != nil {
			want.Add(want, forgotten)
		}
		if got := bigI128(p.state.now.totalVaultDebts); !near(got, want, a.debt) {
			return fmt.Errorf("I3: pool %d counts %v, want %v within %v", id, got, want, a.debt)
		}
	}
	return nil
}

// credits: I4.
func (a *audit) credits() error {
	for _, m := range a.w.sys.markets {
		if a.passed[m.id] {
			continue
		}
		state := m.state.now
		got := add(bigI128(state.creditCapacity), bigI128(state.netIssuance))
		for slot, e := range m.entries {
			if m.inRange.position(int32(slot)) != 0 {
				limit := bigI128(m.inRange.priorityOf(int32(slot)))
				room := sub(limit.Neg(limit), quo(bigI128(state.pools.ValuePerShare.Raw), big.NewInt(1e9)))
				got.Sub(got, mulDecimal(room, bigU128(e.state.now.actor.Shares)))
			}
		}
		want := bigI128(state.lastDistributed)
		if x := a.w.books.associated[m.id]; x != nil {
			want.Sub(want, x)
		}
		if !near(got, want, a.credit[m.id]) {
			return fmt.Errorf("I4: market %d has credit for %v, want %v within %v", m.id, got, want, a.credit[m.id])
		}
	}
	return nil
}

// unconsolidated: I6.
func (a *audit) unconsolidated() error {
	for id, p := range a.w.sys.pools {
		for _, v := range p.vaults {
			if v == nil {
				continue
			}
			want, state := new(big.Int), v.epoch().state.now
			for i := range int32(v.epoch().positions.n) {
				want.Add(want, pendingChange(state.accounts, v.epoch().positions.at(i).debt))
			}
			if got := bigI128(state.unconsolidatedDebt); !near(got, want, a.debt) {
				return fmt.Errorf("I6: vault %d of pool %d has %v unconsolidated, its accounts %v", v.ct, id, got, want)
			}
		}
	}
	return nil
}

// custody: I9.
func (a *audit) custody() error {
	if a.w.books.inexact {
		return nil
	}
	for ct, c := range a.w.sys.collaterals {
		want := new(big.Int)
		for _, x := range a.w.sys.accounts.all() {
			want.Add(want, bigU(x.collateral(CollateralID(ct)).now.available))
		}
		for _, p := range a.w.sys.pools {
			e := p.vault(CollateralID(ct)).epoch()
			for i := range int32(e.positions.n) {
				want.Add(want, bigU(e.state.now.collateral.Get(e.positions.at(i).collateralShares)))
			}
		}
		for _, m := range a.w.sys.markets {
			want.Add(want, bigU(m.depositOf(CollateralID(ct))))
		}
		has := mulQuo(bigU(c.tokens.balance(Core)), bigUnit, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(c.decimals)), nil))
		bound := a.tokens[CollateralID(ct)]
		if bound == nil {
			bound = new(big.Int)
		}
		if !near(has, want, bound) {
			return fmt.Errorf("I9: the core holds %v of %s, owes %v, within %v", has, c.name, want, bound)
		}
	}
	return nil
}

// rebalanced: I10, of a pool that has just been rebalanced: the credit of every
// market is its part of the whole; and of a vault that has been repriced.
func (w *world) rebalanced(pool PoolID, ct CollateralID) error {
	p := w.sys.pool(pool)
	state := p.state.now
	for _, mc := range state.markets {
		want := mulQuo(bigU128(state.vaults.TotalShares), bigU128(mc.Weight), bigU128(state.totalWeights))
		e := mc.market.entryState(pool)
		if got := bigU128(e.creditCapacity); got.Cmp(want) != 0 || !e.pendingDebt.IsZero() {
			return fmt.Errorf("I10: pool %d gives market %d %v of credit, want %v", pool, mc.MarketID, got, want)
		}
	}
	if ct == NoCollateral {
		return nil
	}
	v := p.vault(ct)
	price := bigI(w.sys.collaterals[ct].price.now.price)
	if want := mulDecimal(bigU(v.collateral().TotalAmount()), price); bigU128(v.state.now.actor.Shares).Cmp(want) != 0 {
		return fmt.Errorf("I10: vault %d of pool %d has %v shares, is worth %v", ct, pool, v.state.now.actor.Shares, want)
	}
	return nil
}
