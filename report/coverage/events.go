package coverage

import (
	"math"
	"sort"

	"backtest/pricepaths/portable"
	"backtest/report/stats"
)

// EventForecast is a forecast probability of an event and whether it came.
type EventForecast struct {
	Probability float64
	Happened    bool
}

// ReliabilityBin compares forecasts of about one probability with how often
// their event came.
type ReliabilityBin struct {
	Forecast float64        `json:"forecast"` // mean forecast probability
	Observed stats.Estimate `json:"observed"` // share of origins with the event, Wilson interval
	Origins  int            `json:"origins"`
}

// Brier is the score of probability forecasts with its decomposition (Murphy
// 1973, eq. 10): Score = Reliability - Resolution + Uncertainty + Remainder.
// The remainder is the spread of forecasts within bins (Stephenson, Coelho,
// Jolliffe 2008), 0 where all forecasts of a bin are equal.
type Brier struct {
	Score       float64          `json:"score"`       // mean of (p - o)^2: 0 perfect
	Reliability float64          `json:"reliability"` // distance of forecasts from frequencies: 0 best
	Resolution  float64          `json:"resolution"`  // how much frequencies differ between bins: large is good
	Uncertainty float64          `json:"uncertainty"` // of the event itself
	Remainder   float64          `json:"remainder"`
	Skill       Number           `json:"skill"` // 1 - Score / Uncertainty, against the constant frequency; NaN for a constant outcome
	Bins        []ReliabilityBin `json:"bins"`
	N           int              `json:"n"`
}

// ScoreEvents scores probability forecasts in at most `bins` groups of about
// equally many origins, ordered by forecast; equal forecasts share a group.
func ScoreEvents(forecasts []EventForecast, bins int, confidence float64) Brier {
	n := len(forecasts)
	result := Brier{N: n, Skill: Number(math.NaN())}
	if n == 0 {
		return result
	}
	sorted := append([]EventForecast(nil), forecasts...)
	sort.SliceStable(sorted, func(i, j int) bool { return sorted[i].Probability < sorted[j].Probability })
	events := 0
	for _, f := range sorted {
		result.Score += square(f.Probability - outcomeOf(f))
		events += index(f.Happened)
	}
	result.Score /= float64(n)
	base := float64(events) / float64(n)
	result.Uncertainty = float64(base * (1 - base))
	for _, group := range groups(sorted, bins) {
		bin := reliabilityBin(group, confidence)
		weight := float64(len(group)) / float64(n)
		result.Reliability += float64(weight * square(bin.Forecast-bin.Observed.Value))
		result.Resolution += float64(weight * square(bin.Observed.Value-base))
		result.Bins = append(result.Bins, bin)
	}
	result.Remainder = result.Score - result.Reliability + result.Resolution - result.Uncertainty
	if result.Uncertainty > 0 {
		result.Skill = Number(1 - result.Score/result.Uncertainty)
	}
	return result
}

func square(x float64) float64 { return float64(x * x) }

func outcomeOf(f EventForecast) float64 { return float64(index(f.Happened)) }

func groups(sorted []EventForecast, bins int) [][]EventForecast {
	var list [][]EventForecast
	size := (len(sorted) + bins - 1) / bins
	for start := 0; start < len(sorted); {
		end := min(len(sorted), start+size)
		for end < len(sorted) && sorted[end].Probability == sorted[end-1].Probability {
			end++
		}
		list = append(list, sorted[start:end])
		start = end
	}
	return list
}

func reliabilityBin(group []EventForecast, confidence float64) ReliabilityBin {
	sum, events := 0.0, 0
	for _, f := range group {
		sum += f.Probability
		events += index(f.Happened)
	}
	return ReliabilityBin{
		Forecast: sum / float64(len(group)),
		Observed: stats.Wilson(int64(events), int64(len(group)), confidence),
		Origins:  len(group),
	}
}

// Calibration is the logistic regression of events on the log-odds of their
// forecasts (Cox 1958): intercept 0 and slope 1 where forecasts are calibrated; a
// slope below 1 means forecasts too extreme. Intervals are Wald's; NaN where
// the events are perfectly separated or do not vary.
type Calibration struct {
	Intercept stats.Estimate `json:"intercept"`
	Slope     stats.Estimate `json:"slope"`
}

// CalibrateEvents fits a Calibration by Newton's method. Forecasts of 0 and 1
// made from m paths stand for (0 + 1/2)/(m + 1) and its complement.
func CalibrateEvents(forecasts []EventForecast, m int, confidence float64) Calibration {
	x, y := make([]float64, len(forecasts)), make([]float64, len(forecasts))
	for i, f := range forecasts {
		p := (float64(f.Probability*float64(m)) + 0.5) / float64(m+1)
		x[i], y[i] = portable.Log(p/(1-p)), outcomeOf(f)
	}
	var a, b float64
	var information [3]float64 // of (a, a), (a, b), (b, b)
	converged := false
	for range 50 {
		var gradA, gradB float64
		information = [3]float64{}
		for i := range x {
			p := 1 / (1 + portable.Exp(-a-float64(b*x[i])))
			w := float64(p * (1 - p))
			gradA += y[i] - p
			gradB += float64((y[i] - p) * x[i])
			information[0] += w
			information[1] += float64(w * x[i])
			information[2] += float64(w * x[i] * x[i])
		}
		determinant := float64(information[0]*information[2]) - float64(information[1]*information[1])
		if !(determinant > 1e-12) {
			break
		}
		stepA := (float64(information[2]*gradA) - float64(information[1]*gradB)) / determinant
		stepB := (float64(information[0]*gradB) - float64(information[1]*gradA)) / determinant
		a, b = a+stepA, b+stepB
		if converged = math.Abs(stepA)+math.Abs(stepB) < 1e-10; converged || math.Abs(a)+math.Abs(b) > 1e3 {
			break
		}
	}
	unknown := stats.Estimate{Value: math.NaN(), Low: math.Inf(-1), High: math.Inf(1), Confidence: confidence, N: int64(len(x)), Method: "logistic regression"}
	if !converged {
		unknown.Warn("events do not vary enough with their forecasts")
		return Calibration{unknown, unknown}
	}
	determinant := float64(information[0]*information[2]) - float64(information[1]*information[1])
	z := stats.NormalQuantile(0.5 + confidence/2)
	estimate := func(value, variance float64) stats.Estimate {
		e := unknown
		half := float64(z * math.Sqrt(variance))
		e.Value, e.Low, e.High, e.EffectiveN = value, value-half, value+half, float64(len(x))
		return e
	}
	return Calibration{estimate(a, information[2]/determinant), estimate(b, information[0]/determinant)}
}
