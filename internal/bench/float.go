package main

import (
	"math"
	"math/rand/v2"
)

// answers is what a path tells: enough that no compiler leaves work out.
type answers struct {
	least, leastPosition, use float64
	events                    int
	histogram                 [1 << 12]float64
	daily                     *[days][vaults]dailyHistogram // nil for one histogram in all
}

// dailyHistogram is the distribution of a vault's C-ratios at a moment: how many
// positions, and their debt, by bucket.
type dailyHistogram [1 << 9]struct{ count, debt float64 }

// move draws the next prices.
func (w *floatWorld) move(r *rand.Rand) {
	var z [assets]float64
	for a := range z {
		z[a] = r.NormFloat64()
	}
	for a := range assets {
		sum := 0.0
		for b := 0; b <= a; b++ {
			sum += cholesky[a][b] * z[b]
		}
		w.price[a] *= math.Exp(drift[a] + scale[a]*sum)
	}
}

// watch answers what a pull would bring, and writes nothing.
func (w *floatWorld) watch(out *answers) {
	var value [markets]float64
	for m := range w.markets {
		x := &w.markets[m]
		debt := x.supply*w.price[x.asset] + x.net
		value[m] = x.value + (debt-x.last)/x.shares
		out.use = max(out.use, x.supply*w.price[x.asset]/x.capacity)
	}
	var poolValue [pools]float64
	for p := range w.pools {
		x := &w.pools[p]
		change := 0.0
		for i := range x.backing {
			b := &x.backing[i]
			if value[b.market] > b.limit {
				out.events++
			}
			change += b.shares * (value[b.market] - b.last)
		}
		poolValue[p] = x.value + change/x.shares
	}
	for v := range w.vaults {
		x := &w.vaults[v]
		change := x.shares * (poolValue[x.pool] - x.last)
		w.judge(v, x.debt+change, x.value+change/x.accounts, out)
	}
}

// judge looks at a vault and its worst position.
func (w *floatWorld) judge(v int, debt, value float64, out *answers) {
	x := &w.vaults[v]
	x.seen = value
	price := w.price[x.asset]
	ratio, position := x.tokens*price/debt, price/(x.worst+value)
	if ratio < limit {
		out.events++
	}
	if position < limit {
		out.events++
	}
	out.least, out.leastPosition = min(out.least, ratio), min(out.leastPosition, position)
}

// touch pulls and rebalances every vault of every pool, then answers.
func (w *floatWorld) touch(out *answers) {
	for v := range w.vaults {
		w.rebalance(&w.vaults[v], out)
	}
	w.watch(out)
}

func (w *floatWorld) rebalance(v *floatVault, out *answers) {
	p := &w.pools[v.pool]
	change := 0.0
	for i := range p.backing {
		b := &p.backing[i]
		m := &w.markets[b.market]
		debt := m.supply*w.price[m.asset] + m.net
		if m.value+(debt-m.last)/m.shares > b.limit {
			out.events++
		}
		m.value += (debt - m.last) / m.shares
		m.last = debt
		change += b.shares * (m.value - b.last)
		b.last = m.value
	}
	p.debt += change
	p.value += change / p.shares
	change = v.shares * (p.value - v.last)
	v.last = p.value
	v.debt += change
	v.value += change / v.accounts
	worth := v.tokens * w.price[v.asset]
	p.shares += worth - v.shares
	v.shares = worth
	perShare := p.debt / p.shares
	for i := range p.backing {
		b := &p.backing[i]
		m := &w.markets[b.market]
		credit := p.shares * b.weight / p.weights
		most := m.value + margin - perShare
		m.capacity += (most-m.value)*credit - (b.limit-m.value)*b.shares
		m.shares += credit - b.shares
		b.shares, b.limit, b.credit, b.last = credit, most, credit, m.value
	}
}

// record takes the C-ratio of every position into a histogram.
func (w *floatWorld) record(out *answers) {
	for v := range w.vaults {
		x := &w.vaults[v]
		price := w.price[x.asset]
		for i := range positions[v] {
			p := &positions[v][i]
			debt := p.debt + (x.seen-p.last)*p.shares
			ratio := p.shares * price / debt
			out.histogram[math.Float64bits(ratio)>>45&(1<<12-1)] += debt
		}
	}
}

// recordDaily is record with a histogram for each day and vault, as the engine
// keeps them.
func (w *floatWorld) recordDaily(day int, out *answers) {
	for v := range w.vaults {
		x, h := &w.vaults[v], &out.daily[day][v]
		price := w.price[x.asset]
		for i := range positions[v] {
			p := &positions[v][i]
			debt := p.debt + (x.seen-p.last)*p.shares
			b := &h[math.Float64bits(p.shares*price/debt)>>48&(1<<9-1)]
			b.count++
			b.debt += debt
		}
	}
}

// floatPath runs a path.
func floatPath(seed uint64, start *floatWorld, touch, recorded bool, out *answers) {
	w, r := *start, rand.New(rand.NewPCG(seed, 1))
	for step := range steps {
		w.move(r)
		if touch {
			w.touch(out)
		} else {
			w.watch(out)
		}
		switch {
		case !recorded || step%hours != 0:
		case out.daily != nil:
			w.recordDaily(step/hours, out)
		default:
			w.record(out)
		}
	}
}
