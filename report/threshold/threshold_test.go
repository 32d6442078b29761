package threshold

import (
	"errors"
	"math"
	"strings"
	"testing"

	"backtest/report/stats"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]Threshold{
		"x < 0.5 %  of collateral":           {Figure: Figure{"x", "", "", 0}, Op: Less, Limit: Limit{0.005, true, OfCollateral}},
		"vault_liquidation.probability < 1%": {Figure: Figure{"vault_liquidation", "", "probability", 0}, Op: Less, Limit: Limit{0.01, true, ""}},
		"p99(bad_debt_usd) < 50_000":         {Figure: Figure{"bad_debt_usd", "", "p", 99}, Op: Less, Limit: Limit{50000, false, ""}},
		"p5(c_ratio[main/SNX])>1.6":          {Figure: Figure{"c_ratio", "main/SNX", "p", 5}, Op: Greater, Limit: Limit{1.6, false, ""}},
		"mean ( lp_pnl_usd ) >= -5 %":        {Figure: Figure{"lp_pnl_usd", "", "mean", 0}, Op: GreaterEqual, Limit: Limit{-0.05, true, ""}},
		"p99.9(x[ a b ]) <= +1.5e-3":         {Figure: Figure{"x", "a b", "p", 99.9}, Op: LessEqual, Limit: Limit{0.0015, false, ""}},
		"\tes97.5(system_loss_usd)<1E6 ":     {Figure: Figure{"system_loss_usd", "", "es", 97.5}, Op: Less, Limit: Limit{1e6, false, ""}},
		"capital_efficiency > 20%":           {Figure: Figure{"capital_efficiency", "", "", 0}, Op: Greater, Limit: Limit{0.2, true, ""}},
		"bad_debt_usd[main].p99 < 7":         {Figure: Figure{"bad_debt_usd", "main", "p", 99}, Op: Less, Limit: Limit{7, false, ""}},
		"bad_debt[main].probability < 0":     {Figure: Figure{"bad_debt", "main", "probability", 0}, Op: Less},
	} {
		want.On, want.Severity = OnEstimate, Fail
		got, err := Parse(text)
		if err != nil || got != want {
			t.Errorf("%q reads as %+v, %v", text, got, err)
			continue
		}
		if again, err := Parse(got.String()); err != nil || again != got {
			t.Errorf("%q writes as %q, which reads as %+v, %v", text, got, again, err)
		}
	}
}

func TestParseErrorsPointAtTheirPlace(t *testing.T) {
	for text, want := range map[string]string{
		"":                      "column 1: expected a metric or a statistic",
		"p99(bad_debt_usd < 1":  "column 18: expected \")\" after the metric",
		"p99() < 1":             "column 5: expected a metric",
		"p100(x) < 1":           "column 2: a level lies between",
		"p0(x) < 1":             "column 2: a level lies between",
		"x == 1":                "column 3: expected one of < <= > >=",
		"x < ":                  "column 5: expected a number",
		"x < 1_":                "column 7: expected a digit after _",
		"x < 1__0":              "column 7: expected a digit after _",
		"x < 1.":                "column 7: expected a number",
		"x < 1e":                "column 7: expected a number",
		"x < 1e999":             "column 5: the number 1e999 is out of range",
		"x < 1% of debt":        "column 11: a percentage can be of collateral",
		"x < 1 of collateral":   "column 7: nothing may follow the limit",
		"x < 1% of ":            "column 11: expected collateral",
		"x < 1 usd":             "column 7: nothing may follow the limit",
		"c_ratio[] < 1":         "column 9: the selector is empty",
		"c_ratio[main < 1":      "column 17: expected \"]\" after the selector",
		"x. < 1":                "column 4: expected a statistic",
		"p9.9.9(x) < 1":         "column 6: expected a statistic",
		"c_ratio[mäin/SNX] ! 1": "column 19: expected one of",
	} {
		_, err := Parse(text)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	_, err := Parse("p99(bad_debt_usd) == 1")
	want := "threshold, column 19: expected one of < <= > >=\n  p99(bad_debt_usd) == 1\n                    ^"
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestParseFigure(t *testing.T) {
	f, err := ParseFigure("es99(lp_loss_usd)")
	if err != nil || f.String() != "es99(lp_loss_usd)" {
		t.Errorf("%v, %v", f, err)
	}
	if _, err := ParseFigure("x < 1"); err == nil || !strings.Contains(err.Error(), "column 3: nothing may follow") {
		t.Errorf("error %v", err)
	}
	if _, err := ParseFigure("1"); err == nil {
		t.Error("a number is no figure")
	}
}

func TestRuleOptions(t *testing.T) {
	got, err := ParseRule(Rule{Expr: "x < 1", On: "upper", Severity: "warn"})
	if err != nil || got.On != OnUpper || got.Severity != Warn {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := ParseRule(Rule{Expr: "x < 1"}); err != nil || got.On != OnEstimate || got.Severity != Fail {
		t.Errorf("defaults %+v, %v", got, err)
	}
	for _, r := range []Rule{{Expr: "x"}, {Expr: "x < 1", On: "both"}, {Expr: "x < 1", Severity: "loud"}} {
		if _, err := ParseRule(r); err == nil {
			t.Errorf("%+v was read", r)
		}
	}
}

func TestJudge(t *testing.T) {
	middle := stats.Estimate{Value: 0.010, Low: 0.005, High: 0.02}
	for _, c := range []struct {
		text      string
		on        End
		estimate  stats.Estimate
		verdict   Verdict
		satisfied bool
	}{
		{"x < 3%", OnEstimate, middle, Pass, true},
		{"x < 3%", OnUpper, middle, Pass, true},
		{"x < 1.5%", OnEstimate, middle, Inconclusive, true},
		{"x < 1.5%", OnUpper, middle, Inconclusive, false},
		{"x < 1.5%", OnLower, middle, Inconclusive, false},
		{"x < 1.5%", OnAdverse, middle, Inconclusive, false},
		{"x < 3%", OnAdverse, middle, Pass, true},
		{"x > 0.5%", OnUpper, middle, Inconclusive, false},
		{"x > 0.5%", OnAdverse, middle, Inconclusive, false},
		{"x > 0.2%", OnUpper, stats.Estimate{Value: 0.001, Low: 0, High: 0.9}, Inconclusive, false},
		{"x < 1%", OnEstimate, middle, Inconclusive, false},
		{"x <= 1%", OnEstimate, middle, Inconclusive, true},
		{"x < 0.5%", OnLower, middle, Breach, false},
		{"x >= 0.5%", OnLower, middle, Pass, true},
		{"x > 0.5%", OnLower, middle, Inconclusive, false},
		{"x > 2%", OnUpper, middle, Breach, false},
		{"x < 2%", OnUpper, stats.Estimate{Value: 0.01, Low: 0, High: math.Inf(1)}, Inconclusive, false},
		{"x < 2%", OnLower, stats.Estimate{Value: math.NaN(), Low: math.Inf(-1), High: math.Inf(1)}, Inconclusive, false},
	} {
		th, err := Parse(c.text)
		if err != nil {
			t.Fatal(err)
		}
		th.On = c.on
		r, err := th.Judge(Measure{Estimate: c.estimate, Unit: "ratio"})
		if err != nil || r.Verdict != c.verdict || r.Satisfied != c.satisfied || r.Failed() == c.satisfied {
			t.Errorf("%s on %s: %s, satisfied %v, failed %v, %v", c.text, c.on, r.Verdict, r.Satisfied, r.Failed(), err)
		}
		th.Severity = Warn
		if r, _ := th.Judge(Measure{Estimate: c.estimate, Unit: "ratio"}); r.Failed() {
			t.Errorf("%s: a warning fails the run", c.text)
		}
	}
}

func TestPercentOfAnAmount(t *testing.T) {
	th, _ := Parse("mean(lp_pnl_usd) > -5 % of collateral")
	m := Measure{Estimate: stats.Estimate{Value: -40, Low: -45, High: -30}, Unit: "usd", Base: 1000}
	if r, err := th.Judge(m); err != nil || r.Limit != -50 || r.Verdict != Pass {
		t.Errorf("%+v, %v", r, err)
	}
	m.NoBase = "no collateral"
	if r, err := th.Judge(m); err != nil || r.Satisfied || r.Verdict != Inconclusive || r.Reason != "no collateral" || !math.IsNaN(r.Limit) {
		t.Errorf("%+v, %v: without a base it is neither kept nor broken", r, err)
	}
	m.NoBase = ""
	th, _ = Parse("mean(lp_pnl_usd) > -5%")
	if _, err := th.Judge(m); err == nil || !strings.Contains(err.Error(), "lp_pnl_usd) is in usd") {
		t.Errorf("error %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"p99(bad_debt_usd) < 50_000", "a.probability<1%", "p5(c_ratio[main/SNX]) >= 1.6e3", "x < .", "p99.9(x", "x[\x00]<1", "x<-0.7%"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := Parse(text)
		if err != nil {
			var syntax *SyntaxError
			if !errors.As(err, &syntax) || syntax.Position < 0 || syntax.Position > len(text) || err.Error() == "" {
				t.Fatalf("%q: error %v", text, err)
			}
			return
		}
		if again, err := Parse(got.String()); err != nil || again != got {
			t.Fatalf("%q reads as %+v, writes as %q, reads again as %+v, %v", text, got, got, again, err)
		}
	})
}
