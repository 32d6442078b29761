package sim

import (
	"slices"

	"backtest/model"
	fp "backtest/model/fixedpoint"
)

// purses is what the LPs' accounts hold outside vaults at the start of every
// path of a world.
type purses struct {
	made   bool
	usd    []fp.Int256 // by LP, D18
	total  fp.Int256   // of usd
	tokens []int       // LPs that hold collateral as well

	start  fp.Int256 // equity at the first step
	prices []fp.Int256
	change uint64 // state of the system that start belongs to
}

// fill reads the purses from the copy of the system that a path begins with.
func (p *purses) fill(s *State) {
	if p.made {
		return
	}
	p.made = true
	for i, lp := range s.World.LPs {
		usd := s.Sys.AvailableCollateral(lp.Account, model.USD).Int256()
		p.usd = append(p.usd, usd)
		p.total = p.total.Add(usd)
		_, ct := s.VaultID(lp.Vault)
		if !s.Sys.AvailableCollateral(lp.Account, ct).IsZero() {
			p.tokens = append(p.tokens, i)
		}
	}
}

// held returns what the LPs' accounts hold outside vaults (D18 USD): what they
// began with, and another look at those that were touched since.
func (p *purses) held(s *State) fp.Int256 {
	sum := p.total
	for _, i := range p.tokens {
		if lp := s.World.LPs[i]; !s.Sys.OwnsAccount(lp.Account) {
			sum = sum.Add(s.holdings(lp)).Sub(p.usd[i])
		}
	}
	s.Sys.OwnAccounts(func(id model.AccountID) {
		if i := s.lpOf(id); i >= 0 {
			sum = sum.Add(s.holdings(s.World.LPs[i])).Sub(p.usd[i])
		}
	})
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

// Equity returns what the LPs own (D18 USD): the collateral of their
// positions and what their accounts hold beside, less their debt. Where a
// market blocks the pull of debt, the debt of the last pull counts.
func (s *State) Equity() (equity fp.Int256, err error) {
	p := &s.purses
	first := s.Step == 0
	if first && p.prices != nil && p.change == s.Sys.Changes() && slices.Equal(p.prices, s.Price) {
		return p.start, nil
	}
	equity = p.held(s)
	for v := range s.World.Vaults {
		o, err := s.lastOutlook(v)
		if err != nil {
			return equity, err
		}
		equity = equity.Add(s.Sys.VaultEquity(&o))
	}
	if first {
		p.start, p.change, p.prices = equity, s.Sys.Changes(), append(p.prices[:0], s.Price...)
	}
	return equity, nil
}
