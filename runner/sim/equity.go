package sim

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
)

// held returns the value of what the LPs' accounts hold outside vaults (D18
// USD): that of the start, with another look at the accounts that were touched
// since. Each collateral is valued as a whole, which is rounded down once.
func (s *State) held() (sum fp.Int256) {
	first := s.World.start()
	sum = first.usd
	s.tokens = append(s.tokens[:0], first.tokens...)
	s.Sys.OwnAccounts(func(id model.AccountID) {
		i := s.lpOf(id)
		if i < 0 {
			return
		}
		usd, collateral, tokens := s.World.purse(s.Sys, s.World.LPs[i])
		usdBefore, _, tokensBefore := s.World.purse(s.World.Initial, s.World.LPs[i])
		sum = sum.Add(usd.Int256()).Sub(usdBefore.Int256())
		s.tokens[collateral] = s.tokens[collateral].Add(tokens).Sub(tokensBefore)
	})
	for c, amount := range s.tokens {
		price := s.Price[s.World.Collaterals[c].Asset].Uint256()
		sum = sum.Add(amount.MulDecimal(price).Int256())
	}
	return sum
}

// lpOf returns the LP of an account, -1 when it is somebody else's. LPs have
// the first accounts.
func (s *State) lpOf(id model.AccountID) int {
	if i := int(id) - 1; i >= 0 && i < len(s.World.LPs) && s.World.LPs[i].Account == id {
		return i
	}
	return -1
}

// Equity returns what the LPs own (D18 USD): the collateral of their vaults
// less their debt, by the protocol's own totals ([model.VaultOutlook.Equity]),
// and what their accounts hold beside. Where a market blocks the pull of debt,
// the debt of the last pull counts.
func (s *State) Equity() (equity fp.Int256, err error) {
	equity = s.held()
	for v := range s.World.Vaults {
		e, err := s.vaultEquity(v)
		if err != nil {
			return equity, err
		}
		equity = equity.Add(e)
	}
	return equity, nil
}

// vaultEquity returns what the LPs have in a vault (D18 USD).
func (s *State) vaultEquity(vault int) (equity fp.Int256, err error) {
	o, err := s.lastOutlook(vault)
	if err != nil {
		return equity, err
	}
	return o.Equity().Sub(s.outsidersPart(vault, &o)), nil
}
