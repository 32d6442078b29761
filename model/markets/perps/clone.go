package perps

import (
	"fmt"
	"maps"
	"slices"

	"backtest/model"
)

// Clone returns an independent copy for a copy of its system.
func (m *Market) Clone(to *model.System) model.ExternalMarket { return m.CloneInto(nil, to) }

// CloneInto is Clone in the memory of old, if that is a *Market. Nobody is
// safe in the copy until it is asked who is at risk.
func (m *Market) CloneInto(old model.ExternalMarket, to *model.System) model.ExternalMarket {
	c, ok := old.(*Market)
	if !ok {
		c = &Market{accounts: map[model.AccountID]*account{}}
	}
	c.sys, c.id, c.costs = to, m.id, m.costs
	c.config.Restore(&m.config)
	c.global.Restore(&m.global)
	for k, i := range m.instruments {
		if k == len(c.instruments) {
			c.instruments = append(c.instruments, &Instrument{})
		}
		i.cloneInto(c.instruments[k])
	}
	c.instruments = c.instruments[:len(m.instruments)]
	c.watch.reset()
	for id, a := range c.accounts {
		if m.accounts[id] == nil {
			delete(c.accounts, id)
			c.unused = append(c.unused, a)
		}
	}
	for id, a := range m.accounts {
		copied := c.newAccount(id)
		a.cloneInto(copied)
		c.watch.touch(copied)
	}
	return c
}

// newAccount returns an account in the list, without any state if it is new
// there.
func (m *Market) newAccount(id model.AccountID) *account {
	a := m.account(id)
	if n := len(m.unused); m.accounts[id] == nil && n > 0 {
		a, m.unused = m.unused[n-1], m.unused[:n-1]
		(&account{id: id}).cloneInto(a)
	}
	m.accounts[id] = a
	return a
}

func (i *Instrument) cloneInto(c *Instrument) {
	c.id, c.index, c.price, c.benchmark, c.stale = i.id, i.index, i.price, i.benchmark, i.stale
	c.config.Restore(&i.config)
	c.state.Restore(&i.state)
	c.older = append(c.older[:0], i.older...)
}

func (a *account) cloneInto(c *account) {
	c.id, c.number = a.id, 0
	c.state.Restore(&a.state)
	for len(c.positions) < len(a.positions) {
		c.positions = append(c.positions, nil)
	}
	none := model.Cell[Position]{}
	for k := range c.positions {
		p := &none
		if k < len(a.positions) && a.positions[k] != nil {
			p = a.positions[k]
			if c.positions[k] == nil {
				c.positions[k] = &model.Cell[Position]{}
			}
		}
		if c.positions[k] != nil {
			c.positions[k].Restore(p)
		}
	}
}

// AppendDigest appends the state of the market, for [model.System.Digest].
func (m *Market) AppendDigest(b []byte) []byte {
	b = fmt.Appendf(b, "perps %v %v %v", m.costs, *m.config.Get(), *m.global.Get())
	for _, i := range m.instruments {
		state := i.state.Get()
		b = fmt.Appendf(b, " %v %v %v %v %v %v %v", i.id, i.price, i.benchmark, i.stale, *i.config.Get(), *state, i.older[:state.history])
	}
	for _, id := range slices.Sorted(maps.Keys(m.accounts)) {
		a := m.accounts[id]
		if !a.state.Get().exists {
			continue
		}
		b = fmt.Appendf(b, " %v %v", id, *a.state.Get())
		for k, p := range a.positions {
			if p != nil && *p.Get() != (Position{}) {
				b = fmt.Appendf(b, " %v %v", k, *p.Get())
			}
		}
	}
	return b
}
