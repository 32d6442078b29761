package main

import (
	"fmt"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	scripted "backtest/model/markets"
)

// The same operations in the contracts, executed by go-ethereum in process on
// one thread of a machine like the one of BENCHMARKS.md, operations a second.
// They were measured once and are given for scale.
const (
	contractPosition  = 3530 // setReportedDebt and getPositionDebt
	contractRebalance = 4694 // rebalancePool
)

// protocolOperations is how many operations make a turn.
const protocolOperations = 200_000

// protocol measures operations of a pool with one market, its debt changed
// before each.
func protocol() ([]*contestant, error) {
	sys, market, ct, err := smallSystem(1)
	if err != nil {
		return nil, err
	}
	contract := func(perSecond float64) func() (float64, error) {
		return func() (float64, error) { return 1e9 / perSecond, nil }
	}
	const position, rebalance = "setReportedDebt + getPositionDebt", "rebalancePool"
	return []*contestant{
		{group: position, name: "exact", unit: "operation", reference: true, run: changing(sys, market, func() error {
			_, err := sys.PositionDebt(1, ct, 1)
			return err
		})},
		{group: position, name: "contracts in an EVM", unit: "operation", run: contract(contractPosition)},
		{group: rebalance, name: "exact", unit: "operation", reference: true, run: changing(sys, market, func() error {
			return sys.RebalancePool(1, model.NoCollateral)
		})},
		{group: rebalance, name: "contracts in an EVM", unit: "operation", run: contract(contractRebalance)},
	}, nil
}

// changing measures an operation with a change of the market's debt before each.
func changing(sys *model.System, market *scripted.Simple, operation func() error) func() (float64, error) {
	return func() (float64, error) {
		return timed(func() (int, error) {
			for i := range protocolOperations {
				market.SetReportedDebt(usd(uint64(100 + i%2)))
				if err := operation(); err != nil {
					return 0, err
				}
			}
			return protocolOperations, nil
		})
	}
}

func usd(n uint64) fp.Uint256 { return fp.U256(n).Mul(fp.UnitU256) }

// smallSystem is some pools with one market, and a position in each.
func smallSystem(pools int) (*model.System, *scripted.Simple, model.CollateralID, error) {
	sys, market := model.NewSystem(1), &scripted.Simple{}
	ct := sys.AddCollateral("SNX", 18)
	sys.SetCollateralPrice(ct, usd(1).Int256())
	id, err := sys.RegisterMarket(market)
	list := []model.MarketConfiguration{{MarketID: id, Weight: usd(1).Uint128(), MaxDebtShareValue: usd(1).Int256().Int128()}}
	owner, amount := model.AccountOwner(1), usd(1_000_000)
	steps := []func() error{
		func() error { return err },
		func() error {
			return sys.ConfigureCollateral(model.Owner, ct, model.CollateralConfiguration{
				DepositingEnabled: true, IssuanceRatio: usd(5), LiquidationRatio: usd(2),
			})
		},
		func() error { return sys.CreateAccount(1) },
		func() error { return sys.FundWallet(ct, owner, amount.Mul(fp.U256(uint64(pools)))) },
		func() error { return sys.Deposit(owner, 1, ct, amount.Mul(fp.U256(uint64(pools)))) },
	}
	for p := range model.PoolID(pools) {
		steps = append(steps,
			func() error { return sys.CreatePool(model.Owner, p+1) },
			func() error { return sys.SetPoolConfiguration(model.Owner, p+1, list) },
			func() error { return sys.DelegateCollateral(owner, 1, p+1, ct, amount, fp.UnitU256) })
	}
	for _, do := range steps {
		if err := do(); err != nil {
			return nil, nil, 0, fmt.Errorf("the system of one market: %w", err)
		}
	}
	return sys, market, ct, nil
}
