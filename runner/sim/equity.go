package sim

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
)

// held returns what the LPs of each vault hold outside vaults: that of the
// start, with another look at the accounts that were touched since.
func (s *State) held() []purse {
	first := s.World.start()
	s.purses = append(s.purses[:0], first.purses...)
	s.Sys.OwnAccounts(func(id model.AccountID) {
		for i := first.lps.of(s.World, id); i >= 0; i = first.lps.next(i) {
			lp := s.World.LPs[i]
			p := &s.purses[lp.Vault]
			p.add(s.World.purse(s.Sys, lp))
			p.remove(s.World.purse(s.World.Initial, lp))
		}
	})
	return s.purses
}

// lpOf returns the LP of an account in a vault, -1 when it is somebody else's.
func (s *State) lpOf(vault int, id model.AccountID) int {
	places := &s.initial.lps
	i := places.of(s.World, id)
	for i >= 0 && s.World.LPs[i].Vault != vault {
		i = places.next(i)
	}
	return i
}

// Equity returns what the LPs own (D18 USD): the collateral of their vaults
// less their debt, by the protocol's own totals ([model.VaultOutlook.Equity]),
// and what their accounts hold beside. Where a market blocks the pull of debt,
// the debt of the last pull counts.
func (s *State) Equity() (equity fp.Int256, err error) {
	equities, err := s.equities()
	for _, e := range equities {
		equity = equity.Add(e)
	}
	return equity, err
}

// equities splits Equity by vault. What the LPs of a vault hold beside is valued
// as a whole, which is rounded down once.
func (s *State) equities() ([]fp.Int256, error) {
	s.equity = s.equity[:0]
	for v, p := range s.held() {
		e, err := s.vaultEquity(v)
		if err != nil {
			return nil, err
		}
		price := s.Price[s.World.Collaterals[s.World.Vaults[v].Collateral].Asset].Uint256()
		s.equity = append(s.equity, e.Add(p.usd.Int256()).Add(p.tokens.MulDecimal(price).Int256()))
	}
	return s.equity, nil
}

// Open notes what the LPs own before the first step, from which [State.Finish]
// counts their profit.
func (s *State) Open() error {
	equities, err := s.equities()
	s.opening = append(s.opening[:0], equities...)
	if err == nil {
		err = s.keepOpening()
	}
	return err
}

// vaultEquity returns what the LPs have in a vault (D18 USD).
func (s *State) vaultEquity(vault int) (equity fp.Int256, err error) {
	o, err := s.lastOutlook(vault)
	if err != nil {
		return equity, err
	}
	return o.Equity().Sub(s.outsidersPart(vault, &o)), nil
}
