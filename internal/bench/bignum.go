package main

import (
	"math/big"
	"math/rand/v2"
	"runtime"
)

// bigPaths is how many paths math/big gets: it is slow.
const bigPaths = 4

var unit = big.NewInt(1_000_000_000_000_000_000)

func d18(x float64) *big.Int {
	z, _ := new(big.Float).Mul(big.NewFloat(x), new(big.Float).SetInt(unit)).Int(nil)
	return z
}

func bigMul(x, y *big.Int) *big.Int {
	z := new(big.Int).Mul(x, y)
	return z.Quo(z, unit)
}

func bigDiv(x, y *big.Int) *big.Int {
	z := new(big.Int).Mul(x, unit)
	return z.Quo(z, y)
}

// bigWorld is a floatWorld in integers with 18 decimals.
type bigWorld struct {
	supply, net, shares, capacity [markets]*big.Int
	backing                       [pools][backed]*big.Int
	limits                        [pools][backed]*big.Int
	pool                          [pools]*big.Int
	tokens, vault, debt           [vaults]*big.Int
	worst                         [vaults]*big.Int
	limit                         *big.Int
}

func newBigWorld(f *floatWorld) *bigWorld {
	w := &bigWorld{limit: d18(limit)}
	for m, x := range f.markets {
		w.supply[m], w.net[m], w.shares[m], w.capacity[m] = d18(x.supply), d18(x.net), d18(x.shares), d18(x.capacity)
	}
	for p, x := range f.pools {
		w.pool[p] = d18(x.shares)
		for i, b := range x.backing {
			w.backing[p][i], w.limits[p][i] = d18(b.shares), d18(b.limit)
		}
	}
	for v, x := range f.vaults {
		w.tokens[v], w.vault[v], w.debt[v], w.worst[v] = d18(x.tokens), d18(x.shares), d18(x.debt), d18(x.worst)
	}
	return w
}

// watch is floatWorld.watch.
func (w *bigWorld) watch(f *floatWorld) (events int) {
	var price [assets]*big.Int
	for a := range price {
		price[a] = d18(f.price[a])
	}
	var value [markets]*big.Int
	for m := range value {
		debt := bigMul(w.supply[m], price[f.markets[m].asset])
		if debt.Cmp(w.capacity[m]) > 0 {
			events++
		}
		value[m] = bigDiv(debt.Add(debt, w.net[m]), w.shares[m])
	}
	var pool [pools]*big.Int
	for p := range pool {
		change := new(big.Int)
		for i, b := range f.pools[p].backing {
			if value[b.market].Cmp(w.limits[p][i]) > 0 {
				events++
			}
			change.Add(change, bigMul(w.backing[p][i], value[b.market]))
		}
		pool[p] = bigDiv(change, w.pool[p])
	}
	for v := range f.vaults {
		change, now := bigMul(w.vault[v], pool[f.vaults[v].pool]), price[f.vaults[v].asset]
		per := bigDiv(change, w.tokens[v])
		if bigDiv(bigMul(w.tokens[v], now), change.Add(change, w.debt[v])).Cmp(w.limit) < 0 {
			events++
		}
		if bigDiv(now, per.Add(per, w.worst[v])).Cmp(w.limit) < 0 {
			events++
		}
	}
	return events
}

func bigRun() (float64, error) {
	start := newFloatWorld()
	w := newBigWorld(&start)
	return timed(func() (int, error) {
		for path := range bigPaths {
			f, r := start, rand.New(rand.NewPCG(uint64(path), 1))
			for range steps {
				f.move(r)
				runtime.KeepAlive(w.watch(&f))
			}
		}
		return bigPaths * steps, nil
	})
}
