package main

import (
	"backtest/report"
	"backtest/runner"
)

// printStanding tells how a system stands at the start: sums by vault, the worst
// positions, and how far each pool is from its limit in each market.
func printStanding(out *printer, s runner.Standing) {
	out.printf("start\n")
	for _, v := range s.Vaults {
		ratio := "no debt"
		if v.Debt.Float64() > 0 {
			ratio = "C-ratio " + report.Format(v.CRatio, report.UnitRatio)
		}
		out.printf("  %-12s%s, collateral %s, debt %s, %s, %d can be liquidated at once\n", v.Name, counted(v.Positions, "position"),
			report.Format(v.Value.Float64(), report.UnitUSD), report.Format(v.Debt.Float64(), report.UnitUSD), ratio, v.Liquidatable)
	}
	for _, p := range s.Worst {
		mark := ""
		if p.Liquidatable {
			mark = ", can be liquidated at once"
		}
		out.printf("  %-24s debt %s, C-ratio %s, liquidated at %s%s\n", p.Name, report.Format(p.Debt.Float64(), report.UnitUSD),
			report.Format(p.CRatio, report.UnitRatio), report.Price(p.LiquidationPrice), mark)
	}
	for _, e := range s.Exposures {
		state := "out of range"
		if e.InRange {
			state = report.Format(e.Limit.Float64()-e.ValuePerShare.Float64(), report.UnitUSD) + " a share to its stop-loss"
		}
		out.printf("  %-24s %s, short %s of %s, hedge weight %.4f\n", e.Pool+"/"+e.Market, state, report.Format(e.ShortUSD, report.UnitUSD), e.Asset, e.HedgeWeight)
	}
}
