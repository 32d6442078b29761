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

// Finish completes the row of the path, after [State.Open] and the last step.
func (s *State) Finish() error {
	s.Row.Steps = int32(s.Step + 1)
	s.Row.HorizonSeconds = s.Elapsed()
	s.endBlockedPeriods()
	equities, err := s.equities()
	if err != nil {
		return err
	}
	var profit fp.Int256
	for v, end := range equities {
		part := end.Sub(s.opening[v])
		profit, s.parts.vaults[v].profit = profit.Add(part), part
	}
	s.Row.LPPnLUSD = units.Record(profit)
	var debt, collateral, bad fp.Int256
	for v := range s.World.Vaults {
		o, err := s.lastOutlook(v)
		if err != nil {
			return err
		}
		part := &s.parts.vaults[v]
		part.debt, part.collateral = o.Debt, o.Value.Int256()
		part.bad = fp.MaxInt(part.debt.Sub(part.collateral), fp.Int256{})
		debt, collateral, bad = debt.Add(part.debt), collateral.Add(part.collateral), bad.Add(part.bad)
		s.Row.FinalVaultCRatio = lesser(s.Row.FinalVaultCRatio, VaultRatio(&o))
	}
	s.Row.FinalDebtUSD, s.Row.FinalCollateralUSD = units.Record(debt), units.Record(collateral)
	s.Row.BadDebtUSD = units.Record(bad)
	outsiders, err := s.outsidersDebt()
	if err != nil {
		return err
	}
	s.Row.Exact = s.attribution(profit, debt, outsiders)
	s.splitRow()
	return nil
}

// Refused records that a market could not pay out an amount (D18 USD) to
// somebody.
func (s *State) Refused(market int, account string, amount fp.Uint256, cause string) {
	s.Row.InsufficientLiquidity++
	s.parts.markets[market].refused++
	s.first(&s.Row.FirstInsufficientLiquiditySeconds)
	e := s.event(record.KindInsufficientLiquidity, cause)
	e.Market, e.Account = s.World.Markets[market].Name, account
	e.AmountUSD = units.RecordU(amount)
	s.add(e)
}

// Unpaid adds what a market still owes somebody (D18 USD) at the end of the path.
func (s *State) Unpaid(market int, amount fp.Uint256) {
	s.Row.UnpaidUSD = s.sum(s.Row.UnpaidUSD, amount)
	m := &s.parts.markets[market]
	m.unpaid = m.unpaid.Add(amount)
}

// TraderResult adds the result of a trader (D18 USD).
func (s *State) TraderResult(x fp.Int256) {
	t, err := s.Row.TraderPnLUSD.Add(units.Record(x))
	if err == nil {
		s.Row.TraderPnLUSD = t
	}
}
