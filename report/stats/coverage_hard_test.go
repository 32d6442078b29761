package stats

import (
	"math"
	"math/rand/v2"
)

// hardWorlds are those in which Student's interval by itself covers 85 to 93 %,
// and those of control variates.
func hardWorlds() []world {
	const confidence = 0.95
	return []world{
		{"mean of a lognormal", math.Exp(0.5), 0.93, 0.97, 3000, func(r *rand.Rand) Estimate {
			return Mean(mapped(normals(r, 60, 0, 1), math.Exp), confidence)
		}},
		{"mean of a falling lognormal", -math.Exp(0.5), 0.93, 0.97, 3000, func(r *rand.Rand) Estimate {
			return Mean(mapped(normals(r, 60, 0, 1), func(x float64) float64 { return -math.Exp(x) }), confidence)
		}},
		{"mean of an exponential, few paths", 1, 0.93, 0.97, 4000, func(r *rand.Rand) Estimate {
			return Mean(exponentials(r, 20), confidence)
		}},
		{"mean of normals, few paths", 0, 0.93, 0.97, 4000, func(r *rand.Rand) Estimate {
			return Mean(normals(r, 8, 0, 1), confidence)
		}},
		{"mean of antithetic lognormals", math.Exp(0.5), 0.93, 0.97, 3000, func(r *rand.Rand) Estimate {
			return Mean(mapped(twins(r, 150), math.Exp), confidence)
		}},
		{"mean of few antithetic lognormals", math.Exp(0.5), 0.93, 0.97, 3000, func(r *rand.Rand) Estimate {
			return Mean(mapped(twins(r, 50), math.Exp), confidence)
		}},
		{"mean of strongly dependent groups", math.Exp(0.5), 0.93, 0.97, 3000, func(r *rand.Rand) Estimate {
			return Mean(mapped(clusters(r, 40, 10, 0.9), math.Exp), confidence)
		}},
		{"splitting of repetitions that differ", splitTruth, 0.93, 0.97, 3000, func(r *rand.Rand) Estimate {
			return Probability(split(r, 20, 32), confidence)
		}},
		{"splitting of repetitions that differ much", splitTruth, 0.93, 0.97, 3000, func(r *rand.Rand) Estimate {
			return Probability(split(r, 20, 20), confidence)
		}},
		{"controlled mean", math.Exp(0.125), 0.93, 0.97, 3000, func(r *rand.Rand) Estimate {
			return Mean(priced(normals(r, 200, 0, 1), r, 0.2), confidence)
		}},
		{"controlled mean, few paths", math.Exp(0.125), 0.93, 0.97, 3000, func(r *rand.Rand) Estimate {
			return Mean(priced(normals(r, 60, 0, 1), r, 0.2), confidence)
		}},
		{"controlled mean at the edge of the rule", math.Exp(0.125), 0.93, 0.97, 4000, func(r *rand.Rand) Estimate {
			return Mean(priced(normals(r, 100, 0, 1), r, 1.8), confidence)
		}},
		{"controls that explain nothing", math.Exp(0.125), 0.93, 0.97, 3000, func(r *rand.Rand) Estimate {
			return Mean(priced(normals(r, 60, 0, 1), r, 30), confidence)
		}},
		{"controlled mean of antithetic paths", math.Exp(0.125), 0.93, 0.97, 3000, func(r *rand.Rand) Estimate {
			return Mean(priced(twins(r, 80), r, 0.1), confidence)
		}},
		{"controlled mean of groups", math.Exp(0.125), 0.93, 0.97, 3000, func(r *rand.Rand) Estimate {
			return Mean(priced(clusters(r, 60, 5, 0.7), r, 0.2), confidence)
		}},
		{"controlled paired mean", math.Exp(0.125) - 1, 0.93, 0.97, 3000, func(r *rand.Rand) Estimate {
			after := priced(normals(r, 200, 0, 1), r, 0.1)
			before := after.With(make([]float64, len(after.Values)))
			for i := range before.Values {
				before.Values[i] = 1 + 0.1*r.NormFloat64()
			}
			return PairedMean(before, after, confidence)
		}},
		{"controlled ratio", math.Exp(0.125) / 2, 0.93, 0.97, 3000, func(r *rand.Rand) Estimate {
			s := priced(normals(r, 200, 0, 1), r, 0.1)
			bottom := make([]float64, len(s.Values))
			for i := range bottom {
				bottom[i] = 2 + r.Float64() - 0.5
			}
			return Ratio(s, bottom, confidence)
		}},
		{"controlled welch", math.Exp(0.125), 0.93, 0.97, 3000, func(r *rand.Rand) Estimate {
			return WelchMean(normals(r, 100, 0, 0.2), priced(normals(r, 80, 0, 1), r, 0.2), confidence)
		}},
	}
}

// mapped is the sample of a function of the values.
func mapped(s Sample, f func(float64) float64) Sample {
	for i, x := range s.Values {
		s.Values[i] = f(x)
	}
	return s
}

// priced turns normals into figures that hang on two prices, curved, with noise of
// a size, and has the prices as controls: their expectations are known.
func priced(s Sample, r *rand.Rand, noise float64) Sample {
	prices := [2][]float64{}
	for i, z := range s.Values {
		other := 0.6*z + 0.8*r.NormFloat64()
		prices[0] = append(prices[0], math.Exp(0.3*z)-math.Exp(0.045))
		prices[1] = append(prices[1], math.Exp(0.4*other)-math.Exp(0.08))
		s.Values[i] = math.Exp(z/2) + noise*r.NormFloat64()
	}
	s.Controls = NewControls(s, prices[:])
	return s
}
