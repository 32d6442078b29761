package stats

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestQuantileRanks(t *testing.T) {
	var s Sample
	for i := 1; i <= 100; i++ {
		s.Values = append(s.Values, float64(101-i))
	}
	// Ranks 40 and 61 are the textbook interval of the median of 100.
	e := Quantile(s, 0.5, 0.95)
	if e.Value != 50 || e.Low != 40 || e.High != 61 {
		t.Errorf("median %v [%v, %v]", e.Value, e.Low, e.High)
	}
	if e := Quantile(s, 0.55, 0.95); e.Value != 55 {
		t.Errorf("p55 = %v: the rounding of 0.55*100 shows", e.Value)
	}
	high := ValueAtRisk(s, 0.99, 0.95)
	if high.Value != 99 || !math.IsInf(high.High, 1) || len(high.Warnings) != 2 {
		t.Errorf("p99 of 100 paths: %+v", high)
	}
	if !strings.Contains(high.Warnings[0], "take at least 1000") {
		t.Errorf("warning %q", high.Warnings[0])
	}
	low := Quantile(s, 0.01, 0.95)
	if low.Value != 1 || !math.IsInf(low.Low, -1) {
		t.Errorf("p1 of 100 paths: %+v", low)
	}
}

func TestUnitWeightsChangeNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(*worldSeed, 99))
	plain := exponentials(r, 500)
	weighted := Sample{Values: plain.Values, Weights: make([]float64, 500)}
	for i := range weighted.Weights {
		weighted.Weights[i] = 1
	}
	for _, p := range []float64{0.01, 0.05, 0.5, 0.95} {
		if a, b := Quantile(plain, p, 0.95), Quantile(weighted, p, 0.95); fmt.Sprint(a) != fmt.Sprint(b) {
			t.Errorf("p%v: %v and %v", p, a, b)
		}
		if at, want := sortSample(weighted).at(p), Quantile(plain, p, 0.95).Value; at != want {
			t.Errorf("p%v from the nearer tail is %v, by rank %v", p, at, want)
		}
		if d := PairedQuantile(plain, weighted, p, 0.95, Bootstrap{}); d.Value != 0 || d.Low != 0 || d.High != 0 {
			t.Errorf("p%v differs from itself by %v", p, d)
		}
	}
	if a, b := Mean(plain, 0.95), Mean(weighted, 0.95); fmt.Sprint(a) != fmt.Sprint(b) {
		t.Errorf("%v and %v", a, b)
	}
}

func TestKishESSAndWeightWarnings(t *testing.T) {
	if got := KishESS([]float64{1, 1, 1, 1, 0, 0}); got != 4 {
		t.Errorf("four equal weights count as %v", got)
	}
	if got := KishESS(nil); got != 0 {
		t.Errorf("no weight counts as %v", got)
	}
	skewed := Sample{Values: make([]float64, 100), Weights: make([]float64, 100)}
	for i := range skewed.Weights {
		skewed.Values[i], skewed.Weights[i] = 1, 0.01
	}
	skewed.Weights[7] = 99
	if e := Mean(skewed, 0.95); len(e.Warnings) != 1 || !strings.Contains(e.Warnings[0], "effective sample size 1 of 100") {
		t.Errorf("warnings %q", e.Warnings)
	}
	if e := Probability(skewed, 0.95); !strings.Contains(strings.Join(e.Warnings, ";"), "one path carries") {
		t.Errorf("warnings %q", e.Warnings)
	}
}

func TestWherePicksValuesWithTheirWeights(t *testing.T) {
	s := Sample{Values: []float64{1, 2, 3}, Weights: []float64{4, 5, 6}}
	odd := s.Where(func(i int) bool { return i != 1 })
	if fmt.Sprint(odd) != "{[1 3] [4 6] [] <nil> false}" || s.Negated().Values[2] != -3 {
		t.Errorf("kept %v", odd)
	}
}

func TestExpectedShortfallByHand(t *testing.T) {
	s := Sample{Values: []float64{5, 1, 4, 2, 3, 8, 7, 6, 9, 10}}
	out := ExpectedShortfall(s, []float64{0.5, 0.75, 0.95}, 0.95, Bootstrap{})
	near(t, "ES50", out[0].Value, 8, 1e-12)                // mean of 6..10
	near(t, "ES75", out[1].Value, (10+9+0.5*8)/2.5, 1e-12) // the boundary in part
	near(t, "ES95", out[2].Value, 10, 1e-12)               // less than one path
	if !math.IsInf(out[2].High, 1) || out[2].Low > 10 || len(out[2].Warnings) == 0 {
		t.Errorf("half a path in the tail: %+v", out[2])
	}
	flat := ExpectedShortfall(Sample{Values: make([]float64, 1000)}, []float64{0.95}, 0.95, Bootstrap{Resamples: 50})[0]
	if flat.Low != 0 || flat.High != 0 || !strings.Contains(flat.Warnings[0], "same value") {
		t.Errorf("a flat tail: %+v", flat)
	}
}

func TestRatioPseudoValues(t *testing.T) {
	r := rand.New(rand.NewPCG(*worldSeed, 98))
	bottom := exponentials(r, 200)
	top := Sample{Weights: make([]float64, 200)}
	for i, x := range bottom.Values {
		top.Values = append(top.Values, 0.4*x+0.1*r.Float64())
		top.Weights[i] = 0.5 + r.Float64()
	}
	pseudo, ratio := Mean(RatioPseudoValues(top, bottom.Values), 0.95), Ratio(top, bottom.Values, 0.95)
	near(t, "ratio", pseudo.Value, ratio.Value, 1e-12)
	// The jackknife's is longer by about a path's share of the denominator.
	if longer := ratio.HalfWidth() / pseudo.HalfWidth(); longer < 1 || longer > 1.02 {
		t.Errorf("the interval of a ratio is %v times that of its pseudo-values", longer)
	}
	if none := RatioPseudoValues(top, make([]float64, 200)); len(none.Values) != 0 {
		t.Error("a zero denominator has a ratio")
	}
}

func TestDifferencesBeyondTheSample(t *testing.T) {
	r := rand.New(rand.NewPCG(*worldSeed, 97))
	a, b := exponentials(r, 150), exponentials(r, 150)
	for name, e := range map[string]Estimate{
		"paired": PairedQuantile(a, b, 0.999, 0.95, Bootstrap{Resamples: 20}), "independent": IndependentShortfall(a, b, 0.999, 0.95, Bootstrap{Resamples: 20}),
	} {
		if !math.IsInf(e.High, 1) || !math.IsInf(e.Low, -1) || len(e.Warnings) == 0 {
			t.Errorf("%s: a p99.9 of 150 paths has the bounds %v, %v", name, e.Low, e.High)
		}
	}
	never := Estimate{Value: math.Inf(1), Low: 5, High: math.Inf(1)}
	if e := CombinedDifference(Estimate{Value: 1, Low: 0, High: 2}, never); e.Known() {
		t.Errorf("an infinite figure has a difference: %+v", e)
	}
}

func TestSmallSamplesHaveNoInterval(t *testing.T) {
	two := Sample{Values: []float64{1, 2}}
	for _, e := range []Estimate{Mean(two, 0.95), WelchMean(two, two, 0.95)} {
		if !math.IsInf(e.Low, -1) || !math.IsInf(e.High, 1) || len(e.Warnings) == 0 {
			t.Errorf("two paths: %+v", e)
		}
	}
	same := Sample{Values: []float64{3, 3, 3}}
	if e := WelchMean(same, same, 0.95); e.Low != 0 || e.High != 0 {
		t.Errorf("no variance: %+v", e)
	}
}

func TestSurvivalWithoutCensoringIsAProportion(t *testing.T) {
	var lives []Lifetime
	for i := range 50 {
		lives = append(lives, Lifetime{Seconds: min(1000, int64(i)*40), Observed: i*40 < 1000, Weight: 1})
	}
	curve := Survival(lives, 0.95)
	last := curve[len(curve)-1]
	want := Wilson(25, 50, 0.95)
	near(t, "S", last.S.Value, 0.5, 1e-12)
	near(t, "low", last.S.Low, want.Low, 1e-12)
	near(t, "high", last.S.High, want.High, 1e-12)
	near(t, "size", last.S.EffectiveN, 50, 1e-9)
	if last.AtRisk != 26 || last.Events != 1 || last.Seconds != 960 {
		t.Errorf("last step %+v", last)
	}
	if s := At(curve, -5); s.Value != 1 {
		t.Errorf("before the start S = %v", s.Value)
	}
	all := Survival([]Lifetime{{1, true, 1}, {2, true, 1}}, 0.95)
	if end := all[len(all)-1].S; end.Value != 0 || end.Low != 0 || end.High <= 0 {
		t.Errorf("nobody left: %+v", end)
	}
}

func TestTextbookProductLimit(t *testing.T) {
	// Kaplan, Meier 1958, the worked example in section 2: deaths at 0.8, 3.1, 5.4, 9.2; losses at 1.0, 2.7, 7.0, 12.1.
	lives := []Lifetime{
		{8, true, 1}, {10, false, 1}, {27, false, 1}, {31, true, 1}, {54, true, 1}, {70, false, 1}, {92, true, 1}, {121, false, 1},
	}
	var got []float64
	for _, p := range Survival(lives, 0.95) {
		got = append(got, p.S.Value)
	}
	for i, want := range []float64{1, 7.0 / 8, 7.0 / 10, 21.0 / 40, 21.0 / 80} {
		near(t, "S", got[i], want, 1e-12)
	}
}

// The figures end in files that must be the same on every processor. The sum is
// that of GOAMD64=v1 and v3: a product fused into an addition would change it.
func TestSameBitsOnEveryProcessor(t *testing.T) {
	sum := fnv.New64a()
	source := rand.NewPCG(7, 7)
	s := Sample{}
	for range 700 {
		u := float64(source.Uint64()>>11) / (1 << 53)
		s.Values = append(s.Values, float64(u*u)*1000/(1.1-u))
		s.Weights = append(s.Weights, 0.5+float64(source.Uint64()>>11)/(1<<53))
	}
	plain := Sample{Values: s.Values}
	controlled, roots := plain, make([]float64, len(plain.Values))
	for i, x := range plain.Values {
		roots[i] = math.Sqrt(x) - 10
	}
	controlled.Controls = NewControls(plain, [][]float64{s.Weights, roots})
	for _, e := range []Estimate{
		Wilson(17, 700, 0.95), ClopperPearson(17, 700, 0.99), Mean(s, 0.95), Mean(plain, 0.95), UnnormalisedMean(s, 0.9),
		Quantile(plain, 0.99, 0.95), Quantile(s, 0.95, 0.95), Ratio(s, s.Weights, 0.95), BatchMeans(s.Values, 11, 0.95),
		ExpectedShortfall(s, []float64{0.95}, 0.95, Bootstrap{})[0], PairedQuantile(plain, s, 0.9, 0.95, Bootstrap{Seed: 1}),
		WelchMean(plain, s, 0.95), Mean(controlled, 0.95), PairedProportion(PairedTable{1, 2, 3, 40}, 0.95),
	} {
		for _, x := range []float64{e.Value, e.Low, e.High, e.EffectiveN} {
			fmt.Fprintf(sum, "%016x", math.Float64bits(x))
		}
	}
	if got := fmt.Sprintf("%016x", sum.Sum64()); got != "c376567be0458cc5" {
		t.Errorf("bits %s", got)
	}
}
