package replay

import (
	"backtest/model"
)

// probeKinds are all observations, storage first. Their order decides between
// patterns that both match.
var probeKinds = append(append(append([]probeKind{}, storageProbes...), viewProbes...), extensionProbes...)

var storageProbes = []probeKind{
	kind("raw/market/#/pool/#", true, "sharesD18 lastValuePerShareD27 creditCapacityAmountD18 pendingDebtD18",
		func(e *environment, b binding) func() ([]any, error) {
			return func() ([]any, error) {
				s := e.sys.MarketPoolStorage(b.market(0), b.pool(1))
				return []any{s.Shares, s.LastValuePerShare, s.CreditCapacity, s.PendingDebt}, nil
			}
		}),
	kind("raw/market/#", true, "creditCapacityD18 lastDistributedMarketBalanceD18 netIssuanceD18 totalSharesD18 valuePerShareD27 "+
		"inRange/poolIds inRange/prioritiesD18 outRange/poolIds outRange/prioritiesD18",
		func(e *environment, b binding) func() ([]any, error) {
			return func() ([]any, error) {
				s := e.sys.MarketStorage(b.market(0))
				in, inPriorities := splitHeap(s.InRange)
				out, outPriorities := splitHeap(s.OutRange)
				return []any{s.CreditCapacity, s.LastDistributed, s.NetIssuance, s.TotalShares, s.ValuePerShare,
					in, inPriorities, out, outPriorities}, nil
			}
		}),
	kind("raw/pool/#", true, "totalWeightsD18 totalVaultDebtsD18 totalSharesD18 valuePerShareD27 lastConfigurationTime",
		func(e *environment, b binding) func() ([]any, error) {
			return func() ([]any, error) {
				s := e.sys.PoolStorage(b.pool(0))
				return []any{s.TotalWeights, s.TotalVaultDebts, s.TotalShares, s.ValuePerShare, s.LastConfigurationTime}, nil
			}
		}),
	kind("raw/vault/#/$", true, "epoch poolSharesD18 poolLastValuePerShareD27 unconsolidatedDebtD18 totalConsolidatedDebtD18 "+
		"debtTotalSharesD18 debtValuePerShareD27 collTotalSharesD18 collScaleModifierD27",
		func(e *environment, b binding) func() ([]any, error) {
			return func() ([]any, error) {
				s := e.sys.VaultStorage(b.pool(0), b.ct)
				return []any{s.Epoch, s.PoolShares, s.PoolLastValuePerShare, s.UnconsolidatedDebt, s.TotalConsolidatedDebt,
					s.DebtShares, s.DebtValuePerShare, s.CollateralShares, s.ScaleModifier}, nil
			}
		}),
	kind("raw/position/#/$/#", true, "collSharesD18 debtSharesD18 debtLastValuePerShareD27 consolidatedDebtD18 lastDelegationTime",
		func(e *environment, b binding) func() ([]any, error) {
			return func() ([]any, error) {
				s := e.sys.PositionStorage(b.pool(0), b.ct, b.account(1))
				return []any{s.CollateralShares, s.DebtShares, s.LastValuePerShare, s.ConsolidatedDebt, s.LastDelegationTime}, nil
			}
		}),
	kind("account/#/$", true, "availableD18",
		func(e *environment, b binding) func() ([]any, error) {
			return func() ([]any, error) { return []any{e.sys.AvailableCollateral(b.account(0), b.ct)}, nil }
		}),
	kind("usd", true, "totalSupplyD18",
		func(e *environment, _ binding) func() ([]any, error) {
			return func() ([]any, error) { return []any{e.sys.USDSupply()}, nil }
		}),
	kind("wallet/@", true, "USD",
		func(e *environment, b binding) func() ([]any, error) {
			return func() ([]any, error) { return []any{e.sys.TokenBalance(model.USD, b.actor)}, nil }
		}),
}

func splitHeap(nodes []model.HeapNode) ([]model.PoolID, []model.Int128) {
	ids, priorities := make([]model.PoolID, len(nodes)), make([]model.Int128, len(nodes))
	for i, n := range nodes {
		ids[i], priorities[i] = n.Pool, n.Priority
	}
	return ids, priorities
}

// view makes a probe of one or more calls that share a static call.
func view(pattern, fields string, read func(e *environment, b binding) []any) probeKind {
	return kind(pattern, false, fields, func(e *environment, b binding) func() ([]any, error) {
		return func() ([]any, error) { return e.static(func() []any { return read(e, b) }) }
	})
}

// one returns a single answer; inside a static call a failing view does not
// return, so its error is of no use.
func one[T any](v T, _ error) []any { return []any{v} }

// plain makes a probe of a view that changes nothing and answers for itself.
func plain[T any](pattern, field string, read func(e *environment, b binding) (T, error)) probeKind {
	return kind(pattern, false, field, func(e *environment, b binding) func() ([]any, error) {
		return func() ([]any, error) {
			v, err := read(e, b)
			return []any{v}, err
		}
	})
}

var viewProbes = []probeKind{
	plain("market/#", "reportedDebtD18", func(e *environment, b binding) (model.Uint256, error) { return e.sys.MarketReportedDebt(b.market(0)) }),
	plain("market/#", "netIssuanceD18", func(e *environment, b binding) (model.Int128, error) { return e.sys.MarketNetIssuance(b.market(0)) }),
	plain("market/#", "totalDebtD18", func(e *environment, b binding) (model.Int256, error) { return e.sys.MarketTotalDebt(b.market(0)) }),
	plain("market/#", "marketCollateralValueD18", func(e *environment, b binding) (model.Uint256, error) {
		return e.sys.MarketCollateralValue(b.market(0))
	}),
	plain("market/#", "collateralD18", func(e *environment, b binding) (model.Uint128, error) { return e.sys.MarketCollateral(b.market(0)) }),
	plain("market/#", "withdrawableUsdD18", func(e *environment, b binding) (model.Uint256, error) {
		return e.sys.WithdrawableMarketUSD(b.market(0))
	}),
	plain("market/#", "capacityLocked", func(e *environment, b binding) (bool, error) { return e.sys.IsMarketCapacityLocked(b.market(0)) }),
	view("market/#", "debtPerShareD18", func(e *environment, b binding) []any { return one(e.sys.MarketDebtPerShare(b.market(0))) }),
	view("market/#", "inRange outRange", func(e *environment, b binding) []any {
		in, out, _ := e.sys.MarketPools(b.market(0))
		return []any{in, out}
	}),
	view("market/#", "distribution/totalSharesD18 distribution/valuePerShareD27", func(e *environment, b binding) []any {
		_, total, value, _ := e.sys.MarketPoolDebtDistribution(b.market(0), 0)
		return []any{total, value}
	}),
	view("market/#/pool/#", "sharesD18", func(e *environment, b binding) []any {
		shares, _, _, _ := e.sys.MarketPoolDebtDistribution(b.market(0), b.pool(1))
		return []any{shares}
	}),
	plain("market/#/pool/#", "maxDebtPerShareD18", func(e *environment, b binding) (model.Int128, error) {
		return e.sys.MarketPoolMaxDebtPerShare(b.market(0), b.pool(1))
	}),
	plain("market/#/pool/#", "capacityContributionD18", func(e *environment, b binding) (model.Uint256, error) {
		return e.sys.MarketCapacityContributionFromPool(b.market(0), b.pool(1))
	}),
	view("pool/#", "totalDebtD18", func(e *environment, b binding) []any { return one(e.sys.PoolTotalDebt(b.pool(0))) }),
	view("pool/#", "debtPerShareD18", func(e *environment, b binding) []any { return one(e.sys.PoolDebtPerShare(b.pool(0))) }),
	view("vault/#/$", "collateralD18 collateralValueD18", func(e *environment, b binding) []any {
		amount, value, _ := e.sys.VaultCollateral(b.pool(0), b.ct)
		return []any{amount, value}
	}),
	view("vault/#/$", "debtD18", func(e *environment, b binding) []any { return one(e.sys.VaultDebt(b.pool(0), b.ct)) }),
	view("vault/#/$", "cratioD18", func(e *environment, b binding) []any { return one(e.sys.VaultCollateralRatio(b.pool(0), b.ct)) }),
	view("vault/#/$", "liquidatable", func(e *environment, b binding) []any { return one(e.sys.IsVaultLiquidatable(b.pool(0), b.ct)) }),
	view("position/#/$/#", "collateralD18 collateralValueD18 debtD18 cratioD18", func(e *environment, b binding) []any {
		p, _ := e.sys.Position(b.pool(0), b.ct, b.account(1))
		return []any{p.Collateral, p.CollateralValue, p.Debt, ratioText(p.CRatio)}
	}),
	view("position/#/$/#", "liquidatable", func(e *environment, b binding) []any {
		return one(e.sys.IsPositionLiquidatable(b.pool(0), b.ct, b.account(1)))
	}),
	view("account/#/$", "depositedD18 assignedD18 lockedD18", func(e *environment, b binding) []any {
		deposited, assigned, locked, _ := e.sys.AccountCollateral(b.account(0), b.ct)
		return []any{deposited, assigned, locked}
	}),
}
