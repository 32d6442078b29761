package page

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"backtest/report"
	"backtest/report/internal/synthetic"
	"backtest/report/stats"
	"backtest/report/threshold"
	"backtest/runner/record"
)

func TestNumbers(t *testing.T) {
	got, err := json.Marshal(numbers{1.23456789, math.NaN(), math.Inf(1), math.Inf(-1), 0, math.Copysign(0, -1), -1e-7, 1234567})
	if want := "[1.235,null,9e99,-9e99,0,0,-1e-7,1.235e6]"; err != nil || string(got) != want {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
}

func TestThinKeepsBothEnds(t *testing.T) {
	rows := make([]int, 1000)
	for i := range rows {
		rows[i] = i
	}
	some := thin(rows, 7)
	if len(some) != 7 || some[0] != 0 || some[6] != 999 {
		t.Errorf("%v", some)
	}
	if same := thin(rows, 1000); len(same) != 1000 {
		t.Errorf("%d rows of 1000 that were allowed", len(same))
	}
}

func TestBudgets(t *testing.T) {
	if fanRows(3) != mostFanRows || fanRows(100) != 100 || fanRows(1e6) != leastFanRows {
		t.Errorf("rows of fans: %d, %d, %d", fanRows(3), fanRows(100), fanRows(1e6))
	}
	if moments(1) != mostMoments || moments(50) != 12 || moments(1e6) != leastMoments {
		t.Errorf("moments: %d, %d, %d", moments(1), moments(50), moments(1e6))
	}
}

func TestConfigurationIsReadAsFarAsItIsKnown(t *testing.T) {
	a := readAsked([]byte(configuration))
	if a.Question != "What if all falls?" || len(a.Pools) != 1 || a.Pools[0].weight() != 4 {
		t.Errorf("%+v", a)
	}
	if c := a.collateral("SNX"); c.LiquidationRatio.number() != 1.5 || c.IssuanceRatio.number() != 3 {
		t.Errorf("SNX %+v", c)
	}
	if c := a.collateral("none"); c.LiquidationRatio.number() != 0 {
		t.Errorf("a collateral that is not there: %+v", c)
	}
	for _, odd := range []string{"null", `{"pools": 3}`, `[]`, ``} {
		if got := readAsked([]byte(odd)); len(got.Pools) != 0 {
			t.Errorf("%s: %+v", odd, got)
		}
	}
}

func TestRebinKeepsTheWhole(t *testing.T) {
	row := record.CRatioRow{BinLow: []float64{0.5, 1, 1.5, 2.9, 50}, BinWeight: []float64{1, 2, 3, 4, 10}, Weight: 20}
	bins := rebin(row, 1, 3)
	total := 0.0
	for _, x := range bins {
		total += x
	}
	if math.Abs(total-1) > 1e-12 || bins[ratioBins-1] != 0.5 || math.Abs(bins[0]-0.15) > 1e-12 || bins[12] != 0.15 {
		t.Errorf("total %v of %v", total, bins)
	}
}

func TestVaultWithoutDebtHasNoHistogram(t *testing.T) {
	d := crash(t)
	c := d.Cells[0]
	for i := range c.CRatios {
		c.CRatios[i].N, c.CRatios[i].Weight = 0, 0
	}
	v, _, err := newCellView(0, d, c, readAsked(nil), limitsOf(d.Cells))
	if err != nil || len(v.Vaults) != 2 || len(v.Vaults[0].Charts) != 1 {
		t.Errorf("charts %+v, %v", v.Vaults, err)
	}
}

func TestExposureTellsWhatWasRecorded(t *testing.T) {
	d := crash(t)
	c, a := d.Cells[0], readAsked([]byte(configuration))
	list := exposures(c, a)
	if len(list.Titles()) != 7 || len(list.Rows) != 2 {
		t.Fatalf("%+v", list)
	}
	cell := func(row int, title string) spanView {
		t.Helper()
		for _, v := range list.Rows[row].Values {
			if v.Name == title {
				return v
			}
		}
		t.Fatalf("no column %q in %v", title, list.Titles())
		return spanView{}
	}
	if w := cell(0, "weight"); w.Value != "3" || w.Span != "75.0 %" || cell(0, "max debt share value").Value != "0.1" {
		t.Errorf("%+v", list.Rows)
	}
	if cell(0, "leaves by stop-loss").Value == "never" || cell(0, "exits a path").Span == "" || cell(1, "leaves by stop-loss").Value != "never" {
		t.Errorf("%+v", list.Rows)
	}
	row := record.SeriesRow{Unit: report.UnitRatio, Mean: 0.25, Quantiles: [9]float64{.1, .2, .3, .4, .5, .6, .7, .8, .9}}
	c.Fans = append(c.Fans, report.Fan{Figure: figurePoolShare, Entity: "main/perps", Unit: report.UnitRatio, Rows: []record.SeriesRow{row}},
		report.Fan{Figure: figurePoolInRange, Entity: "main/perps", Unit: report.UnitRatio, Rows: []record.SeriesRow{row}})
	list = exposures(c, a)
	if len(list.Titles()) != 9 {
		t.Fatalf("%+v", list)
	}
	share := "share of the market's debt"
	if got, want := cell(0, share), (spanView{Name: share, Value: "50.0 %", Span: "20.0 % to 80.0 %"}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := cell(0, "in range, share of paths"); got.Value != "25.0 %" || got.Span != "" {
		t.Errorf("%+v", got)
	}
	if got := cell(1, share); got.Value != "" {
		t.Errorf("a market of which nothing was recorded: %+v", got)
	}
	if svg := string(debtChain(c, a, nil)); !strings.Contains(svg, "it bears 50.0 % of the market") {
		t.Error("the diagram does not tell the pool's share")
	}
}

func TestDebtChain(t *testing.T) {
	d := crash(t)
	c, a := d.Cells[0], readAsked([]byte(configuration))
	for _, v := range c.Vaults() {
		c.Fans = append(c.Fans, report.Fan{Figure: "debt_usd", Entity: v.String(), Unit: report.UnitUSD,
			Rows: []record.SeriesRow{{Quantiles: [9]float64{4: 3e6}}}})
	}
	svg := string(debtChain(c, a, nil))
	for _, want := range []string{"perps", "backs 2 markets", "debt $3,000,000", "debt not recorded", ">75 %<", `class="link s2"`} {
		if !strings.Contains(svg, want) {
			t.Errorf("the diagram has no %q", want)
		}
	}
	if n := strings.Count(svg, "<path"); n != 4 {
		t.Errorf("%d lines, want 2 from markets and 2 to vaults", n)
	}
	for i := range 20 {
		a.Pools = append(a.Pools, askedPool{ID: fmt.Sprint(i)})
	}
	if got := chainLeft(c, a); got != "14 of 21 pools" {
		t.Errorf("left out: %q", got)
	}
	if debtChain(c, asked{}, nil) != "" {
		t.Error("a diagram of nothing")
	}
}

func TestWaterfall(t *testing.T) {
	g := waterfall(load(t, synthetic.World{Name: "w", Paths: 64, Seed: 3, Drop: 0.7}).Cells[0], 0.95)
	if len(g.Rows) != 4 || g.Rows[3].Name != "Total" || !strings.Contains(string(g.Rows[0].Bar), `class="ink"`) || g.Rows[0].Span == "" {
		t.Errorf("three causes and a total: %+v", g)
	}
	if g := waterfall(&report.Cell{}, 0.95); len(g.Rows) != 0 {
		t.Error("a waterfall of nothing")
	}
}

func TestTimelineOfAPath(t *testing.T) {
	var events []record.EventRow
	add := func(step int32, kind string, usd int64) {
		amount := synthetic.D18(float64(usd))
		events = append(events, record.EventRow{Step: step, Time: 100 + int64(step)*3600, Kind: kind, AmountUSD: amount, CRatio: math.NaN(), Pool: "main"})
	}
	for step := range int32(50) {
		add(step, record.KindStopLossExit, 1)
		add(step, record.KindStopLossExit, 2)
	}
	add(30, record.KindVaultLiquidation, 7)
	rows, all := timelineRows(events, 100, 10)
	if all != 51 || len(rows) != 10 {
		t.Fatalf("%d of %d rows", len(rows), all)
	}
	if r := rows[0]; r.Times != 2 || r.AmountUSD != "$3" || r.When != "0.0 h" || r.CRatio != "" {
		t.Errorf("equal events of one step: %+v", r)
	}
	if r := rows[9]; r.Kind != "vault liquidation" || r.When != "30.0 h" {
		t.Errorf("what is rare is left out, or out of order: %+v", rows)
	}
}

func TestShort(t *testing.T) {
	if short("Überlänge", 5) != "Über…" || short("kurz", 5) != "kurz" {
		t.Error(short("Überlänge", 5), short("kurz", 5))
	}
}

// Names of pools, vaults and markets that look alike in the name of a column, and even
// end like a source, are told apart by what the columns declare.
func TestWaterfallOfAVault(t *testing.T) {
	c := &report.Cell{CRatios: []record.CRatioRow{{Pool: "main", Collateral: "s-USD"}, {Pool: "main", Collateral: "s"}}}
	var columns []record.ExtraColumn
	add := func(collateral, market, source string, value float64) {
		x := record.ExtraColumn{Name: fmt.Sprint("x", len(columns)), Sum: record.VaultDebtChange, Pool: "main", Collateral: collateral, Market: market, Source: source}
		e := stats.Estimate{Value: value, Low: value - 1, High: value + 1}
		if value == 0 {
			e = stats.Estimate{}
		}
		columns = append(columns, x)
		for _, statistic := range []string{"mean", "p"} {
			c.Measures = append(c.Measures, report.Measure{Figure: threshold.Figure{Metric: x.Name, Statistic: statistic}, Unit: report.UnitUSD, Estimate: e})
		}
	}
	add("s-USD", "ETH-perps_price", "fees", 30)
	add("s-USD", "ETH-perps", "trader_flow", -10)
	add("s-USD", "", "burned", 0)
	add("s-USD", "", "minted", 5)
	add("s-USD", "", record.SourceTotal, 25)
	add("s", "", "minted", 7)
	add("s", "", record.SourceTotal, 7)
	falls, left := vaultFalls(c, columns, 0.95)
	if len(falls) != 2 || left != 0 || !strings.HasPrefix(falls[1].Caption, "main/s-USD: ") {
		t.Fatalf("%d falls, %d left: %+v", len(falls), left, falls)
	}
	var got []string
	for _, r := range falls[1].Rows {
		got = append(got, r.Name+" "+r.Value)
	}
	if rows := falls[0].Rows; len(rows) != 2 || rows[0].Name != "minted" {
		t.Errorf("another vault of a like name: %+v", rows)
	}
	if want := "ETH-perps_price: fees $30, ETH-perps: trader flow -$10, minted $5, Total $25"; strings.Join(got, ", ") != want {
		t.Errorf("%s, want %s", strings.Join(got, ", "), want)
	}
	if falls, _ := vaultFalls(&report.Cell{CRatios: c.CRatios}, nil, 0.95); falls != nil {
		t.Error("a waterfall of what was not recorded")
	}
}
