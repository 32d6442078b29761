package model

import (
	"fmt"

	"backtest/model/state"
)

func (s *System) saveMarket(m int32) (state.Market, error) {
	x, r := s.markets.at(m), &s.registered[m]
	in, out := s.heaps(m)
	d := state.Market{
		ID: state.ID(m + 1), Address: r.address.StateText(),
		NetIssuance: x.netIssuance, CreditCapacity: x.creditCapacity,
		LastDistributedMarketBalance: x.lastDistributed,
		PoolsDebtDistribution:        saveDistribution(x.pools),
		MinDelegateTime:              x.minDelegateTime, MinLiquidityRatio: x.minLiquidityRatio,
		InRangePools: in.save(), OutRangePools: out.save(),
	}
	for _, i := range s.sortedBackings(m) {
		b := s.backings.at(i)
		d.Pools = append(d.Pools, state.MarketPool{
			Pool: state.ID(b.pool), Shares: b.actor.Shares, LastValuePerShare: b.actor.LastValuePerShare,
			CreditCapacityAmount: b.creditCapacity, PendingDebt: b.pendingDebt,
		})
	}
	for _, k := range x.deposits {
		d.DepositedCollateral = append(d.DepositedCollateral, state.Amount{Collateral: s.CollateralName(k.ct), Amount: k.amount})
	}
	for _, ct := range sortedKeys(x.caps) {
		if v := x.caps[ct]; !v.IsZero() {
			d.MaximumDepositable = append(d.MaximumDepositable, state.Amount{Collateral: s.CollateralName(ct), Amount: v})
		}
	}
	saver, ok := r.external.(Saver)
	if !ok {
		return d, &state.UnsavedError{What: fmt.Sprintf("market %d, a %T", m+1, r.external)}
	}
	external, err := saver.SaveState()
	d.External = external
	return d, err
}

func (h *heap) save() (nodes []state.HeapNode) {
	for _, n := range h.list() {
		nodes = append(nodes, state.HeapNode{Pool: state.ID(n.Pool), Priority: n.Priority})
	}
	return nodes
}

func (l *loader) market(path string, id MarketID, d *state.Market, external LoadExternal) {
	if MarketID(d.ID) != id {
		l.Add(path+".id", "is %d; markets are numbered in their order, this is %d", d.ID, id)
	}
	row := market{
		netIssuance: d.NetIssuance, creditCapacity: d.CreditCapacity,
		lastDistributed: d.LastDistributedMarketBalance,
		pools:           loadDistribution(d.PoolsDebtDistribution),
		minDelegateTime: d.MinDelegateTime, minLiquidityRatio: d.MinLiquidityRatio,
	}
	state.Distinct(&l.Checker, path+".depositedCollateral", d.DepositedCollateral, ".collateral", amountOf)
	for i, x := range d.DepositedCollateral {
		row.deposits = append(row.deposits, marketDeposit{l.ct(state.At(path+".depositedCollateral", i)+".collateral", x.Collateral), x.Amount})
	}
	state.Distinct(&l.Checker, path+".maximumDepositable", d.MaximumDepositable, ".collateral", amountOf)
	for i, x := range d.MaximumDepositable {
		row.caps = with(row.caps, l.ct(state.At(path+".maximumDepositable", i)+".collateral", x.Collateral), x.Amount)
	}
	m := l.sys.addMarket(row, registered{address: l.actor(path+".address", d.Address)})
	l.marketPools(path, m, d)
	if x := external(&d.External, id, l.sys, &l.Checker, path+".external"); x != nil {
		l.sys.registered[m].external = x
	}
}

func amountOf(x state.Amount) string { return x.Collateral }

func (l *loader) marketPools(path string, m int32, d *state.Market) {
	state.Distinct(&l.Checker, path+".pools", d.Pools, ".pool", func(p state.MarketPool) state.ID { return p.Pool })
	for _, p := range d.Pools {
		*l.backing(m, p.Pool) = backing{
			market: m, pool: PoolID(p.Pool), actor: DistributionActor{p.Shares, p.LastValuePerShare},
			creditCapacity: p.CreditCapacityAmount, pendingDebt: p.PendingDebt,
		}
	}
	in, out := l.sys.heaps(m)
	l.heap(path+".inRangePools", m, in, d.InRangePools)
	l.heap(path+".outRangePools", m, out, d.OutRangePools)
	for i, n := range d.OutRangePools {
		if in.position(l.sys.backing(m, PoolID(n.Pool))) != 0 {
			l.Add(state.At(path+".outRangePools", i)+".pool", "%d is in range too", n.Pool)
		}
	}
}

// backing returns a pool as an actor of a market for setting it.
func (l *loader) backing(m int32, pool state.ID) *backing {
	i := l.sys.backing(m, PoolID(pool))
	if i < 0 {
		i = l.sys.backings.add(&l.sys.journal, backing{market: m, pool: PoolID(pool)})
	}
	return l.sys.backings.at(i)
}

// heap puts nodes where they stood: a heap's order among equal priorities is
// state.
func (l *loader) heap(path string, m int32, h *heap, nodes []state.HeapNode) {
	state.Distinct(&l.Checker, path, nodes, ".pool", func(n state.HeapNode) state.ID { return n.Pool })
	for i, n := range nodes {
		l.backing(m, n.Pool)
		h.push(&l.sys.journal, heapNode{PoolID(n.Pool), l.sys.backing(m, PoolID(n.Pool)), n.Priority})
		if parent := (i+1)/2 - 1; i > 0 && n.Priority.Cmp(nodes[parent].Priority) > 0 {
			l.Add(state.At(path, i)+".priority", "%s is above that of its parent, %s", n.Priority, nodes[parent].Priority)
		}
	}
}
