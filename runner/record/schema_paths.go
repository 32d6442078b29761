package record

import (
	"fmt"
	"regexp"
)

// pathTable is the schema of the paths file, with the extra columns of the run at its end.
func pathTable(extra []ExtraColumn) table[PathRow] {
	columns := []column[PathRow]{
		textColumn("scenario", func(r *PathRow) *string { return &r.Scenario }),
		int32Column("point", func(r *PathRow) *int32 { return &r.Point }),
		int64Column("path", func(r *PathRow) *int64 { return &r.Path }),
		floatColumn("weight", func(r *PathRow) *float64 { return &r.Weight }).in(UnitRatio),
		int32Column("steps", func(r *PathRow) *int32 { return &r.Steps }).in(UnitCount),
		int64Column("events", func(r *PathRow) *int64 { return &r.Events }).in(UnitCount),
		int32Column("stop_loss_exits", func(r *PathRow) *int32 { return &r.StopLossExits }).in(UnitCount),
		int32Column("reentries", func(r *PathRow) *int32 { return &r.Reentries }).in(UnitCount),
		int32Column("position_liquidations", func(r *PathRow) *int32 { return &r.PositionLiquidations }).in(UnitCount),
		int32Column("vault_liquidations", func(r *PathRow) *int32 { return &r.VaultLiquidations }).in(UnitCount),
		int32Column("capacity_locks", func(r *PathRow) *int32 { return &r.CapacityLocks }).in(UnitCount),
		int32Column("insufficient_liquidity", func(r *PathRow) *int32 { return &r.InsufficientLiquidity }).in(UnitCount),
		int32Column("blocked_withdrawals", func(r *PathRow) *int32 { return &r.BlockedWithdrawals }).in(UnitCount),
		int32Column("rebalances", func(r *PathRow) *int32 { return &r.Rebalances }).in(UnitCount),
		decimalColumn("debt_liquidated_usd", func(r *PathRow) *D18 { return &r.DebtLiquidatedUSD }).in(UnitUSD),
		decimalColumn("collateral_liquidated_usd", func(r *PathRow) *D18 { return &r.CollateralLiquidatedUSD }).in(UnitUSD),
		decimalColumn("socialised_debt_usd", func(r *PathRow) *D18 { return &r.SocialisedDebtUSD }).in(UnitUSD),
		decimalColumn("bad_debt_usd", func(r *PathRow) *D18 { return &r.BadDebtUSD }).in(UnitUSD),
		decimalColumn("unbacked_debt_usd", func(r *PathRow) *D18 { return &r.UnbackedDebtUSD }).in(UnitUSD),
		decimalColumn("unpaid_usd", func(r *PathRow) *D18 { return &r.UnpaidUSD }).in(UnitUSD),
		decimalColumn("lp_pnl_usd", func(r *PathRow) *D18 { return &r.LPPnLUSD }).in(UnitUSD),
		decimalColumn("trader_pnl_usd", func(r *PathRow) *D18 { return &r.TraderPnLUSD }).in(UnitUSD),
		decimalColumn("fees_usd", func(r *PathRow) *D18 { return &r.FeesUSD }).in(UnitUSD),
		decimalColumn("final_debt_usd", func(r *PathRow) *D18 { return &r.FinalDebtUSD }).in(UnitUSD),
		decimalColumn("final_collateral_usd", func(r *PathRow) *D18 { return &r.FinalCollateralUSD }).in(UnitUSD),
		floatColumn("min_vault_c_ratio", func(r *PathRow) *float64 { return &r.MinVaultCRatio }).in(UnitRatio),
		floatColumn("min_position_c_ratio", func(r *PathRow) *float64 { return &r.MinPositionCRatio }).in(UnitRatio),
		floatColumn("final_vault_c_ratio", func(r *PathRow) *float64 { return &r.FinalVaultCRatio }).in(UnitRatio),
		floatColumn("max_utilisation", func(r *PathRow) *float64 { return &r.MaxUtilisation }).in(UnitRatio),
		floatColumn("max_mint_usage", func(r *PathRow) *float64 { return &r.MaxMintUsage }).in(UnitRatio),
		int64Column("horizon_seconds", func(r *PathRow) *int64 { return &r.HorizonSeconds }).in(UnitSeconds),
		secondsColumn("first_stop_loss_exit_seconds", func(r *PathRow) *int64 { return &r.FirstStopLossExitSeconds }).in(UnitSeconds),
		secondsColumn("first_reentry_seconds", func(r *PathRow) *int64 { return &r.FirstReentrySeconds }).in(UnitSeconds),
		secondsColumn("first_position_liquidation_seconds", func(r *PathRow) *int64 { return &r.FirstPositionLiquidationSeconds }).in(UnitSeconds),
		secondsColumn("first_vault_liquidation_seconds", func(r *PathRow) *int64 { return &r.FirstVaultLiquidationSeconds }).in(UnitSeconds),
		secondsColumn("first_capacity_lock_seconds", func(r *PathRow) *int64 { return &r.FirstCapacityLockSeconds }).in(UnitSeconds),
		secondsColumn("first_insufficient_liquidity_seconds", func(r *PathRow) *int64 { return &r.FirstInsufficientLiquiditySeconds }).in(UnitSeconds),
		optionalTextColumn("failed", func(r *PathRow) *string { return &r.Failed }),
	}
	for k, x := range extra {
		decimals, ratios := extraCounts(extra[:k])
		if x.Kind == DecimalColumn {
			columns = append(columns, decimalColumn(x.Name, func(r *PathRow) *D18 { return &r.Exact[decimals] }).in(x.Unit))
		} else {
			columns = append(columns, floatColumn(x.Name, func(r *PathRow) *float64 { return &r.Floats[ratios] }).in(x.Unit))
		}
	}
	exact, floats := extraCounts(extra)
	prepare := func(rows []PathRow) {
		amounts, ratios := make([]D18, exact*len(rows)), make([]float64, floats*len(rows))
		for i := range rows {
			rows[i].Exact = amounts[i*exact : (i+1)*exact : (i+1)*exact]
			rows[i].Floats = ratios[i*floats : (i+1)*floats : (i+1)*floats]
		}
	}
	return table[PathRow]{name: PathsTable, columns: columns, prepare: prepare, batchRows: 1 << 14}
}

var columnName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,127}$`)

// checkExtra rejects extra columns that would make an ambiguous schema.
func checkExtra(extra []ExtraColumn) error {
	seen := map[string]bool{}
	for _, c := range pathTable(nil).columns {
		seen[c.field.Name] = true
	}
	for _, x := range extra {
		if seen[x.Name] || !columnName.MatchString(x.Name) || (x.Kind != DecimalColumn && x.Kind != FloatColumn) {
			return fmt.Errorf("record: extra column %q of kind %q: names are unique, of a-z, 0-9 and _; kinds are decimal and float", x.Name, x.Kind)
		}
		if err := x.checkUnit(); err != nil {
			return err
		}
		seen[x.Name] = true
	}
	return nil
}

func extraCounts(extra []ExtraColumn) (exact, floats int) {
	for _, x := range extra {
		if x.Kind == DecimalColumn {
			exact++
		} else {
			floats++
		}
	}
	return exact, floats
}
