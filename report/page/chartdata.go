package page

import (
	"math"
	"sort"
	"strings"

	"backtest/report"
	"backtest/report/stats"
	"backtest/runner/record"
)

// The data of the charts, as the scripts read it. Times are seconds since the
// start.
type (
	pageData struct {
		Cells []cellData `json:"cells"`
	}
	cellData struct {
		Horizon  int64          `json:"horizon"`
		Vaults   []vaultData    `json:"vaults"`
		Fans     []fanData      `json:"fans"`
		Survival []survivalData `json:"survival"`
		Timeline []timelineData `json:"timeline"`
		Spreads  []spreadData   `json:"spreads"`
	}
	// fanData is a figure through time: quantiles at record.Percents.
	fanData struct {
		Name  string     `json:"name"`
		Label string     `json:"label"` // of the y axis
		Unit  string     `json:"unit"`
		Over  string     `json:"over"` // paths, positions, debt
		T     []int64    `json:"t"`
		Q     [9]numbers `json:"q"`
		Mean  numbers    `json:"mean,omitempty"`
	}
	survivalData struct {
		Title string  `json:"title"`
		T     []int64 `json:"t"`
		S     numbers `json:"s"`
		Low   numbers `json:"low"`
		High  numbers `json:"high"`
	}
	timelineData struct {
		Title string  `json:"title"`
		On    bool    `json:"on"`
		Rate  numbers `json:"rate"` // events a path and day
	}
)

// Limits keep a page within a few megabytes whatever was recorded.
const (
	mostNumbers  = 110_000 // of all fans together
	mostFanRows  = 366
	leastFanRows = 12
	mostCurve    = 500 // points of a survival curve
	curveBudget  = 2000
)

// fanRows is the number of moments that each of some fans may have.
func fanRows(fans int) int {
	const columns = len(record.Percents) + 2
	return min(mostFanRows, max(leastFanRows, mostNumbers/columns/max(1, fans)))
}

func fanOf(f report.Fan, start int64, rows int) fanData {
	out := fanData{Name: strings.TrimSpace(figureTitle(f.Figure) + " " + f.Entity), Label: unitLabel(f.Unit), Unit: f.Unit, Over: "paths"}
	for _, row := range thin(f.Rows, rows) {
		out.T = append(out.T, row.Time-start)
		out.Mean = append(out.Mean, row.Mean)
		for i, q := range row.Quantiles {
			out.Q[i] = append(out.Q[i], q)
		}
	}
	return out
}

// figureTitle tells the recorded series to people.
func figureTitle(figure string) string {
	name := strings.TrimSuffix(strings.TrimSuffix(figure, "_usd"), "_ratio")
	if figure == "vault_c_ratio" {
		return "C-ratio of vault"
	}
	name = strings.ReplaceAll(name, "_", " ")
	return strings.ToUpper(name[:min(1, len(name))]) + name[min(1, len(name)):]
}

func unitLabel(unit string) string {
	switch unit {
	case report.UnitRatio:
		return "per cent"
	case report.UnitUSD:
		return "USD"
	}
	return unit
}

// survivalOf keeps the curves of events that happened.
func survivalOf(c *report.Cell, points int) []survivalData {
	out := []survivalData{}
	for _, curve := range c.Survival {
		if len(curve.Points) < 2 {
			continue
		}
		s := survivalData{Title: strings.ToLower(curve.Title)}
		for _, p := range thin(curve.Points, points) {
			s.T = append(s.T, p.Seconds)
			s.S, s.Low, s.High = append(s.S, p.S.Value), append(s.Low, p.S.Low), append(s.High, p.S.High)
		}
		out = append(out, s)
	}
	return out
}

func timelineOf(c *report.Cell) []timelineData {
	out := []timelineData{}
	for _, kind := range c.Timeline {
		t := timelineData{Title: kindTitle(kind.Kind), Rate: kind.Rate, On: !strings.HasPrefix(kind.Kind, "pool_") && !strings.HasPrefix(kind.Kind, "capacity_")}
		out = append(out, t)
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].On && !out[j].On })
	return out
}

func kindTitle(kind string) string { return strings.ReplaceAll(kind, "_", " ") }

// spreadData is the distribution of a metric over paths, with the estimates that
// the summary gives of it.
type spreadData struct {
	Title  string     `json:"title"`
	Unit   string     `json:"unit"`
	Edges  edges      `json:"edges"`
	Shares shares     `json:"shares"`
	Marks  []markData `json:"marks"`
}

type markData struct {
	Label string `json:"label"`
	Value number `json:"value"`
	Low   number `json:"low"`
	High  number `json:"high"`
}

// spreads are the metrics whose distributions are shown, and the estimates
// marked in each.
var spreads = []struct {
	metric, title string
	marks         []string
}{
	{"lp_pnl_usd", "LP profit", []string{"p50", "p5"}},
	{"lp_loss_usd", "LP loss", []string{"var95", "var99"}},
	{"system_loss_usd", "System loss", []string{"var95", "var99"}},
	{"debt_liquidated_usd", "Debt liquidated", []string{"lar95", "lar99"}},
	{"bad_debt_usd", "Bad debt", []string{"p95", "p99"}},
	{"trader_pnl_usd", "Trader profit", []string{"p50", "p95"}},
	{"stop_loss_exit", "Stop-loss exits a path", []string{"mean"}},
	{"position_liquidation", "Position liquidations a path", []string{"mean"}},
	{"min_vault_c_ratio", "Lowest vault C-ratio", []string{"p5", "p50"}},
	{"min_position_c_ratio", "Lowest position C-ratio", []string{"p5", "p50"}},
	{"max_mint_usage", "Peak mint usage", []string{"p50", "p95"}},
}

func spreadsOf(c *report.Cell) ([]spreadData, error) {
	out := []spreadData{}
	for _, s := range spreads {
		sample, err := c.Sample(s.metric)
		if err != nil {
			return nil, err
		}
		sample = sample.Where(func(i int) bool { return !math.IsInf(sample.Values[i], 0) })
		if !varies(sample.Values) {
			continue
		}
		at, heights := stats.Histogram(sample, float64(c.Paths))
		d := spreadData{Title: s.title, Edges: at, Shares: heights, Marks: []markData{}}
		for _, m := range c.Measures {
			statistic, _, _ := strings.Cut(m.Figure.String(), "(")
			if m.Figure.Metric != s.metric {
				continue
			}
			d.Unit = m.Unit
			for _, want := range s.marks {
				if statistic == want && m.Estimate.Known() {
					e := m.Estimate
					d.Marks = append(d.Marks, markData{want + " " + report.Format(e.Value, m.Unit), number(e.Value), number(e.Low), number(e.High)})
				}
			}
		}
		out = append(out, d)
	}
	return out, nil
}

// varies tells whether there is a distribution to show.
func varies(values []float64) bool {
	for _, x := range values {
		if x != values[0] {
			return true
		}
	}
	return false
}
