package page

import (
	"fmt"
	"html/template"
	"strings"

	"backtest/report"
)

// cellView is the section of one scenario at one parameter point.
type cellView struct {
	Index      int
	Label      string
	Scope      string
	Empty      bool // every path failed
	Headline   []measureView
	All        measureTable
	Entities   measureTable
	Vaults     []vaultView
	VaultsLeft int
	Explorer   *chartView
	Survival   *chartView
	Timeline   *chartView
	Spread     *chartView
	Waterfall  gauges
	Chain      template.HTML
	ChainLeft  string // what the diagram has no room for
	Flows      table  // what markets brought to the debt of pools
	VaultFalls []gauges
	FallsLeft  int
	Positions  *positionsView
	Exposure   table
	NoShares   bool // the records do not hold those of pools in markets
	Worst      []worstView
	Warnings   []warningView
}

// vaultView is the charts of a vault.
type vaultView struct{ Charts []chartView }

type worstView struct {
	Path                 int64
	SystemLoss, LPProfit string
	AllEvents            string
	Strip                template.HTML
	Rows                 []eventRow
	RowsLeft             string // how many there are beyond, empty for none
}

type warningView struct {
	Text  string
	About string
}

// limits divide what a page may hold among its cells.
type limits struct {
	fanRows, moments, curve, eventRows int
	entities                           bool // whether figures by entity are told
}

const (
	mostVaults     = 20 // with charts of their own
	mostEventRows  = 60 // of a path
	leastEventRows = 10
	eventRowBudget = 1200 // of all paths
	mostDetailed   = 4    // cells with figures by pool, vault and market
)

func limitsOf(cells []*report.Cell) limits {
	fans, vaults, paths := 0, 0, 0
	for _, c := range cells {
		fans += len(c.Fans) + 2*len(c.Vaults())
		vaults += len(c.Vaults())
		paths += len(c.Worst)
	}
	return limits{fanRows(fans), moments(vaults), min(mostCurve, curveBudget/max(1, len(cells))), min(mostEventRows, max(leastEventRows, eventRowBudget/max(1, paths))), len(cells) <= mostDetailed}
}

func newCellView(index int, d *report.Data, c *report.Cell, a asked, l limits) (cellView, cellData, error) {
	v := cellView{
		Index: index, Label: c.Label(), Scope: scope(c), Empty: c.Paths == 0, Headline: measureViews(c.Headline()),
		All: newMeasureTable("Every metric of the whole system", d.Confidence, withoutFlows(c.Measures, d.Manifest.Columns)),
	}
	if l.entities {
		v.Entities = newMeasureTable("By pool, vault and market", d.Confidence, c.ByEntity)
	}
	for _, w := range c.Warnings() {
		v.Warnings = append(v.Warnings, warningView{w.Text, aboutText(w.About)})
	}
	data := cellData{Horizon: c.HorizonSeconds}
	if v.Empty {
		return v, data, nil
	}
	flows := flowsOf(c, d.Manifest.Columns, d.Confidence)
	v.Waterfall, v.Chain, v.Exposure = waterfall(c, d.Confidence), debtChain(c, a, flows), exposures(c, a)
	v.ChainLeft = chainLeft(c, a)
	v.Positions = newPositions(index, c, min(mostCells, len(d.Cells)))
	if l.entities {
		v.VaultFalls, v.FallsLeft = vaultFalls(c, d.Manifest.Columns, d.Confidence)
	}
	v.Flows, v.NoShares = flowTable(flows), !hasFan(c, figurePoolShare)
	start := startOf(c)
	v.addVaults(c, a, &data, start, l)
	err := v.addCharts(c, &data, start, l)
	v.addWorst(c, start, l)
	return v, data, err
}

func scope(c *report.Cell) string {
	text := fmt.Sprintf("%s of %s", counted(c.Paths, "path"), report.Format(float64(c.HorizonSeconds), report.UnitSeconds))
	if c.Weighted {
		text += fmt.Sprintf(", weighted: as informative about an average as %.0f", c.EffectivePaths)
	}
	if c.Failed > 0 {
		text += fmt.Sprintf("; %s failed and are left out", report.Count(c.Failed))
	}
	return text
}

func aboutText(list []report.Measure) string {
	const most = 6
	var names []string
	for _, m := range list[:min(most, len(list))] {
		names = append(names, m.Figure.String())
	}
	text := strings.Join(names, ", ")
	if len(list) > most {
		text += fmt.Sprintf(" and %d more", len(list)-most)
	}
	return text
}

// startOf is the time of the first recorded moment.
func startOf(c *report.Cell) int64 {
	for _, f := range c.Fans {
		return f.Rows[0].Time
	}
	for _, row := range c.CRatios {
		return row.Time
	}
	return 0
}

func (v *cellView) addVaults(c *report.Cell, a asked, data *cellData, start int64, l limits) {
	vaults := c.Vaults()
	shown := vaults[:min(mostVaults, len(vaults))]
	v.VaultsLeft = len(vaults) - len(shown)
	for i, vault := range shown {
		vd := vaultOf(c, vault, a, start, l.fanRows, l.moments)
		view := vaultView{}
		if len(vd.Views) > 0 {
			view.Charts = append(view.Charts, chartView{Kind: "vault", Index: i, Title: "C-ratio of " + vd.Name + " through time"})
		}
		if vd.Histogram != nil {
			view.Charts = append(view.Charts, chartView{Kind: "ratios", Index: i, Title: "C-ratios in " + vd.Name + " at one time", Moment: true})
		}
		v.Vaults = append(v.Vaults, view)
		data.Vaults = append(data.Vaults, vd)
	}
}

func (v *cellView) addCharts(c *report.Cell, data *cellData, start int64, l limits) (err error) {
	for _, f := range c.Fans {
		data.Fans = append(data.Fans, fanOf(f, start, l.fanRows))
	}
	data.Survival, data.Timeline = survivalOf(c, l.curve), timelineOf(c)
	if data.Spreads, err = spreadsOf(c); err != nil {
		return err
	}
	if len(data.Fans) > 0 {
		v.Explorer = &chartView{Kind: "explorer", Title: "Recorded figures through time"}
	}
	if len(data.Survival) > 0 {
		v.Survival = &chartView{Kind: "survival", Title: "Share of paths without an event so far"}
	}
	if len(data.Timeline) > 0 {
		v.Timeline = &chartView{Kind: "timeline", Title: "How often events happen"}
	}
	if len(data.Spreads) > 0 {
		v.Spread = &chartView{Kind: "spread", Title: "Distributions over paths"}
	}
	return nil
}

func (v *cellView) addWorst(c *report.Cell, start int64, l limits) {
	for _, w := range c.Worst {
		view := worstView{
			Path: w.Path, SystemLoss: report.Format(w.SystemLossUSD, report.UnitUSD), LPProfit: report.Format(-w.LPLossUSD, report.UnitUSD),
			AllEvents: counted(w.AllEvents, "event"),
		}
		if len(w.Events) > 0 {
			view.Strip = strip(w.Events, c.Steps)
			rows, all := timelineRows(w.Events, start, l.eventRows)
			view.Rows = rows
			if all > len(rows) {
				view.RowsLeft = report.Count(int64(all - len(rows)))
			}
		}
		v.Worst = append(v.Worst, view)
	}
}
