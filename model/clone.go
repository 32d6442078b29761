package model

// A system is copied part by part, each with the memory that the copy already
// has from an earlier life: [System.Clone] begins with none.

// CloneExternal makes the external market of a copy from that of the original,
// m. Until it returns, the copy answers with the market that it had in an
// earlier life, nil in its first: to.External(id).
type CloneExternal func(id MarketID, m ExternalMarket, to *System) ExternalMarket

// Clone returns an independent copy of the system. External markets are asked
// for their own copy through clone. What neither side changes stays shared: a
// copy costs the number of markets, pools and vaults, not of positions.
func (s *System) Clone(clone CloneExternal) *System {
	c := &System{}
	c.Restore(s, clone)
	return c
}

// Restore makes s an independent copy of another system, as Clone does, in the
// memory that s has. After a few rounds it allocates nothing more. Copies of a
// system that was itself copied and not changed since may be made at the same
// time.
func (s *System) Restore(from *System, clone CloneExternal) {
	if s.journal.open || from.journal.open {
		panic("model: copy inside a transaction")
	}
	s.collectAccounts()
	*s = System{
		// The copy goes on counting, so that no stamp it has or shares comes again.
		journal:     Journal{stamp: max(s.journal.stamp, from.journal.stamp), touched: s.journal.touched},
		flows:       from.flows,
		now:         from.now,
		settings:    NewCell(from.settings.now),
		collaterals: resized(s.collaterals, len(from.collaterals)),
		accounts:    s.accounts,
		spare:       s.spare,
		markets:     resized(s.markets, len(from.markets)),
		pools:       s.pools,
		events:      s.events[:0],
		quick:       s.quick,
		after:       s.after,
	}
	from.accounts.copyTo(&s.accounts)
	for i, x := range from.collaterals {
		x.copyTo(s.collaterals[i])
	}
	for i, m := range from.markets {
		m.copyTo(s.markets[i])
	}
	s.restorePools(from)
	for i, m := range from.markets {
		s.markets[i].setExternal(clone(m.id, m.external, s))
	}
}

// resized returns a list of n parts: those that there are, and new ones.
func resized[T any](list []*T, n int) []*T {
	list = list[:min(n, len(list))]
	for i := range list {
		if list[i] == nil {
			list[i] = new(T)
		}
	}
	for len(list) < n {
		list = append(list, new(T))
	}
	return list
}

func (s *System) restorePools(from *System) {
	if s.pools == nil {
		s.pools = make(map[PoolID]*Pool, len(from.pools))
	}
	for id, p := range from.pools {
		c := s.pools[id]
		if c == nil {
			c = &Pool{}
			s.pools[id] = c
		}
		p.copyTo(c, s)
	}
	for id := range s.pools {
		if len(s.pools) > len(from.pools) && from.pools[id] == nil {
			delete(s.pools, id)
		}
	}
}

// mostSpare is how many accounts are kept to be used again.
const mostSpare = 1 << 12

// collectAccounts keeps the accounts of an earlier life.
func (s *System) collectAccounts() {
	for _, a := range s.accounts.own {
		if len(s.spare) == mostSpare {
			break
		}
		s.spare = append(s.spare, a)
	}
}

func (s *System) spareAccount() *account {
	last := len(s.spare) - 1
	if last < 0 {
		return &account{}
	}
	a := s.spare[last]
	s.spare = s.spare[:last]
	return a
}

func (a *account) copyTo(c *account) {
	*c = account{id: a.id, state: NewCell(a.state.now), collaterals: resized(c.collaterals, len(a.collaterals))}
	for i, h := range a.collaterals {
		if h == nil {
			*c.collaterals[i] = Cell[accountCollateral]{}
		} else {
			*c.collaterals[i] = NewCell(h.now)
		}
	}
}

func (x *collateral) copyTo(c *collateral) {
	c.name, c.decimals = x.name, x.decimals
	x.tokens.of.copyTo(&c.tokens.of)
	c.tokens.total, c.tokens.log, c.tokens.stamp = x.tokens.total, c.tokens.log[:0], 0
	c.config.Restore(&x.config)
	c.price.Restore(&x.price)
}

func (m *Market) copyTo(c *Market) {
	entries, places := m.copyEntries(c)
	*c = Market{
		id:       m.id,
		address:  m.address,
		external: c.external,
		quick:    c.quick,
		state:    NewCell(m.state.now),
		inRange:  m.inRange.copyInto(c.inRange),
		outRange: m.outRange.copyInto(c.outRange),
		entries:  entries,
		slots:    places,
		deposits: NewCell(m.deposits.now),
		caps:     NewCell(m.caps.now),
	}
}

func (m *Market) copyEntries(c *Market) ([]*poolEntry, map[PoolID]int32) {
	same := c.slots != nil && len(c.entries) == len(m.entries)
	entries := resized(c.entries, len(m.entries))
	for i, e := range m.entries {
		same = same && entries[i].pool == e.pool
		entries[i].pool = e.pool
		entries[i].state.Restore(&e.state)
	}
	if same {
		return entries, c.slots
	}
	places := make(map[PoolID]int32, len(m.entries))
	for i, e := range entries {
		places[e.pool] = int32(i)
	}
	return entries, places
}

// copyInto returns a copy in the memory of another heap.
func (h *heap) copyInto(c heap) heap {
	return heap{nodes: append(c.nodes[:0], h.nodes...), index: append(c.index[:0], h.index...), log: c.log[:0]}
}

// copyTo copies a pool; its markets become those of the system to.
func (p *Pool) copyTo(c *Pool, to *System) {
	vaults := c.vaults[:min(len(c.vaults), len(p.vaults))]
	for i, v := range p.vaults {
		if i == len(vaults) {
			vaults = append(vaults, nil)
		}
		switch {
		case v == nil:
			vaults[i] = nil
			continue
		case vaults[i] == nil:
			vaults[i] = &vault{}
		}
		v.copyTo(vaults[i])
	}
	list := append(c.first[:0], p.state.now.markets...)
	for i := range list {
		list[i].market = to.market(list[i].MarketID)
	}
	*c = Pool{id: p.id, state: NewCell(p.state.now), vaults: vaults, first: list}
	c.state.now.markets = list
}

func (v *vault) copyTo(c *vault) {
	first := c.first
	if first == nil {
		first = newEpoch()
	}
	v.epoch().copyTo(first)
	*c = vault{ct: v.ct, state: NewCell(v.state.now), first: first}
	c.state.now.epoch = first
}

func (e *epoch) copyTo(c *epoch) {
	if e.slots.n > 0 {
		e.shareSlots()
	}
	c.slots.reset(&c.positions)
	e.positions.copyTo(&c.positions)
	c.state.Restore(&e.state)
	c.shared, c.log, c.stamp = e.shared, c.log[:0], 0
}

// shareSlots makes the places of all accounts ready to be shared.
func (e *epoch) shareSlots() {
	all := &e.slots
	if e.shared.n > 0 {
		all = &slots{}
		for i := range int32(e.positions.n) {
			all.add(&e.positions, i)
		}
	}
	e.shared = &slots{all.table, all.n}
	e.slots = slots{}
}
