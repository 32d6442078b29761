package perps

import (
	"fmt"
	"maps"
	"slices"

	"backtest/model"
)

// Clone returns an independent copy for a copy of its system.
func (m *Market) Clone(to *model.System) model.ExternalMarket {
	c := &Market{
		sys: to, id: m.id, costs: m.costs,
		config:      model.NewCell(*m.config.Get()),
		global:      model.NewCell(*m.global.Get()),
		instruments: make([]*Instrument, len(m.instruments)),
		accounts:    make(map[model.AccountID]*account, len(m.accounts)),
	}
	for k, i := range m.instruments {
		c.instruments[k] = i.clone()
	}
	for id, a := range m.accounts {
		c.accounts[id] = a.clone()
	}
	return c
}

func (i *Instrument) clone() *Instrument {
	return &Instrument{
		id: i.id, index: i.index, price: i.price, benchmark: i.benchmark, stale: i.stale,
		config: model.NewCell(*i.config.Get()),
		state:  model.NewCell(*i.state.Get()),
		older:  slices.Clone(i.older),
	}
}

func (a *account) clone() *account {
	c := &account{id: a.id, state: model.NewCell(*a.state.Get()), positions: make([]*model.Cell[Position], len(a.positions))}
	for k, p := range a.positions {
		if p != nil {
			cell := model.NewCell(*p.Get())
			c.positions[k] = &cell
		}
	}
	return c
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
