package model

import (
	"fmt"
	"strings"

	fp "backtest/model/fixedpoint"
)

// queryCommands ask. The views of the protocol that mutate do so unless they
// stand behind "static"; "show" reads what is stored.
var queryCommands = map[string]command{
	"debt": func(w *world, a *arguments) (string, error) {
		id, pool, ct := a.account(), a.pool(), a.collateral()
		debt, err := w.sys.PositionDebt(pool, ct, id)
		return d18(debt), err
	},
	"position": func(w *world, a *arguments) (string, error) {
		id, pool, ct := a.account(), a.pool(), a.collateral()
		p, err := w.sys.Position(pool, ct, id)
		return fmt.Sprintf("collateral %s, value %s, debt %s, ratio %s", d18(p.Collateral), d18(p.CollateralValue), d18(p.Debt), ratio(p.CRatio)), err
	},
	"ratio": func(w *world, a *arguments) (string, error) {
		id, pool, ct := a.account(), a.pool(), a.collateral()
		r, err := w.sys.PositionCollateralRatio(pool, ct, id)
		return ratio(r), err
	},
	"liquidatable": func(w *world, a *arguments) (string, error) {
		id, pool, ct := a.account(), a.pool(), a.collateral()
		yes, err := w.sys.IsPositionLiquidatable(pool, ct, id)
		return fmt.Sprint(yes), err
	},
	"vault-debt": func(w *world, a *arguments) (string, error) {
		debt, err := w.sys.VaultDebt(a.pool(), a.collateral())
		return d18(debt), err
	},
	"vault-ratio": func(w *world, a *arguments) (string, error) {
		r, err := w.sys.VaultCollateralRatio(a.pool(), a.collateral())
		return ratio(r), err
	},
	"vault-liquidatable": func(w *world, a *arguments) (string, error) {
		yes, err := w.sys.IsVaultLiquidatable(a.pool(), a.collateral())
		return fmt.Sprint(yes), err
	},
	"vault-collateral": func(w *world, a *arguments) (string, error) {
		amount, value, err := w.sys.VaultCollateral(a.pool(), a.collateral())
		return d18(amount) + " worth " + d18(value), err
	},
	"pool-debt": func(w *world, a *arguments) (string, error) {
		debt, err := w.sys.PoolTotalDebt(a.pool())
		return d18(debt), err
	},
	"pool-debt-per-share": func(w *world, a *arguments) (string, error) {
		debt, err := w.sys.PoolDebtPerShare(a.pool())
		return d18(debt), err
	},
	"market-debt-per-share": func(w *world, a *arguments) (string, error) {
		debt, err := w.sys.MarketDebtPerShare(a.market())
		return d18(debt), err
	},
	"market-pools": func(w *world, a *arguments) (string, error) {
		in, out, err := w.sys.MarketPools(a.market())
		return fmt.Sprintf("in range %v, out of range %v", in, out), err
	},
	"distribution": func(w *world, a *arguments) (string, error) {
		shares, total, value, err := w.sys.MarketPoolDebtDistribution(a.market(), a.pool())
		return fmt.Sprintf("%s of %s shares, value per share %s", d18(shares), d18(total), d27(value)), err
	},
	"withdrawable": func(w *world, a *arguments) (string, error) {
		x, err := w.sys.WithdrawableMarketUSD(a.market())
		return d18(x), err
	},
	"locked": func(w *world, a *arguments) (string, error) {
		yes, err := w.sys.IsMarketCapacityLocked(a.market())
		return fmt.Sprint(yes), err
	},
	"contribution": func(w *world, a *arguments) (string, error) {
		x, err := w.sys.MarketCapacityContributionFromPool(a.market(), a.pool())
		return d18(x), err
	},
	"holdings": func(w *world, a *arguments) (string, error) {
		deposited, assigned, locked, err := w.sys.AccountCollateral(a.account(), a.collateral())
		return fmt.Sprintf("deposited %s, assigned %s, locked %s", d18(deposited), d18(assigned), d18(locked)), err
	},
	"show": func(w *world, a *arguments) (string, error) {
		switch what := a.word(); what {
		case "market":
			return w.showMarket(a.market()), nil
		case "pool":
			return w.showPool(a.pool()), nil
		case "vault":
			return w.showVault(a.pool(), a.collateral()), nil
		case "position":
			return w.showPosition(a.account(), a.pool(), a.collateral()), nil
		case "account":
			return w.showAccount(a.account(), a.collateral()), nil
		case "wallet":
			actor := a.actor()
			return d18(w.sys.TokenBalance(a.collateral(), actor)), nil
		case "supply":
			return d18(w.sys.USDSupply()), nil
		}
		a.fail("cannot show that")
		return "", nil
	},
}

func ratio(r Uint256) string {
	if r == fp.MaxUint256 {
		return "max"
	}
	return d18(r)
}

func (w *world) showMarket(id MarketID) string {
	m := w.sys.MarketStorage(id)
	var b strings.Builder
	debt := "unknown"
	if x, err := w.sys.MarketTotalDebt(id); err == nil {
		debt = d18(x)
	}
	fmt.Fprintf(&b, "total debt %s, distributed %s, issued %s, credit capacity %s\n", debt, d18(m.LastDistributed), d18(m.NetIssuance), d18(m.CreditCapacity))
	fmt.Fprintf(&b, "%s shares at %s", d18(m.TotalShares), d27(m.ValuePerShare))
	for i, heap := range [][]HeapNode{m.InRange, m.OutRange} {
		for _, n := range heap {
			p := w.sys.MarketPoolStorage(id, n.Pool)
			if i == 0 {
				fmt.Fprintf(&b, "\np%d in range to %s with %s shares", n.Pool, d18(n.Priority.Neg()), d18(p.Shares))
			} else {
				fmt.Fprintf(&b, "\np%d out of range above %s, remembers %s shares", n.Pool, d18(n.Priority), d18(p.CreditCapacity))
			}
			if !p.PendingDebt.IsZero() {
				fmt.Fprintf(&b, ", takes %s along", d18(p.PendingDebt))
			}
		}
	}
	return b.String()
}

func (w *world) showPool(id PoolID) string {
	p := w.sys.PoolStorage(id)
	return fmt.Sprintf("vault debts %s, %s shares at %s, debt per share %s", d18(p.TotalVaultDebts), d18(p.TotalShares), d27(p.ValuePerShare), d18(w.sys.poolState(id).debtPerShare()))
}

func (w *world) showVault(pool PoolID, ct CollateralID) string {
	v := w.sys.VaultStorage(pool, ct)
	return fmt.Sprintf("epoch %d, worth %s in the pool, collateral %s scaled by %s, debt %s consolidated, %s not",
		v.Epoch, d18(v.PoolShares), d18(w.sys.vaultState(pool, ct).collateral.TotalAmount()), d27(v.ScaleModifier),
		d18(v.TotalConsolidatedDebt), d18(v.UnconsolidatedDebt))
}

func (w *world) showPosition(id AccountID, pool PoolID, ct CollateralID) string {
	p := w.sys.PositionStorage(pool, ct, id)
	return fmt.Sprintf("collateral %s, debt shares %s, consolidated debt %s", d18(w.sys.PositionCollateral(pool, ct, id)), d18(p.DebtShares), d18(p.ConsolidatedDebt))
}

func (w *world) showAccount(id AccountID, ct CollateralID) string {
	text := "available " + d18(w.sys.AvailableCollateral(id, ct))
	for _, p := range w.sys.account(id).collateral(ct).now.pools {
		text += fmt.Sprintf(", in p%d", p)
	}
	for _, l := range w.sys.Locks(id, ct, 0, 0) {
		text += fmt.Sprintf(", %s locked for %ds", d18(l.Amount), int64(l.Expiry)-int64(w.sys.Now()))
	}
	return text
}
