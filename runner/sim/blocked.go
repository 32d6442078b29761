package sim

import (
	"errors"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets"
	"backtest/runner/record"
	"backtest/runner/units"
)

// blockedPeriod is the time in which an LP tries to withdraw and is refused,
// always for the same cause. It is one event, however often the LP tries: its
// row tells since when, how long, and how many attempts it took. It ends when
// a withdrawal succeeds, the position is liquidated, another cause takes over,
// or the path ends.
type blockedPeriod struct {
	cause string
	since int64
	row   int // into State.Events, -1 when rows are not kept
}

// blocked records a withdrawal of collateral (tokens D18) that the protocol
// refused an LP.
func (s *State) blocked(vault int, id model.AccountID, amount fp.Uint256, err error) {
	lp := s.lpOf(vault, id)
	if lp < 0 {
		return
	}
	p, cause := s.blockedLPs[lp], refusal(err)
	if p.cause == cause {
		if p.row >= 0 {
			s.Events[p.row].Attempts++
			s.Events[p.row].DurationSeconds = s.Now - p.since
		}
		return
	}
	s.endBlocked(lp)
	s.Row.BlockedWithdrawals++
	s.parts.vaults[vault].blocked++
	p = blockedPeriod{cause: cause, since: s.Now, row: -1}
	if s.World.Events {
		p.row = len(s.Events)
	}
	s.blockedLPs[lp] = p
	s.add(s.blockedEvent(vault, lp, amount, err))
}

func (s *State) blockedEvent(vault, lp int, amount fp.Uint256, err error) record.EventRow {
	e := s.event(record.KindBlockedWithdrawal, refusal(err))
	s.inVault(&e, vault)
	e.Market = s.blockingMarket(s.World.Vaults[vault].Pool, err)
	e.Account = s.World.LPs[lp].Name
	e.AmountCollateral = units.RecordU(amount)
	e.AmountUSD = units.RecordU(amount.MulDecimal(s.TokenPrice(vault)))
	e.DurationSeconds, e.Attempts = 0, 1
	return e
}

// blockingMarket names the market that a withdrawal from a pool failed at,
// if there is one.
func (s *State) blockingMarket(pool int, err error) string {
	var locked model.CapacityLocked
	if errors.As(err, &locked) {
		if m := s.marketIndex(locked.MarketID); m >= 0 {
			return s.World.Markets[m].Name
		}
	}
	return s.silentMarket(pool)
}

// unblocked ends the period of an account in a vault, if it is in one.
func (s *State) unblocked(vault int, id model.AccountID) {
	if lp := s.lpOf(vault, id); lp >= 0 {
		s.endBlocked(lp)
	}
}

// unblockedVault ends the periods of those whose collateral in a vault is gone.
func (s *State) unblockedVault(vault int) {
	pool, ct := s.VaultID(vault)
	for i := range s.blockedLPs { // in any order: each ends its own
		lp := s.World.LPs[i]
		if lp.Vault == vault && s.Sys.PositionCollateral(pool, ct, lp.Account).IsZero() {
			s.endBlocked(i)
		}
	}
}

// endBlockedPeriods ends all that last until the end of the path.
func (s *State) endBlockedPeriods() {
	for i := range s.blockedLPs {
		s.endBlocked(i)
	}
}

// endBlocked ends the period of an LP, if it is in one.
func (s *State) endBlocked(lp int) {
	if p, ok := s.blockedLPs[lp]; ok && p.row >= 0 {
		s.Events[p.row].DurationSeconds = s.Now - p.since
	}
	delete(s.blockedLPs, lp)
}

// refusal names the cause of a refused command: a rule of withdrawals, a market
// that does not answer, or what else makes the protocol revert, by its name
// there.
func refusal(err error) string {
	var locked model.CapacityLocked
	var early model.MinDelegationTimeoutPending
	var ratio model.InsufficientCollateralRatio
	var vaultRatio model.InsufficientVaultCollateralRatio
	switch {
	case errors.As(err, &locked):
		return "capacity_locked"
	case errors.As(err, &early):
		return "minimum_delegation_time"
	case errors.As(err, &ratio):
		return "position_c_ratio"
	case errors.As(err, &vaultRatio):
		return "vault_c_ratio"
	}
	if _, silent := firstCause(err).(markets.Unavailable); silent {
		return "market_failure"
	}
	return model.ErrorName(firstCause(err))
}
