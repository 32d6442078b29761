package coverage

import (
	"math"

	"backtest/report/stats"
)

// Draws of simulated p-values and bootstraps, and the level at which a test says
// that a forecast is wrong.
const (
	draws = 1999
	Level = 0.05
)

// LevelVerdict is what the tests say of one value at risk.
type LevelVerdict struct {
	Level       float64        `json:"level"`
	Exceedances int            `json:"exceedances"` // among independent origins
	N           int            `json:"n"`           // independent origins
	Expected    float64        `json:"expected"`    // exceedances of a right forecast
	Share       stats.Estimate `json:"share"`       // of exceedances, exact interval
	AllOrigins  int            `json:"exceedances_of_all_origins"`
	Tests       []Test         `json:"tests"`
	Traffic     TrafficLight   `json:"traffic_light"`
	Shortfall   ShortfallLight `json:"shortfall_traffic_light"`
	Power       Power          `json:"power"`
	NeededN     int            `json:"origins_for_80_percent_power"` // 0: more than 5,000
	Pinball     Number         `json:"pinball"`
	JointScore  Number         `json:"fissler_ziegel"`
}

// Verdict is the judgement of one figure's forecasts by one model.
type Verdict struct {
	Model          string         `json:"model"`
	Metric         string         `json:"metric"`
	Title          string         `json:"title"`
	Unit           string         `json:"unit"`
	HorizonSeconds int64          `json:"horizon_seconds"`
	Origins        int            `json:"origins"`
	Independent    int            `json:"independent_origins"`
	Levels         []LevelVerdict `json:"levels"`
	Uniformity     []Test         `json:"pit_tests"`
	Histogram      []int          `json:"pit_histogram"` // ten bins of equal width, independent origins
	CRPS           Number         `json:"crps"`          // mean over all origins, in the unit of the metric
}

// judge applies every test to a series.
func (s *Series) judge(levels []float64, seed uint64, scale float64, positive bool) Verdict {
	v := Verdict{
		Model: s.Model, Metric: s.Metric, Title: s.Title, Unit: s.Unit, HorizonSeconds: s.HorizonSeconds,
		Origins: len(s.Times), Independent: len(s.Independent), Histogram: make([]int, 10),
	}
	pit := pick(s.PIT, s.Independent)
	for _, u := range pit {
		v.Histogram[min(9, int(10*u))]++
	}
	v.Uniformity = []Test{
		KolmogorovSmirnov(pit), AndersonDarling(pit),
		SerialDependence(pit, false, draws, seed), SerialDependence(pit, true, draws, seed+1),
	}
	for _, level := range levels {
		v.Levels = append(v.Levels, s.judgeLevel(level, seed, scale, positive))
	}
	v.CRPS = Number(mean(s.crps()))
	return v
}

func (s *Series) judgeLevel(level float64, seed uint64, scale float64, positive bool) LevelVerdict {
	forecasts, outcomes := pick(s.Forecasts, s.Independent), pick(s.Outcomes, s.Independent)
	hits := make([]bool, len(outcomes))
	expected, p := 0.0, 0.0
	for i, f := range forecasts {
		hits[i] = outcomes[i] > f.ValueAtRisk(level)
		expected += f.ExceedanceProbability(level)
	}
	n := len(hits)
	p = expected / float64(max(1, n))
	count, first := CountHits(hits)
	v := LevelVerdict{Level: level, Exceedances: count, N: n, Expected: expected, Share: stats.ClopperPearson(int64(count), int64(n), stats.DefaultConfidence)}
	z1, z2 := AcerbiSzekely(forecasts, outcomes, level, draws, seed)
	v.Tests = []Test{
		ProportionOfFailures(count, n, p), TimeUntilFirstFailure(first, n, p), Independence(hits), ConditionalCoverage(hits, p),
		MixedKupiec(hits, p, draws, seed), z1, z2,
	}
	v.Traffic = BaselTrafficLight(count, n, p)
	v.Shortfall = CostanzinoCurran(pick(s.PIT, s.Independent), level)
	v.Power = PowerOfFailures(n, p, 2*(1-level), Level)
	v.NeededN = OriginsForPower(1-level, 2*(1-level), Level, 0.8, 5000)
	for i, f := range s.Forecasts {
		if s.Outcomes[i] > f.ValueAtRisk(level) {
			v.AllOrigins++
		}
	}
	v.Pinball = Number(mean(s.scores(level, pinballScore)))
	v.JointScore = Number(mean(s.scores(level, jointScore(scale, positive))))
	return v
}

type score func(f Forecast, outcome, level float64) float64

func pinballScore(f Forecast, outcome, level float64) float64 {
	return Pinball(f.ValueAtRisk(level), outcome, level)
}

func jointScore(scale float64, positive bool) score {
	return func(f Forecast, outcome, level float64) float64 {
		return FisslerZiegel(f.ValueAtRisk(level), f.ExpectedShortfall(level), outcome, level, scale, positive)
	}
}

// scores are those of all origins, overlapping ones too.
func (s *Series) scores(level float64, of score) []float64 {
	out := make([]float64, len(s.Forecasts))
	for i, f := range s.Forecasts {
		out[i] = of(f, s.Outcomes[i], level)
	}
	return out
}

func (s *Series) crps() []float64 {
	out := make([]float64, len(s.Forecasts))
	for i, f := range s.Forecasts {
		out[i] = CRPS(f, s.Outcomes[i])
	}
	return out
}

func pick[T any](list []T, indices []int) []T {
	out := make([]T, 0, len(indices))
	for _, i := range indices {
		out = append(out, list[i])
	}
	return out
}

func mean(list []float64) float64 {
	if len(list) == 0 {
		return math.NaN()
	}
	sum := 0.0
	for _, x := range list {
		sum += x
	}
	return sum / float64(len(list))
}

// jointScale is the unit of the joint score of a figure, the same for all models:
// the mean size of what came; and whether every expected shortfall is positive,
// so that the score needs no unit.
func jointScale(all []*Series, levels []float64) (scale float64, positive bool) {
	positive = true
	for _, s := range all {
		for i, f := range s.Forecasts {
			scale = math.Max(scale, math.Abs(s.Outcomes[i]))
			for _, level := range levels {
				positive = positive && f.ExpectedShortfall(level) > 0
			}
		}
	}
	return math.Max(scale/10, 1e-9), positive
}
