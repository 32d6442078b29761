package stats

import (
	"flag"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

var worldSeed = flag.Uint64("world-seed", 20200312, "seed of the simulated worlds")

// world is one experiment with a known answer.
type world struct {
	name    string
	truth   float64
	atLeast float64 // exact and conservative methods only promise a lower end
	atMost  float64
	repeats int
	run     func(r *rand.Rand) Estimate
}

func TestCoverage(t *testing.T) {
	for i, w := range worlds() {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(*worldSeed, uint64(i)))
			hits, below, above := 0, 0, 0
			for range w.repeats {
				e := w.run(r)
				switch {
				case w.truth < e.Low:
					above++
				case w.truth > e.High:
					below++
				default:
					hits++
				}
			}
			share := float64(hits) / float64(w.repeats)
			t.Logf("coverage %.3f (missed below %d, above %d of %d)", share, below, above, w.repeats)
			if share < w.atLeast || share > w.atMost {
				t.Errorf("a 95 %% interval covers %.3f, want %.3f to %.3f (seed %d)", share, w.atLeast, w.atMost, *worldSeed)
			}
		})
	}
}

// worlds are small: the interval has to be right without a large sample.
func worlds() []world { return slices.Concat(plainWorlds(), hardWorlds(), tailWorlds()) }

func plainWorlds() []world {
	const confidence = 0.95
	boot := Bootstrap{Resamples: 300, Seed: 1}
	z99, phi99 := 2.3263478740408408, 0.026652142203
	es99 := phi99 / 0.01 // of the standard normal
	return []world{
		{"wilson", 0.06, 0.93, 0.97, 4000, func(r *rand.Rand) Estimate {
			return Wilson(binomial(r, 400, 0.06), 400, confidence)
		}},
		{"clopper-pearson", 0.06, 0.95, 1, 2000, func(r *rand.Rand) Estimate {
			return ClopperPearson(binomial(r, 200, 0.06), 200, confidence)
		}},
		{"importance-sampled probability", 1 - 0.99865010196837, 0.93, 0.97, 2000, func(r *rand.Rand) Estimate {
			return Probability(tilted(r, 500, 3, func(x float64) float64 { return indicator(x > 3) }), confidence)
		}},
		{"mean", 1, 0.93, 0.97, 4000, func(r *rand.Rand) Estimate {
			return Mean(exponentials(r, 300), confidence)
		}},
		{"mean of a tilted sample", 0, 0.93, 0.97, 2000, func(r *rand.Rand) Estimate {
			return Mean(tilted(r, 400, 0.5, func(x float64) float64 { return x }), confidence)
		}},
		{"unnormalised mean", 0.000382154, 0.93, 0.97, 2000, func(r *rand.Rand) Estimate { // E(X-3)+
			return UnnormalisedMean(tilted(r, 800, 3.2, func(x float64) float64 { return math.Max(0, x-3) }), confidence)
		}},
		{"ratio", 0.5, 0.93, 0.97, 3000, func(r *rand.Rand) Estimate {
			bottom := exponentials(r, 300)
			top := Sample{}
			for _, x := range bottom.Values {
				top.Values = append(top.Values, x*r.Float64())
			}
			return Ratio(top, bottom.Values, confidence)
		}},
		{"batch means of an autoregression", 0, 0.93, 0.97, 3000, func(r *rand.Rand) Estimate {
			return BatchMeans(autoregression(r, 2000, 0.6), 21, confidence)
		}},
		{"median", math.Ln2, 0.945, 0.99, 3000, func(r *rand.Rand) Estimate {
			return Quantile(exponentials(r, 200), 0.5, confidence)
		}},
		{"p99", -math.Log(0.01), 0.95, 0.995, 3000, func(r *rand.Rand) Estimate {
			return Quantile(exponentials(r, 800), 0.99, confidence)
		}},
		{"weighted p99", z99, 0.93, 0.98, 2000, func(r *rand.Rand) Estimate {
			return Quantile(tilted(r, 1000, 1.5, func(x float64) float64 { return x }), 0.99, confidence)
		}},
		{"expected shortfall of an exponential", 1 - math.Log(0.05), 0.93, 0.97, 2000, func(r *rand.Rand) Estimate {
			return ExpectedShortfall(exponentials(r, 600), []float64{0.95}, confidence, boot)[0]
		}},
		{"weighted expected shortfall", es99, 0.93, 0.97, 2000, func(r *rand.Rand) Estimate {
			return ExpectedShortfall(tilted(r, 500, 2, func(x float64) float64 { return x }), []float64{0.99}, confidence, boot)[0]
		}},
		{"survival with censoring", math.Exp(-1), 0.93, 0.97, 3000, func(r *rand.Rand) Estimate {
			return At(Survival(censored(r, 200), confidence), 1000)
		}},
		{"probability of antithetic paths", 0.158655253931457, 0.93, 0.97, 3000, func(r *rand.Rand) Estimate {
			s := twins(r, 150)
			return Probability(s.With(indicators(s.Values, 1)), confidence)
		}},
		{"mean of antithetic paths", math.Exp(0.125), 0.93, 0.97, 3000, func(r *rand.Rand) Estimate {
			s := twins(r, 150)
			for i, x := range s.Values {
				s.Values[i] = math.Exp(x / 2)
			}
			return Mean(s, confidence)
		}},
		{"p90 of groups", 1.2815515655446004, 0.93, 0.985, 2000, func(r *rand.Rand) Estimate {
			return Quantile(clusters(r, 120, 5, 0.3), 0.9, confidence)
		}},
		{"expected shortfall of groups", 1.7549833193248685, 0.925, 0.97, 1500, func(r *rand.Rand) Estimate {
			return ExpectedShortfall(clusters(r, 80, 8, 0.5), []float64{0.9}, confidence, boot)[0]
		}},
		{"ratio of groups", 0.5, 0.93, 0.97, 2000, func(r *rand.Rand) Estimate {
			top := clusters(r, 60, 5, 0.7)
			bottom := make([]float64, len(top.Values))
			for i, x := range top.Values {
				top.Values[i], bottom[i] = math.Exp(x)*r.Float64(), math.Exp(x)
			}
			return Ratio(top, bottom, confidence)
		}},
		{"splitting probability", splitTruth, 0.93, 0.97, 2000, func(r *rand.Rand) Estimate {
			return Probability(split(r, 24, 40), confidence)
		}},
		{"survival of groups", math.Exp(-1), 0.93, 0.97, 2000, func(r *rand.Rand) Estimate {
			return At(groupedLives(r, 60, 5, confidence), 1000)
		}},
		{"paired p90 of groups", 0.1 + 1.2815515655446004*(math.Sqrt(1.25)-1), 0.93, 0.975, 2000, func(r *rand.Rand) Estimate {
			before := clusters(r, 80, 5, 0.7)
			after := before.With(append([]float64(nil), before.Values...))
			for i := range after.Values {
				after.Values[i] += 0.1 + 0.5*r.NormFloat64()
			}
			return PairedQuantile(before, after, 0.9, confidence, boot)
		}},
		{"paired probability of groups", 0.3085375387259869 - 0.158655253931457, 0.93, 0.97, 2000, func(r *rand.Rand) Estimate {
			s := clusters(r, 60, 5, 0.7)
			return PairedProbability(s.With(indicators(s.Values, 1)), s.With(indicators(s.Values, 0.5)), confidence)
		}},
		{"welch of groups", 0.5, 0.93, 0.97, 2000, func(r *rand.Rand) Estimate {
			before, after := clusters(r, 30, 5, 0.7), clusters(r, 50, 5, 0.7)
			for i := range after.Values {
				after.Values[i] += 0.5
			}
			return WelchMean(before, after, confidence)
		}},
		{"difference of ratios", 0.25, 0.93, 0.97, 2000, func(r *rand.Rand) Estimate {
			bottom := exponentials(r, 300)
			top, more := bottom.With(nil), bottom.With(nil)
			for _, x := range bottom.Values {
				u := r.Float64()
				top.Values, more.Values = append(top.Values, x*u), append(more.Values, x*(0.5*u+0.5))
			}
			return PairedMean(RatioPseudoValues(top, bottom.Values), RatioPseudoValues(more, bottom.Values), confidence)
		}},
		{"paired mean", 0.1, 0.93, 0.97, 3000, func(r *rand.Rand) Estimate {
			before, after := pair(r, 200, 0.1)
			return PairedMean(before, after, confidence)
		}},
		{"paired proportion", 0.1, 0.93, 0.975, 4000, func(r *rand.Rand) Estimate {
			return PairedProportion(pairedTable(r, 150), confidence)
		}},
		{"paired probability, weighted", 0.0013498980 - 0.0002326291, 0.93, 0.97, 2000, func(r *rand.Rand) Estimate {
			s := tilted(r, 600, 3.2, func(x float64) float64 { return x })
			before, after := s, s
			before.Values, after.Values = indicators(s.Values, 3.5), indicators(s.Values, 3)
			return PairedProbability(before, after, confidence)
		}},
		{"paired p90", 0.1, 0.93, 0.975, 1500, func(r *rand.Rand) Estimate {
			before, after := pair(r, 300, 0.1)
			return PairedQuantile(before, after, 0.9, confidence, boot)
		}},
		{"paired shortfall", 0.1, 0.925, 0.97, 1500, func(r *rand.Rand) Estimate {
			before, after := pair(r, 400, 0.1)
			return PairedShortfall(before, after, 0.9, confidence, boot)
		}},
		{"welch", 0.5, 0.93, 0.97, 3000, func(r *rand.Rand) Estimate {
			return WelchMean(normals(r, 60, 0, 1), normals(r, 200, 0.5, 3), confidence)
		}},
		{"independent proportions", 0.1, 0.93, 0.97, 3000, func(r *rand.Rand) Estimate {
			return IndependentProportion(Wilson(binomial(r, 150, 0.1), 150, confidence), Wilson(binomial(r, 250, 0.2), 250, confidence))
		}},
		{"independent p90", 1, 0.93, 0.98, 1500, func(r *rand.Rand) Estimate {
			return IndependentQuantile(normals(r, 200, 0, 1), normals(r, 300, 1, 1), 0.9, confidence)
		}},
		{"independent shortfall", 1, 0.925, 0.975, 1500, func(r *rand.Rand) Estimate {
			return IndependentShortfall(normals(r, 400, 0, 1), normals(r, 400, 1, 1), 0.9, confidence, boot)
		}},
	}
}

func binomial(r *rand.Rand, n int64, p float64) (k int64) {
	for range n {
		if r.Float64() < p {
			k++
		}
	}
	return k
}

func exponentials(r *rand.Rand, n int) (s Sample) {
	for range n {
		s.Values = append(s.Values, r.ExpFloat64())
	}
	return s
}

func normals(r *rand.Rand, n int, mean, sd float64) (s Sample) {
	for range n {
		s.Values = append(s.Values, mean+sd*r.NormFloat64())
	}
	return s
}

// tilted draws N(shift, 1) and weighs by the likelihood ratio to N(0, 1).
func tilted(r *rand.Rand, n int, shift float64, f func(x float64) float64) (s Sample) {
	for range n {
		x := shift + r.NormFloat64()
		s.Values = append(s.Values, f(x))
		s.Weights = append(s.Weights, math.Exp(shift*shift/2-shift*x))
	}
	return s
}

func autoregression(r *rand.Rand, n int, rho float64) []float64 {
	out := make([]float64, n)
	x := 0.0
	for i := range out {
		x = rho*x + r.NormFloat64()
		out[i] = x
	}
	return out
}

// censored lives have exponential events and exponential losses, both of mean
// 1000 s, and end at 3000 s.
func censored(r *rand.Rand, n int) []Lifetime {
	out := make([]Lifetime, n)
	for i := range out {
		event, lost := 1000*r.ExpFloat64(), math.Min(3000, 1000*r.ExpFloat64())
		out[i] = Lifetime{Seconds: int64(math.Ceil(math.Min(event, lost))), Observed: event <= lost, Weight: 1}
	}
	return out
}

// pair shares most of its noise between the two runs.
func pair(r *rand.Rand, n int, shift float64) (before, after Sample) {
	for range n {
		common := r.NormFloat64()
		before.Values = append(before.Values, common+0.3*r.NormFloat64())
		after.Values = append(after.Values, common+0.3*r.NormFloat64()+shift)
	}
	return before, after
}

func pairedTable(r *rand.Rand, n int) (t PairedTable) {
	for range n {
		switch u := r.Float64(); {
		case u < 0.10:
			t.Both++
		case u < 0.15:
			t.BeforeOnly++
		case u < 0.30:
			t.AfterOnly++
		default:
			t.Neither++
		}
	}
	return t
}

func indicators(values []float64, above float64) []float64 {
	out := make([]float64, len(values))
	for i, x := range values {
		out[i] = indicator(x > above)
	}
	return out
}

// twins are pairs of opposite normals.
func twins(r *rand.Rand, pairs int) (s Sample) {
	for i := range pairs {
		x := r.NormFloat64()
		s.Values, s.Groups = append(s.Values, x, -x), append(s.Groups, int64(i), int64(i))
	}
	return s
}

// clusters are standard normals that share a part of their variance within
// groups.
func clusters(r *rand.Rand, groups, size int, shared float64) (s Sample) {
	for g := range groups {
		common := math.Sqrt(shared) * r.NormFloat64()
		for range size {
			s.Values = append(s.Values, common+math.Sqrt(1-shared)*r.NormFloat64())
			s.Groups = append(s.Groups, int64(g))
		}
	}
	return s
}

// split is splitting of the event that an exponential exceeds 6, by levels at 2
// and 4: beyond a level it is an exponential again.
func split(r *rand.Rand, repetitions, paths int) (s Sample) {
	const levels = 3
	for rep := range repetitions {
		share := 1.0
		for level := range levels {
			reached := 0
			for range paths {
				hit := share > 0 && r.ExpFloat64() > 2
				weight, value := share*levels, 0.0
				switch {
				case hit && level == levels-1:
					value = 1
				case hit:
					weight, reached = 0, reached+1
				}
				s.Values, s.Weights, s.Groups = append(s.Values, value), append(s.Weights, weight), append(s.Groups, int64(rep))
			}
			share *= float64(reached) / float64(paths)
		}
	}
	return s
}

var splitTruth = math.Exp(-6)

// groupedLives are exponential lives of mean 1000 s that share their luck
// within groups, and end at 3000 s.
func groupedLives(r *rand.Rand, groups, size int, confidence float64) []SurvivalPoint {
	s := clusters(r, groups, size, 0.5)
	lives := make([]Lifetime, len(s.Values))
	for i, x := range s.Values {
		at := -1000 * math.Log(0.5*math.Erfc(x/math.Sqrt2))
		lives[i] = Lifetime{Seconds: int64(math.Ceil(math.Min(at, 3000))), Observed: at <= 3000, Weight: 1}
	}
	return GroupedSurvival(lives, s.Groups, confidence)
}
