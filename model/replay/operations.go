package replay

import (
	"encoding/json"
	"maps"

	"backtest/model"
	"backtest/model/markets"
)

// operation applies a step and returns what the contracts would return, by
// name. It leaves the system alone when an argument is bad.
type operation func(e *environment, a *arguments) (map[string]any, error)

// operations are all operations by name.
var operations = func() map[string]operation {
	all := map[string]operation{}
	for _, table := range append([]map[string]operation{
		environmentOperations, governanceOperations, accountOperations,
		positionOperations, marketOperations, touchOperations,
	}, extensionOperations...) {
		maps.Copy(all, table)
	}
	return all
}()

// do makes an operation that returns nothing. call gets a function that is to
// be run only when all arguments were read: reading comes first.
func do(prepare func(e *environment, a *arguments) func() error) operation {
	return func(e *environment, a *arguments) (map[string]any, error) {
		apply := prepare(e, a)
		if a.err != nil {
			return nil, nil
		}
		return nil, apply()
	}
}

// give makes an operation that returns values.
func give(prepare func(e *environment, a *arguments) func() (map[string]any, error)) operation {
	return func(e *environment, a *arguments) (map[string]any, error) {
		apply := prepare(e, a)
		if a.err != nil {
			return nil, nil
		}
		return apply()
	}
}

// environmentOperations change what surrounds the core.
var environmentOperations = map[string]operation{
	"warp": do(func(e *environment, a *arguments) func() error {
		seconds := a.uint64("seconds")
		return func() error { e.sys.SetNow(e.sys.Now() + seconds); return nil }
	}),
	"setCollateralPrice": do(func(e *environment, a *arguments) func() error {
		ct, price := a.collateral("collateral"), a.int("priceD18")
		return func() error { e.sys.SetCollateralPrice(ct, price); return nil }
	}),
	"setCollateralPriceFailure": do(func(e *environment, a *arguments) func() error {
		ct, code := a.collateral("collateral"), a.uint64("code")
		return func() error {
			e.sys.SetCollateralPriceFailure(ct, failure(code, func(c uint64) model.OracleFailure { return model.OracleFailure{Code: c} }))
			return nil
		}
	}),
	"setReportedDebt": do(func(e *environment, a *arguments) func() error {
		m, amount := a.simple("marketId"), a.uint("amountD18")
		return func() error { m.SetReportedDebt(amount); return nil }
	}),
	"setMinimumCredit": do(func(e *environment, a *arguments) func() error {
		m, amount := a.simple("marketId"), a.uint("amountD18")
		return func() error { m.SetMinimumCredit(amount); return nil }
	}),
	"setReportedDebtFailure": do(func(e *environment, a *arguments) func() error {
		m, code := a.simple("marketId"), a.uint64("code")
		return func() error {
			m.SetReportedDebtFailure(failure(code, func(c uint64) markets.MarketFailure { return markets.MarketFailure{Code: c} }))
			return nil
		}
	}),
	"setMinimumCreditFailure": do(func(e *environment, a *arguments) func() error {
		m, code := a.simple("marketId"), a.uint64("code")
		return func() error {
			m.SetMinimumCreditFailure(failure(code, func(c uint64) markets.MarketFailure { return markets.MarketFailure{Code: c} }))
			return nil
		}
	}),
	"transferUsd": do(func(e *environment, a *arguments) func() error {
		from, to, amount := a.actor("from"), a.actor("to"), a.uint("amountD18")
		return func() error { return e.sys.TransferUSD(from, to, amount) }
	}),
}

// governanceOperations are sent by the owner of the system and of its pools.
var governanceOperations = map[string]operation{
	"configureCollateral": do(func(e *environment, a *arguments) func() error {
		by, ct := a.sender(model.Owner), a.collateral("collateral")
		c := model.CollateralConfiguration{
			DepositingEnabled: a.flag("depositingEnabled"),
			IssuanceRatio:     a.uint("issuanceRatioD18"),
			LiquidationRatio:  a.uint("liquidationRatioD18"),
			LiquidationReward: a.uint("liquidationRewardD18"),
			MinDelegation:     a.uint("minDelegationD18"),
		}
		return func() error { return e.sys.ConfigureCollateral(by, ct, c) }
	}),
	"deprecateCollateral": do(func(e *environment, a *arguments) func() error {
		by, ct, to := a.sender(model.Owner), a.collateral("collateral"), a.actor("receiver")
		return func() error { return e.sys.DeprecateCollateral(by, ct, to) }
	}),
	"createPool": do(func(e *environment, a *arguments) func() error {
		by, id := a.sender(model.Owner), a.pool("poolId")
		return func() error { return e.sys.CreatePool(by, id) }
	}),
	"setPoolConfiguration": do(func(e *environment, a *arguments) func() error {
		by, id, list := a.sender(model.Owner), a.pool("poolId"), a.marketConfigurations("markets")
		return func() error { return e.sys.SetPoolConfiguration(by, id, list) }
	}),
	"setPoolCollateralConfiguration": do(func(e *environment, a *arguments) func() error {
		by, id, ct := a.sender(model.Owner), a.pool("poolId"), a.collateral("collateral")
		c := model.PoolCollateralConfiguration{CollateralLimit: a.uint("collateralLimitD18"), IssuanceRatio: a.uint("issuanceRatioD18")}
		return func() error { return e.sys.SetPoolCollateralConfiguration(by, id, ct, c) }
	}),
	"setPoolCollateralDisabledByDefault": do(func(e *environment, a *arguments) func() error {
		by, id, disabled := a.sender(model.Owner), a.pool("poolId"), a.flag("disabled")
		return func() error { return e.sys.SetPoolCollateralDisabledByDefault(by, id, disabled) }
	}),
	"setPoolLiquidationsDisabled": do(func(e *environment, a *arguments) func() error {
		by, id, disabled := a.sender(model.Owner), a.pool("poolId"), a.flag("disabled")
		return func() error { return e.sys.SetPoolLiquidationsDisabled(by, id, disabled) }
	}),
	"setMinLiquidityRatio": do(func(e *environment, a *arguments) func() error {
		by, ratio := a.sender(model.Owner), a.uint("ratioD18")
		return func() error { return e.sys.SetMinLiquidityRatio(by, ratio) }
	}),
	"setMarketMinLiquidityRatio": do(func(e *environment, a *arguments) func() error {
		by, id, ratio := a.sender(model.Owner), a.market("marketId"), a.uint("ratioD18")
		return func() error { return e.sys.SetMarketMinLiquidityRatio(by, id, ratio) }
	}),
	"configureMaximumMarketCollateral": do(func(e *environment, a *arguments) func() error {
		by, id, ct, amount := a.sender(model.Owner), a.market("marketId"), a.collateral("collateral"), a.uint("amountD18")
		return func() error { return e.sys.ConfigureMaximumMarketCollateral(by, id, ct, amount) }
	}),
	"setAssociateDebtRatioExclusion": do(func(e *environment, a *arguments) func() error {
		by, id, excluded := a.sender(model.Owner), a.market("marketId"), a.flag("excluded")
		return func() error { return e.sys.SetAssociateDebtRatioExclusion(by, id, excluded) }
	}),
	"setConfig": do(func(e *environment, a *arguments) func() error {
		by, key, value := a.sender(model.Owner), a.text("key"), a.uint("value")
		return func() error { return e.sys.SetConfig(by, key, value) }
	}),
	"setFeatureFlagAllowAll": do(func(e *environment, a *arguments) func() error {
		by, f, allow := a.sender(model.Owner), model.Feature(a.text("feature")), a.flag("allowAll")
		return func() error { return e.sys.SetFeatureFlagAllowAll(by, f, allow) }
	}),
	"setFeatureFlagDenyAll": do(func(e *environment, a *arguments) func() error {
		by, f, deny := a.sender(model.Owner), model.Feature(a.text("feature")), a.flag("denyAll")
		return func() error { return e.sys.SetFeatureFlagDenyAll(by, f, deny) }
	}),
	"setAccountOverrideMinDelegateTime": do(func(e *environment, a *arguments) func() error {
		by, id, pool, v := a.sender(model.Owner), a.account("accountId"), a.pool("poolId"), a.uint("value")
		return func() error { return e.sys.SetAccountOverrideMinDelegateTime(by, id, pool, v) }
	}),
	"setSenderOverrideMinDelegateTime": do(func(e *environment, a *arguments) func() error {
		by, actor, pool, v := a.sender(model.Owner), a.actor("actor"), a.pool("poolId"), a.uint("value")
		return func() error { return e.sys.SetSenderOverrideMinDelegateTime(by, actor, pool, v) }
	}),
	"setAccountOverrideWithdrawTimeout": do(func(e *environment, a *arguments) func() error {
		by, id, v := a.sender(model.Owner), a.account("accountId"), a.uint("value")
		return func() error { return e.sys.SetAccountOverrideWithdrawTimeout(by, id, v) }
	}),
	"setSenderOverrideWithdrawTimeout": do(func(e *environment, a *arguments) func() error {
		by, actor, v := a.sender(model.Owner), a.actor("actor"), a.uint("value")
		return func() error { return e.sys.SetSenderOverrideWithdrawTimeout(by, actor, v) }
	}),
}

// marketConfigurations reads the list of markets of a pool.
func (a *arguments) marketConfigurations(key string) []model.MarketConfiguration {
	var raw []map[string]json.RawMessage
	if json.Unmarshal(a.raw[key], &raw) != nil {
		a.fail(key, string(a.raw[key]), "a list of markets")
	}
	list := make([]model.MarketConfiguration, len(raw))
	for i, entry := range raw {
		inner := &arguments{env: a.env, raw: entry}
		weight, limit := inner.uint("weightD18"), inner.int("maxDebtShareValueD18")
		list[i].MarketID = inner.market("marketId")
		inner.narrow("weightD18", func() { list[i].Weight = weight.Uint128() })
		inner.narrow("maxDebtShareValueD18", func() { list[i].MaxDebtShareValue = limit.Int128() })
		if inner.err != nil && a.err == nil {
			a.err = inner.err
		}
	}
	return list
}
