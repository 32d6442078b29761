package coverage

import (
	"math"

	"backtest/pricepaths/portable"
)

// Zone is a colour of the supervisory traffic light.
type Zone string

// The three zones: the forecast gives no reason for concern, may be wrong, or
// almost certainly is.
const (
	Green  Zone = "green"
	Yellow Zone = "yellow"
	Red    Zone = "red"
)

// zoneOf places a cumulative probability (Basel Committee 1996, table 2: yellow
// from 95 % on, red from 99.99 %).
func zoneOf(cumulative float64) Zone {
	switch {
	case cumulative >= 0.9999:
		return Red
	case cumulative >= 0.95:
		return Yellow
	}
	return Green
}

// TrafficLight is the zone of x exceedances in n origins at probability p, and
// the addition to the capital multiplier of 3 that comes with it.
type TrafficLight struct {
	Zone       Zone    `json:"zone"`
	Cumulative float64 `json:"cumulative"` // P(X <= x) under a right forecast
	PlusFactor float64 `json:"plus_factor"`
}

// baselPlus is table 2 of the framework: 250 origins at 99 %.
var baselPlus = [10]float64{5: 0.40, 6: 0.50, 7: 0.65, 8: 0.75, 9: 0.85}

// BaselTrafficLight places exceedances by the cumulative binomial probability at
// any n (Basel Committee 1996, "Supervisory framework for the use of
// backtesting", part III). The plus factor is the table's at 250 origins and 1 %;
// elsewhere it follows the reasoning behind the table: the multiple by which a
// normal value at risk of the observed coverage falls short of its level, times
// 3, between 0.4 and 0.85 in the yellow zone and 1 in the red.
func BaselTrafficLight(x, n int, p float64) TrafficLight {
	light := TrafficLight{Zone: Green}
	if n == 0 {
		return light
	}
	for k, likelihood := range binomialPMF(n, p) {
		if k <= x {
			light.Cumulative += likelihood
		}
	}
	light.Cumulative = math.Min(1, light.Cumulative)
	switch light.Zone = zoneOf(light.Cumulative); light.Zone {
	case Red:
		light.PlusFactor = 1
	case Yellow:
		light.PlusFactor = plusFactor(x, n, p)
	}
	return light
}

func plusFactor(x, n int, p float64) float64 {
	if n == 250 && math.Abs(p-0.01) < 1e-3 && x < len(baselPlus) && baselPlus[x] > 0 {
		return baselPlus[x]
	}
	observed := math.Min(0.49, float64(x)/float64(n))
	short := portable.NormalQuantile(1-p)/portable.NormalQuantile(1-observed) - 1
	return math.Min(0.85, math.Max(0.40, math.Round(60*short)/20)) // to 0.05
}
