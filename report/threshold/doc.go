// Package threshold reads and judges limits on the figures of a run, in the
// manner of k6:
//
//	vault_liquidation.probability < 1%
//	p99(bad_debt_usd) < 50_000
//	p5(c_ratio[main/SNX]) > 1.6
//	mean(lp_pnl_usd) > -5% of collateral
//	es95(system_loss_usd) <= 1e6
//	capital_efficiency >= 20%
//
// Grammar (spaces may stand between any two parts, not inside a number):
//
//	threshold = figure operator limit
//	figure    = statistic "(" metric ")" | metric [ "." statistic ]
//	statistic = word | word number          (mean, p99, p99.9, var95, es95, lar95)
//	metric    = word [ "[" selector "]" ]   (selector: any text without brackets)
//	operator  = "<" | "<=" | ">" | ">="
//	limit     = [ "+" | "-" ] number [ "%" [ "of" "collateral" ] ]
//	number    = digits [ "." digits ] [ "e" [ sign ] digits ], digits may be grouped by "_"
//
// Parsing knows no metric: which names, statistics and selectors exist is for
// the caller to say, who brings the estimate to be judged.
package threshold
