package coverage

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestBrierByHand(t *testing.T) {
	forecasts := []EventForecast{{0.2, false}, {0.2, true}, {0.8, true}, {0.8, true}}
	score := ScoreEvents(forecasts, 2, 0.95)
	near(t, "score", score.Score, (0.04+0.64+0.04+0.04)/4, 1e-12)
	near(t, "reliability", score.Reliability, (0.09*2+0.04*2)/4, 1e-12)
	near(t, "resolution", score.Resolution, (0.0625*2+0.0625*2)/4, 1e-12)
	near(t, "uncertainty", score.Uncertainty, 0.1875, 1e-12)
	near(t, "remainder", score.Remainder, 0, 1e-12)
	if len(score.Bins) != 2 || score.Bins[1].Observed.Value != 1 || score.Bins[0].Origins != 2 {
		t.Errorf("%+v", score.Bins)
	}
	if never := ScoreEvents([]EventForecast{{0.1, false}}, 5, 0.95); !math.IsNaN(float64(never.Skill)) {
		t.Errorf("skill of a constant outcome: %v", never.Skill)
	}
}

func TestBrierAddsUp(t *testing.T) {
	source := rand.New(rand.NewPCG(23, 1))
	forecasts := make([]EventForecast, 97)
	for i := range forecasts {
		p := source.Float64()
		forecasts[i] = EventForecast{p, source.Float64() < p}
	}
	s := ScoreEvents(forecasts, 10, 0.95)
	near(t, "sum of parts", s.Reliability-s.Resolution+s.Uncertainty+s.Remainder, s.Score, 1e-12)
	if math.Abs(s.Remainder) > 0.01 {
		t.Errorf("the remainder is %v", s.Remainder)
	}
}

// TestCalibrationSlope: calibrated forecasts have slope 1, forecasts whose log-odds
// are doubled slope 1/2, each interval at its confidence.
func TestCalibrationSlope(t *testing.T) {
	source := rand.New(rand.NewPCG(29, 1))
	const repetitions = 300
	covered := map[float64]int{}
	for range repetitions {
		for _, exaggeration := range []float64{1, 2} {
			forecasts := make([]EventForecast, 200)
			for i := range forecasts {
				odds := 2 * source.NormFloat64()
				forecasts[i] = EventForecast{logistic(exaggeration * odds), source.Float64() < logistic(odds)}
			}
			slope := CalibrateEvents(forecasts, 1_000_000, 0.95).Slope
			covered[exaggeration] += index(slope.Low <= 1/exaggeration && 1/exaggeration <= slope.High)
		}
	}
	for _, count := range covered {
		near(t, "coverage of the slope", float64(count)/repetitions, 0.95, 0.045)
	}
	separated := CalibrateEvents([]EventForecast{{0.1, false}, {0.9, true}}, 100, 0.95)
	if !math.IsNaN(separated.Slope.Value) {
		t.Errorf("separated events have slope %v", separated.Slope.Value)
	}
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func TestScoresByHand(t *testing.T) {
	near(t, "pinball below", Pinball(10, 7, 0.9), 0.3, 1e-12)
	near(t, "pinball above", Pinball(10, 12, 0.9), 1.8, 1e-12)
	near(t, "Fissler-Ziegel within", FisslerZiegel(10, 20, 7, 0.9, 1, true), 0.5+math.Log(20)-1, 1e-12)
	near(t, "Fissler-Ziegel beyond", FisslerZiegel(10, 20, 12, 0.9, 1, true), 20.0/20+0.5+math.Log(20)-1, 1e-12)
	near(t, "CRPS of two paths", CRPS(NewForecast([]float64{0, 2}), 1), 0, 1e-12) // 1 from the outcome, 2 from each other
	near(t, "CRPS of three paths", CRPS(NewForecast([]float64{0, 1, 5}), 1), (1.0+0+4)/3-(1.0+4+5)/6, 1e-12)
}

// TestScoresAreProper: the law's own value at risk and expected shortfall score
// better on average than any others nearby.
func TestScoresAreProper(t *testing.T) {
	const n, level = 200_000, 0.95
	v, e := 1.6449, 2.0627 // of the standard normal law
	average := func(score func(y float64) float64) float64 {
		local := rand.New(rand.NewPCG(31, 2))
		sum := 0.0
		for range n {
			sum += score(local.NormFloat64())
		}
		return sum / n
	}
	for _, positive := range []bool{true, false} {
		best := average(func(y float64) float64 { return FisslerZiegel(v, e, y, level, 1, positive) })
		for _, other := range [][2]float64{{v - 0.3, e}, {v + 0.3, e}, {v, e - 0.3}, {v, e + 0.3}} {
			if worse := average(func(y float64) float64 { return FisslerZiegel(other[0], other[1], y, level, 1, positive) }); worse <= best {
				t.Errorf("positive %v: %v scores %v, the law %v", positive, other, worse, best)
			}
		}
	}
	best := average(func(y float64) float64 { return Pinball(v, y, level) })
	for _, other := range []float64{v - 0.2, v + 0.2} {
		if worse := average(func(y float64) float64 { return Pinball(other, y, level) }); worse <= best {
			t.Errorf("pinball prefers %v", other)
		}
	}
}

func TestDieboldMariano(t *testing.T) {
	// By hand: differences 1, 2, 3: mean 2, variance 2/3, corrected by 2/3.
	test := DieboldMariano([]float64{2, 3, 4}, []float64{1, 1, 1}, 0)
	near(t, "statistic", test.Statistic, 2/math.Sqrt(2.0/9)*math.Sqrt(2.0/3), 1e-12)
	source := rand.New(rand.NewPCG(37, 1))
	const repetitions, n = 3000, 78
	for _, overlap := range []int{0, 3} {
		rejected, noticed := 0, 0
		for range repetitions {
			noise := make([]float64, n+overlap)
			for i := range noise {
				noise[i] = source.NormFloat64()
			}
			first, second, better := make([]float64, n), make([]float64, n), make([]float64, n)
			for i := range first {
				for k := 0; k <= overlap; k++ {
					first[i] += noise[i+k]
				}
				better[i] = first[i] - 1.5*float64(overlap+1)/2
			}
			rejected += index(DieboldMariano(first, second, overlap).P < 0.05)
			noticed += index(DieboldMariano(better, second, overlap).P < 0.05)
		}
		if share := float64(rejected) / repetitions; share > 0.09 {
			t.Errorf("overlap %d: it rejects %.3f of equal scores", overlap, share)
		}
		if share := float64(noticed) / repetitions; share < 0.8 {
			t.Errorf("overlap %d: it notices %.3f of a better forecaster", overlap, share)
		}
	}
}

// TestConfidenceSet: the best model is in the set at its confidence, models that
// are clearly worse are not.
func TestConfidenceSet(t *testing.T) {
	source := rand.New(rand.NewPCG(41, 1))
	const repetitions, n = 150, 80
	names := []string{"best", "as good", "worse", "much worse"}
	inside := map[string]int{}
	for r := range repetitions {
		scores := make([][]float64, len(names))
		for i := range scores {
			scores[i] = make([]float64, n)
		}
		for at := range n {
			shared := source.NormFloat64()
			for i, handicap := range []float64{0, 0, 0.5, 2} {
				scores[i][at] = shared + handicap + source.NormFloat64()
			}
		}
		for _, entry := range ConfidenceSet(names, scores, 1, 199, uint64(r)) {
			inside[entry.Model] += index(entry.P > 0.10)
		}
	}
	for _, good := range names[:2] {
		if share := float64(inside[good]) / repetitions; share < 0.85 {
			t.Errorf("%q is in %.2f of the sets", good, share)
		}
	}
	if inside["much worse"] > 0 || float64(inside["worse"])/repetitions > 0.4 {
		t.Errorf("%v", inside)
	}
}
