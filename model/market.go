package model

import fp "backtest/model/fixedpoint"

// registered is what never changes of a market: the address that it acts under
// and what it is outside of the core.
type registered struct {
	address  Actor
	external ExternalMarket
}

// RegisterMarket adds a market and returns its id. The market acts under the
// address market:id.
func (s *System) RegisterMarket(external ExternalMarket) (id MarketID, err error) {
	return s.RegisterMarketAt(external, Actor{})
}

// RegisterMarketAt registers a market whose calls come from the given address;
// one address may hold several ids.
func (s *System) RegisterMarketAt(external ExternalMarket, address Actor) (id MarketID, err error) {
	err = s.Transact(func() {
		s.checkFeature(FeatureRegisterMarket)
		id = MarketID(s.markets.size() + 1)
		if address == (Actor{}) {
			address = MarketAddress(id)
		}
		s.addMarket(market{}, registered{address, external})
	})
	return id, err
}

// addMarket appends a market with two empty heaps. What is kept beside the rows
// of a market whose registration was taken back is overwritten by the next.
func (s *System) addMarket(row market, r registered) int32 {
	m := s.markets.add(&s.journal, row)
	s.registered = append(s.registered[:m], r)
	for len(s.ranges) < 2*(int(m)+1) {
		s.ranges = append(s.ranges, &heap{})
	}
	return m
}

// heaps returns the heaps of the pools in and out of range of a market.
func (s *System) heaps(m int32) (in, out *heap) { return s.ranges[2*m], s.ranges[2*m+1] }

// market returns the place of a registered market, -1 when there is none.
func (s *System) market(id MarketID) int32 {
	if id == 0 || id > MarketID(s.markets.size()) {
		return -1
	}
	return int32(id - 1)
}

func (s *System) mustMarket(id MarketID) int32 {
	m := s.market(id)
	if m < 0 {
		fp.Throw(MarketNotFound{id})
	}
	return m
}

// editMarket returns a registered market for changing it.
func (s *System) editMarket(id MarketID) *market {
	return s.markets.edit(&s.journal, s.mustMarket(id))
}

// backing returns the place of a pool as an actor of a market, -1 when the pool
// is new there.
func (s *System) backing(m int32, id PoolID) int32 {
	if p := s.findPool(id); p >= 0 {
		for _, l := range s.pools.at(p).markets {
			if l.market == m {
				return l.backing
			}
		}
	}
	for i := range s.backings.rows {
		if b := &s.backings.rows[i]; b.market == m && b.pool == id {
			return int32(i)
		}
	}
	return -1
}

// backingRow returns what a market knows of a pool, a zero row when that is
// nothing.
func (s *System) backingRow(m int32, id PoolID) (b backing) {
	if i := s.backing(m, id); i >= 0 {
		b = *s.backings.at(i)
	}
	return b
}

// collateralValue returns the value (D18 USD) of what the market has
// deposited, each deposit rounded down, or the error of a reverting oracle.
func (s *System) collateralValue(m int32) (sum Uint256, err error) {
	for _, d := range s.markets.at(m).deposits {
		if d.amount.IsZero() {
			continue
		}
		p, err := s.tryPrice(d.ct)
		if err != nil {
			return Uint256{}, err
		}
		sum = sum.Add(p.MulDecimal(d.amount))
	}
	return sum, nil
}

func (s *System) mustCollateralValue(m int32) Uint256 {
	v, err := s.collateralValue(m)
	if err != nil {
		fp.Throw(err)
	}
	return v
}

// totalDebt returns reported debt + net issuance - collateral value (D18 USD,
// PROTOCOL.md §4.1). A market or oracle that reverts is an error of two
// entries; arithmetic that does not fit throws.
func (s *System) totalDebt(m int32) (Int256, error) {
	reported, marketErr := s.registered[m].external.ReportedDebt()
	value, priceErr := s.collateralValue(m)
	if marketErr != nil || priceErr != nil {
		return Int256{}, Errors{[]error{marketErr, priceErr}}
	}
	return reported.Int256().Add(s.markets.at(m).netIssuance.Wide()).Sub(value.Int256()), nil
}

// capacity returns credit capacity plus collateral value (D18 USD).
func (s *System) capacity(m int32) Int256 {
	return s.markets.at(m).creditCapacity.Wide().Add(s.mustCollateralValue(m).Int256())
}

// withdrawable returns the USD (D18) that the market may withdraw
// (PROTOCOL.md §4.6).
func (s *System) withdrawable(m int32) Uint256 {
	if c := s.capacity(m); c.Sign() > 0 {
		return c.Uint256()
	}
	return Uint256{}
}

// capacityLocked reports whether the market needs more credit than it has.
func (s *System) capacityLocked(m int32) bool {
	capacity := s.capacity(m)
	need, err := s.registered[m].external.MinimumCredit()
	if err != nil {
		fp.Throw(err)
	}
	return capacity.Less(need.Int256())
}

// DistributeDebtToPools distributes a market's debt within maxIter bumps and
// reports whether that finished it.
func (s *System) DistributeDebtToPools(market MarketID, maxIter Uint256) (finished bool, err error) {
	err = s.Transact(func() { finished = s.mustDistribute(s.mustMarket(market), maxIter) })
	return finished, err
}

func (s *System) mustDistribute(m int32, maxIter Uint256) bool {
	finished, err := s.distribute(m, maxIter)
	if err != nil {
		fp.Throw(err)
	}
	return finished
}
