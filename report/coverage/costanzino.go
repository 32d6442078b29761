package coverage

import (
	"math"

	"backtest/pricepaths/portable"
)

// ShortfallLight is the traffic light of expected shortfall.
type ShortfallLight struct {
	Zone       Zone    `json:"zone"`
	Severity   float64 `json:"severity"`   // sum of generalised exceedances
	Expected   float64 `json:"expected"`   // of them under right forecasts: n (1 - level) / 2
	Cumulative float64 `json:"cumulative"` // P(sum <= severity) under right forecasts
}

// CostanzinoCurran places the severity of exceedances (Costanzino, Curran 2018,
// eq. 8 and section 3): an outcome whose upper tail probability u lies within
// a = 1 - level counts 1 - u/a, so that 1 is the worst and 0 the edge. Under
// right forecasts the sum over n origins is a sum of a binomial number of
// uniform variables; zones are those of its cumulative probability.
func CostanzinoCurran(pit []float64, level float64) ShortfallLight {
	a := 1 - level
	light := ShortfallLight{Expected: float64(float64(len(pit))*a) / 2}
	for _, value := range pit {
		if u := 1 - value; u <= a {
			light.Severity += 1 - u/a
		}
	}
	for k, likelihood := range binomialPMF(len(pit), a) {
		if likelihood > 1e-15 {
			light.Cumulative += float64(likelihood * uniformSumCDF(light.Severity, k))
		}
	}
	light.Cumulative = math.Min(1, light.Cumulative)
	light.Zone = zoneOf(light.Cumulative)
	return light
}

// uniformSumCDF is P(U_1 + … + U_k <= x) for uniform variables on (0, 1)
// (Irwin 1927, Hall 1927): sum over j <= x of (-1)^j C(k, j) (x - j)^k / k!. Beyond 20
// terms, where the alternating sum loses its digits, it is the Edgeworth
// expansion with the excess kurtosis -6/(5k), good to 1e-5.
func uniformSumCDF(x float64, k int) float64 {
	switch {
	case x >= float64(k):
		return 1
	case x < 0:
		return 0
	case k > 20:
		z := (x - float64(k)/2) / math.Sqrt(float64(k)/12)
		hermite := float64(z*z*z) - 3*z
		return portable.NormalCDF(z) + float64(portable.NormalDensity(z)*hermite)/(20*float64(k))
	case x > float64(k)/2:
		return 1 - uniformSumCDF(float64(k)-x, k)
	}
	sum, sign := 0.0, 1.0
	for j := 0; float64(j) < x; j++ {
		sum += float64(sign * portable.Exp(logChoose(k, j)+float64(float64(k)*portable.Log(x-float64(j)))-portable.LogGamma(float64(k+1))))
		sign = -sign
	}
	return sum
}
