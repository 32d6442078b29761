package correlation

import (
	"math"
	"math/rand/v2"
	"testing"
)

// product returns L·Lᵀ.
func product(lower []float64, n int) [][]float64 {
	out := zeros(n)
	for i := range n {
		for j := range n {
			out[i][j] = dot(lower[i*n:(i+1)*n], lower[j*n:(j+1)*n])
		}
	}
	return out
}

func randomSymmetric(r *rand.Rand, n int) [][]float64 {
	m := zeros(n)
	for i := range n {
		m[i][i] = 1
		for j := range i {
			m[i][j] = 2*r.Float64() - 1
			m[j][i] = m[i][j]
		}
	}
	return m
}

func TestCholeskyMultipliesBack(t *testing.T) {
	for name, m := range map[string][][]float64{
		"definite":   {{1, .8, .6}, {.8, 1, .7}, {.6, .7, 1}},
		"singular":   {{1, 1, .5}, {1, 1, .5}, {.5, .5, 1}},
		"comonotone": {{1, 1}, {1, 1}},
		"opposite":   {{1, -1}, {-1, 1}},
	} {
		lower, ok := Cholesky(m)
		if !ok {
			t.Errorf("%s: refused", name)
			continue
		}
		if d := frobenius(product(lower, len(m)), m); d > 1e-12 {
			t.Errorf("%s: L·Lᵀ is %g away", name, d)
		}
	}
}

func TestCholeskyRefusesIndefinite(t *testing.T) {
	for _, m := range [][][]float64{
		{{1, .9, -.9}, {.9, 1, .9}, {-.9, .9, 1}},
		{{1, 1, 0}, {1, 1, 1}, {0, 1, 1}},
	} {
		if _, ok := Cholesky(m); ok {
			t.Errorf("%v was factored", m)
		}
	}
}

// The example of Higham (2002), §5: the nearest correlation matrix of the
// tridiagonal matrix of ones has 0.7607 beside the diagonal and 0.1573 in the
// corner, at a distance of 0.5278.
func TestNearestAgainstHigham(t *testing.T) {
	got, distance := Nearest([][]float64{{1, 1, 0}, {1, 1, 1}, {0, 1, 1}})
	want := [][]float64{{1, .7607, .1573}, {.7607, 1, .7607}, {.1573, .7607, 1}}
	for i := range want {
		for j := range want {
			if math.Abs(got[i][j]-want[i][j]) > 5e-5 {
				t.Errorf("element (%d,%d) is %.5f, want %.4f", i, j, got[i][j], want[i][j])
			}
		}
	}
	if math.Abs(distance-0.5278) > 5e-5 {
		t.Errorf("distance %.5f, want 0.5278", distance)
	}
}

func TestNearestIsACorrelationMatrixAndOptimal(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for range 20 {
		m := randomSymmetric(r, 5)
		got, distance := Nearest(m)
		values, _ := Eigen(got)
		for _, value := range values {
			if value < -1e-12 {
				t.Fatalf("seed (7, 7): eigenvalue %g", value)
			}
		}
		for i := range got {
			if got[i][i] != 1 {
				t.Fatalf("seed (7, 7): diagonal %v", got[i][i])
			}
		}
		// No other correlation matrix on the way to a random one is nearer.
		other, _ := Nearest(randomSymmetric(r, 5))
		for _, share := range []float64{0.01, 0.1} {
			mixed := clone(got)
			for i := range mixed {
				for j := range mixed {
					mixed[i][j] += share * (other[i][j] - got[i][j])
				}
			}
			if d := frobenius(m, mixed); d < distance-1e-7 {
				t.Fatalf("seed (7, 7): a matrix at %.9f is nearer than the nearest at %.9f", d, distance)
			}
		}
		if _, ok := Cholesky(got); !ok {
			t.Fatal("seed (7, 7): the nearest matrix cannot be factored")
		}
	}
}

func TestNearestLeavesACorrelationMatrix(t *testing.T) {
	m := [][]float64{{1, .8, .6}, {.8, 1, .7}, {.6, .7, 1}}
	if _, distance := Nearest(m); distance > 1e-9 {
		t.Errorf("moved a correlation matrix by %g", distance)
	}
}

func TestEigenReconstructs(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	m := randomSymmetric(r, 12)
	values, vectors := Eigen(m)
	back := zeros(12)
	for k, value := range values {
		for i := range back {
			for j := range back {
				back[i][j] += value * vectors[i][k] * vectors[j][k]
			}
		}
	}
	if d := frobenius(m, back); d > 1e-12 {
		t.Errorf("seed (8, 8): V·Λ·Vᵀ is %g away", d)
	}
}
