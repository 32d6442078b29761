package model

import (
	"fmt"

	"backtest/model/state"
)

func (s *System) saveMarket(m *Market) (state.Market, error) {
	now := &m.state.now
	d := state.Market{
		ID: state.ID(m.id), Address: m.address.StateText(),
		NetIssuance: now.netIssuance, CreditCapacity: now.creditCapacity,
		LastDistributedMarketBalance: now.lastDistributed,
		PoolsDebtDistribution:        saveDistribution(now.pools),
		MinDelegateTime:              now.minDelegateTime, MinLiquidityRatio: now.minLiquidityRatio,
		InRangePools: m.inRange.save(), OutRangePools: m.outRange.save(),
	}
	for _, pool := range sortedKeys(m.slots) {
		if e := m.entryState(pool); e != (poolEntryState{}) {
			d.Pools = append(d.Pools, state.MarketPool{
				Pool: state.ID(pool), Shares: e.actor.Shares, LastValuePerShare: e.actor.LastValuePerShare,
				CreditCapacityAmount: e.creditCapacity, PendingDebt: e.pendingDebt,
			})
		}
	}
	for _, x := range m.deposits.now {
		d.DepositedCollateral = append(d.DepositedCollateral, state.Amount{Collateral: s.CollateralName(x.ct), Amount: x.amount})
	}
	for _, ct := range sortedKeys(m.caps.now) {
		if v := m.caps.now[ct]; !v.IsZero() {
			d.MaximumDepositable = append(d.MaximumDepositable, state.Amount{Collateral: s.CollateralName(ct), Amount: v})
		}
	}
	saver, ok := m.external.(Saver)
	if !ok {
		return d, &state.UnsavedError{What: fmt.Sprintf("market %d, a %T", m.id, m.external)}
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
	m := &Market{
		id: id, address: l.actor(path+".address", d.Address), slots: map[PoolID]int32{},
		state: NewCell(marketState{
			netIssuance: d.NetIssuance, creditCapacity: d.CreditCapacity,
			lastDistributed: d.LastDistributedMarketBalance,
			pools:           loadDistribution(d.PoolsDebtDistribution),
			minDelegateTime: d.MinDelegateTime, minLiquidityRatio: d.MinLiquidityRatio,
		}),
	}
	l.sys.markets = append(l.sys.markets, m)
	l.marketPools(path, m, d)
	var deposits []marketDeposit
	state.Distinct(&l.Checker, path+".depositedCollateral", d.DepositedCollateral, ".collateral", amountOf)
	for i, x := range d.DepositedCollateral {
		deposits = append(deposits, marketDeposit{l.ct(state.At(path+".depositedCollateral", i)+".collateral", x.Collateral), x.Amount})
	}
	m.deposits = NewCell(deposits)
	state.Distinct(&l.Checker, path+".maximumDepositable", d.MaximumDepositable, ".collateral", amountOf)
	for i, x := range d.MaximumDepositable {
		m.caps.now = with(m.caps.now, l.ct(state.At(path+".maximumDepositable", i)+".collateral", x.Collateral), x.Amount)
	}
	if x := external(&d.External, id, l.sys, &l.Checker, path+".external"); x != nil {
		m.setExternal(x)
	}
}

func amountOf(x state.Amount) string { return x.Collateral }

func (l *loader) marketPools(path string, m *Market, d *state.Market) {
	state.Distinct(&l.Checker, path+".pools", d.Pools, ".pool", func(p state.MarketPool) state.ID { return p.Pool })
	for _, p := range d.Pools {
		m.entries[m.entry(PoolID(p.Pool))].state = NewCell(poolEntryState{
			actor:          DistributionActor{p.Shares, p.LastValuePerShare},
			creditCapacity: p.CreditCapacityAmount, pendingDebt: p.PendingDebt,
		})
	}
	l.heap(path+".inRangePools", m, &m.inRange, d.InRangePools)
	l.heap(path+".outRangePools", m, &m.outRange, d.OutRangePools)
	for i, n := range d.OutRangePools {
		if m.inRange.position(m.entry(PoolID(n.Pool))) != 0 {
			l.Add(state.At(path+".outRangePools", i)+".pool", "%d is in range too", n.Pool)
		}
	}
}

// heap puts nodes where they stood: a heap's order among equal priorities is
// state.
func (l *loader) heap(path string, m *Market, h *heap, nodes []state.HeapNode) {
	state.Distinct(&l.Checker, path, nodes, ".pool", func(n state.HeapNode) state.ID { return n.Pool })
	var j Journal
	for i, n := range nodes {
		h.push(&j, heapNode{PoolID(n.Pool), m.entry(PoolID(n.Pool)), n.Priority})
		if parent := (i+1)/2 - 1; i > 0 && n.Priority.Cmp(nodes[parent].Priority) > 0 {
			l.Add(state.At(path, i)+".priority", "%s is above that of its parent, %s", n.Priority, nodes[parent].Priority)
		}
	}
	h.forget()
	h.stamp = 0
}
