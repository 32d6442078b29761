package sim

import (
	"math"
	"slices"
	"strings"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/runner/record"
	"backtest/runner/units"
)

// event returns an event of the present step.
func (s *State) event(kind, cause string) record.EventRow {
	return record.EventRow{
		Scenario: s.World.Scenario, Point: s.World.Point, Path: int64(s.Path),
		Step: int32(s.Step), Time: s.Now, Kind: kind, Cause: cause, CRatio: math.NaN(),
		DurationSeconds: record.NoTimeSeconds,
	}
}

func (s *State) inVault(e *record.EventRow, vault int) {
	v := s.World.Vaults[vault]
	e.Pool, e.Collateral = s.World.Pools[v.Pool].Name, s.World.Collaterals[v.Collateral].Name
}

// add keeps an event, if events are recorded row by row.
func (s *State) add(e record.EventRow) {
	s.Row.Events++
	if s.World.Events {
		s.Events = append(s.Events, e)
	}
}

// first notes the time of the first event of a kind.
func (s *State) first(at *int64) {
	if *at == record.NoTimeSeconds {
		*at = s.Elapsed()
	}
}

// sum adds an amount (D18 USD) to a recorded total.
func (s *State) sum(total record.D18, x fp.Uint256) record.D18 {
	t, err := total.Add(units.RecordU(x))
	if err != nil {
		return total
	}
	return t
}

func (s *State) accountName(vault int, id model.AccountID) string {
	if i := s.lpOf(vault, id); i >= 0 {
		return s.World.LPs[i].Name
	}
	return ""
}

// Causes of moves in and out of range.
const (
	causeConfigured = "max_debt_share_value" // the pool's own limit
	causeSystem     = "system_limit"         // the minimum liquidity ratio
	causeDebtFell   = "debt_fell"
	causeRebalance  = "rebalance" // a rebalance found room for it, or put its limit higher
)

// CausePush is the cause of what happens while a market reads a price that
// somebody pushed.
const CausePush = "oracle_push"

// driverOf names the source that raises a market's debt most.
func (s *State) driverOf(market int, outstanding *bySource) string {
	if s.pushed[market] {
		return CausePush
	}
	most := SourcePrice
	for i := range outstanding {
		if outstanding[most].Less(outstanding[i]) {
			most = Source(i)
		}
	}
	return sourceNames[most]
}

// drain records which pools moved in or out of range since the last command.
func (s *State) drain() {
	for i := range s.told.Events {
		s.rangeEvent(&s.told.Events[i])
	}
	s.told.Events = s.told.Events[:0]
}

func (s *State) rangeEvent(e *model.Event) {
	market, pool := s.marketIndex(e.Market), s.poolIndex(e.Pool)
	if market < 0 {
		return
	}
	if e.Kind == model.DebtDistributed {
		s.driver[market] = s.driverOf(market, &s.ledger.outstanding[market])
	}
	s.ledger.follow(e, market, pool)
	switch e.Kind {
	case model.DebtDistributed, model.DebtPulled:
		return
	case model.SharesSet:
		s.settlePool(pool)
		return
	}
	kind, cause := record.KindStopLossExit, causeRebalance
	switch e.Kind {
	case model.PoolBumpedOut:
		cause = s.driver[market] + "/" + s.limitCause(e)
	case model.PoolRebalancedOut:
		cause = s.poolCause(pool) + "/" + s.limitCause(e)
	case model.PoolBumpedIn:
		kind, cause = record.KindStopLossReentry, causeDebtFell
	case model.PoolRebalancedIn:
		kind = record.KindStopLossReentry
	}
	if kind == record.KindStopLossExit {
		s.Row.StopLossExits++
		s.parts.exits[pool][market]++
		s.outOfRange(pool, market, true, strings.HasSuffix(cause, "/"+causeSystem))
		s.first(&s.Row.FirstStopLossExitSeconds)
	} else {
		s.Row.Reentries++
		s.parts.returns[pool][market]++
		s.outOfRange(pool, market, false, false)
		s.first(&s.Row.FirstReentrySeconds)
	}
	row := s.event(kind, cause)
	row.Market, row.Pool = s.World.Markets[market].Name, s.World.Pools[pool].Name
	row.AmountUSD = units.RecordU(e.Shares.Wide())
	row.ValuePerShare = record.NullD18{Value: units.Record(e.ValuePerShare.D18().Wide()), Valid: true}
	s.add(row)
}

// limitCause tells the pool's own limit from the system's.
func (s *State) limitCause(e *model.Event) string {
	for _, mc := range s.Sys.PoolStorage(e.Pool).Markets {
		if mc.MarketID == e.Market && mc.MaxDebtShareValue == e.Limit {
			return causeConfigured
		}
	}
	return causeSystem
}

// marketIndex returns the place of a market in the world, -1 when it is not
// there.
func (s *State) marketIndex(id model.MarketID) int {
	if i := int(id) - 1; i >= 0 && i < len(s.World.Markets) && s.World.Markets[i].ID == id {
		return i // they are mostly registered in their order
	}
	return slices.IndexFunc(s.World.Markets, func(m Market) bool { return m.ID == id })
}

func (s *State) poolIndex(id model.PoolID) int {
	if i := int(id) - 1; i >= 0 && i < len(s.World.Pools) && s.World.Pools[i].ID == id {
		return i
	}
	return slices.IndexFunc(s.World.Pools, func(p Pool) bool { return p.ID == id })
}

// ParameterChanged records what governance did: the value (D18) that a parameter
// has at the end if that is a number, and how long it takes to get there, 0 for
// at once.
func (s *State) ParameterChanged(key string, value fp.Int256, number bool, seconds int64) {
	e := s.event(record.KindParameterChange, key)
	if number {
		e.ValuePerShare = record.NullD18{Value: units.Record(value), Valid: true}
	}
	if seconds > 0 {
		e.DurationSeconds = seconds
	}
	s.add(e)
}
