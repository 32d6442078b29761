package replay

import (
	"fmt"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets"
)

// narrow runs a cast of an argument to the width of its type.
func (a *arguments) narrow(key string, cast func()) {
	var err error
	func() {
		defer fp.Catch(&err)
		cast()
	}()
	if err != nil {
		a.fail(key, "too large", "an integer of 128 bits")
	}
}

// simple returns the settable market behind an id.
func (a *arguments) simple(key string) *markets.Simple {
	id := a.market(key)
	m, ok := a.env.simple[id]
	if !ok {
		a.fail(key, a.text(key), "a market that registerMarket made")
	}
	return m
}

func (a *arguments) owner(key string) model.Actor { return model.AccountOwner(a.account(key)) }

// maxAccountID is the first id that the contracts keep for themselves.
var maxAccountID = fp.MaxUint128.Wide().Quo(fp.U256(2))

// InvalidAccountId is the error of an account id that is kept for automatic
// ids. No such id fits [model.AccountID].
type InvalidAccountId struct {
	AccountID model.Uint256 `arg:"accountId"`
}

func (e InvalidAccountId) Error() string {
	return fmt.Sprintf("InvalidAccountId: the id is kept for automatic ids: accountId %v", e.AccountID)
}

// creation makes an operation that creates an account.
func creation(create func(e *environment, by model.Actor, id model.AccountID) error) operation {
	return do(func(e *environment, a *arguments) func() error {
		if id := a.uint("accountId"); !id.Less(maxAccountID) {
			return func() error { return InvalidAccountId{id} }
		}
		by, id := a.sender(a.owner("accountId")), a.account("accountId")
		return func() error { return create(e, by, id) }
	})
}

var accountOperations = map[string]operation{
	"createAccount": creation(func(e *environment, by model.Actor, id model.AccountID) error {
		return e.sys.CreateAccountBy(by, id)
	}),
	"deposit": do(func(e *environment, a *arguments) func() error {
		by, id, ct, tokens := a.sender(a.owner("accountId")), a.account("accountId"), a.collateral("collateral"), a.uint("tokenAmount")
		return func() error { return e.sys.Deposit(by, id, ct, tokens) }
	}),
	"withdraw": do(func(e *environment, a *arguments) func() error {
		by, id, ct, tokens := a.sender(a.owner("accountId")), a.account("accountId"), a.collateral("collateral"), a.uint("tokenAmount")
		return func() error { return e.sys.Withdraw(by, id, ct, tokens) }
	}),
	"createLock": do(func(e *environment, a *arguments) func() error {
		by, id, ct := a.sender(a.owner("accountId")), a.account("accountId"), a.collateral("collateral")
		amount, expiry := a.uint("amountD18"), a.uint64("expireTimestamp")
		return func() error { return e.sys.CreateLock(by, id, ct, amount, expiry) }
	}),
	"cleanExpiredLocks": give(func(e *environment, a *arguments) func() (map[string]any, error) {
		id, ct, offset, count := a.account("accountId"), a.collateral("collateral"), a.count("offset"), a.count("count")
		return func() (map[string]any, error) {
			cleared, remaining, err := e.sys.CleanExpiredLocks(id, ct, offset, count)
			return map[string]any{"cleared": cleared, "remainingLockAmountD18": remaining}, err
		}
	}),
	"getLocks": give(func(e *environment, a *arguments) func() (map[string]any, error) {
		id, ct, offset, count := a.account("accountId"), a.collateral("collateral"), a.count("offset"), a.count("count")
		return func() (map[string]any, error) {
			var amounts []model.Uint256
			var expiries []uint64
			for _, l := range e.sys.Locks(id, ct, offset, count) {
				amounts, expiries = append(amounts, l.Amount), append(expiries, l.Expiry)
			}
			return map[string]any{"amountsD18": amounts, "expireTimestamps": expiries}, nil
		}
	}),
	"getAccountLastInteraction": give(func(e *environment, a *arguments) func() (map[string]any, error) {
		id := a.account("accountId")
		return func() (map[string]any, error) {
			return map[string]any{"lastInteraction": e.sys.LastInteraction(id)}, nil
		}
	}),
	"grantPermission": do(func(e *environment, a *arguments) func() error {
		by, id, to, p := a.sender(a.owner("accountId")), a.account("accountId"), a.actor("actor"), model.Permission(a.text("permission"))
		return func() error { return e.sys.GrantPermission(by, id, p, to) }
	}),
}

var positionOperations = map[string]operation{
	"delegateCollateral": do(func(e *environment, a *arguments) func() error {
		by, id, pool, ct := a.sender(a.owner("accountId")), a.account("accountId"), a.pool("poolId"), a.collateral("collateral")
		amount, leverage := a.uint("newCollateralAmountD18"), a.uint("leverageD18")
		return func() error { return e.sys.DelegateCollateral(by, id, pool, ct, amount, leverage) }
	}),
	"migrateDelegation": do(func(e *environment, a *arguments) func() error {
		by, id, ct := a.sender(a.owner("accountId")), a.account("accountId"), a.collateral("collateral")
		from, to := a.pool("oldPoolId"), a.pool("newPoolId")
		return func() error { return e.sys.MigrateDelegation(by, id, from, ct, to) }
	}),
	"mintUsd": do(func(e *environment, a *arguments) func() error {
		by, id, pool, ct, amount := a.sender(a.owner("accountId")), a.account("accountId"), a.pool("poolId"), a.collateral("collateral"), a.uint("amountD18")
		return func() error { return e.sys.MintUSD(by, id, pool, ct, amount) }
	}),
	"burnUsd": do(func(e *environment, a *arguments) func() error {
		by, id, pool, ct, amount := a.sender(a.owner("accountId")), a.account("accountId"), a.pool("poolId"), a.collateral("collateral"), a.uint("amountD18")
		return func() error { return e.sys.BurnUSD(by, id, pool, ct, amount) }
	}),
	"rebalancePool": do(func(e *environment, a *arguments) func() error {
		pool, ct := a.pool("poolId"), a.optionalCollateral("collateral")
		return func() error { return e.sys.RebalancePool(pool, ct) }
	}),
	"liquidate": give(func(e *environment, a *arguments) func() (map[string]any, error) {
		id, pool, ct, to := a.account("accountId"), a.pool("poolId"), a.collateral("collateral"), a.account("liquidateAsAccountId")
		return liquidation(func() (model.Liquidation, error) { return e.sys.Liquidate(id, pool, ct, to) })
	}),
	"liquidateToTreasury": give(func(e *environment, a *arguments) func() (map[string]any, error) {
		id, pool, ct := a.account("accountId"), a.pool("poolId"), a.collateral("collateral")
		return liquidation(func() (model.Liquidation, error) { return e.sys.LiquidateToTreasury(id, pool, ct) })
	}),
	"liquidateVault": give(func(e *environment, a *arguments) func() (map[string]any, error) {
		by, pool, ct := a.sender(model.Keeper), a.pool("poolId"), a.collateral("collateral")
		to, limit := a.account("liquidateAsAccountId"), a.uint("maxUsdD18")
		return liquidation(func() (model.Liquidation, error) { return e.sys.LiquidateVault(by, pool, ct, to, limit) })
	}),
}

func liquidation(apply func() (model.Liquidation, error)) func() (map[string]any, error) {
	return func() (map[string]any, error) {
		l, err := apply()
		return map[string]any{
			"debtLiquidatedD18":       l.Debt,
			"collateralLiquidatedD18": l.Collateral,
			"amountRewardedD18":       l.AmountRewarded,
		}, err
	}
}

var marketOperations = map[string]operation{
	"registerMarket": give(func(e *environment, a *arguments) func() (map[string]any, error) {
		return func() (map[string]any, error) {
			m := &markets.Simple{}
			id, err := e.sys.RegisterMarket(m)
			if err == nil {
				e.simple[id] = m
			}
			return map[string]any{"marketId": id}, err
		}
	}),
	"distributeDebtToPools": give(func(e *environment, a *arguments) func() (map[string]any, error) {
		id, limit := a.market("marketId"), a.uint("maxIter")
		return func() (map[string]any, error) {
			finished, err := e.sys.DistributeDebtToPools(id, limit)
			return map[string]any{"finished": finished}, err
		}
	}),
	"depositMarketUsd": do(func(e *environment, a *arguments) func() error {
		by, id, target, amount := a.sender(a.address("marketId")), a.market("marketId"), a.actor("target"), a.uint("amountD18")
		return func() error { return e.sys.DepositMarketUSD(by, id, target, amount) }
	}),
	"withdrawMarketUsd": do(func(e *environment, a *arguments) func() error {
		by, id, target, amount := a.sender(a.address("marketId")), a.market("marketId"), a.actor("target"), a.uint("amountD18")
		return func() error { return e.sys.WithdrawMarketUSD(by, id, target, amount) }
	}),
	"depositMarketCollateral": do(func(e *environment, a *arguments) func() error {
		by, id, ct, tokens := a.sender(a.address("marketId")), a.market("marketId"), a.collateral("collateral"), a.uint("tokenAmount")
		return func() error { return e.sys.DepositMarketCollateral(by, id, ct, tokens) }
	}),
	"withdrawMarketCollateral": do(func(e *environment, a *arguments) func() error {
		by, id, ct, tokens := a.sender(a.address("marketId")), a.market("marketId"), a.collateral("collateral"), a.uint("tokenAmount")
		return func() error { return e.sys.WithdrawMarketCollateral(by, id, ct, tokens) }
	}),
	"setMarketMinDelegateTime": do(func(e *environment, a *arguments) func() error {
		by, id, seconds := a.sender(a.address("marketId")), a.market("marketId"), a.uint64("seconds")
		if seconds > 1<<32-1 {
			a.fail("seconds", a.text("seconds"), "an unsigned integer of 32 bits")
		}
		return func() error { return e.sys.SetMarketMinDelegateTime(by, id, uint32(seconds)) }
	}),
	"associateDebt": give(func(e *environment, a *arguments) func() (map[string]any, error) {
		by, id, pool, ct := a.sender(a.address("marketId")), a.market("marketId"), a.pool("poolId"), a.collateral("collateral")
		account, amount := a.account("accountId"), a.uint("amountD18")
		return func() (map[string]any, error) {
			debt, err := e.sys.AssociateDebt(by, id, pool, ct, account, amount)
			return map[string]any{"updatedDebtD18": debt}, err
		}
	}),
}

func (a *arguments) address(key string) model.Actor { return model.MarketAddress(a.market(key)) }
