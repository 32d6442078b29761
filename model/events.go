package model

// EventKind tells how a pool moved in or out of range of a market.
type EventKind uint8

// The kinds of events.
const (
	// PoolBumpedOut is a stop-loss exit: debt per share reached the pool's limit
	// while debt was distributed (PROTOCOL.md §4.4).
	PoolBumpedOut EventKind = iota
	// PoolBumpedIn is a re-entry: debt per share fell below the limit.
	PoolBumpedIn
	// PoolRebalancedOut is a rebalance that set the limit below the present
	// debt per share (PROTOCOL.md §4.2).
	PoolRebalancedOut
	// PoolRebalancedIn is a rebalance that set the limit to or above it again.
	PoolRebalancedIn

	// DebtDistributed is debt that a market spread over the shares of its pools.
	DebtDistributed
	// DebtPulled is debt that a pool took over from a market.
	DebtPulled
	// SharesSet is a change of a pool's shares in a market at a rebalance.
	SharesSet
)

// Event is something that happened between a market and its pools. Fields that
// do not belong to its kind are 0.
type Event struct {
	Kind          EventKind
	Market        MarketID
	Pool          PoolID
	Limit         Int128  // D18 USD per share
	ValuePerShare D27     // afterwards
	Shares        Uint128 // D18 USD of credit that left or came; all shares at a distribution
	Debt          Uint128 // D18 USD taken along at a bump out
	Amount        Int256  // D18 USD of a flow
	Rise          D27     // of the market's value per share by a distribution
}

// Observer is told what happens between markets and their pools, in order, at
// the end of the transaction that did it. One that fails, or is taken back,
// tells nothing.
type Observer interface{ Observe(e *Event) }

// SetObserver makes somebody the observer; nil is nobody, which is how a system
// and its copies begin.
func (s *System) SetObserver(o Observer) { s.observer = o }

// tell notes an event of the running transaction.
func (s *System) tell(e Event) { s.told = append(s.told, e) }

// tellRange notes that a pool moved in or out of range of a market.
func (s *System) tellRange(kind EventKind, b *backing, limit Int128, shares, debt Uint128) {
	s.moves++
	if s.observer == nil {
		return
	}
	s.tell(Event{
		Kind: kind, Market: MarketID(b.market + 1), Pool: b.pool, Limit: limit,
		ValuePerShare: s.markets.at(b.market).pools.ValuePerShare, Shares: shares, Debt: debt,
	})
}

// deliver tells the observer of a transaction that has succeeded.
func (s *System) deliver() {
	for i := range s.told {
		if s.observer != nil {
			s.observer.Observe(&s.told[i])
		}
	}
	s.told = s.told[:0]
}

// EventLog is an observer that keeps what it is told.
type EventLog struct{ Events []Event }

// Observe implements [Observer].
func (l *EventLog) Observe(e *Event) { l.Events = append(l.Events, *e) }
