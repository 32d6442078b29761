package study

import (
	"math"
	"math/rand/v2"
	"sort"
)

// resamples of the rows of a Saltelli design.
const resamples = 1000

// row is what a figure came to at the points of one row of a Saltelli design.
type row struct {
	a, b  float64
	mixed []float64 // A with one axis from B, axis by axis
}

// saltelli estimates Sobol indices: first order by Saltelli et al. (2010), total
// by Jansen (1999), table 2 (b) and (f) of "Variance based sensitivity analysis
// of model output", Computer Physics Communications 181. Intervals are
// percentiles of resampled rows.
func (s *Study) saltelli(e *Effects, values []float64) bool {
	rows := rowsOf(values[1:], len(s.Axes))
	all := make([]int, len(rows))
	for i := range all {
		all[i] = i
	}
	first, total, ok := indices(rows, all)
	if !ok {
		return false
	}
	e.Method = "Sobol indices, Saltelli and Jansen estimators, bootstrap of rows"
	random := rand.New(rand.NewPCG(s.Data.Manifest.Seed, uint64(len(rows))))
	firsts, totals := make([][]float64, len(s.Axes)), make([][]float64, len(s.Axes))
	for range resamples {
		for i := range all {
			all[i] = random.IntN(len(rows))
		}
		f, t, ok := indices(rows, all)
		for a := range s.Axes {
			if ok {
				firsts[a], totals[a] = append(firsts[a], f[a]), append(totals[a], t[a])
			}
		}
	}
	for a, axis := range s.Axes {
		e.Axes = append(e.Axes, AxisEffect{
			Key: axis.Key, First: percentiles(first[a], firsts[a], s.Data.Confidence), Total: percentiles(total[a], totals[a], s.Data.Confidence),
		})
	}
	return true
}

func rowsOf(values []float64, axes int) []row {
	var rows []row
	for at := 0; at+axes+2 <= len(values); at += axes + 2 {
		rows = append(rows, row{values[at], values[at+1], values[at+2 : at+2+axes]})
	}
	return rows
}

// indices from the rows of a resample; false when the figure is constant there.
func indices(rows []row, pick []int) (first, total []float64, ok bool) {
	axes := len(rows[0].mixed)
	first, total = make([]float64, axes), make([]float64, axes)
	both := make([]float64, 0, 2*len(pick))
	for _, i := range pick {
		both = append(both, rows[i].a, rows[i].b)
	}
	v, centre := variance(both), mean(both)
	if v == 0 {
		return nil, nil, false
	}
	n := float64(len(pick))
	for _, i := range pick {
		r := rows[i]
		for a, x := range r.mixed {
			// Centred, which leaves the expectation and takes variance away.
			first[a] += float64((r.b-centre)*(x-r.a)) / n / v
			total[a] += float64((r.a-x)*(r.a-x)) / (2 * n) / v
		}
	}
	return first, total, true
}

func percentiles(value float64, replicates []float64, confidence float64) Share {
	if len(replicates) < resamples/2 {
		return unknownShare()
	}
	sort.Float64s(replicates)
	at := func(p float64) float64 {
		return replicates[min(len(replicates)-1, int(math.Floor(p*float64(len(replicates)))))]
	}
	return Share{value, at((1 - confidence) / 2), at((1 + confidence) / 2)}
}
