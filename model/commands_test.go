package model

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	fp "backtest/model/fixedpoint"
)

type command func(w *world, a *arguments) (out string, err error)

// quiet makes a command of an operation that only succeeds or fails.
func quiet(f func(w *world, a *arguments) error) command {
	return func(w *world, a *arguments) (string, error) { return "", f(w, a) }
}

var commands = merge(configurationCommands, lpCommands, marketCommands, queryCommands)

func merge(tables ...map[string]command) map[string]command {
	all := map[string]command{}
	for _, t := range tables {
		for k, v := range t {
			all[k] = v
		}
	}
	return all
}

// infinite is a maximum debt share value that is never reached.
const infinite = "1000000000"

var configurationCommands = map[string]command{
	"collateral": quiet(func(w *world, a *arguments) error {
		name, o := a.word(), a.options()
		decimals := uint8(18)
		if s, ok := o["decimals"]; ok {
			fmt.Sscan(s, &decimals)
		}
		ct, ok := w.collaterals[name]
		if !ok {
			ct = w.sys.AddCollateral(name, decimals)
			w.collaterals[name] = ct
			w.sys.SetCollateralPrice(ct, fp.UnitI256)
		}
		if s, ok := o["price"]; ok {
			w.sys.SetCollateralPrice(ct, a.parse(s, 18))
		}
		if err := w.fund(w.actors()...); err != nil || o["configure"] == "no" {
			return err
		}
		option := func(key, otherwise string) Uint256 {
			if s, ok := o[key]; ok {
				otherwise = s
			}
			return a.parse(otherwise, 18).Uint256()
		}
		return w.sys.ConfigureCollateral(w.by(Owner), ct, CollateralConfiguration{
			DepositingEnabled: o["deposits"] != "off",
			IssuanceRatio:     option("issuance", "2"),
			LiquidationRatio:  option("liquidation", "1.5"),
			LiquidationReward: option("reward", "0"),
			MinDelegation:     option("min", "0"),
		})
	}),
	"deprecate": quiet(func(w *world, a *arguments) error {
		ct := a.collateral()
		w.books.inexact = true
		return w.sys.DeprecateCollateral(w.by(Owner), ct, Named("vault"))
	}),
	"price": quiet(func(w *world, a *arguments) error {
		ct := a.collateral()
		switch p := a.word(); p {
		case "fails":
			w.sys.SetCollateralPriceFailure(ct, outage("oracle of "+w.sys.CollateralName(ct)))
		case "works":
			w.sys.SetCollateralPriceFailure(ct, nil)
		default:
			w.sys.SetCollateralPrice(ct, a.parse(p, 18))
		}
		return nil
	}),
	"account": quiet(func(w *world, a *arguments) error {
		for a.more() {
			id := a.account()
			if err := w.sys.CreateAccount(id); err != nil {
				return err
			}
			w.accounts = append(slices.Clip(w.accounts), id)
			if err := w.fund(AccountOwner(id)); err != nil {
				return err
			}
		}
		return nil
	}),
	"market": quiet(func(w *world, a *arguments) error {
		for a.more() {
			name, m := a.word(), &testMarket{}
			if _, ok := w.markets[name]; ok {
				a.fail("the market exists")
			}
			id, err := w.sys.RegisterMarket(m)
			if err != nil {
				return err
			}
			w.markets[name], w.names = id, append(slices.Clip(w.names), name)
			w.external = append(slices.Clip(w.external), m)
			if err := w.fund(MarketAddress(id)); err != nil {
				return err
			}
		}
		return nil
	}),
	"pool": quiet(func(w *world, a *arguments) error {
		for a.more() {
			id := a.pool()
			if err := w.sys.CreatePool(w.by(Owner), id); err != nil {
				return err
			}
			w.pools = append(slices.Clip(w.pools), id)
		}
		return nil
	}),
	"pool-config": quiet(func(w *world, a *arguments) error {
		pool := a.pool()
		var list []MarketConfiguration
		for a.more() {
			list = append(list, a.marketConfiguration())
		}
		return w.sys.SetPoolConfiguration(w.by(Owner), pool, list)
	}),
	"pool-collateral": quiet(func(w *world, a *arguments) error {
		pool, ct, o := a.pool(), a.collateral(), a.options()
		var c PoolCollateralConfiguration
		if s, ok := o["limit"]; ok {
			c.CollateralLimit = a.parse(s, 18).Uint256()
		}
		if s, ok := o["issuance"]; ok {
			c.IssuanceRatio = a.parse(s, 18).Uint256()
		}
		return w.sys.SetPoolCollateralConfiguration(w.by(Owner), pool, ct, c)
	}),
	"pool-closed": quiet(func(w *world, a *arguments) error {
		return w.sys.SetPoolCollateralDisabledByDefault(w.by(Owner), a.pool(), a.word() == "on")
	}),
	"liquidity-ratio": quiet(func(w *world, a *arguments) error {
		if len(a.words) == 1 {
			return w.sys.SetMinLiquidityRatio(w.by(Owner), a.amount())
		}
		return w.sys.SetMarketMinLiquidityRatio(w.by(Owner), a.market(), a.amount())
	}),
	"config": quiet(func(w *world, a *arguments) error {
		return w.sys.SetConfig(w.by(Owner), a.word(), a.seconds())
	}),
	"feature": quiet(func(w *world, a *arguments) error {
		f := Feature(a.word())
		switch word := a.word(); word {
		case "deny", "undeny":
			return w.sys.SetFeatureFlagDenyAll(w.by(Owner), f, word == "deny")
		case "allow", "disallow":
			return w.sys.SetFeatureFlagAllowAll(w.by(Owner), f, word == "allow")
		}
		a.fail("want deny, undeny, allow or disallow")
		return nil
	}),
	"liquidations": quiet(func(w *world, a *arguments) error {
		return w.sys.SetPoolLiquidationsDisabled(w.by(Owner), a.pool(), a.word() == "off")
	}),
	"override": quiet(func(w *world, a *arguments) error {
		switch kind := a.word(); kind {
		case "account-delegate":
			return w.sys.SetAccountOverrideMinDelegateTime(w.by(Owner), a.account(), a.pool(), a.seconds())
		case "sender-delegate":
			return w.sys.SetSenderOverrideMinDelegateTime(w.by(Owner), a.actor(), a.pool(), a.seconds())
		case "account-withdraw":
			return w.sys.SetAccountOverrideWithdrawTimeout(w.by(Owner), a.account(), a.seconds())
		case "sender-withdraw":
			return w.sys.SetSenderOverrideWithdrawTimeout(w.by(Owner), a.actor(), a.seconds())
		}
		a.fail("unknown override")
		return nil
	}),
	"exclude": quiet(func(w *world, a *arguments) error {
		return w.sys.SetAssociateDebtRatioExclusion(w.by(Owner), a.market(), a.word() == "on")
	}),
	"now": quiet(func(w *world, a *arguments) error {
		w.sys.SetNow(a.time())
		return nil
	}),
	"fund": quiet(func(w *world, a *arguments) error {
		to, ct := a.actor(), a.collateral()
		return w.book(
			func() error { return w.sys.FundWallet(ct, to, a.tokens(ct)) },
			func(supply *big.Int) { w.books.bridged.Add(w.books.bridged, supply) })
	}),
	"drain": quiet(func(w *world, a *arguments) error {
		from, ct := a.actor(), a.collateral()
		return w.book(
			func() error { return w.sys.DrainWallet(ct, from, a.tokens(ct)) },
			func(supply *big.Int) { w.books.bridged.Add(w.books.bridged, supply) })
	}),
}

// marketConfiguration reads NAME:WEIGHT, with :MAX where a pool has a limit.
func (a *arguments) marketConfiguration() MarketConfiguration {
	parts := strings.Split(a.word(), ":")
	if len(parts) < 2 {
		a.fail("want market:weight[:max]")
	}
	parts = append(parts, infinite)
	sub := &arguments{w: a.w, line: a.line, words: parts[:3]}
	c := MarketConfiguration{MarketID: sub.market()}
	c.Weight = sub.amount().Uint128()
	c.MaxDebtShareValue = sub.signed().Int128()
	return c
}
