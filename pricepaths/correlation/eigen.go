package correlation

import (
	"math"
	"slices"
)

// Eigen returns the eigenvalues of a symmetric matrix and its eigenvectors as
// columns, by cyclic Jacobi rotations (Golub and Van Loan, §8.5), unsorted.
func Eigen(m [][]float64) (values []float64, vectors [][]float64) {
	n := len(m)
	a := make([][]float64, n)
	vectors = make([][]float64, n)
	for i := range n {
		a[i] = slices.Clone(m[i])
		vectors[i] = make([]float64, n)
		vectors[i][i] = 1
	}
	for range 60 {
		if offDiagonal(a) < 1e-300 {
			break
		}
		for p := range n {
			for q := p + 1; q < n; q++ {
				rotate(a, vectors, p, q)
			}
		}
	}
	values = make([]float64, n)
	for i := range n {
		values[i] = a[i][i]
	}
	return values, vectors
}

func offDiagonal(a [][]float64) float64 {
	sum := 0.0
	for i := range a {
		for j := range i {
			sum += float64(a[i][j] * a[i][j])
		}
	}
	return sum
}

// rotate annihilates the element (p, q).
func rotate(a, vectors [][]float64, p, q int) {
	if math.Abs(a[p][q]) < 1e-150 {
		a[p][q], a[q][p] = 0, 0
		return
	}
	theta := (a[q][q] - a[p][p]) / (2 * a[p][q])
	t := 1 / (math.Abs(theta) + math.Sqrt(float64(theta*theta)+1))
	if theta < 0 {
		t = -t
	}
	c := 1 / math.Sqrt(float64(t*t)+1)
	s := float64(t * c)
	for k := range a {
		x, y := a[k][p], a[k][q]
		a[k][p], a[k][q] = float64(c*x)-float64(s*y), float64(s*x)+float64(c*y)
	}
	for k := range a {
		x, y := a[p][k], a[q][k]
		a[p][k], a[q][k] = float64(c*x)-float64(s*y), float64(s*x)+float64(c*y)
		x, y = vectors[k][p], vectors[k][q]
		vectors[k][p], vectors[k][q] = float64(c*x)-float64(s*y), float64(s*x)+float64(c*y)
	}
	a[p][q], a[q][p] = 0, 0
}
