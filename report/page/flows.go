package page

import (
	"fmt"
	"strings"

	"backtest/report"
	"backtest/report/stats"
)

// flow is what a market brought to the debt of a pool, mean over paths; negative
// where it repaid some.
type flow struct {
	Pool, Market string
	Parts        []report.Measure // by source
	Total        report.Measure
}

// flowSources are the sources of debt that records tell apart, as they are part of
// the names of columns pool_debt_POOL_MARKET_SOURCE_usd.
var flowSources = []string{"price", "funding", "fees", "trader_flow"}

// flowsOf finds the flows of the pools in the records; none if they hold none.
func flowsOf(c *report.Cell, a asked, confidence float64) []flow {
	var out []flow
	for _, l := range columnNames(a) {
		f := flow{Pool: l.pool, Market: l.market, Total: report.Measure{Title: "Total", Unit: report.UnitUSD}}
		var total stats.Sample
		for i, column := range l.columns {
			s, err := c.Sample(column)
			if err != nil {
				break // not recorded
			}
			f.Parts = append(f.Parts, report.Measure{Title: kindTitle(flowSources[i]), Unit: report.UnitUSD, Estimate: stats.Mean(s, confidence)})
			if i == 0 {
				total = s.With(make([]float64, len(s.Values)))
			}
			for k, x := range s.Values {
				total.Values[k] += x
			}
		}
		if len(f.Parts) == len(flowSources) {
			f.Total.Estimate = stats.Mean(total, confidence)
			out = append(out, f)
		}
	}
	return out
}

// poolColumns are the columns of a pool in a market.
type poolColumns struct {
	pool, market string
	columns      []string
}

// columnNames spells the columns of all pools in their order: names in small
// letters, digits and underscores, numbered where two would be the same.
func columnNames(a asked) []poolColumns {
	var out []poolColumns
	taken := map[string]int{}
	for _, p := range a.Pools {
		for _, m := range a.Markets {
			for _, l := range p.Markets {
				if l.Market != m.ID {
					continue
				}
				names := poolColumns{pool: p.ID, market: m.ID}
				for _, source := range flowSources {
					name := plainName("pool_debt_" + p.ID + "_" + m.ID + "_" + source)
					if taken[name]++; taken[name] > 1 {
						name += fmt.Sprintf("_%d", taken[name])
					}
					names.columns = append(names.columns, name+"_usd")
				}
				out = append(out, names)
			}
		}
	}
	return out
}

func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToLower(name))
}

// flowTable tells the flows in figures.
func flowTable(flows []flow) table {
	t := table{Caption: "What each market brought to each pool’s debt, mean over paths; negative: repaid", First: "pool and market"}
	for _, f := range flows {
		row := tableRow{Name: f.Pool, Sub: f.Market}
		for _, m := range append(append([]report.Measure{}, f.Parts...), f.Total) {
			row.Values = append(row.Values, measured(m.Title, m))
		}
		t.Rows = append(t.Rows, row)
	}
	return t.cut(mostRows)
}

// measured writes an estimate with its interval.
func measured(name string, m report.Measure) spanView {
	return spanView{Name: name, Value: report.Format(m.Estimate.Value, m.Unit), Span: report.Interval(m.Estimate, m.Unit)}
}

// withoutFlows leaves out the columns that the table of flows and the falls of vaults tell
// better.
func withoutFlows(list []report.Measure) []report.Measure {
	var out []report.Measure
	for _, m := range list {
		if !strings.HasPrefix(m.Figure.Metric, "pool_debt_") && !strings.HasPrefix(m.Figure.Metric, "vault_debt_") {
			out = append(out, m)
		}
	}
	return out
}
