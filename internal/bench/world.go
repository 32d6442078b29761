package main

import "math"

// The standard world in floats.
const (
	assets  = 4
	markets = 8
	pools   = 4
	backed  = 4 // markets of a pool
	vaults  = 8
	members = 100 // positions of a vault
	hours   = 24  // steps between recorded moments
	steps   = 720
	days    = steps / hours
	limit   = 1.25 // liquidation ratio
	margin  = 1 / 1.1
)

// floatMarket is a market as an accumulator of debt per share.
type floatMarket struct {
	asset            int
	supply, net      float64
	last, value      float64
	shares, capacity float64
}

// floatBacking is a pool in a market.
type floatBacking struct {
	market                              int
	weight, shares, last, limit, credit float64
}

type floatPool struct {
	backing               [backed]floatBacking
	weights, debt, shares float64
	value                 float64
}

type floatVault struct {
	pool, asset           int
	tokens, shares, last  float64
	debt, accounts, value float64
	worst                 float64 // key of the worst position
	seen                  float64 // value as if pulled
}

type floatPosition struct{ debt, shares, last float64 }

type floatWorld struct {
	price   [assets]float64
	markets [markets]floatMarket
	pools   [pools]floatPool
	vaults  [vaults]floatVault
}

var (
	startPrice = [assets]float64{90000, 3000, 150, 2}
	drift      [assets]float64
	scale      [assets]float64
	cholesky   [assets][assets]float64
	positions  [vaults][members]floatPosition
)

func init() {
	volatility := [assets]float64{0.5, 0.6, 0.7, 0.8}
	correlation := [assets][assets]float64{{1, 0.8, 0.7, 0.6}, {0.8, 1, 0.7, 0.6}, {0.7, 0.7, 1, 0.6}, {0.6, 0.6, 0.6, 1}}
	year := 1.0 / (365 * 24)
	for a := range assets {
		drift[a], scale[a] = -0.5*volatility[a]*volatility[a]*year, volatility[a]*math.Sqrt(year)
		for b := 0; b <= a; b++ {
			sum := correlation[a][b]
			for k := range b {
				sum -= cholesky[a][k] * cholesky[b][k]
			}
			if a == b {
				cholesky[a][a] = math.Sqrt(sum)
			} else {
				cholesky[a][b] = sum / cholesky[b][b]
			}
		}
	}
}

// newFloatWorld returns the world after everybody has come.
func newFloatWorld() (w floatWorld) {
	w.price = startPrice
	for m := range w.markets {
		a := m % assets
		supply := 200_000 * float64(1+m/assets) / startPrice[a]
		w.markets[m] = floatMarket{asset: a, supply: supply, net: -supply * startPrice[a], capacity: 1e6}
	}
	for v := range w.vaults {
		x := &w.vaults[v]
		x.pool, x.asset = v/2, (v/2+v%2)%assets
		x.tokens = members * 100_000 / startPrice[x.asset]
		x.shares = x.tokens * startPrice[x.asset]
		x.accounts = x.tokens
		w.pools[x.pool].shares += x.shares
		for i := range members {
			p := &positions[v][i]
			p.shares = x.tokens / members
			p.debt = p.shares * startPrice[x.asset] / (4 + 4*float64(i)/members)
			x.debt += p.debt
			x.worst = max(x.worst, p.debt/p.shares)
		}
		w.pools[x.pool].debt += x.debt
	}
	for p := range w.pools {
		pool := &w.pools[p]
		for i := range pool.backing {
			m := (2*p + i) % markets
			pool.backing[i] = floatBacking{market: m, weight: float64(1 + (m+p)%3)}
			pool.weights += pool.backing[i].weight
		}
		for i := range pool.backing {
			b := &pool.backing[i]
			b.shares = pool.shares * b.weight / pool.weights
			b.limit = margin
			w.markets[b.market].shares += b.shares
		}
	}
	return w
}
