package stats

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
)

func TestEstimateJSONKeepsOpenEnds(t *testing.T) {
	for _, e := range []Estimate{
		{Value: 1.25, Low: 1, High: math.Inf(1), Confidence: 0.95, N: 10, EffectiveN: 10, Method: "m", Warnings: []string{"w"}},
		{Value: math.NaN(), Low: math.Inf(-1), High: math.Inf(1), Confidence: 0.9, EffectiveN: 3, Method: "m"},
	} {
		data, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		var back Estimate
		if err := json.Unmarshal(data, &back); err != nil {
			t.Fatal(err)
		}
		if again, _ := json.Marshal(back); string(again) != string(data) {
			t.Errorf("%s came back as %s", data, again)
		}
		if back.High != e.High || back.Low != e.Low || back.Known() != e.Known() {
			t.Errorf("bounds of %s came back as %v, %v", data, back.Low, back.High)
		}
	}
	if err := json.Unmarshal([]byte(`{"n":"many"}`), &Estimate{}); err == nil {
		t.Error("a wrong type was read")
	}
}

func TestNegateSwapsTheEnds(t *testing.T) {
	e := Estimate{Value: -2, Low: -5, High: 1}.Negate()
	if e.Value != 2 || e.Low != -1 || e.High != 5 || e.HalfWidth() != 3 {
		t.Errorf("got %+v", e)
	}
}

func TestNoPathsAndImpossibleConfidence(t *testing.T) {
	one := Sample{Values: []float64{1}}
	for name, e := range map[string]Estimate{
		"wilson":          Wilson(0, 0, 0.95),
		"clopper":         ClopperPearson(0, 0, 0.95),
		"probability":     Probability(Sample{}, 0.95),
		"mean":            Mean(one, 1),
		"unnormalised":    UnnormalisedMean(Sample{}, 0.95),
		"quantile":        Quantile(Sample{}, 0.5, 0.95),
		"quantiles":       Quantiles(Sample{}, []float64{0.5}, 0.95)[0],
		"shortfall":       ExpectedShortfall(one, []float64{0.9}, 0, Bootstrap{})[0],
		"ratio":           Ratio(Sample{}, nil, 0.95),
		"zero ratio":      Ratio(one, []float64{0}, 0.95),
		"batches":         BatchMeans(nil, 10, 0.95),
		"few batches":     BatchMeans([]float64{1, 2, 3, 4}, 4, 0.95),
		"paired":          PairedProportion(PairedTable{}, 0.95),
		"paired quantile": PairedQuantile(Sample{}, Sample{}, 0.5, 0.95, Bootstrap{}),
		"welch":           WelchMean(Sample{}, one, 0.95),
		"independent":     IndependentQuantile(Sample{}, one, 0.5, 0.95),
		"proportions":     IndependentProportion(Wilson(0, 0, 0.95), Wilson(1, 2, 0.95)),
		"survival":        Survival(nil, 0.95)[0].S,
		"no weight":       Mean(Sample{Values: []float64{1, 2}, Weights: []float64{0, 0}}, 0.95),
	} {
		if e.Known() || len(e.Warnings) == 0 || !math.IsInf(e.High, 1) || !math.IsInf(e.Low, -1) {
			t.Errorf("%s: %+v is not an unknown with its reason", name, e)
		}
	}
}

func TestWilsonAndClopperPearsonPublishedValues(t *testing.T) {
	// Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I.
	for _, c := range []struct {
		k, n                               int64
		wilsonLow, wilsonHigh, exLow, exHi float64
	}{
		{81, 263, 0.2553, 0.3662, 0.2527, 0.3676},
		{15, 148, 0.0624, 0.1605, 0.0578, 0.1617},
		{0, 20, 0, 0.1611, 0, 0.1684},
		{1, 29, 0.0061, 0.1718, 0.0009, 0.1776},
	} {
		w, x := Wilson(c.k, c.n, 0.95), ClopperPearson(c.k, c.n, 0.95)
		near(t, "Wilson low", w.Low, c.wilsonLow, 5.1e-5)
		near(t, "Wilson high", w.High, c.wilsonHigh, 5.1e-5)
		near(t, "Clopper-Pearson low", x.Low, c.exLow, 5.1e-5)
		near(t, "Clopper-Pearson high", x.High, c.exHi, 5.1e-5)
	}
	if all := ClopperPearson(20, 20, 0.95); all.High != 1 {
		t.Errorf("certain in the sample, upper end %v", all.High)
	}
	if none := Wilson(0, 20, 0.95); len(none.Warnings) != 1 || !strings.Contains(none.Warnings[0], "no path had") {
		t.Errorf("warnings %q", none.Warnings)
	}
	if few := Wilson(3, 20, 0.95); len(few.Warnings) != 1 || !strings.Contains(few.Warnings[0], "only 3 paths") {
		t.Errorf("warnings %q", few.Warnings)
	}
}

func TestPairedProportion(t *testing.T) {
	// Newcombe 1998 (paired data), table III, method 10.
	e := PairedProportion(PairedTable{Both: 36, AfterOnly: 12, BeforeOnly: 2}, 0.95)
	near(t, "low", e.Low, 0.0569, 5.1e-5)
	near(t, "high", e.High, 0.3404, 5.1e-5)
	// All 54 changed: two independent Wilson ends at distance 1 - n/(n + z^2).
	gap := 1 - 54/(54+1.959963984540054*1.959963984540054)
	e = PairedProportion(PairedTable{AfterOnly: 54}, 0.95)
	near(t, "low of a full change", e.Low, 1-math.Sqrt2*gap, 1e-9)
	near(t, "high of a full change", e.High, 1, 0)
	near(t, "McNemar", PairedTable{Both: 3, AfterOnly: 12, BeforeOnly: 2}.McNemar(), 0.01293945, 1e-8)
	if p := (PairedTable{Both: 3}).McNemar(); p != 1 {
		t.Errorf("no disagreement gives p = %v", p)
	}
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %.10g, want %.10g", what, got, want)
	}
}
