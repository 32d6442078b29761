package model

import (
	"slices"

	fp "backtest/model/fixedpoint"
)

// liquidationLockCount is how many locks a liquidation cleans.
const liquidationLockCount = 50

// CreateLock locks collateral (tokens D18) of an account until expiry (Unix
// seconds; PROTOCOL.md §9.2).
func (s *System) CreateLock(by Actor, id AccountID, ct CollateralID, amount Uint256, expiry uint64) error {
	return s.Transact(func() {
		a := s.permitAndStamp(by, id, PermissionAdmin)
		deposited, _, locked := s.totals(a, ct)
		switch {
		case expiry <= s.now:
			fp.Throw(InvalidParameter{"expireTimestamp", "must be in the future"})
		case amount.IsZero():
			fp.Throw(InvalidParameter{"amount", "must be nonzero"})
		case deposited.Sub(locked).Less(amount): // locks can exceed what is there
			fp.Throw(InsufficientAccountCollateral{amount})
		}
		amount.Uint128() // stored at 128 bits
		h := a.collateral(ct).Edit(&s.journal)
		h.locks = append(slices.Clone(h.locks), Lock{amount, expiry})
	})
}

// Locks returns count locks from offset in stored order, all from offset when
// count is 0. Expired ones are listed until they are removed.
func (s *System) Locks(id AccountID, ct CollateralID, offset, count uint64) []Lock {
	locks := s.account(id).collateral(ct).now.locks
	n := uint64(len(locks))
	offset = min(offset, n)
	if count == 0 || count > n-offset {
		count = n - offset
	}
	return slices.Clone(locks[offset : offset+count])
}

// CleanExpiredLocks removes expired locks among count from offset. It returns
// how many were removed, and the sum (tokens D18) of the others inspected.
func (s *System) CleanExpiredLocks(id AccountID, ct CollateralID, offset, count uint64) (cleared uint64, remaining Uint256, err error) {
	err = s.Transact(func() { cleared, remaining = s.cleanLocks(s.account(id), ct, offset, count, false) })
	return cleared, remaining, err
}

// cleanLocks removes expired locks: the last lock of the list takes the slot
// of a removed one. With scale, when all locks were inspected and they exceed
// what the account holds, each is scaled down.
func (s *System) cleanLocks(a *account, ct CollateralID, offset, count uint64, scale bool) (cleared uint64, remaining Uint256) {
	h := a.collateral(ct)
	n := uint64(len(h.now.locks))
	if offset >= n {
		return 0, Uint256{}
	}
	all := offset == 0 && (count == 0 || count >= n)
	if count == 0 || count > n-offset {
		count = n - offset
	}
	locks := slices.Clone(h.now.locks)
	for i := offset; count > 0; count-- {
		if locks[i].Expiry <= s.now {
			last := len(locks) - 1
			locks[i] = locks[last]
			locks = locks[:last]
			cleared++
			continue
		}
		remaining = remaining.Add(locks[i].Amount)
		i++
	}
	h.Edit(&s.journal).locks = locks
	if scale && !remaining.IsZero() {
		s.scaleLocks(a, ct, locks, remaining, all)
	}
	return cleared, remaining
}

// scaleLocks scales locks down to what the account holds. That is read, with
// its price, even when nothing is scaled.
func (s *System) scaleLocks(a *account, ct CollateralID, locks []Lock, locked Uint256, all bool) {
	deposited := s.assigned(a, ct).Add(a.collateral(ct).now.available)
	if !all || !deposited.Less(locked) {
		return
	}
	for i := range locks {
		locks[i].Amount = locks[i].Amount.Mul(deposited).Quo(locked)
	}
}
