package replay

import "backtest/model"

// touchOperations are mutating views sent as transactions.
var touchOperations = map[string]operation{
	"touch:getPositionDebt": position("debtD18", func(s *model.System, p model.PoolID, ct model.CollateralID, id model.AccountID) (any, error) {
		return s.PositionDebt(p, ct, id)
	}),
	"touch:getPositionCollateralRatio": position("cratioD18", func(s *model.System, p model.PoolID, ct model.CollateralID, id model.AccountID) (any, error) {
		ratio, err := s.PositionCollateralRatio(p, ct, id)
		return ratioText(ratio), err
	}),
	"touch:isPositionLiquidatable": position("result", func(s *model.System, p model.PoolID, ct model.CollateralID, id model.AccountID) (any, error) {
		return s.IsPositionLiquidatable(p, ct, id)
	}),
	"touch:getPosition": give(func(e *environment, a *arguments) func() (map[string]any, error) {
		p, ct, id := a.pool("poolId"), a.collateral("collateral"), a.account("accountId")
		return func() (map[string]any, error) {
			v, err := e.sys.Position(p, ct, id)
			return map[string]any{"collateralD18": v.Collateral, "collateralValueD18": v.CollateralValue,
				"debtD18": v.Debt, "cratioD18": ratioText(v.CRatio)}, err
		}
	}),
	"touch:getVaultDebt": vault("debtD18", func(s *model.System, p model.PoolID, ct model.CollateralID) (any, error) {
		return s.VaultDebt(p, ct)
	}),
	"touch:getVaultCollateralRatio": vault("cratioD18", func(s *model.System, p model.PoolID, ct model.CollateralID) (any, error) {
		return s.VaultCollateralRatio(p, ct)
	}),
	"touch:isVaultLiquidatable": vault("result", func(s *model.System, p model.PoolID, ct model.CollateralID) (any, error) {
		return s.IsVaultLiquidatable(p, ct)
	}),
	"touch:getMarketDebtPerShare": give(func(e *environment, a *arguments) func() (map[string]any, error) {
		id := a.market("marketId")
		return func() (map[string]any, error) {
			v, err := e.sys.MarketDebtPerShare(id)
			return map[string]any{"debtPerShareD18": v}, err
		}
	}),
	"touch:getMarketPools": give(func(e *environment, a *arguments) func() (map[string]any, error) {
		id := a.market("marketId")
		return func() (map[string]any, error) {
			in, out, err := e.sys.MarketPools(id)
			return map[string]any{"inRange": in, "outRange": out}, err
		}
	}),
	"touch:getMarketPoolDebtDistribution": give(func(e *environment, a *arguments) func() (map[string]any, error) {
		id, pool := a.market("marketId"), a.pool("poolId")
		return func() (map[string]any, error) {
			shares, total, value, err := e.sys.MarketPoolDebtDistribution(id, pool)
			return map[string]any{"sharesD18": shares, "totalSharesD18": total, "valuePerShareD27": value}, err
		}
	}),
	"touch:getPoolTotalDebt": give(func(e *environment, a *arguments) func() (map[string]any, error) {
		pool := a.pool("poolId")
		return func() (map[string]any, error) {
			v, err := e.sys.PoolTotalDebt(pool)
			return map[string]any{"totalDebtD18": v}, err
		}
	}),
	"touch:getPoolDebtPerShare": give(func(e *environment, a *arguments) func() (map[string]any, error) {
		pool := a.pool("poolId")
		return func() (map[string]any, error) {
			v, err := e.sys.PoolDebtPerShare(pool)
			return map[string]any{"debtPerShareD18": v}, err
		}
	}),
}

// position makes the operation of a view of a position that answers one value.
func position(name string, read func(*model.System, model.PoolID, model.CollateralID, model.AccountID) (any, error)) operation {
	return give(func(e *environment, a *arguments) func() (map[string]any, error) {
		p, ct, id := a.pool("poolId"), a.collateral("collateral"), a.account("accountId")
		return func() (map[string]any, error) {
			v, err := read(e.sys, p, ct, id)
			return map[string]any{name: v}, err
		}
	})
}

// vault does the same for a vault.
func vault(name string, read func(*model.System, model.PoolID, model.CollateralID) (any, error)) operation {
	return give(func(e *environment, a *arguments) func() (map[string]any, error) {
		p, ct := a.pool("poolId"), a.collateral("collateral")
		return func() (map[string]any, error) {
			v, err := read(e.sys, p, ct)
			return map[string]any{name: v}, err
		}
	})
}
