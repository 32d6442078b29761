package replay

import (
	"strconv"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/perps"
)

// perpsKind makes a probe of the perps market.
func perpsKind(pattern string, light bool, fields string, read func(m *perps.Market, b binding) ([]any, error)) probeKind {
	return kind(pattern, light, fields, func(e *environment, b binding) func() ([]any, error) {
		return func() ([]any, error) {
			m := e.perpsMarket()
			if m == nil {
				return nil, perps.InvalidMarket{}
			}
			return read(m, b)
		}
	})
}

// instrumentKind makes a probe of an instrument, the first number of the
// pattern at the given place.
func instrumentKind(pattern string, light bool, at int, fields string, read func(m *perps.Market, i *perps.Instrument, b binding) ([]any, error)) probeKind {
	return perpsKind(pattern, light, fields, func(m *perps.Market, b binding) ([]any, error) {
		id := perps.InstrumentID(b.ids[at])
		i := m.Instrument(id)
		if i == nil {
			return nil, perps.InvalidMarket{InstrumentID: id}
		}
		return read(m, i, b)
	})
}

// perpsView and instrumentView are probes of a single view.
func perpsView[T any](pattern, field string, read func(m *perps.Market, b binding) (T, error)) probeKind {
	return perpsKind(pattern, false, field, func(m *perps.Market, b binding) ([]any, error) {
		v, err := read(m, b)
		return []any{v}, err
	})
}

func instrumentView[T any](field string, read func(m *perps.Market, i *perps.Instrument) (T, error)) probeKind {
	return instrumentKind("perps/#", false, 0, field, func(m *perps.Market, i *perps.Instrument, _ binding) ([]any, error) {
		v, err := read(m, i)
		return []any{v}, err
	})
}

func accountView[T any](field string, read func(m *perps.Market, id model.AccountID) (T, error)) probeKind {
	return perpsView("perpsAccount/#", field, func(m *perps.Market, b binding) (T, error) { return read(m, b.account(0)) })
}

func perpsProbes() []probeKind {
	list := append(perpsStorageProbes(), perpsViewProbes()...)
	for _, z := range []int64{1, -1, 50, -50, 2000, -2000} {
		size := fp.I256(z).Mul(fp.UnitI256)
		list = append(list, instrumentView("order/"+strconv.FormatInt(z, 10), func(m *perps.Market, i *perps.Instrument) (string, error) {
			q, err := m.QuoteOrder(i, size)
			return sliceText([]any{q.FillPrice, q.Fee}), err
		}))
	}
	for _, z := range []int64{10, -10} {
		size := fp.I256(z).Mul(fp.UnitI256)
		list = append(list, instrumentKind("perpsAccount/#/requiredMarginForOrder/#", false, 1, strconv.FormatInt(z, 10),
			func(m *perps.Market, i *perps.Instrument, b binding) ([]any, error) {
				v, err := m.RequiredMarginForOrder(b.account(0), i, size)
				return []any{v}, err
			}))
	}
	return list
}

func perpsStorageProbes() []probeKind {
	return []probeKind{
		instrumentKind("raw/perps/#/position/#", true, 0, "sizeD18 entryPriceD18 entryFundingD18 entryInterestD18",
			func(m *perps.Market, i *perps.Instrument, b binding) ([]any, error) {
				p := m.Position(b.account(1), i)
				return []any{p.Size, p.EntryPrice, p.EntryFunding, p.EntryInterest}, nil
			}),
		instrumentKind("raw/perps/#", true, 0, "skewD18 sizeD18 lastFundingRateD18 lastFundingValueD18 lastFundingTime "+
			"debtCorrectionAccumulatorD18 lastLiquidationAmountD18 lastLiquidationTime",
			func(_ *perps.Market, i *perps.Instrument, _ binding) ([]any, error) {
				s := i.State()
				return []any{s.Skew, s.Size, s.FundingRate, s.FundingValue, s.FundingTime, s.DebtCorrection,
					s.LastLiquidation.Amount, s.LastLiquidation.Time}, nil
			}),
		perpsKind("raw/perps/collateral/#", true, "amountD18", func(m *perps.Market, b binding) ([]any, error) {
			return []any{m.TotalMargin(b.market(0))}, nil
		}),
		perpsKind("raw/perps", true, "totalAccountsDebtD18 interestAccruedD18 interestRateD18 interestTimestamp flaggedAccounts",
			func(m *perps.Market, _ binding) ([]any, error) {
				x := m.Interest()
				return []any{m.TotalAccountsDebt(), x.Accrued, x.Rate, x.Updated, sliceText(m.Flagged())}, nil
			}),
		perpsKind("raw/perpsAccount/#/collateral/#", true, "amountD18", func(m *perps.Market, b binding) ([]any, error) {
			return []any{m.Margin(b.account(0), b.market(1))}, nil
		}),
		perpsKind("raw/perpsAccount/#", true, "debtD18 openPositions order/sizeDeltaD18 order/instrumentId order/commitmentTime",
			func(m *perps.Market, b binding) ([]any, error) {
				s := m.Account(b.account(0))
				return []any{s.Debt, sliceText(s.Open), s.Order.SizeDelta, s.Order.InstrumentID, s.Order.Committed}, nil
			}),
	}
}

func perpsViewProbes() []probeKind {
	return []probeKind{
		perpsView("perps", "reportedDebtD18", func(m *perps.Market, _ binding) (fp.Uint256, error) { return m.ReportedDebt() }),
		perpsView("perps", "minimumCreditD18", func(m *perps.Market, _ binding) (fp.Uint256, error) { return m.MinimumCredit() }),
		perpsView("perps", "totalCollateralValueD18", func(m *perps.Market, _ binding) (fp.Uint256, error) { return m.TotalCollateralValue() }),
		perpsKind("perps", false, "utilizationRateD18 delegatedCollateralValueD18 lockedCreditD18", func(m *perps.Market, _ binding) ([]any, error) {
			u, err := m.Utilization()
			return []any{u.Rate, u.Delegated, u.Locked}, err
		}),
		instrumentView("fundingRateD18", (*perps.Market).FundingRate),
		instrumentView("fundingVelocityD18", (*perps.Market).FundingVelocity),
		instrumentView("indexPriceD18", (*perps.Market).IndexPrice),
		instrumentView("maxLiquidationInWindowD18", (*perps.Market).MaxLiquidationInWindow),
		instrumentView("liquidationCapacityD18", (*perps.Market).LiquidationCapacity),
		instrumentKind("perps/#/position/#", false, 0, "totalPnlD18 accruedFundingD18 sizeD18 owedInterestD18",
			func(m *perps.Market, i *perps.Instrument, b binding) ([]any, error) {
				p, err := m.PositionValue(b.account(1), i)
				return []any{p.TotalProfit, p.Funding, m.Position(b.account(1), i).Size, p.Interest}, err
			}),
		accountView("availableMarginD18", (*perps.Market).AvailableMargin),
		accountView("withdrawableMarginD18", (*perps.Market).WithdrawableMargin),
		perpsKind("perpsAccount/#", false, "requiredInitialMarginD18 requiredMaintenanceMarginD18 maxLiquidationRewardD18",
			func(m *perps.Market, b binding) ([]any, error) {
				r, err := m.RequiredMargins(b.account(0))
				return []any{r.Initial, r.Maintenance, r.Reward}, err
			}),
		accountView("totalCollateralValueD18", (*perps.Market).CollateralValue),
		accountView("openInterestD18", (*perps.Market).OpenInterest),
		accountView("canLiquidate", (*perps.Market).CanLiquidate),
		accountView("canLiquidateMarginOnly", (*perps.Market).CanLiquidateMarginOnly),
	}
}
