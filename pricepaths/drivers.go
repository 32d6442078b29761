package pricepaths

import (
	"fmt"

	"backtest/pricepaths/correlation"
)

// drivers are the assets that are moved by normals, with the Cholesky factors
// that correlate them: one, or one a state of Spec.Regimes.
type drivers struct {
	assets []int
	lower  [][]float64 // row-major len(assets)², nil for independent assets
}

func validateMatrix(v *validator, field string, m [][]float64, n int) {
	if m == nil || !v.check(len(m) == n, field, fmt.Sprintf("%d rows", len(m)), fmt.Sprintf("%d rows, one an asset", n)) {
		return
	}
	for i := range m {
		if !v.check(len(m[i]) == n, fmt.Sprintf("%s[%d]", field, i), fmt.Sprintf("%d columns", len(m[i])), fmt.Sprintf("%d columns", n)) {
			return
		}
	}
	for i := range m {
		v.check(m[i][i] == 1, fmt.Sprintf("%s[%d][%d]", field, i, i), m[i][i], "1 on the diagonal")
		for j := range i {
			at := fmt.Sprintf("%s[%d][%d]", field, i, j)
			v.within(at, m[i][j], -1, 1)
			v.check(m[i][j] == m[j][i], at, m[i][j], fmt.Sprintf("the same as [%d][%d], %v", j, i, m[j][i]))
		}
	}
}

func newDrivers(s *Spec, v *validator) *drivers {
	d := &drivers{}
	for n := range s.Assets {
		if s.Assets[n].Process.traits().normals {
			d.assets = append(d.assets, n)
		}
	}
	if s.Regimes == nil || s.Regimes.Correlations == nil {
		d.lower = [][]float64{d.factor(s, v, "correlation", s.Correlation)}
		return d
	}
	if s.Correlation != nil {
		v.fail("correlation", "a matrix", "none when regimes.correlations gives one a state")
	}
	for n, m := range s.Regimes.Correlations {
		d.lower = append(d.lower, d.factor(s, v, fmt.Sprintf("regimes.correlations[%d]", n), m))
	}
	return d
}

// factor repairs a matrix if need be, stresses it and factors the part of the
// drivers.
func (d *drivers) factor(s *Spec, v *validator, field string, m [][]float64) []float64 {
	if m != nil {
		m = possible(s, v, field, m)
	}
	if m = stressed(s, m, v); m == nil {
		return nil
	}
	part := make([][]float64, len(d.assets))
	for i, a := range d.assets {
		for _, b := range d.assets {
			part[i] = append(part[i], m[a][b])
		}
	}
	lower, ok := correlation.Cholesky(part)
	v.check(ok, field, "a matrix that cannot be factored", "a correlation matrix")
	return lower
}

// row returns the weights with which a driver mixes the independent normals in
// a state.
func (d *drivers) row(state, driver int) []float64 {
	n := len(d.assets)
	out := make([]float64, n)
	if d.lower[state] == nil {
		out[driver] = 1
	} else {
		copy(out, d.lower[state][driver*n:(driver+1)*n])
	}
	return out
}

// correlate replaces independent normals (driver-major) by correlated ones.
func (d *drivers) correlate(z []float64, states []int32, intervals int) {
	if len(d.lower) > 1 {
		d.correlateByState(z, states, intervals)
		return
	}
	lower, k := d.lower[0], len(d.assets)
	if lower == nil {
		return
	}
	for row := k - 1; row > 0; row-- { // row 0 is already its own normal
		combine(z, lower[row*k:row*k+row+1], row, intervals)
	}
}

// combine sets a row of z to the weighted sum of the rows up to itself.
func combine(z, weights []float64, row, n int) {
	out := z[row*n : (row+1)*n]
	own := weights[row]
	first := z[:n]
	w := weights[0]
	for i, x := range out {
		out[i] = float64(own*x) + float64(w*first[i])
	}
	for col := 1; col < row; col++ {
		other := z[col*n : (col+1)*n]
		w := weights[col]
		for i, x := range other {
			out[i] += float64(w * x)
		}
	}
}

func (d *drivers) correlateByState(z []float64, states []int32, n int) {
	k := len(d.assets)
	for i := range n {
		lower := d.lower[states[i]]
		if lower == nil {
			continue
		}
		for row := k - 1; row > 0; row-- {
			sum := 0.0
			for col := range row + 1 {
				sum += float64(lower[row*k+col] * z[col*n+i])
			}
			z[row*n+i] = sum
		}
	}
}

// smallestShift returns the shift e of the independent normals with the smallest
// norm that gives every driver with a mean other than 0 that mean:
// e = L_Sᵀ(L_S·L_Sᵀ)⁻¹m_S for the set S of those drivers.
func (d *drivers) smallestShift(state int, means []float64) (e []float64, ok bool) {
	k := len(d.assets)
	e = make([]float64, k)
	var rows [][]float64
	var wanted []float64
	for driver, mean := range means {
		if mean != 0 {
			rows = append(rows, d.row(state, driver))
			wanted = append(wanted, mean)
		}
	}
	weights, ok := solveGram(rows, wanted)
	for n, row := range rows {
		for j, x := range row {
			e[j] += float64(weights[n] * x)
		}
	}
	return e, ok
}

// solveGram solves (R·Rᵀ)x = b for the rows R; ok is false if they depend on
// one another.
func solveGram(rows [][]float64, b []float64) (x []float64, ok bool) {
	n := len(rows)
	gram := make([][]float64, n)
	for i := range n {
		gram[i] = make([]float64, n)
		for j := range n {
			for c := range rows[i] {
				gram[i][j] += float64(rows[i][c] * rows[j][c])
			}
		}
	}
	lower, ok := correlation.Cholesky(gram)
	x = append([]float64(nil), b...)
	for i := range n {
		if !ok || lower[i*n+i] == 0 {
			return x, false
		}
		for j := range i {
			x[i] -= float64(lower[i*n+j] * x[j])
		}
		x[i] /= lower[i*n+i]
	}
	for i := n - 1; i >= 0; i-- {
		for j := i + 1; j < n; j++ {
			x[i] -= float64(lower[j*n+i] * x[j])
		}
		x[i] /= lower[i*n+i]
	}
	return x, true
}
