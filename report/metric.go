package report

import (
	"slices"
	"strings"

	"backtest/runner/record"
)

// Units of metrics, those of the columns that they are made of.
const (
	UnitRatio   = record.UnitRatio
	UnitUSD     = record.UnitUSD
	UnitSeconds = record.UnitSeconds
	UnitCount   = record.UnitCount
)

// Metric is a figure of one path, or of the positions of all paths, and how
// its distribution is told. Thresholds name metrics by Name.
type Metric struct {
	Name       string   // as in thresholds and summary.json
	Title      string   // for people
	Unit       string   // of the value on one path
	Definition string   // one sentence
	Estimators []string // statistics of the summary, as thresholds write them: mean, p99, es95, probability
	Headline   []string // those among them that open the summary
	Columns    []string // of the paths file that it is made of
	Kinds      []string // kinds of events that split it by entity, where the records have no parts of it
	Parts      []string // figures of the columns by entity that take the place of Columns for a vault, market or pool
	Split      []string // statistics of the summary by entity; none for Estimators

	value   func(v []float64) float64 // from the columns, in order
	extra   bool                      // some of its columns are extra ones, which records of an older version may lack
	ratioOf bool                      // ratio of the means of its two columns
	perDebt bool                      // C-ratio by debt instead of by position
	cRatio  bool                      // from the C-ratio distributions
	zero    bool                      // it cannot be other than zero
	adds    bool                      // it is a part of a sum that is shown with its parts
	fold    fold                      // of the parts of several entities
	floor   bool                      // no path has less than 0
}

// Metrics lists every metric, in the order of the summary.
func Metrics() []Metric { return slices.Clone(metrics) }

func metricByName(name string, extra []record.ExtraColumn) (Metric, error) {
	for _, m := range metrics {
		if m.Name == name {
			return m, nil
		}
	}
	for _, c := range extra {
		if c.Name == name {
			return extraMetric(c), nil
		}
	}
	return Metric{}, unknownMetric(name)
}

// extraMetric makes a metric of a column that one run adds.
func extraMetric(c record.ExtraColumn) Metric {
	return Metric{
		Name: c.Name, Title: titleOf(strings.TrimSuffix(c.Name, "_"+c.Unit)), Unit: c.Unit,
		Definition: "Column " + c.Name + " of the paths file.",
		Estimators: []string{"mean", "p5", "p95"}, Columns: []string{c.Name}, value: first, zero: c.Zero, adds: true,
	}
}

func titleOf(name string) string {
	text := strings.ReplaceAll(name, "_", " ")
	return strings.ToUpper(text[:1]) + text[1:]
}

func first(v []float64) float64    { return v[0] }
func negative(v []float64) float64 { return 0 - v[0] }
func sum(v []float64) float64 {
	total := 0.0
	for _, x := range v {
		total += x
	}
	return total
}

var riskLevels = []string{"var95", "var99", "var99.9", "es95", "es99", "es99.9"}

// metrics is the one table of what is measured.
var metrics = []Metric{
	{Name: "insolvent_debt_usd", Title: "Insolvent debt", Unit: UnitUSD, extra: true, Columns: []string{"insolvent_debt_usd"}, value: first, floor: true,
		Definition: "Debt of vaults beyond the value of their collateral, of all together, largest over time; its quantiles are insolvency VaR. By vault: the largest of the vault.",
		Parts:      []string{"insolvent_debt_usd"}, Split: []string{"probability", "var95", "var99"},
		Estimators: []string{"probability", "mean", "var95", "var99", "es99"}, Headline: []string{"var95", "var99"}},
	share("time_insolvent", "Time insolvent", "insolvent_share", "Share of the time in which the debt of a vault is beyond the value of its collateral."),
	outOf(share("time_out_of_range", "Time out of range", "out_of_range_share", "Share of the time in which a market is out of range of a pool (its debt a share above maxDebtShareValue), any of them for the whole system."), "out_of_range_share", "mean"),
	counted("out_of_range_spell", "Spell out of range", "out_of_range_spells", "A time out of range of a pool; exits are of one spell when the pool had been back for less than record.spell_gap."),
	counted("system_limit_exit", "Exit at the system's limit", "system_limit_exits", "A market left a pool's range at the limit that the minimum liquidity ratio sets, which is below the pool's own there."),
	outOf(counted("blocked_pool", "Blocked pool", "blocked_periods", "Every operation of a pool reverts for some time: no liquidation, burn, mint or pull."), "blocked_periods", "probability"),
	outOf(share("time_blocked", "Time with a blocked pool", "blocked_pool_share", "Share of the time in which every operation of a pool reverts, of any pool for the whole system."), "blocked_share", "mean"),
	counted("prevented_exit", "Prevented exit", "prevented_exits", "A market passed its limit and could not leave: the revert of the exit blocks the pool (OverflowInt256ToUint256)."),
	{Name: "loss_given_liquidation", Title: "Loss given liquidation", Unit: UnitRatio, extra: true, ratioOf: true, Columns: []string{"liquidation_shortfall_usd", "debt_liquidated_usd"},
		Definition: "Part of the liquidated debt that the collateral taken did not cover, at the price of that moment: ratio of the means over paths; 1 less it is the share of debt covered.",
		Estimators: []string{"ratio"}},
	event("stop_loss_exit", "Stop-loss exit", "stop_loss_exits", "A market's value per share passed the pool's maxDebtShareValue and the market was pushed out of range (PROTOCOL.md §5), by the horizon.", record.KindStopLossExit),
	event("reentry", "Re-entry", "reentries", "A market that had been pushed out of range came back, by the horizon.", record.KindStopLossReentry),
	event("position_liquidation", "Position liquidation", "position_liquidations", "A position fell below its liquidation ratio and was liquidated, by the horizon.", record.KindPositionLiquidation),
	event("vault_liquidation", "Vault liquidation", "vault_liquidations", "A vault as a whole fell below its liquidation ratio and was liquidated, by the horizon.", record.KindVaultLiquidation),
	event("capacity_lock", "Capacity lock", "capacity_locks", "A market's locked credit came to exceed its credit capacity, by the horizon.", record.KindCapacityLocked),
	event("insufficient_liquidity", "Insufficient liquidity", "insufficient_liquidity", "A trader's withdrawal of market USD was refused, by the horizon.", record.KindInsufficientLiquidity),
	quietly(event("blocked_withdrawal", "Blocked withdrawal", "blocked_withdrawals", "An LP's withdrawal of collateral was refused for some time, by the horizon.", record.KindBlockedWithdrawal)),

	{Name: "lp_loss_beyond_holding_usd", Title: "LP loss beyond holding", Unit: UnitUSD, extra: true, Columns: []string{"lp_pnl_usd", "attribution_collateral_price_usd"},
		value:      func(v []float64) float64 { return v[1] - v[0] },
		Definition: "LP loss without what the price of the collateral did: what markets, liquidations and others brought, the part that parameters can move.",
		Estimators: append([]string{"mean"}, riskLevels...), Headline: []string{"var95", "es99"}},
	{Name: "lp_loss_usd", Title: "LP loss", Unit: UnitUSD, Columns: []string{"lp_pnl_usd"}, value: negative,
		Definition: "Fall of collateral value less debt of all positions together, start to end of a path.",
		Parts:      []string{"pnl_usd"}, Split: []string{"mean", "var95", "var99", "es99"},
		Estimators: append([]string{"mean"}, riskLevels...), Headline: []string{"var95", "es99"}},
	{Name: "system_loss_usd", Title: "System loss", Unit: UnitUSD, Columns: []string{"bad_debt_usd", "unpaid_usd", "unbacked_debt_usd"}, value: sum, floor: true,
		Definition: "Bad debt, unpaid profit of traders and unbacked debt of a path together: what no collateral stands for.",
		Estimators: append([]string{"probability", "mean"}, riskLevels...), Headline: []string{"probability", "es99"}},
	{Name: "debt_liquidated_usd", Title: "Debt liquidated", Unit: UnitUSD, Columns: []string{"debt_liquidated_usd"}, value: first, floor: true,
		Definition: "Debt of liquidated positions and vaults; its quantiles are liquidations at risk (LaR).",
		Estimators: []string{"mean", "lar95", "lar99", "lar99.9"}, Headline: []string{"lar95"},
		Kinds: []string{record.KindPositionLiquidation, record.KindVaultLiquidation}, Parts: []string{"debt_liquidated_usd"}},
	split(amount("bad_debt_usd", "Bad debt", "Debt beyond the value of the collateral behind it, at the end.", "p99")),
	split(amount("unbacked_debt_usd", "Unbacked debt", "Outstanding debt that no pool bears, largest over time.", "")),
	split(amount("unpaid_usd", "Unpaid debt", "Profit of traders that could not be withdrawn, at the end.", "")),
	amount("socialised_debt_usd", "Socialised debt", "Part of the liquidated debt that went to other positions.", ""),

	cRatios("c_ratio", "C-ratio by position", "every position counting once", false),
	cRatios("c_ratio_by_debt", "C-ratio by debt", "every position counting with its debt", true),
	extreme(lowest("min_vault_c_ratio", "Lowest vault C-ratio", "Smallest C-ratio of any vault at any step.", "p5"), "min_c_ratio", least),
	lowest("min_position_c_ratio", "Lowest position C-ratio", "Smallest C-ratio of any position at any step.", ""),
	lowest("final_vault_c_ratio", "Final vault C-ratio", "Smallest C-ratio of any vault at the end.", ""),

	firstTime("stop_loss_exit", "stop-loss exit"),
	firstTime("position_liquidation", "position liquidation"),
	firstTime("vault_liquidation", "vault liquidation"),

	{Name: "capital_efficiency", Title: "Capital efficiency", Unit: UnitRatio, Columns: []string{"final_debt_usd", "final_collateral_usd"}, ratioOf: true,
		Definition: "Debt of all vaults over the value of their collateral, at the end: ratio of the means over paths.",
		Estimators: []string{"ratio"}, Headline: []string{"ratio"}, Parts: []string{"final_debt_usd", "final_collateral_usd"}},
	{Name: "credit_use", Title: "Credit use", Unit: UnitRatio, ratioOf: true,
		Definition: "Credit that markets need over the credit that they are given, at the end: ratio of the means over paths.",
		Estimators: []string{"ratio"}, Parts: []string{"final_credit_used_usd", "final_credit_usd"}},
	extreme(usage("max_utilisation", "Peak credit use", "Largest credit used over credit given of any market at any step."), "max_utilisation", greatest),
	usage("max_mint_usage", "Peak mint usage", "Largest minted USD over mintable USD of any vault at any step."),

	flow("lp_pnl_usd", "LP profit", "Change of collateral value less debt of all positions together, start to end of a path."),
	flow("trader_pnl_usd", "Trader profit", "Profit of all traders together, start to end of a path."),
	flow("fees_usd", "Fees", "Fees that the markets took in."),
}

func event(name, title, column, definition, kind string) Metric {
	return Metric{Name: name, Title: title, Unit: UnitCount, Definition: definition, Columns: []string{column}, value: first,
		Estimators: []string{"probability", "mean"}, Headline: []string{"probability"}, Kinds: []string{kind}, Parts: []string{column}, floor: true}
}

// split takes the parts of an amount from the columns by entity of its name.
func split(m Metric) Metric {
	m.Parts, m.Split = m.Columns, []string{"probability", "mean", "p99"}
	return m
}

// share is a part of the time, from a column of the whole system.
func share(name, title, column, definition string) Metric {
	return Metric{Name: name, Title: title, Unit: UnitRatio, Definition: definition, extra: true, Columns: []string{column}, value: first, floor: true,
		Estimators: []string{"mean", "p95"}}
}

// counted is a count by pool and market, summed over them for the whole system.
func counted(name, title, figure, definition string) Metric {
	return Metric{Name: name, Title: title, Unit: UnitCount, Definition: definition, Parts: []string{figure}, value: first, floor: true,
		Estimators: []string{"probability", "mean"}}
}

// outOf gives a metric its part by entity, the longest of several, and a statistic
// that opens the summary.
func outOf(m Metric, figure, headline string) Metric {
	if m.Unit == UnitRatio {
		m.fold = greatest
	}
	m.Parts, m.Headline = []string{figure}, []string{headline}
	return m
}

// quietly keeps a metric from opening the summary.
func quietly(m Metric) Metric {
	m.Headline = nil
	return m
}

func amount(name, title, definition, headline string) Metric {
	m := Metric{Name: name, Title: title, Unit: UnitUSD, Definition: definition, Columns: []string{name}, value: first, floor: true,
		Estimators: []string{"probability", "mean", "p95", "p99", "p99.9"}}
	if headline != "" {
		m.Headline = []string{headline}
	}
	return m
}

func flow(name, title, definition string) Metric {
	return Metric{Name: name, Title: title, Unit: UnitUSD, Definition: definition, Columns: []string{name}, value: first,
		Estimators: []string{"mean", "p5", "p50", "p95"}}
}

func usage(name, title, definition string) Metric {
	return Metric{Name: name, Title: title, Unit: UnitRatio, Definition: definition, Columns: []string{name}, value: first,
		Estimators: []string{"mean", "p50", "p95"}}
}

func lowest(name, title, definition, headline string) Metric {
	m := Metric{Name: name, Title: title, Unit: UnitRatio, Definition: definition, Columns: []string{name}, value: first,
		Estimators: []string{"p1", "p5", "p50"}}
	if headline != "" {
		m.Headline = []string{headline}
	}
	return m
}

// extreme takes the extremes of the parts from the columns by entity of a figure.
func extreme(m Metric, figure string, f fold) Metric {
	m.Parts, m.fold = []string{figure}, f
	return m
}

func cRatios(name, title, how string, perDebt bool) Metric {
	return Metric{Name: name, Title: title, Unit: UnitRatio, cRatio: true, perDebt: perDebt,
		Definition: "Collateral value over debt of positions with debt, at the last recorded step, all paths together, " + how + ".",
		Estimators: []string{"p1", "p5", "p25", "p50", "p75"}}
}

func firstTime(name, title string) Metric {
	return Metric{Name: "first_" + name + "_seconds", Title: "Time to first " + title, Unit: UnitSeconds, value: first,
		Definition: "Time from the start to the first " + title + "; without an end where a path had none by the horizon.",
		Estimators: []string{"p5", "p50"}, Columns: []string{"first_" + name + "_seconds"}}
}
