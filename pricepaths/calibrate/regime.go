package calibrate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// fitRegime fits normal returns whose mean and variance follow a hidden Markov
// chain (Hamilton 1989) by maximum likelihood, with the EM algorithm (Hamilton
// 1990). States are in the order of their volatility. Standard errors are those of a
// parametric bootstrap.
func fitRegime(s Series, o Options) (*fitted, error) {
	if o.States < 2 || o.States > 5 {
		return nil, fmt.Errorf("%w: %d states, want 2 to 5", ErrSample, o.States)
	}
	c, err := maximise(s, o.States)
	if err != nil {
		return nil, err
	}
	c = c.sorted()
	unknowns, p := c.unknowns(s.year())
	resample := resampling{
		simulate: c.simulate,
		refit: func(returns []float64) ([]float64, error) {
			again, err := c.climb(returns, 0.01, 300)
			_, p := again.sorted().unknowns(s.year())
			return p, err
		},
	}
	covariance := resample.covariance(p, len(s.Returns), o.Replicates)
	f := &fitted{
		method: "maximum likelihood by EM (Hamilton 1989, 1990); errors by parametric bootstrap", free: len(p), covariance: covariance,
		params: report(unknowns, p, errorsOf(covariance, len(p))), pit: c.predictive(s.Returns),
	}
	f.logLikelihood = c.filter(s.Returns, nil)
	weights := c.stationary()
	f.cdf = func(x float64) float64 { return c.cdf(x, weights) }
	return f, nil
}

// maximise runs EM until a step gains less than 1e-7.
func maximise(s Series, states int) (chain, error) {
	return startChain(s, states).climb(s.Returns, 1e-7, 3000)
}

// climb runs EM from a chain until a step gains less than gain.
func (c chain) climb(returns []float64, gain float64, most int) (chain, error) {
	last := math.Inf(-1)
	for range most {
		next, logLikelihood := c.reestimate(returns)
		if math.IsNaN(logLikelihood) || slices.ContainsFunc(next.variance, func(v float64) bool { return !(v > 0) }) {
			return c, fmt.Errorf("%w: a state shrinks to a single return", ErrSample)
		}
		if logLikelihood-last < gain {
			return c, nil
		}
		last, c = logLikelihood, next
	}
	return c, nil
}

// simulate draws returns of the chain, from its stationary distribution.
func (c chain) simulate(r *rand.Rand, n int) []float64 {
	pick := func(weights []float64) int {
		u := r.Float64()
		for i, w := range weights {
			if u -= w; u < 0 {
				return i
			}
		}
		return len(weights) - 1
	}
	state := pick(c.stationary())
	out := make([]float64, n)
	for i := range out {
		out[i] = c.mean[state] + math.Sqrt(c.variance[state])*r.NormFloat64()
		state = pick(c.transition[state])
	}
	return out
}

// startChain has persistent states from calm to wild, a factor of two apart.
func startChain(s Series, states int) chain {
	mean, variance := s.moments()
	c := newChain(states)
	for i := range states {
		c.mean[i] = mean
		c.variance[i] = variance * math.Pow(4, float64(i)-float64(states-1)/2)
		for j := range states {
			c.transition[i][j] = 0.05 / float64(states-1)
		}
		c.transition[i][i] = 0.95
	}
	return c
}

func (c chain) sorted() chain {
	order := make([]int, c.states())
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if c.variance[a] < c.variance[b] {
			return -1
		}
		return 1
	})
	out := newChain(c.states())
	for i, from := range order {
		out.mean[i], out.variance[i] = c.mean[from], c.variance[from]
		for j, to := range order {
			out.transition[i][j] = c.transition[from][to]
		}
	}
	return out
}

// unknowns lists drift and volatility of every state and the probabilities to
// leave it, in the order that unpack reads.
func (c chain) unknowns(year float64) (u []unknown, p []float64) {
	for i, v := range c.variance {
		vol := math.Sqrt(v * year)
		u = append(u, unknown{key: fmt.Sprintf("states.%d.annual_drift", i), lo: -inf, hi: inf, scale: vol},
			unknown{key: fmt.Sprintf("states.%d.annual_volatility", i), lo: 0, hi: inf, scale: vol})
		p = append(p, c.mean[i]*year+v*year/2, vol)
	}
	for i, row := range c.transition {
		for j, probability := range row {
			if i != j {
				u = append(u, unknown{key: fmt.Sprintf("transition.%d.%d", i, j), lo: 0, hi: 1, scale: probability})
				p = append(p, probability)
			}
		}
	}
	return u, p
}

func unpack(p []float64, states int, year float64) chain {
	c := newChain(states)
	for i := range states {
		c.mean[i] = (p[2*i] - p[2*i+1]*p[2*i+1]/2) / year
		c.variance[i] = p[2*i+1] * p[2*i+1] / year
	}
	leave := p[2*states:]
	for i := range states {
		c.transition[i][i] = 1
		for j := range states {
			if i != j {
				c.transition[i][j] = leave[0]
				c.transition[i][i] -= leave[0]
				leave = leave[1:]
			}
		}
	}
	return c
}

// cdf is the distribution function of a return given the distribution over states.
func (c chain) cdf(x float64, weights []float64) float64 {
	sum := 0.0
	for i, w := range weights {
		sum += w * normalCDF((x-c.mean[i])/math.Sqrt(c.variance[i]))
	}
	return sum
}

// predictive transforms each return by its distribution given those before it.
func (c chain) predictive(returns []float64) []float64 {
	u := make([]float64, len(returns))
	c.filter(returns, func(t int, before, _ []float64) { u[t] = c.cdf(returns[t], before) })
	return u
}
