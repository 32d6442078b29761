package model

import fp "backtest/model/fixedpoint"

// Market is the core's side of a market: the distribution of its debt to
// pools, its credit and its flows of USD (PROTOCOL.md §4).
type Market struct {
	id       MarketID
	address  Actor
	external ExternalMarket
	quick    QuickMarket // the same, nil when it is not one
	last     quickAnswer
	state    Cell[marketState]
	inRange  heap // priority = -limit
	outRange heap // priority = +limit
	entries  []*poolEntry
	slots    map[PoolID]int32
	deposits Cell[[]marketDeposit]
	caps     Cell[map[CollateralID]Uint256] // maximumDepositable, tokens D18
}

type marketState struct {
	netIssuance       Int128 // D18 USD minted minus burned
	creditCapacity    Int128 // D18 USD
	lastDistributed   Int128 // D18 USD
	pools             Distribution
	minDelegateTime   uint32 // seconds
	minLiquidityRatio Uint256
}

// poolEntry is a pool as an actor of a market. The fields beside the shares
// are what the market remembers of a pool that is out of range.
type poolEntry struct {
	pool  PoolID
	state Cell[poolEntryState]
}

type poolEntryState struct {
	actor          DistributionActor
	creditCapacity Uint128 // D18 USD, shares to restore at re-entry
	pendingDebt    Uint128 // D18 USD, taken at bump-out and not yet pulled
}

// marketDeposit is collateral that a market has deposited (PROTOCOL.md §4.8).
type marketDeposit struct {
	ct     CollateralID
	amount Uint256 // tokens D18
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
		id = MarketID(len(s.markets) + 1)
		if address == (Actor{}) {
			address = MarketAddress(id)
		}
		m := &Market{id: id, address: address, slots: map[PoolID]int32{}}
		m.setExternal(external)
		s.markets = append(s.markets, m)
		s.journal.touched = append(s.journal.touched, registration{s})
	})
	return id, err
}

func (m *Market) setExternal(x ExternalMarket) {
	m.external = x
	m.quick, _ = x.(QuickMarket)
}

// registration is the last market registered in the running transaction.
type registration struct{ s *System }

func (r registration) undo() { r.s.markets = r.s.markets[:len(r.s.markets)-1] }

func (registration) forget() {}

// market returns a registered market, or nil.
func (s *System) market(id MarketID) *Market {
	if id == 0 || id > MarketID(len(s.markets)) {
		return nil
	}
	return s.markets[id-1]
}

func (s *System) mustMarket(id MarketID) *Market {
	m := s.market(id)
	if m == nil {
		fp.Throw(MarketNotFound{id})
	}
	return m
}

// entry returns the pool as an actor of the market; it makes an empty one when
// the pool is new here.
func (m *Market) entry(pool PoolID) int32 {
	slot, ok := m.slots[pool]
	if !ok {
		slot = int32(len(m.entries))
		m.entries = append(m.entries, &poolEntry{pool: pool})
		m.slots[pool] = slot
	}
	return slot
}

// valuePerShare returns the market's debt per share in D18.
func (m *Market) valuePerShare() Int128 { return m.state.now.pools.ValuePerShare.D18() }

// collateralValue returns the value (D18 USD) of what the market has
// deposited, each deposit rounded down, or the error of a reverting oracle.
func (s *System) collateralValue(m *Market) (sum Uint256, err error) {
	for _, d := range m.deposits.now {
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

func (s *System) mustCollateralValue(m *Market) Uint256 {
	v, err := s.collateralValue(m)
	if err != nil {
		fp.Throw(err)
	}
	return v
}

// totalDebt returns reported debt + net issuance - collateral value (D18 USD,
// PROTOCOL.md §4.1). A market or oracle that reverts is an error of two
// entries; arithmetic that does not fit throws.
func (s *System) totalDebt(m *Market) (Int256, error) {
	reported, marketErr := m.external.ReportedDebt()
	value, priceErr := s.collateralValue(m)
	if marketErr != nil || priceErr != nil {
		return Int256{}, Errors{[]error{marketErr, priceErr}}
	}
	return reported.Int256().Add(m.state.now.netIssuance.Wide()).Sub(value.Int256()), nil
}

// capacity returns credit capacity plus collateral value (D18 USD).
func (s *System) capacity(m *Market) Int256 {
	return m.state.now.creditCapacity.Wide().Add(s.mustCollateralValue(m).Int256())
}

// withdrawable returns the USD (D18) that the market may withdraw
// (PROTOCOL.md §4.6).
func (s *System) withdrawable(m *Market) Uint256 {
	if c := s.capacity(m); c.Sign() > 0 {
		return c.Uint256()
	}
	return Uint256{}
}

// capacityLocked reports whether the market needs more credit than it has.
func (s *System) capacityLocked(m *Market) bool {
	capacity := s.capacity(m)
	need, err := m.external.MinimumCredit()
	if err != nil {
		fp.Throw(err)
	}
	return capacity.Less(need.Int256())
}
