// Package correlation factors correlation matrices and repairs those that are
// none, in plain Go with the same bits on every processor.
package correlation

import "math"

// pivotTolerance is the pivot below which a row counts as a combination of the
// rows above it, and residualTolerance what such a row may leave over.
const (
	pivotTolerance    = 1e-12
	residualTolerance = 1e-9
)

// Cholesky returns the lower triangle L, row-major in a full n×n slice, with
// L·Lᵀ = m. A positive semidefinite matrix is accepted: a dependent row gets a
// zero on the diagonal. ok is false if the matrix is not positive semidefinite.
func Cholesky(m [][]float64) (lower []float64, ok bool) {
	n := len(m)
	lower = make([]float64, n*n)
	for col := range n {
		pivot := m[col][col] - dot(lower[col*n:col*n+col], lower[col*n:col*n+col])
		if pivot < -pivotTolerance {
			return nil, false
		}
		diagonal := 0.0
		if pivot > pivotTolerance {
			diagonal = math.Sqrt(pivot)
		}
		lower[col*n+col] = diagonal
		for row := col + 1; row < n; row++ {
			rest := m[row][col] - dot(lower[row*n:row*n+col], lower[col*n:col*n+col])
			switch {
			case diagonal > 0:
				lower[row*n+col] = rest / diagonal
			case math.Abs(rest) > residualTolerance:
				return nil, false
			}
		}
	}
	return lower, true
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for k, x := range a {
		sum += float64(x * b[k])
	}
	return sum
}
