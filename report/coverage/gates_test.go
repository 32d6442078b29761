package coverage

import (
	"math"
	"strings"
	"testing"
)

func TestParseGate(t *testing.T) {
	g, err := ParseGate("coverage(var99(lp_loss_usd), 7d).pof_p > 5%")
	if err != nil || g.Metric != "lp_loss_usd" || g.Level != 0.99 || g.HorizonSeconds != 604_800 || g.Figure != "pof_p" || g.Op != ">" || g.Limit != 0.05 {
		t.Errorf("%+v, %v", g, err)
	}
	if g, err := ParseGate("coverage(lp_loss_usd, 1d).ks_p >= 0.01"); err != nil || g.Level != 0 || g.HorizonSeconds != 86_400 || g.Limit != 0.01 {
		t.Errorf("%+v, %v", g, err)
	}
	for text, want := range map[string]string{
		"coverage(var99(lp_loss_usd), 7d).ks_p > 5%":         "allowed: one of pof_p",
		"coverage(lp_loss_usd, 7d).pof_p > 5%":               "allowed: one of ks_p",
		"coverage(var99(lp_loss_usd), 7d).exceedances < 5%":  "a percentage for a count",
		"coverage(var100(lp_loss_usd), 7d).pof_p > 5%":       "a level of 100",
		"coverage(var99(lp_loss_usd), week).pof_p > 5%":      "allowed: a condition such as",
		"p99(lp_loss_usd) < 3":                               "allowed: a condition such as",
		"coverage(var99(lp_loss_usd), 7d).pof_p > 5% or so":  "allowed: a condition such as",
		"coverage(var9.9.9(lp_loss_usd), 7d).pof_p > 5%":     "a level of 9.9.9",
		"coverage(var99(lp_loss_usd), 7d).pof_p > 0.0.5":     "cannot be read",
		"coverage(var99(lp_loss_usd), 7d).kupiec_test > 0.5": "allowed: one of pof_p",
	} {
		if _, err := ParseGate(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s gives %v, want %q", text, err, want)
		}
	}
}

func TestGatesAreJudged(t *testing.T) {
	r := &Report{Verdicts: []Verdict{
		{Model: "gbm", Metric: "lp_loss_usd", HorizonSeconds: 86_400, Independent: 78, Uniformity: []Test{{P: 0.2}, {P: 0.001}, {P: 1}, {P: 1}},
			Levels: []LevelVerdict{{Level: 0.99, Exceedances: 5, Tests: []Test{{P: 0.01}, {P: 1}, {P: 1}, {P: 1}, {P: 1}, {P: math.NaN()}, {P: 1}}}}},
		{Model: "garch", Metric: "lp_loss_usd", HorizonSeconds: 86_400, Independent: 78, Uniformity: []Test{{P: 0.2}, {P: 0.5}, {P: 1}, {P: 1}},
			Levels: []LevelVerdict{{Level: 0.99, Exceedances: 1, Tests: []Test{{P: 0.6}, {P: 1}, {P: 1}, {P: 1}, {P: 1}, {P: 0.5}, {P: 1}}}}},
	}}
	for text, want := range map[string][2]bool{
		"coverage(var99(lp_loss_usd), 1d).pof_p > 5%":       {true, false},
		"coverage(var99(lp_loss_usd), 1d).exceedances <= 4": {true, false},
		"coverage(var99(lp_loss_usd), 1d).z1_p > 5%":        {false, false},
		"coverage(lp_loss_usd, 1d).ad_p > 1%":               {true, false},
	} {
		g, err := ParseGate(text)
		if err != nil {
			t.Fatal(err)
		}
		judged := r.Judge([]Gate{g})
		if len(judged) != 2 || judged[0].Failed != want[0] || judged[1].Failed != want[1] {
			t.Errorf("%s: %+v", text, judged)
		}
	}
	g, _ := ParseGate("coverage(var99(lp_loss_usd), 1d).pof_p > 5%")
	if g.Asked([]string{"lp_loss_usd"}, []int64{86_400}, []float64{0.99}) != nil {
		t.Error("what is asked is refused")
	}
	for _, err := range []error{g.Asked([]string{"x"}, []int64{86_400}, []float64{0.99}), g.Asked([]string{"lp_loss_usd"}, []int64{1}, []float64{0.99}), g.Asked([]string{"lp_loss_usd"}, []int64{86_400}, []float64{0.95})} {
		if err == nil {
			t.Error("a gate on what is not asked is accepted")
		}
	}
}
