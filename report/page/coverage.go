package page

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"math"
	"strconv"
	"strings"

	"backtest/report"
	"backtest/report/coverage"
)

// coverageView is what the body of a page about coverage shows.
type coverageView struct {
	Facts       []fact
	Answer      string
	Sentences   []sentenceView
	Bands       []pictureView
	Histograms  []pictureView
	Reliability []pictureView
	Scores      []gauges
	Tests       table
	Uniformity  table
	Events      table
	Warnings    []string
}

type sentenceView struct{ Class, Text string }

type pictureView struct {
	Title string
	Image template.HTML
	Note  string
}

// WriteCoverage writes the page of a coverage report.
func WriteCoverage(w io.Writer, r *coverage.Report) error {
	view := newCoverageView(r)
	body, err := execute("coverage", view)
	if err != nil {
		return err
	}
	nav := []navItem{{"Verdict", "verdict", false}, {"Through time", "time", false}, {"Distribution", "pit", false}}
	if len(view.Reliability) > 0 {
		nav = append(nav, navItem{"Events", "events", false})
	}
	if len(view.Scores) > 0 {
		nav = append(nav, navItem{"Models", "models", false})
	}
	nav = append(nav, navItem{"Tests", "tests", false}, navItem{"Method", "method", false})
	var page bytes.Buffer
	if err := (document{Title: "Were the forecasts of " + r.Plan.Name + " right?", Nav: nav, Body: body}).write(&page); err != nil {
		return err
	}
	if _, err := w.Write(page.Bytes()); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	return nil
}

func newCoverageView(r *coverage.Report) *coverageView {
	first, last := r.Span()
	v := &coverageView{Answer: r.Advice, Warnings: r.Warnings}
	v.Facts = []fact{
		{"origins", fmt.Sprintf("%d, %s … %s", len(r.Plan.Origins), first, last), false}, {"every", spanText(r.Plan.EverySeconds), false},
		{"paths of a forecast", report.Count(r.Plan.Paths), false}, {"fitted to", spanText(r.Plan.WindowSeconds) + " before", false},
		{"refitted every", spanText(r.Plan.RefitSeconds), false}, {"models", strings.Join(r.Plan.Models, ", "), false},
	}
	main := r.Plan.Models[0]
	for i := range r.Verdicts {
		verdict := &r.Verdicts[i]
		if verdict.Model != main {
			continue
		}
		for _, l := range verdict.Levels {
			class := map[coverage.Zone]string{coverage.Green: "good", coverage.Yellow: "warn", coverage.Red: "bad"}[l.Traffic.Zone]
			v.Sentences = append(v.Sentences, sentenceView{class, verdict.Sentence(l, first, last)})
		}
	}
	for _, b := range r.Bands(main) {
		v.Bands = append(v.Bands, pictureView{
			Title: b.Series.Title + " over " + spanText(b.Series.HorizonSeconds) + ", " + main, Image: drawBand(b),
		})
	}
	for _, verdict := range r.Verdicts {
		if verdict.HorizonSeconds == r.Plan.Horizons[0] {
			v.Histograms = append(v.Histograms, pictureView{
				Title: verdict.Title + " over " + spanText(verdict.HorizonSeconds) + ", " + verdict.Model, Image: drawHistogram(verdict.Histogram, verdict.Independent),
			})
		}
	}
	for _, e := range r.Events {
		if e.Model == main && e.Happened > 0 {
			v.Reliability = append(v.Reliability, pictureView{Title: e.Title + " within " + spanText(e.HorizonSeconds) + ", " + main, Image: drawReliability(e.Brier.Bins)})
		}
	}
	for _, c := range r.Comparisons {
		v.Scores = append(v.Scores, scoreGauges(c))
	}
	v.Tests, v.Uniformity, v.Events = testTable(r), uniformityTable(r), eventTable(r)
	return v
}

// spanText writes a length of time: 7 d, 12 h.
func spanText(seconds int64) string { return coverage.SpanText(seconds) }

// axis places values on a picture.
type axis struct{ low, high, from, to float64 }

func (a axis) at(x float64) float64 { return a.from + (x-a.low)/(a.high-a.low)*(a.to-a.from) }

// rangeOf is the least range that holds all finite values, with some air.
func rangeOf(lists ...[]float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, list := range lists {
		for _, x := range list {
			if !math.IsInf(x, 0) && !math.IsNaN(x) {
				low, high = math.Min(low, x), math.Max(high, x)
			}
		}
	}
	if !(high > low) {
		low, high = low-1, low+1
	}
	air := (high - low) / 20
	return low - air, high + air
}

// drawBand draws forecasts through time: the middle 90 % as an area, the median
// and the value at risk as lines, what came as dots, exceedances as crosses.
func drawBand(b coverage.Band) template.HTML {
	const width, height, left, bottom = 640.0, 300.0, 88.0, 26.0
	d := &drawing{width: width, height: height}
	low, high := rangeOf(b.Low, b.AtRisk, b.Outcomes)
	x := axis{0, math.Max(1, float64(len(b.Outcomes)-1)), left + 8, width - 12}
	y := axis{low, high, height - bottom, 10}
	for k := range 5 {
		value := low + (high-low)*float64(k)/4
		d.line("rule", left, y.at(value), width-8, y.at(value))
		d.text("quiet", "end", left-6, y.at(value)+4, report.Format(value, b.Series.Unit))
	}
	var area, median, atRisk, dots, crosses strings.Builder
	for i := range b.Outcomes {
		fmt.Fprintf(&area, "%s%.1f,%.1f", step(i), x.at(float64(i)), y.at(b.High[i]))
		fmt.Fprintf(&median, "%s%.1f,%.1f", step(i), x.at(float64(i)), y.at(b.Middle[i]))
		fmt.Fprintf(&atRisk, "%s%.1f,%.1f", step(i), x.at(float64(i)), y.at(b.AtRisk[i]))
		px, py := x.at(float64(i)), y.at(b.Outcomes[i])
		if b.Passed[i] {
			fmt.Fprintf(&crosses, "M%.1f,%.1fl10,10m-10,0l10,-10", px-5, py-5)
		} else {
			fmt.Fprintf(&dots, "M%.1f,%.1fh0", px, py)
		}
	}
	for i := len(b.Outcomes) - 1; i >= 0; i-- {
		fmt.Fprintf(&area, "L%.1f,%.1f", x.at(float64(i)), y.at(b.Low[i]))
	}
	d.el("path", `class="f1" fill-opacity="0.18" d="`+area.String()+`Z"`, "", "")
	d.el("path", `class="s1" d="`+median.String()+`"`, "median of the forecast", "")
	d.el("path", `class="s2" stroke-width="2" d="`+atRisk.String()+`"`, "value at risk "+percentText(b.Level)+" %", "")
	d.el("path", `class="dot ink" stroke-width="5" d="`+dots.String()+`"`, "what came", "")
	d.el("path", `class="s2" stroke-width="3" d="`+crosses.String()+`"`, "what came passed the value at risk", "")
	n := len(b.Series.Times)
	for _, i := range []int{0, n / 2, n - 1} {
		anchor := map[bool]string{true: "end", false: "middle"}[i == n-1 && n > 1]
		d.text("quiet", anchor, x.at(float64(i)), height-6, coverage.Day(b.Series.Times[i]))
	}
	return d.done("", fmt.Sprintf("Forecasts and outcomes of %s at %d origins", b.Series.Title, n))
}

// step begins a line, or goes on with it.
func step(i int) string {
	if i == 0 {
		return "M"
	}
	return "L"
}

// drawHistogram draws the ranks of outcomes within their forecasts beside the
// range that right forecasts stay in.
func drawHistogram(counts []int, n int) template.HTML {
	const width, height, left, bottom = 560.0, 260.0, 34.0, 26.0
	d := &drawing{width: width, height: height}
	least, most := coverage.HistogramBounds(n, len(counts))
	top := float64(most)
	for _, count := range counts {
		top = math.Max(top, float64(count))
	}
	y := axis{0, math.Max(1, top) * 1.05, height - bottom, 8}
	d.rect("box", left, y.at(float64(most)), width-left-6, y.at(float64(least))-y.at(float64(most)), "range of right forecasts in 95 % of cases, bin by bin")
	bar := (width - left - 6) / float64(len(counts))
	for i, count := range counts {
		class := "f1"
		if count < least || count > most {
			class = "f2"
		}
		d.rect(class, left+bar*float64(i)+2, y.at(float64(count)), bar-4, y.at(0)-y.at(float64(count)), fmt.Sprintf("%d outcomes at %d to %d %% of their forecast", count, 10*i, 10*i+10))
	}
	d.line("rule", left, y.at(0), width-6, y.at(0))
	d.text("quiet", "end", left-4, y.at(top)+4, strconv.Itoa(int(top)))
	d.text("quiet", "start", left, height-6, "best outcomes")
	d.text("quiet", "end", width-6, height-6, "worst")
	return d.done("", fmt.Sprintf("Histogram of the probability integral transform, %d outcomes in bins: %v", n, counts))
}

// drawReliability draws how often an event came against what was forecast, with
// intervals and the diagonal of calibrated forecasts.
func drawReliability(bins []coverage.ReliabilityBin) template.HTML {
	const width, size, left, bottom = 560.0, 360.0, 60.0, 40.0
	d := &drawing{width: width, height: size}
	x, y := axis{0, 1, left, width - 30}, axis{0, 1, size - bottom, 10}
	d.rect("box", left, 10, width-30-left, size-bottom-10, "")
	d.line("rule", x.at(0), y.at(0), x.at(1), y.at(1))
	for _, share := range []float64{0, 0.5, 1} {
		d.text("quiet", "middle", x.at(share), size-22, percentText(share)+" %")
		d.text("quiet", "end", left-5, y.at(share)+4, percentText(share)+" %")
	}
	d.text("quiet", "middle", (left+width)/2, size-4, "forecast probability")
	for _, b := range bins {
		at := x.at(b.Forecast)
		d.line("ink", at, y.at(math.Max(0, b.Observed.Low)), at, y.at(math.Min(1, b.Observed.High)))
		d.el("path", fmt.Sprintf(`class="dot s1" stroke-width="9" d="M%.1f,%.1fh0"`, at, y.at(b.Observed.Value)),
			fmt.Sprintf("forecast %s, came %s on %d origins", percent(b.Forecast), percent(b.Observed.Value), b.Origins), "")
	}
	return d.done("", "How often the event came against its forecast probability")
}

// scoreGauges shows the mean scores of the models as distances from the best.
func scoreGauges(c coverage.Comparison) gauges {
	g := gauges{Caption: fmt.Sprintf("%s over %s: %s, distance from the best (shorter is better)", c.Title, spanText(c.HorizonSeconds), strings.ReplaceAll(c.Score, "_", "-")), First: "model"}
	best := c.Models[0].Score
	var sc scale
	for _, m := range c.Models {
		sc.reach(0, m.Score-best)
	}
	if sc.high == 0 {
		sc.high = 1
	}
	for i, m := range c.Models {
		bar := gauge{scale: sc}
		bar.bar(map[bool]string{true: "f1", false: "f7"}[m.P >= 0.10], 0, m.Score-best)
		row := gaugeRow{Name: m.Model, Value: fmt.Sprintf("%.4g", m.Score), Span: "confidence set p " + probability(m.P)}
		if i > 0 {
			row.Span += ", equal to the best p " + probability(c.AgainstBest[i-1].Test.P)
		}
		row.Bar = bar.done(row.Value + ", " + row.Span)
		g.Rows = append(g.Rows, row)
	}
	return g
}

// probability writes a p-value.
func probability(p float64) string {
	switch {
	case math.IsNaN(p):
		return "–"
	case p < 0.0005:
		return "<0.001"
	}
	return strconv.FormatFloat(p, 'f', 3, 64)
}

func tested(t coverage.Test) spanView {
	view := spanView{Name: shortName(t.Name), Value: probability(t.P)}
	if t.P < coverage.Level {
		view.Class = "bad"
	}
	return view
}

// shortName is whose test it is, or what it tests.
func shortName(name string) string {
	what, who, found := strings.Cut(strings.TrimSuffix(name, ")"), " (")
	if found && (what == "uniformity" || strings.HasPrefix(what, "expected shortfall")) {
		return who
	}
	return what
}

func testTable(r *coverage.Report) table {
	t := table{Caption: "p-values by figure, horizon, model and level; below 0.05 the forecasts are rejected", First: "figure", Tight: true}
	for _, v := range r.Verdicts {
		for _, l := range v.Levels {
			row := tableRow{Name: v.Title + ", " + percentText(l.Level) + " %", Sub: spanText(v.HorizonSeconds) + ", " + v.Model, Values: []spanView{
				{Name: "passed", Value: fmt.Sprintf("%d of %d", l.Exceedances, l.N), Span: fmt.Sprintf("expected %.1f", l.Expected)},
				{Name: "Basel", Value: string(l.Traffic.Zone), Span: fmt.Sprintf("plus %.2f", l.Traffic.PlusFactor), Text: true},
				{Name: "shortfall light", Value: string(l.Shortfall.Zone), Text: true},
			}}
			for _, test := range l.Tests {
				row.Values = append(row.Values, tested(test))
			}
			row.Values = append(row.Values, spanView{Name: "power", Value: percent(l.Power.Power)})
			t.Rows = append(t.Rows, row)
		}
	}
	return t.cut(mostRows)
}

func uniformityTable(r *coverage.Report) table {
	t := table{Caption: "Tests of the whole distribution: p-values, and the mean continuous ranked probability score", First: "figure"}
	for _, v := range r.Verdicts {
		row := tableRow{Name: v.Title, Sub: spanText(v.HorizonSeconds) + ", " + v.Model, Values: []spanView{{Name: "origins", Value: strconv.Itoa(v.Independent)}}}
		for _, test := range v.Uniformity {
			row.Values = append(row.Values, tested(test))
		}
		row.Values = append(row.Values, spanView{Name: "CRPS", Value: report.Format(float64(v.CRPS), v.Unit)})
		t.Rows = append(t.Rows, row)
	}
	return t.cut(mostRows)
}

func eventTable(r *coverage.Report) table {
	t := table{Caption: "Events: expected and happened on independent origins, Brier score and its parts, slope of calibration", First: "event"}
	for _, e := range r.Events {
		slope := spanView{Name: "slope", Value: "–"}
		if s := e.Calibration.Slope; !math.IsNaN(s.Value) {
			slope.Value, slope.Span = fmt.Sprintf("%.2f", s.Value), fmt.Sprintf("%.2f … %.2f", s.Low, s.High)
		}
		decimals := func(name string, x float64) spanView {
			return spanView{Name: name, Value: strconv.FormatFloat(x, 'f', 4, 64)}
		}
		t.Rows = append(t.Rows, tableRow{Name: e.Title, Sub: spanText(e.HorizonSeconds) + ", " + e.Model, Values: []spanView{
			{Name: "expected", Value: strconv.FormatFloat(e.Expected, 'f', 1, 64)}, {Name: "happened", Value: fmt.Sprintf("%d of %d", e.Happened, e.Brier.N)},
			decimals("Brier", e.Brier.Score), decimals("reliability", e.Brier.Reliability), decimals("resolution", e.Brier.Resolution),
			decimals("uncertainty", e.Brier.Uncertainty), slope,
		}})
	}
	return t.cut(mostRows)
}
