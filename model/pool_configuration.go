package model

import (
	fp "backtest/model/fixedpoint"
)

// SetPoolConfiguration replaces the pool's list of markets
// (PROTOCOL.md §5.6).
func (s *System) SetPoolConfiguration(by Actor, pool PoolID, list []MarketConfiguration) error {
	return s.Transact(func() {
		p := s.ownedPool(by, pool)
		s.checkMinDelegateTime(by, 0, p, s.pools.at(p).lastConfigurationTime)
		s.pull(p)
		removed, suspects := compareConfigurations(s.pools.at(p), list)
		s.editPool(p).markets = s.resolve(pool, list)
		s.leaveMarkets(removed)
		var total Uint256
		for _, mc := range list {
			total = total.Add(mc.Weight.Wide())
		}
		s.editPool(p).totalWeights = total.Uint128()
		s.push(p)
		for _, m := range suspects {
			if s.capacityLocked(m) {
				fp.Throw(CapacityLocked{MarketID(m + 1)})
			}
		}
		s.editPool(p).lastConfigurationTime = s.now
	})
}

// compareConfigurations checks the new list against the old one. It returns
// the entries that leave, and the markets whose capacity lock must be tested:
// those that lose weight or limit, and those that leave before a later id in
// the new list. Markets that leave after the last new id are not tested, as in
// the contracts.
func compareConfigurations(old *pool, list []MarketConfiguration) (removed []listing, suspects []int32) {
	var newTotal Uint256
	for _, mc := range list {
		newTotal = newTotal.Add(mc.Weight.Wide())
	}
	rest, last := old.markets, MarketID(0)
	for _, mc := range list {
		if mc.MarketID <= last {
			fp.Throw(InvalidParameter{"markets", "must be supplied in strictly ascending order"})
		}
		last = mc.MarketID
		if mc.Weight.IsZero() {
			fp.Throw(InvalidParameter{"weights", "weight must be non-zero"})
		}
		for len(rest) > 0 && rest[0].MarketID < mc.MarketID {
			removed, suspects, rest = append(removed, rest[0]), append(suspects, rest[0].market), rest[1:]
		}
		if len(rest) > 0 && rest[0].MarketID == mc.MarketID {
			if reduced(rest[0].MarketConfiguration, mc, old.totalWeights, newTotal) {
				suspects = append(suspects, rest[0].market)
			}
			rest = rest[1:]
		}
	}
	return append(removed, rest...), suspects
}

// reduced reports whether a market loses limit or share of the pool's weight.
func reduced(old, new MarketConfiguration, oldTotal Uint128, newTotal Uint256) bool {
	if new.MaxDebtShareValue.Cmp(old.MaxDebtShareValue) < 0 {
		return true
	}
	return weightRatio(new.Weight, newTotal).Less(weightRatio(old.Weight, oldTotal.Wide()))
}

// weightRatio returns weight/total with 27 decimals, rounded down.
func weightRatio(weight Uint128, total Uint256) Uint256 {
	return weight.Wide().Mul(fp.U256(1_000_000_000)).DivDecimal(total)
}

// resolve looks up the markets of a list. An unknown id stays; the push that
// follows throws MarketNotFound.
func (s *System) resolve(pool PoolID, list []MarketConfiguration) []listing {
	resolved := make([]listing, len(list))
	for i, mc := range list {
		m := s.market(mc.MarketID)
		resolved[i] = listing{MarketConfiguration: mc, market: m, backing: -1}
		if m < 0 {
			continue
		}
		b := s.backing(m, pool)
		if b < 0 {
			b = s.backings.add(&s.journal, backing{market: m, pool: pool})
		}
		resolved[i].backing = b
	}
	return resolved
}

// leaveMarkets withdraws the pool's credit from markets after a last
// distribution there. What that distribution brings is not pulled.
func (s *System) leaveMarkets(removed []listing) {
	var failures []error
	for _, l := range removed {
		if _, err := s.distribute(l.market, fp.U256(operationIterations)); err != nil {
			failures = append(failures, err)
		}
		s.adjust(l.backing, s.markets.at(l.market).valuePerShare().Wide(), Uint256{}, Int256{})
	}
	if failures != nil {
		fp.Throw(Errors{failures})
	}
}

// requiredDelegateTime returns the pool's minimum delegation time in seconds:
// the longest of its markets', capped by the configured maximum, which is
// truncated to 32 bits when it caps (PROTOCOL.md §6.4).
func (s *System) requiredDelegateTime(p int32) uint32 {
	var longest uint32
	for _, l := range s.pools.at(p).markets {
		longest = max(longest, s.markets.at(l.market).minDelegateTime)
	}
	return min(longest, uint32(s.maxMinDelegateTime().Low64()))
}

func (s *System) maxMinDelegateTime() Uint256 {
	if v := s.Config(ConfigMarketMinDelegateTimeMax); !v.IsZero() {
		return v
	}
	return fp.U256(defaultMinDelegateTimeMax)
}

// checkMinDelegateTime throws while the pool's minimum delegation time since
// last has not passed, unless an override has ended it.
func (s *System) checkMinDelegateTime(by Actor, account AccountID, p int32, last uint64) {
	pool := s.pools.at(p).id
	required := s.requiredDelegateTime(p)
	accountKey := overrideKey{account: account, pool: pool}
	senderKey := overrideKey{sender: true, actor: by, pool: pool}
	if s.delayPending(last, fp.U256(uint64(required)), accountKey, senderKey) {
		fp.Throw(MinDelegationTimeoutPending{pool, uint32(last + uint64(required) - s.now)})
	}
}
