package agents

import (
	"iter"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/perps"
	"backtest/model/markets/spot"
	"backtest/runner/sim"
)

// The margin accounts of a perps trader: what they are given and what is taken
// back, their debts and their liquidations.

// fund deposits margin (D18 USD) from outside.
func (t *PerpsTrader) fund(s *sim.State, m *perps.Market, id model.AccountID, usd fp.Uint256) error {
	if usd.IsZero() {
		return nil
	}
	owner := model.AccountOwner(id)
	known := t.isOpen(id)
	var fees spot.Fees
	err := s.Sys.Transact(func() {
		if !known {
			t.create(m, id)
		}
		must(s.Sys.FundWallet(model.USD, owner, usd))
		if t.Margin == nil {
			must(m.ModifyCollateral(id, perps.USDMargin, usd.Int256()))
		} else {
			fees = t.Margin.deposit(s, m, id, usd)
		}
	})
	if err == nil {
		t.book.pay(usd)
		t.Margin.note(s, fees)
		t.open[id-t.First] = true
	}
	return end(s.Outcome(err))
}

// create makes the account unless an earlier order of the path did.
func (t *PerpsTrader) create(m *perps.Market, id model.AccountID) {
	if !m.Account(id).Exists {
		must(m.CreateAccount(id))
	}
}

// withdrawIfFlat takes the margin of an account without positions outside.
func (t *PerpsTrader) withdrawIfFlat(s *sim.State, m *perps.Market, id model.AccountID) error {
	if m.HasPositions(id) {
		return nil
	}
	if t.Margin != nil {
		if err := t.payDebt(s, m, id); err != nil {
			return err
		}
	}
	usd := m.Margin(id, perps.USDMargin)
	if !m.Account(id).Debt.IsZero() || usd.IsZero() && t.Margin.held(s, m, id).IsZero() {
		return nil
	}
	owner := model.AccountOwner(id)
	var fees spot.Fees
	err := s.Sys.Transact(func() {
		if !usd.IsZero() {
			must(m.ModifyCollateral(id, perps.USDMargin, usd.Int256().Neg()))
		}
		sold, f := t.Margin.withdraw(s, m, id)
		usd, fees = usd.Add(sold), f
		must(s.Sys.DrainWallet(model.USD, owner, usd))
	})
	if err == nil {
		t.Margin.note(s, fees)
		t.book.receive(usd)
		t.open[id-t.First] = false
	}
	return t.refused(s, err)
}

// isOpen reports whether an id is of an account of this trader with a position
// or margin.
func (t *PerpsTrader) isOpen(id model.AccountID) bool {
	return id >= t.First && id-t.First < model.AccountID(len(t.open)) && t.open[id-t.First]
}

// opened returns these accounts, ascending.
func (t *PerpsTrader) opened() iter.Seq[model.AccountID] {
	return func(yield func(model.AccountID) bool) {
		for k, open := range t.open {
			if open && !yield(t.First+model.AccountID(k)) {
				return
			}
		}
	}
}

// liquidations liquidates accounts below their maintenance margin, in ascending
// order. Only those at risk are looked at: a quiet step costs what was touched.
func (t *PerpsTrader) liquidations(s *sim.State, m *perps.Market) error {
	if t.Aggregate {
		return nil
	}
	last := t.First + model.AccountID(len(t.open))
	for id, ok := t.lookup(m, t.First-1); ok && id < last; id, ok = t.lookup(m, id) {
		if !t.isOpen(id) {
			continue
		}
		can, err := m.CanLiquidate(id)
		if err != nil {
			return nil // the market does not answer
		}
		if can {
			_, err = m.Liquidate(model.Keeper, id)
		} else if can, err = m.CanLiquidateMarginOnly(id); err == nil && can {
			_, err = m.LiquidateMarginOnly(model.Keeper, id)
		} else {
			continue
		}
		s.NoteTrade(t.Market, fp.Int256{})
		if err := t.refused(s, err); err != nil {
			return err
		}
		if !m.HasPositions(id) {
			t.open[id-t.First] = false
		}
	}
	return nil
}

// payDebt pays what an account owes with USD from outside.
func (t *PerpsTrader) payDebt(s *sim.State, m *perps.Market, id model.AccountID) error {
	debt := m.Account(id).Debt
	if debt.IsZero() {
		return nil
	}
	owner := model.AccountOwner(id)
	err := s.Sys.Transact(func() {
		must(s.Sys.FundWallet(model.USD, owner, debt))
		must(m.PayDebt(owner, id, debt))
	})
	if err == nil {
		t.book.pay(debt)
	}
	return end(s.Outcome(err))
}
