package model

import (
	"math/big"

	fp "backtest/model/fixedpoint"
)

// lpCommands are what liquidity providers and liquidators do.
var lpCommands = map[string]command{
	"deposit": quiet(func(w *world, a *arguments) error {
		id, ct := a.account(), a.collateral()
		return w.sys.Deposit(w.by(AccountOwner(id)), id, ct, a.tokens(ct))
	}),
	"withdraw": quiet(func(w *world, a *arguments) error {
		id, ct := a.account(), a.collateral()
		return w.sys.Withdraw(w.by(AccountOwner(id)), id, ct, a.tokens(ct))
	}),
	"delegate": quiet(func(w *world, a *arguments) error {
		id, pool, ct, x, leverage := a.account(), a.pool(), a.collateral(), a.amount(), fp.UnitU256
		if a.more() {
			leverage = a.amount()
		}
		return w.sys.DelegateCollateral(w.by(AccountOwner(id)), id, pool, ct, x, leverage)
	}),
	"migrate": quiet(func(w *world, a *arguments) error {
		id, from, ct, to := a.account(), a.pool(), a.collateral(), a.pool()
		return w.sys.MigrateDelegation(w.by(AccountOwner(id)), id, from, ct, to)
	}),
	"mint": quiet(func(w *world, a *arguments) error {
		id, pool, ct, x := a.account(), a.pool(), a.collateral(), a.amount()
		return w.book(
			func() error { return w.sys.MintUSD(w.by(AccountOwner(id)), id, pool, ct, x) }, w.issue)
	}),
	"burn": quiet(func(w *world, a *arguments) error {
		id, pool, ct, x := a.account(), a.pool(), a.collateral(), a.amount()
		return w.book(
			func() error { return w.sys.BurnUSD(w.by(AccountOwner(id)), id, pool, ct, x) }, w.issue)
	}),
	"liquidate": func(w *world, a *arguments) (string, error) {
		l, err := w.sys.Liquidate(a.account(), a.pool(), a.collateral(), a.account())
		return l.text(), err
	},
	"liquidate-treasury": func(w *world, a *arguments) (string, error) {
		id, pool, ct := a.account(), a.pool(), a.collateral()
		l, err := w.sys.LiquidateToTreasury(id, pool, ct)
		if err == nil && !w.static {
			w.books.inexact = true
			debt := bigU(l.Debt)
			addTo(w.books.forgotten, pool, debt)
			addTo(w.books.forgotten, PoolID(w.sys.Config(ConfigTreasuryPoolID).Low64()), new(big.Int).Neg(debt))
		}
		return l.text(), err
	},
	"liquidate-vault": func(w *world, a *arguments) (string, error) {
		pool, ct, to, limit := a.pool(), a.collateral(), a.account(), a.amount()
		var l Liquidation
		err := w.book(
			func() (err error) {
				l, err = w.sys.LiquidateVault(w.by(Keeper), pool, ct, to, limit)
				return err
			},
			func(supply *big.Int) {
				w.issue(supply)
				addTo(w.books.forgotten, pool, new(big.Int).Neg(supply))
			})
		return l.text(), err
	},
	"rebalance": quiet(func(w *world, a *arguments) error {
		pool, ct := a.pool(), NoCollateral
		if a.more() {
			ct = a.collateral()
		}
		return w.sys.RebalancePool(pool, ct)
	}),
	"lock": quiet(func(w *world, a *arguments) error {
		id, ct, x := a.account(), a.collateral(), a.amount()
		return w.sys.CreateLock(w.by(AccountOwner(id)), id, ct, x, a.time())
	}),
	"clean-locks": func(w *world, a *arguments) (string, error) {
		cleared, rest, err := w.sys.CleanExpiredLocks(a.account(), a.collateral(), a.number(""), a.number(""))
		return fp.U256(cleared).String() + " cleared, " + d18(rest) + " remain", err
	},
	"grant": quiet(func(w *world, a *arguments) error {
		id, p := a.account(), Permission(a.word())
		return w.sys.GrantPermission(w.by(AccountOwner(id)), id, p, a.actor())
	}),
	"transfer": quiet(func(w *world, a *arguments) error {
		return w.sys.TransferUSD(a.actor(), a.actor(), a.amount())
	}),
}

func (w *world) issue(supply *big.Int) { w.books.issued.Add(w.books.issued, supply) }

func (l Liquidation) text() string {
	return "debt " + d18(l.Debt) + ", collateral " + d18(l.Collateral) + ", reward " + d18(l.AmountRewarded)
}

// marketCommands are what markets do, and what happens in them.
var marketCommands = map[string]command{
	"reported-debt":  quiet(func(w *world, a *arguments) error { return w.external[a.market()-1].answerDebt(a) }),
	"minimum-credit": quiet(func(w *world, a *arguments) error { return w.external[a.market()-1].answerCredit(a) }),
	"distribute": func(w *world, a *arguments) (string, error) {
		id, most := a.market(), fp.U256(viewIterations)
		if a.more() {
			most = a.seconds()
		}
		finished, err := w.sys.DistributeDebtToPools(id, most)
		if finished || err != nil {
			return "", err
		}
		return "not finished", nil
	},
	"market-withdraw": quiet(func(w *world, a *arguments) error {
		id := a.market()
		return w.sys.WithdrawMarketUSD(w.by(MarketAddress(id)), id, a.actor(), a.amount())
	}),
	"market-deposit": quiet(func(w *world, a *arguments) error {
		id := a.market()
		return w.sys.DepositMarketUSD(w.by(MarketAddress(id)), id, a.actor(), a.amount())
	}),
	"market-cap": quiet(func(w *world, a *arguments) error {
		return w.sys.ConfigureMaximumMarketCollateral(w.by(Owner), a.market(), a.collateral(), a.amount())
	}),
	"market-collateral": quiet(func(w *world, a *arguments) error {
		id, direction, ct := a.market(), a.word(), a.collateral()
		if direction == "out" {
			return w.sys.WithdrawMarketCollateral(w.by(MarketAddress(id)), id, ct, a.tokens(ct))
		}
		return w.sys.DepositMarketCollateral(w.by(MarketAddress(id)), id, ct, a.tokens(ct))
	}),
	"min-delegate-time": quiet(func(w *world, a *arguments) error {
		id := a.market()
		return w.sys.SetMarketMinDelegateTime(w.by(MarketAddress(id)), id, uint32(a.number("")))
	}),
	"associate": func(w *world, a *arguments) (string, error) {
		id, pool, ct, account, x := a.market(), a.pool(), a.collateral(), a.account(), a.amount()
		debt, err := w.sys.AssociateDebt(w.by(MarketAddress(id)), id, pool, ct, account, x)
		if err == nil && !w.static {
			addTo(w.books.associated, id, bigU(x))
			addTo(w.books.forgotten, pool, new(big.Int).Neg(bigU(x)))
		}
		return "debt " + d18(debt), err
	},
}

func (m *testMarket) answerDebt(a *arguments) error {
	return answer(a, &m.reported, &m.reportedFailure, "reported debt")
}
func (m *testMarket) answerCredit(a *arguments) error {
	return answer(a, &m.minimum, &m.minimumFailure, "minimum credit")
}

// answer sets an amount, or a failure: "fails", "works".
func answer(a *arguments, x *Uint256, failure *error, what string) error {
	switch {
	case a.words[0] == "fails":
		*failure = outage(what)
	case a.words[0] == "works":
		*failure = nil
	default:
		*x = a.amount()
	}
	return nil
}
