package stats

import (
	"math"
	"math/rand/v2"
)

// atoms, lumps and few paths in the tail: laws of losses as liquidations and bad
// debt have them.

// oneAtom is 1 with a probability, else 0.
func oneAtom(r *rand.Rand, n int, p float64) Sample {
	return drawn(r, n, func(u float64) float64 { return indicator(u < p) })
}

// lumps are 10, 3, 1 and 0: with five percent above 3, ten per cent above 1.
func lumps(r *rand.Rand, n int) Sample {
	return drawn(r, n, func(u float64) float64 {
		switch {
		case u < 0.02:
			return 10
		case u < 0.1:
			return 3
		case u < 0.25:
			return 1
		}
		return 0
	})
}

// farLumps are uniform, but for two per cent that lie far above, each at a place of
// its own.
func farLumps(r *rand.Rand, n int) Sample {
	return drawn(r, n, func(u float64) float64 {
		if u < 0.02 {
			return 5 + r.ExpFloat64()
		}
		return r.Float64()
	})
}

// rarely is exponential on a share of paths, 0 on the rest.
func rarely(r *rand.Rand, n int, share float64) Sample {
	return drawn(r, n, func(u float64) float64 {
		if u < share {
			return r.ExpFloat64()
		}
		return 0
	})
}

func drawn(r *rand.Rand, n int, f func(u float64) float64) (s Sample) {
	for range n {
		s.Values = append(s.Values, f(r.Float64()))
	}
	return s
}

// redrawn has a third of the paths anew: a pair with the same law.
func redrawn(r *rand.Rand, s Sample, again Sample) Sample {
	out := s.With(append([]float64(nil), s.Values...))
	for i := range out.Values {
		if r.Float64() < 1.0/3 {
			out.Values[i] = again.Values[i]
		}
	}
	return out
}

// tailWorlds have atoms, lumps or few paths in the tail, for every kind of
// interval. Discrete laws and open ends only promise a lower end.
func tailWorlds() []world {
	const confidence = 0.95
	boot := Bootstrap{Resamples: 150, Seed: 1}
	shortfall := func(s Sample, level float64) Estimate {
		return ExpectedShortfall(s, []float64{level}, confidence, boot)[0]
	}
	one := func(n int) func(r *rand.Rand) Sample {
		return func(r *rand.Rand) Sample { return oneAtom(r, n, 0.03) }
	}
	lumpy := func(n int) func(r *rand.Rand) Sample { return func(r *rand.Rand) Sample { return lumps(r, n) } }
	rare := func(n int) func(r *rand.Rand) Sample { return func(r *rand.Rand) Sample { return rarely(r, n, 0.04) } }
	far := func(n int) func(r *rand.Rand) Sample { return func(r *rand.Rand) Sample { return farLumps(r, n) } }
	exact := func(n int) func(r *rand.Rand) Sample { return func(r *rand.Rand) Sample { return exponentials(r, n) } }
	worlds := []world{
		{"shortfall, five paths in the tail", 1 - math.Log(0.05), 0.93, 1, 1000, func(r *rand.Rand) Estimate { return shortfall(exponentials(r, 100), 0.95) }},
		{"shortfall, eight paths in the tail", 1 - math.Log(0.05), 0.93, 0.97, 1000, func(r *rand.Rand) Estimate { return shortfall(exponentials(r, 160), 0.95) }},
		{"shortfall of normals, ten paths in the tail", 2.062712, 0.93, 0.97, 1000, func(r *rand.Rand) Estimate { return shortfall(normals(r, 200, 0, 1), 0.95) }},
		{"shortfall of a lognormal", 8.5580, 0.93, 0.97, 1000, func(r *rand.Rand) Estimate {
			return shortfall(mapped(normals(r, 600, 0, 1), math.Exp), 0.95)
		}},
		{"shortfall of a uniform", 0.975, 0.93, 0.97, 1000, func(r *rand.Rand) Estimate {
			return shortfall(drawn(r, 400, func(u float64) float64 { return u }), 0.95)
		}},
		{"shortfall of an atom in the tail", 0.6, 0.93, 1, 1000, func(r *rand.Rand) Estimate { return shortfall(oneAtom(r, 200, 0.03), 0.95) }},
		{"shortfall of an atom at the edge", 1, 0.93, 1, 1000, func(r *rand.Rand) Estimate { return shortfall(oneAtom(r, 200, 0.05), 0.95) }},
		{"shortfall of an atom that fills the tail", 1, 0.93, 1, 1000, func(r *rand.Rand) Estimate { return shortfall(oneAtom(r, 300, 0.08), 0.95) }},
		{"shortfall of lumps", 5.8, 0.93, 1, 1000, func(r *rand.Rand) Estimate { return shortfall(lumps(r, 240), 0.95) }},
		{"shortfall of far lumps", 0.4*6 + 0.6*(1-0.015/0.98), 0.93, 1, 1000, func(r *rand.Rand) Estimate { return shortfall(farLumps(r, 240), 0.95) }},
		{"shortfall of what is rarely more than zero", 0.8, 0.93, 1, 1000, func(r *rand.Rand) Estimate { return shortfall(rarely(r, 200, 0.04), 0.95) }},
		{"mean of lumps", 0.2 + 0.24 + 0.15, 0.93, 1, 1000, func(r *rand.Rand) Estimate { return Mean(lumps(r, 240), confidence) }},
		{"mean of an atom", 0.06, 0.93, 1, 1000, func(r *rand.Rand) Estimate { return Mean(oneAtom(r, 200, 0.06), confidence) }},
		{"mean of what is rarely more than zero", 0.06, 0.93, 1, 1000, func(r *rand.Rand) Estimate { return Mean(rarely(r, 300, 0.06), confidence) }},
		{"ratio of lumps", 0.59 / 0.5, 0.93, 1, 1000, func(r *rand.Rand) Estimate {
			s := lumps(r, 240)
			return Ratio(s, drawn(r, 240, func(u float64) float64 { return u }).Values, confidence)
		}},
		{"p95 of lumps", 3, 0.93, 1, 1000, func(r *rand.Rand) Estimate { return Quantile(lumps(r, 240), 0.95, confidence) }},
		{"p98 of lumps, at the edge", 3, 0.93, 1, 1000, func(r *rand.Rand) Estimate { return Quantile(lumps(r, 400), 0.98, confidence) }},
		{"p97 of an atom, at the edge", 0, 0.93, 1, 1000, func(r *rand.Rand) Estimate { return Quantile(oneAtom(r, 200, 0.03), 0.97, confidence) }},
	}
	for _, law := range []struct {
		name   string
		most   float64
		sample func(n int) func(r *rand.Rand) Sample
	}{{"an atom", 1, one}, {"lumps", 1, lumpy}, {"far lumps", 0.985, far}, {"what is rarely more than zero", 1, rare}, {"an exponential", 0.97, exact}} {
		n := 400
		if law.name == "an exponential" {
			n = 200
		}
		draw, more := law.sample(n), law.sample(2*n)
		worlds = append(worlds,
			world{"paired shortfall of " + law.name, 0, 0.93, law.most, 1000, func(r *rand.Rand) Estimate {
				s := draw(r)
				return PairedShortfall(s, redrawn(r, s, draw(r)), 0.95, confidence, boot)
			}},
			world{"independent shortfall of " + law.name, 0, 0.93, law.most + 0.005, 1000, func(r *rand.Rand) Estimate {
				return IndependentShortfall(draw(r), more(r), 0.95, confidence, boot)
			}},
			world{"paired p95 of " + law.name, 0, 0.93, law.most + 0.005, 1000, func(r *rand.Rand) Estimate {
				s := draw(r)
				return PairedQuantile(s, redrawn(r, s, draw(r)), 0.95, confidence, boot)
			}},
			world{"independent p95 of " + law.name, 0, 0.93, law.most + 0.01, 1000, func(r *rand.Rand) Estimate {
				return IndependentQuantile(draw(r), more(r), 0.95, confidence)
			}},
			world{"paired mean of " + law.name, 0, 0.93, law.most, 1000, func(r *rand.Rand) Estimate {
				s := draw(r)
				return PairedMean(s, redrawn(r, s, draw(r)), confidence)
			}},
			world{"welch of " + law.name, 0, 0.93, law.most, 1000, func(r *rand.Rand) Estimate {
				return WelchMean(draw(r), more(r), confidence)
			}},
			world{"difference of ratios of " + law.name, 0, 0.93, law.most, 1000, func(r *rand.Rand) Estimate {
				s := draw(r)
				bottom := drawn(r, len(s.Values), func(u float64) float64 { return 1 + u }).Values
				other := redrawn(r, s, draw(r))
				return PairedMean(RatioPseudoValues(s, bottom), RatioPseudoValues(other, bottom), confidence)
			}},
		)
	}
	return worlds
}
