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
	sys := a.w.sys
	for m := range sys.markets.size() {
		count(sys.markets.at(m).pools, 2*len(sys.sortedBackings(m)))
		a.allowCredit(m)
	}
	for p := range sys.pools.size() {
		count(sys.pools.at(p).vaults, len(sys.pools.at(p).vaultOf))
		sys.eachVault(p, func(v *vault) {
			count(v.debt, v.accounts.positions.n)
			a.allowTokens(v)
		})
	}
	each := add(quo(largest, bigPrecise), big.NewInt(2))
	a.debt.Add(a.debt, mul(each, big.NewInt(passes*distributions)))
}

// allowCredit: every adjustment or bump may lose shares/10^18 + 2 wei of a
// market's credit capacity, because the value per share is read at D18.
func (a *audit) allowCredit(m int32) {
	each, list := big.NewInt(2), a.w.sys.sortedBackings(m)
	for _, b := range list {
		each.Add(each, quo(bigU128(a.w.sys.backings.at(b).creditCapacity), bigUnit))
	}
	each.Add(each, quo(bigU128(a.w.sys.markets.at(m).pools.TotalShares), bigUnit))
	addTo(a.credit, MarketID(m+1), mul(each, big.NewInt(int64(passes*(1+len(list))))))
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
	state := v.collateral
	each := add(quo(bigI128(state.ScaleModifier.Raw), bigPrecise), quo(bigU128(state.TotalShares), bigPrecise), big.NewInt(4))
	addTo(a.tokens, v.ct, mul(each, big.NewInt(int64(passes*(1+v.accounts.positions.n)))))
}

func near(x, y, bound *big.Int) bool { return new(big.Int).Abs(sub(x, y)).Cmp(bound) <= 0 }

// check compares the state with all identities.
func (a *audit) check() error {
	for _, f := range []func() error{a.supply, a.w.sys.invariants, a.totalDebt, a.poolDebts, a.credits, a.unconsolidated, a.custody} {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

// supply: supply = net issuance of markets + USD issued by positions + bridged.
func (a *audit) supply() error {
	want := add(a.w.books.issued, a.w.books.bridged)
	for _, m := range a.w.sys.markets.rows {
		want.Add(want, bigI128(m.netIssuance))
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

// vaultDebts returns V and X of a pool.
func (a *audit) vaultDebts(p int32) (v, x *big.Int) {
	v, x = new(big.Int), new(big.Int)
	a.w.sys.eachVault(p, func(vault *vault) {
		v.Add(v, bigI(vault.totalDebt()))
		x.Add(x, pendingChange(a.w.sys.pools.at(p).vaults, vault.actor))
	})
	return v, x
}

// pendingChange is PROTOCOL.md §2.1 in unbounded integers.
func pendingChange(d Distribution, a DistributionActor) *big.Int {
	return mulQuo(sub(bigI128(d.ValuePerShare.Raw), bigI128(a.LastValuePerShare.Raw)), bigU128(a.Shares), bigPrecise)
}

// totalDebt: I1, and I2 while every market and price answers.
func (a *audit) totalDebt() error {
	held, distributed, outstanding, reported := new(big.Int), new(big.Int), new(big.Int), new(big.Int)
	for p := range a.w.sys.pools.size() {
		v, x := a.vaultDebts(p)
		held.Add(held, add(v, x))
	}
	for _, b := range a.w.sys.backings.rows {
		held.Add(held, add(bigU128(b.pendingDebt), pendingChange(a.w.sys.markets.at(b.market).pools, b.actor)))
	}
	answers := true
	for i, m := range a.w.sys.markets.rows {
		distributed.Add(distributed, bigI128(m.lastDistributed))
		debt, err := a.w.sys.MarketTotalDebt(MarketID(i + 1))
		if err != nil {
			answers = false
			continue
		}
		outstanding.Add(outstanding, sub(bigI(debt), bigI128(m.lastDistributed)))
		value, err := a.w.sys.MarketCollateralValue(MarketID(i + 1))
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
	for p := range a.w.sys.pools.size() {
		v, x := a.vaultDebts(p)
		want, id := add(v, x), a.w.sys.pools.at(p).id
		if forgotten := a.w.books.forgotten[id]; forgotten != nil {
			want.Add(want, forgotten)
		}
		if got := bigI128(a.w.sys.pools.at(p).totalVaultDebts); !near(got, want, a.debt) {
			return fmt.Errorf("I3: pool %d counts %v, want %v within %v", id, got, want, a.debt)
		}
	}
	return nil
}

// credits: I4.
func (a *audit) credits() error {
	for m, state := range a.w.sys.markets.rows {
		id := MarketID(m + 1)
		if a.passed[id] {
			continue
		}
		got := add(bigI128(state.creditCapacity), bigI128(state.netIssuance))
		in, _ := a.w.sys.heaps(int32(m))
		for _, n := range in.nodes.rows[min(1, len(in.nodes.rows)):] {
			limit := bigI128(n.priority)
			room := sub(limit.Neg(limit), quo(bigI128(state.pools.ValuePerShare.Raw), big.NewInt(1e9)))
			got.Sub(got, mulDecimal(room, bigU128(a.w.sys.backings.at(n.backing).actor.Shares)))
		}
		want := bigI128(state.lastDistributed)
		if x := a.w.books.associated[id]; x != nil {
			want.Sub(want, x)
		}
		if !near(got, want, a.credit[id]) {
			return fmt.Errorf("I4: market %d has credit for %v, want %v within %v", id, got, want, a.credit[id])
		}
	}
	return nil
}

// unconsolidated: I6.
func (a *audit) unconsolidated() error {
	for _, v := range a.w.sys.vaults.rows {
		want := new(big.Int)
		for i := range int32(v.accounts.positions.n) {
			want.Add(want, pendingChange(v.debt, v.accounts.positions.at(i).debt))
		}
		if got := bigI128(v.unconsolidatedDebt); !near(got, want, a.debt) {
			return fmt.Errorf("I6: vault %d of pool %d has %v unconsolidated, its accounts %v", v.ct, a.w.sys.pools.at(v.pool).id, got, want)
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
		for _, v := range a.w.sys.vaults.rows {
			for i := range int32(v.accounts.positions.n) {
				if v.ct == CollateralID(ct) {
					want.Add(want, bigU(v.collateral.Get(v.accounts.positions.at(i).collateralShares)))
				}
			}
		}
		for _, m := range a.w.sys.markets.rows {
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
	state := w.sys.poolState(pool)
	for _, mc := range state.markets {
		want := mulQuo(bigU128(state.vaults.TotalShares), bigU128(mc.Weight), bigU128(state.totalWeights))
		e := w.sys.backings.at(mc.backing)
		if got := bigU128(e.creditCapacity); got.Cmp(want) != 0 || !e.pendingDebt.IsZero() {
			return fmt.Errorf("I10: pool %d gives market %d %v of credit, want %v", pool, mc.MarketID, got, want)
		}
	}
	if ct == NoCollateral {
		return nil
	}
	v := w.sys.vaultState(pool, ct)
	price := bigI(w.sys.collaterals[ct].price.now.price)
	if want := mulDecimal(bigU(v.collateral.TotalAmount()), price); bigU128(v.actor.Shares).Cmp(want) != 0 {
		return fmt.Errorf("I10: vault %d of pool %d has %v shares, is worth %v", ct, pool, v.actor.Shares, want)
	}
	return nil
}
