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
	// The copy goes on counting, so that no stamp it has or shares comes again.
	s.journal = Journal{stamp: max(s.journal.stamp, from.journal.stamp), touched: s.journal.touched}
	s.release, s.now, s.observer, s.inverse = from.release, from.now, nil, from.inverse
	s.settings = NewCell(from.settings.now)
	s.collaterals = resized(s.collaterals, len(from.collaterals))
	for i, x := range from.collaterals {
		x.copyTo(s.collaterals[i])
	}
	from.accounts.copyTo(&s.accounts)
	s.markets.copyFrom(&from.markets)
	s.backings.copyFrom(&from.backings)
	s.pools.copyFrom(&from.pools)
	s.vaults.copyFrom(&from.vaults)
	s.ranges = resized(s.ranges, 2*int(from.markets.size()))
	for i := range s.ranges {
		s.ranges[i].copyFrom(from.ranges[i])
	}
	s.copyPositions(from)
	// Until a market is copied, the copy answers with the one of its earlier life.
	for i, x := range from.registered[:from.markets.size()] {
		if i == len(s.registered) {
			s.registered = append(s.registered, registered{})
		}
		s.registered[i].address = x.address
		s.registered[i].external = clone(MarketID(i+1), x.external, s)
	}
}

// copyPositions gives every vault positions of its own, in the memory of those
// that its place began with in an earlier life.
func (s *System) copyPositions(from *System) {
	s.own = resized(s.own, int(from.vaults.size()))
	for i := range s.vaults.rows {
		if s.own[i].shared == nil {
			s.own[i] = newAccounts()
		}
		from.vaults.rows[i].accounts.copyTo(s.own[i])
		s.vaults.rows[i].accounts = s.own[i]
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

// maxSpare is how many accounts are kept to be used again.
const maxSpare = 1 << 12

// collectAccounts keeps the accounts of an earlier life.
func (s *System) collectAccounts() {
	for _, a := range s.accounts.own {
		if len(s.spare) == maxSpare {
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

func (e *epochAccounts) copyTo(c *epochAccounts) {
	if e.slots.n > 0 {
		e.shareSlots()
	}
	c.slots.reset(&c.positions)
	e.positions.copyTo(&c.positions)
	c.shared, c.log, c.stamp = e.shared, c.log[:0], 0
}

// shareSlots makes the places of all accounts ready to be shared.
func (e *epochAccounts) shareSlots() {
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
