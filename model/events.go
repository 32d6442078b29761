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

	// The flows of debt, told only after RecordFlows(true).

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

// Events returns what has happened since the events were last cleared, in
// order. A transaction that failed leaves no events.
func (s *System) Events() []Event { return s.events }

// ClearEvents forgets the events.
func (s *System) ClearEvents() { s.events = s.events[:0] }

// RecordFlows turns the events of debt flows on or off.
func (s *System) RecordFlows(on bool) { s.flows = on }

func (s *System) flow(e Event) {
	if s.flows {
		s.events = append(s.events, e)
	}
}
