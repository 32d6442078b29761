package page

import (
	"backtest/report"
	"backtest/report/stats"
	"backtest/runner/record"
)

// flow is what a market brought to the debt of a pool, mean over paths; negative
// where it repaid some.
type flow struct {
	Pool, Market string
	Parts        []report.Measure // by source
	Total        report.Measure
}

// flowsOf finds the flows of the pools in the records; none if they hold none.
func flowsOf(c *report.Cell, columns []record.ExtraColumn, confidence float64) []flow {
	var out []flow
	var total stats.Sample
	for _, x := range columns {
		if x.Sum != record.PoolDebtChange || x.Market == "" {
			continue
		}
		s, err := c.Sample(x.Name)
		if err != nil {
			continue // not recorded
		}
		if n := len(out); n == 0 || out[n-1].Pool != x.Pool || out[n-1].Market != x.Market {
			out = append(out, flow{Pool: x.Pool, Market: x.Market, Total: report.Measure{Title: "Total", Unit: x.Unit}})
			total = s.With(make([]float64, len(s.Values)))
		}
		f := &out[len(out)-1]
		f.Parts = append(f.Parts, report.Measure{Title: kindTitle(x.Source), Unit: x.Unit, Estimate: stats.Mean(s, confidence)})
		for k, value := range s.Values {
			total.Values[k] += value
		}
		f.Total.Estimate = stats.Mean(total, confidence)
	}
	return out
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
func withoutFlows(list []report.Measure, columns []record.ExtraColumn) []report.Measure {
	told := map[string]bool{}
	for _, x := range columns {
		told[x.Name] = x.Sum == record.PoolDebtChange || x.Sum == record.VaultDebtChange
	}
	var out []report.Measure
	for _, m := range list {
		if !told[m.Figure.Metric] {
			out = append(out, m)
		}
	}
	return out
}
