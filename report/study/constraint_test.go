package study

import (
	"encoding/json"
	"strings"
	"testing"

	"backtest/report"
	"backtest/report/stats"
	"backtest/report/threshold"
)

// A point that has lost its collateral does not keep a share of it, and says
// why; the other points are judged as ever.
func TestShareOfNoCollateral(t *testing.T) {
	limit, err := threshold.Parse("mean(bad_debt_usd) <= 0.5% of collateral")
	if err != nil {
		t.Fatal(err)
	}
	amount := report.Measure{Unit: report.UnitUSD, Estimate: stats.Estimate{Value: 0}}
	r, err := limit.Judge((&report.Cell{}).Judged(amount))
	if err != nil || r.Satisfied || !strings.Contains(r.Reason, "not positive") {
		t.Fatalf("%+v, %v", r, err)
	}
	s := &Study{Constraints: []threshold.Threshold{limit}}
	points := []Point{{Cell: &report.Cell{}, Limits: []threshold.Result{r}}, {Number: 1, Cell: &report.Cell{}, Limits: []threshold.Result{{Satisfied: true}}}}
	if got := s.missed(&Scenario{Points: points}); !strings.Contains(got, "broken by 1 of 2 points (at some of them a share of the collateral is not defined") {
		t.Errorf("it says %q", got)
	}
	text, err := json.Marshal(limitJSON{"c", defined(r.Limit), string(r.Verdict), r.Satisfied, r.Reason, r.Estimate})
	if err != nil || !strings.Contains(string(text), `"limit":null`) {
		t.Errorf("%s, %v", text, err)
	}
	// A percentage of what is no amount stays a mistake.
	if _, err := limit.Judge((&report.Cell{}).Judged(report.Measure{Unit: report.UnitCount})); err == nil {
		t.Error("a share of the collateral limits a count")
	}
}
