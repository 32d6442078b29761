package page

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"backtest/report/coverage"
	"backtest/runner/record"
)

// coverageRecords are forecasts of a normal law at so many weekly origins, with
// outcomes as given in standard deviations.
func coverageRecords(outcomes []float64) *coverage.Records {
	source := rand.New(rand.NewPCG(1, 1))
	plan := record.CoveragePlan{Name: "a <b> & c", Models: []string{"gbm", "garch"}, Horizons: []int64{86_400}, EverySeconds: 604_800, Metrics: []string{"lp_loss_usd"}, Levels: []float64{0.9}, Paths: 99}
	r := &coverage.Records{Plan: plan}
	for _, model := range plan.Models {
		s := &coverage.Series{Model: model, Metric: "lp_loss_usd", Title: "LP loss", Unit: "usd", HorizonSeconds: 86_400}
		events := &coverage.EventSeries{Model: model, Event: "stop_loss_exit", Title: "Stop-loss exit", HorizonSeconds: 86_400}
		for i, outcome := range outcomes {
			losses := make([]float64, 99)
			for k := range losses {
				losses[k] = source.NormFloat64()
			}
			f := coverage.NewForecast(losses)
			s.Times, s.Forecasts, s.Outcomes, s.PIT = append(s.Times, int64(i)*604_800), append(s.Forecasts, f), append(s.Outcomes, outcome), append(s.PIT, f.PIT(outcome, 0.5))
			events.Times, events.Forecasts = append(events.Times, int64(i)*604_800), append(events.Forecasts, coverage.EventForecast{Probability: 0.3, Happened: outcome > 1})
			s.Independent, events.Independent = append(s.Independent, i), append(events.Independent, i)
			if model == plan.Models[0] {
				r.Plan.Origins = append(r.Plan.Origins, record.Origin{Time: int64(i) * 604_800})
			}
		}
		r.Series, r.Events = append(r.Series, s), append(r.Events, events)
	}
	return r
}

// TestCoveragePage: the band marks what passed the value at risk, and nothing
// else; names are escaped; the page has every part.
func TestCoveragePage(t *testing.T) {
	outcomes := make([]float64, 40)
	for i := range outcomes {
		outcomes[i] = -0.5
	}
	outcomes[7], outcomes[21] = 5, 4
	r := coverage.New(coverageRecords(outcomes))
	band := r.Bands("gbm")[0]
	for i, passed := range band.Passed {
		if passed != (i == 7 || i == 21) {
			t.Errorf("origin %d passed: %v", i, passed)
		}
		if !(band.Low[i] < band.Middle[i] && band.Middle[i] < band.High[i] && band.AtRisk[i] <= band.High[i]) {
			t.Errorf("origin %d: %v < %v < %v, value at risk 90 %% %v", i, band.Low[i], band.Middle[i], band.High[i], band.AtRisk[i])
		}
	}
	if crosses := strings.Count(string(drawBand(band)), "l10,10m-10,0l10,-10"); crosses != 2 {
		t.Errorf("%d crosses are drawn", crosses)
	}
	var page bytes.Buffer
	if err := WriteCoverage(&page, r); err != nil {
		t.Fatal(err)
	}
	text := page.String()
	for _, want := range []string{"passed on 2 of 40 origins", "a &lt;b&gt; &amp; c", "Kolmogorov-Smirnov", "Acerbi-Szekely Z2", "Stop-loss exit within 1 d, gbm", `id="models"`} {
		if !strings.Contains(text, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	if strings.Contains(text, "a <b>") || strings.Contains(text, "NaN") {
		t.Error("the page has markup of a name, or NaN")
	}
}

// TestHistogramBounds by hand: 40 values in 10 bins, binomial(40, 0.1).
func TestHistogramBounds(t *testing.T) {
	if low, high := coverage.HistogramBounds(40, 10); low != 1 || high != 8 {
		t.Errorf("%d to %d", low, high)
	}
}
