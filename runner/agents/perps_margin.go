package agents

import (
	"slices"

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
	known := slices.Contains(t.open, id)
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
		if !known {
			t.open = append(t.open, id)
			slices.Sort(t.open)
		}
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
	if len(m.Account(id).Open) > 0 {
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
		t.forget(id)
	}
	return t.refused(s, err)
}

func (t *PerpsTrader) forget(id model.AccountID) {
	t.open = slices.DeleteFunc(t.open, func(x model.AccountID) bool { return x == id })
}

// liquidations liquidates accounts below their maintenance margin.
func (t *PerpsTrader) liquidations(s *sim.State, m *perps.Market) error {
	if t.Aggregate {
		return nil
	}
	for _, id := range slices.Clone(t.open) {
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
		if len(m.Account(id).Open) == 0 {
			t.forget(id)
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
