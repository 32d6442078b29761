package correlation

import "math"

// smallestEigenvalue is what Nearest leaves at least, so that the result can be
// factored.
const smallestEigenvalue = 1e-10

// Nearest returns the correlation matrix that is nearest to a symmetric matrix
// in the Frobenius norm, and that distance: Higham (2002), "Computing the
// nearest correlation matrix, a problem from finance", IMA Journal of Numerical
// Analysis 22, 329-343, algorithm 3.3 (alternating projections with Dykstra's
// correction). It stops when an iteration changes no element by more than 1e-10
// or after 10000 iterations; then eigenvalues are raised to 1e-10 at least.
func Nearest(m [][]float64) (nearest [][]float64, distance float64) {
	n := len(m)
	y, correction := clone(m), zeros(n)
	for range 10000 {
		r := zeros(n)
		for i := range n {
			for j := range n {
				r[i][j] = y[i][j] - correction[i][j]
			}
		}
		x := raiseEigenvalues(r, 0)
		change := 0.0
		for i := range n {
			for j := range n {
				correction[i][j] = x[i][j] - r[i][j]
				next := x[i][j]
				if i == j {
					next = 1
				}
				change = max(change, math.Abs(next-y[i][j]))
				y[i][j] = next
			}
		}
		if change < 1e-10 {
			break
		}
	}
	nearest = unitDiagonal(raiseEigenvalues(y, smallestEigenvalue))
	return nearest, frobenius(m, nearest)
}

// raiseEigenvalues returns the matrix with its eigenvalues raised to a floor:
// for 0 the projection onto the positive semidefinite matrices.
func raiseEigenvalues(m [][]float64, floor float64) [][]float64 {
	values, vectors := Eigen(m)
	out := zeros(len(m))
	for k, value := range values {
		value = max(value, floor)
		for i := range m {
			for j := range i + 1 {
				out[i][j] += float64(float64(value*vectors[i][k]) * vectors[j][k])
			}
		}
	}
	for i := range m {
		for j := range i {
			out[j][i] = out[i][j]
		}
	}
	return out
}

func unitDiagonal(m [][]float64) [][]float64 {
	out := zeros(len(m))
	for i := range m {
		for j := range m {
			out[i][j] = m[i][j] / math.Sqrt(float64(m[i][i]*m[j][j]))
		}
		out[i][i] = 1
	}
	return out
}

func frobenius(a, b [][]float64) float64 {
	sum := 0.0
	for i := range a {
		for j := range a {
			d := a[i][j] - b[i][j]
			sum += float64(d * d)
		}
	}
	return math.Sqrt(sum)
}

func zeros(n int) [][]float64 {
	out := make([][]float64, n)
	for i := range out {
		out[i] = make([]float64, n)
	}
	return out
}

func clone(m [][]float64) [][]float64 {
	out := zeros(len(m))
	for i := range m {
		copy(out[i], m[i])
	}
	return out
}
