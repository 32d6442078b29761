package sim

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/runner/record"
	"backtest/runner/units"
)

// MemberEquity returns what one LP owns (D18 USD), by the debt of the last pull
// where a market blocks the next one.
func (s *State) MemberEquity(member int) (fp.Int256, error) {
	lp := s.World.LPs[member]
	o, err := s.lastOutlook(lp.Vault)
	if err != nil {
		return fp.Int256{}, err
	}
	p, _ := s.Sys.PositionOutlook(&o, lp.Account)
	return s.holdings(lp).Add(p.CollateralValue.Int256()).Sub(p.Debt), nil
}

// holdings returns the value of what an LP's account holds outside vaults.
func (s *State) holdings(lp LP) fp.Int256 {
	c := s.World.Collaterals[s.World.Vaults[lp.Vault].Collateral]
	usd := s.Sys.AvailableCollateral(lp.Account, model.USD).Int256()
	return usd.Add(s.Sys.AvailableCollateral(lp.Account, c.CT).MulDecimal(s.Price[c.Asset].Uint256()).Int256())
}

// Finish completes the row of the path. start is the LPs' equity before the
// first step.
func (s *State) Finish(start fp.Int256) error {
	s.Row.Steps = int32(s.Step + 1)
	s.Row.HorizonSeconds = s.Elapsed()
	s.endBlockedPeriods()
	end, err := s.Equity()
	if err != nil {
		return err
	}
	s.Row.LPPnLUSD = units.Record(end.Sub(start))
	var debt, collateral, bad fp.Int256
	for v := range s.World.Vaults {
		o, err := s.lastOutlook(v)
		if err != nil {
			return err
		}
		value := o.Value.Int256()
		debt, collateral = debt.Add(o.Debt), collateral.Add(value)
		bad = bad.Add(fp.MaxInt(o.Debt.Sub(value), fp.Int256{}))
		s.Row.FinalVaultCRatio = lesser(s.Row.FinalVaultCRatio, VaultRatio(&o))
	}
	s.Row.FinalDebtUSD, s.Row.FinalCollateralUSD = units.Record(debt), units.Record(collateral)
	s.Row.BadDebtUSD = units.Record(bad)
	outsiders, err := s.outsidersDebt()
	if err != nil {
		return err
	}
	s.Row.Exact = s.attribution(end.Sub(start), debt, outsiders)
	return nil
}

// Refused records that a market could not pay out an amount (D18 USD) to
// somebody.
func (s *State) Refused(market int, account string, amount fp.Uint256, cause string) {
	s.Row.InsufficientLiquidity++
	s.first(&s.Row.FirstInsufficientLiquiditySeconds)
	e := s.event(record.KindInsufficientLiquidity, cause)
	e.Market, e.Account = s.World.Markets[market].Name, account
	e.AmountUSD = units.RecordU(amount)
	s.add(e)
}

// Unpaid adds what somebody is still owed (D18 USD) at the end of the path.
func (s *State) Unpaid(amount fp.Uint256) { s.Row.UnpaidUSD = s.sum(s.Row.UnpaidUSD, amount) }

// TraderResult adds the result of a trader (D18 USD).
func (s *State) TraderResult(x fp.Int256) {
	t, err := s.Row.TraderPnLUSD.Add(units.Record(x))
	if err == nil {
		s.Row.TraderPnLUSD = t
	}
}
