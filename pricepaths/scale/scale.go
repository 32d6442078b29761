// Package scale knows on which scale the estimates of the parameters of price
// processes are nearly normal: positive ones on that of their logarithm, shares on
// that of their log odds, correlations on Fisher's. An error s of an estimate x is
// s·|f'(x)| there (the delta method).
package scale

import (
	"math"
	"strings"
)

// Scale is an increasing function of a parameter that has no bounds.
type Scale struct {
	low, high float64 // bounds of the parameter; infinite for none
}

var (
	positive = Scale{0, math.Inf(1)}
	unit     = Scale{0, 1}
	whole    = Scale{math.Inf(-1), math.Inf(1)}
)

var scales = map[string]Scale{
	"annual_volatility": positive, "jumps_per_year": positive, "jump_volatility": positive, "jump_down_mean": positive,
	"jump_up_mean": unit, "jump_up_share": unit, "alpha": unit, "beta": unit,
	"long_variance": positive, "initial_variance": positive, "mean_reversion": positive, "volatility_of_variance": positive,
	"leverage_correlation": {-1, 1}, "degrees_of_freedom": {2, math.Inf(1)},
}

// Of is the scale of a parameter by its key, such as alpha or states[0].annual_volatility.
func Of(key string) Scale {
	if strings.HasPrefix(key, "transition.") {
		return unit
	}
	if s, ok := scales[key[strings.LastIndexByte(key, '.')+1:]]; ok {
		return s
	}
	return whole
}

// To maps a parameter to the scale.
func (s Scale) To(x float64) float64 {
	switch {
	case !math.IsInf(s.high, 1):
		return math.Log((x - s.low) / (s.high - x))
	case !math.IsInf(s.low, -1):
		return math.Log(x - s.low)
	}
	return x
}

// From maps a point of the scale back to a parameter.
func (s Scale) From(y float64) float64 {
	switch {
	case !math.IsInf(s.high, 1):
		return s.low + (s.high-s.low)/(1+math.Exp(-y))
	case !math.IsInf(s.low, -1):
		return s.low + math.Exp(y)
	}
	return y
}

// Slope is the derivative of To, by which an error becomes one on the scale.
func (s Scale) Slope(x float64) float64 {
	switch {
	case !math.IsInf(s.high, 1):
		return (s.high - s.low) / ((x - s.low) * (s.high - x))
	case !math.IsInf(s.low, -1):
		return 1 / (x - s.low)
	}
	return 1
}
