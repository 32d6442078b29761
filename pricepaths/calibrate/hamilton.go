package calibrate

import "math"

// chain is a Markov chain of normal regimes: mean and variance of the return of a
// step in each, and the probabilities to go from one to the other in a step.
type chain struct {
	mean, variance []float64
	transition     [][]float64 // [from][to]
}

func (c chain) states() int { return len(c.mean) }

// stationary is the long-run distribution of the chain, by repeated transition.
func (c chain) stationary() []float64 {
	k := c.states()
	p, next := make([]float64, k), make([]float64, k)
	for i := range p {
		p[i] = 1 / float64(k)
	}
	for range 20_000 {
		c.advance(p, next)
		change := 0.0
		for i := range p {
			change += math.Abs(next[i] - p[i])
		}
		p, next = next, p
		if change < 1e-14 {
			break
		}
	}
	return p
}

// advance carries a distribution over the states one step on.
func (c chain) advance(p, next []float64) {
	for j := range next {
		next[j] = 0
		for i := range p {
			next[j] += p[i] * c.transition[i][j]
		}
	}
}

// filter is the filter of Hamilton (1989): visit gets, for each return, the
// distribution over the states before it (given the past) and after it. Both are
// reused. The result is the log likelihood.
func (c chain) filter(returns []float64, visit func(t int, before, after []float64)) float64 {
	k := c.states()
	before, after := c.stationary(), make([]float64, k)
	logLikelihood := 0.0
	for t, r := range returns {
		total := 0.0
		for i := range after {
			after[i] = before[i] * normalPDF(r-c.mean[i], c.variance[i])
			total += after[i]
		}
		if total <= 0 { // beyond the reach of every state: it tells nothing of them
			total = math.SmallestNonzeroFloat64
			copy(after, before)
		} else {
			for i := range after {
				after[i] /= total
			}
		}
		logLikelihood += math.Log(total)
		if visit != nil {
			visit(t, before, after)
		}
		c.advance(after, before)
	}
	return logLikelihood
}

// reestimate is one step of the EM algorithm (Hamilton 1990) with the smoother of
// Kim (1994); it gives the better chain and the log likelihood of the old one.
func (c chain) reestimate(returns []float64) (chain, float64) {
	k, n := c.states(), len(returns)
	before, after := make([]float64, n*k), make([]float64, n*k)
	logLikelihood := c.filter(returns, func(t int, b, a []float64) {
		copy(before[t*k:], b)
		copy(after[t*k:], a)
	})
	next := newChain(k)
	weight, first, second := make([]float64, k), make([]float64, k), make([]float64, k)
	smooth := make([]float64, k)
	copy(smooth, after[(n-1)*k:])
	for t := n - 1; t >= 0; t-- {
		if t < n-1 {
			c.smooth(smooth, after[t*k:(t+1)*k], before[(t+1)*k:(t+2)*k], next.transition)
		}
		for i, w := range smooth {
			weight[i] += w
			first[i] += w * returns[t]
			second[i] += w * returns[t] * returns[t]
		}
	}
	for i := range k {
		next.mean[i] = first[i] / weight[i]
		next.variance[i] = second[i]/weight[i] - next.mean[i]*next.mean[i]
		total := 0.0
		for _, p := range next.transition[i] {
			total += p
		}
		for j := range next.transition[i] {
			next.transition[i][j] /= total
		}
	}
	return next, logLikelihood
}

// smooth turns the smoothed distribution of a step into that of the step before,
// and adds the joint probabilities of both to the transition counts.
func (c chain) smooth(smooth, after, before []float64, counts [][]float64) {
	k := c.states()
	earlier := make([]float64, k)
	for i := range k {
		for j := range k {
			if before[j] > 0 {
				joint := after[i] * c.transition[i][j] * smooth[j] / before[j]
				earlier[i] += joint
				counts[i][j] += joint
			}
		}
	}
	copy(smooth, earlier)
}

func newChain(states int) chain {
	c := chain{mean: make([]float64, states), variance: make([]float64, states)}
	for range states {
		c.transition = append(c.transition, make([]float64, states))
	}
	return c
}
