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
)

// Event is a pool that moved in or out of range of a market.
type Event struct {
	Kind          EventKind
	Market        MarketID
	Pool          PoolID
	Limit         Int128  // D18 USD per share
	ValuePerShare D27     // afterwards
	Shares        Uint128 // D18 USD of credit that left or came
	Debt          Uint128 // D18 USD taken along at a bump out
}

// Events returns what has happened since the events were last cleared, in
// order. A transaction that failed leaves no events.
func (s *System) Events() []Event { return s.events }

// ClearEvents forgets the events.
func (s *System) ClearEvents() { s.events = s.events[:0] }
