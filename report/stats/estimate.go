package stats

import (
	"encoding/json"
	"fmt"
	"math"
)

// DefaultConfidence is the coverage that intervals aim at where a caller has
// no wish of its own.
const DefaultConfidence = 0.95

// MinTailPaths is the number of paths beyond a quantile below which an
// estimate warns that its tail is thin.
const MinTailPaths = 10

// Estimate is a number with what is known about its uncertainty.
//
// Low and High bound the value with the given Confidence. A bound that the
// sample cannot give (an upper limit of a 99.9 % quantile from 100 paths) is
// infinite and said so in Warnings. A value without any sample is NaN.
type Estimate struct {
	Value      float64  // the point estimate, in the unit of the metric
	Low        float64  // lower end of the interval, -Inf when open
	High       float64  // upper end of the interval, +Inf when open
	Confidence float64  // nominal coverage, in (0, 1)
	N          int64    // paths (or pairs of paths) in the sample
	EffectiveN float64  // equally weighted paths that would be as informative
	Method     string   // name of the estimator and of the interval
	Warnings   []string // what a reader has to know before trusting it
}

// Warn adds a warning once.
func (e *Estimate) Warn(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	for _, have := range e.Warnings {
		if have == text {
			return
		}
	}
	e.Warnings = append(e.Warnings, text)
}

// HalfWidth is half the length of the interval; +Inf when an end is open.
func (e Estimate) HalfWidth() float64 { return (e.High - e.Low) / 2 }

// Known says whether there was a sample at all.
func (e Estimate) Known() bool { return !math.IsNaN(e.Value) }

// Negate gives the estimate of -X: the ends change places. It turns a profit
// into a loss.
func (e Estimate) Negate() Estimate {
	e.Value, e.Low, e.High = 0-e.Value, 0-e.High, 0-e.Low
	return e
}

// estimateJSON is the written form; null stands for an open end or no value.
type estimateJSON struct {
	Value      *float64 `json:"estimate"`
	Low        *float64 `json:"low"`
	High       *float64 `json:"high"`
	Confidence float64  `json:"confidence"`
	N          int64    `json:"n"`
	EffectiveN *float64 `json:"effective_n"`
	Method     string   `json:"method"`
	Warnings   []string `json:"warnings"`
}

// MarshalJSON writes the estimate with null in place of an open end or of a
// missing value, since JSON has neither infinities nor NaN.
func (e Estimate) MarshalJSON() ([]byte, error) {
	warnings := e.Warnings
	if warnings == nil {
		warnings = []string{}
	}
	return json.Marshal(estimateJSON{
		Value: finite(e.Value), Low: finite(e.Low), High: finite(e.High),
		Confidence: e.Confidence, N: e.N, EffectiveN: finite(e.EffectiveN),
		Method: e.Method, Warnings: warnings,
	})
}

// UnmarshalJSON reads what MarshalJSON wrote; null bounds become infinite, a
// null value NaN.
func (e *Estimate) UnmarshalJSON(data []byte) error {
	var in estimateJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return fmt.Errorf("estimate: %w", err)
	}
	*e = Estimate{
		Value: orElse(in.Value, math.NaN()), Low: orElse(in.Low, math.Inf(-1)), High: orElse(in.High, math.Inf(1)),
		Confidence: in.Confidence, N: in.N, EffectiveN: orElse(in.EffectiveN, math.NaN()),
		Method: in.Method, Warnings: in.Warnings,
	}
	if len(e.Warnings) == 0 {
		e.Warnings = nil
	}
	return nil
}

func finite(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	x += 0 // a negative zero would print as -0
	return &x
}

func orElse(x *float64, other float64) float64 {
	if x == nil {
		return other
	}
	return *x
}

// unknown is the estimate from no sample.
func unknown(confidence float64, method, why string) Estimate {
	nan := math.NaN()
	return Estimate{
		Value: nan, Low: math.Inf(-1), High: math.Inf(1), Confidence: confidence,
		Method: method, Warnings: []string{why},
	}
}

// refuse names what makes a sample unusable, or is empty.
func refuse(n int, confidence float64) string {
	switch {
	case !(confidence > 0 && confidence < 1):
		return fmt.Sprintf("confidence %v is outside (0, 1)", confidence)
	case n == 0:
		return "no paths"
	}
	return ""
}
