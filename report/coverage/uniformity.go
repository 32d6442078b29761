package coverage

import (
	"math"
	"math/rand/v2"
	"sort"

	"backtest/pricepaths/portable"
)

// KolmogorovSmirnov tests values on (0, 1) against the uniform law. P is exact
// (Marsaglia, Tsang, Wang 2003: Durbin's matrix), in the far tail to 1e-7.
func KolmogorovSmirnov(values []float64) Test {
	sorted := ordered(values)
	n := float64(len(sorted))
	distance := 0.0
	for i, u := range sorted {
		distance = math.Max(distance, math.Max(float64(i+1)/n-u, u-float64(i)/n))
	}
	test := Test{Name: "uniformity (Kolmogorov-Smirnov)", Statistic: distance, Exact: true, N: len(sorted), P: 1, AsymptoticP: 1}
	if len(sorted) == 0 {
		return test
	}
	test.P = math.Max(0, 1-kolmogorovCDF(len(sorted), distance))
	root := math.Sqrt(n)
	test.AsymptoticP = kolmogorovTail(float64((root + 0.12 + 0.11/root) * distance)) // Stephens 1970
	return test
}

func ordered(values []float64) []float64 {
	sorted := append([]float64(nil), values...)
	sort.Float64s(sorted)
	return sorted
}

// kolmogorovTail is 2 sum (-1)^(j-1) e^(-2 j^2 x^2), Kolmogorov's limit law.
func kolmogorovTail(x float64) float64 {
	if x < 0.3 {
		return 1
	}
	sum, sign := 0.0, 2.0
	for j := 1.0; j <= 20; j++ {
		sum += float64(sign * portable.Exp(-2*float64(j*j*x*x)))
		sign = -sign
	}
	return math.Min(1, math.Max(0, sum))
}

// kolmogorovCDF is P(D_n < d): n!/n^n times the middle entry of the n-th power of
// Durbin's matrix.
func kolmogorovCDF(n int, d float64) float64 {
	count := float64(n)
	if square := float64(d * d * count); square > 7.24 || (square > 3.76 && n > 99) {
		return 1 - 2*portable.Exp(-float64((2.000071+0.331/math.Sqrt(count)+1.409/count)*square))
	}
	k := int(float64(count*d)) + 1
	size := 2*k - 1
	h := durbinMatrix(size, float64(k)-float64(count*d))
	power, exponent := matrixPower(h, n)
	result := power[k-1][k-1]
	for i := 1; i <= n; i++ {
		if result = result * float64(i) / count; result < 1e-140 {
			result *= 1e140
			exponent -= 140
		}
	}
	return float64(result * portable.Pow(10, float64(exponent)))
}

func durbinMatrix(size int, h float64) [][]float64 {
	m := make([][]float64, size)
	for i := range m {
		m[i] = make([]float64, size)
		for j := range m[i] {
			if i-j+1 >= 0 {
				m[i][j] = 1
			}
		}
	}
	product := 1.0
	for i := range m {
		product *= h
		m[i][0] -= product
		m[size-1][size-1-i] -= product
	}
	if 2*h-1 > 0 {
		corner := 1.0
		for range size {
			corner *= 2*h - 1
		}
		m[size-1][0] += corner
	}
	for i := range m {
		for j := range m[i] {
			for g := 2; g <= i-j+1; g++ {
				m[i][j] /= float64(g)
			}
		}
	}
	return m
}

// matrixPower gives m^n as a matrix times 10^exponent.
func matrixPower(m [][]float64, n int) (power [][]float64, exponent int) {
	if n == 1 {
		return m, 0
	}
	half, halfExponent := matrixPower(m, n/2)
	power, exponent = multiply(half, half), 2*halfExponent
	if n%2 == 1 {
		power = multiply(m, power)
	}
	if middle := len(m) / 2; power[middle][middle] > 1e140 {
		for i := range power {
			for j := range power[i] {
				power[i][j] *= 1e-140
			}
		}
		exponent += 140
	}
	return power, exponent
}

func multiply(a, b [][]float64) [][]float64 {
	product := make([][]float64, len(a))
	for i := range a {
		product[i] = make([]float64, len(b[0]))
		for k, factor := range a[i] {
			if factor == 0 {
				continue
			}
			for j, value := range b[k] {
				product[i][j] += float64(factor * value)
			}
		}
	}
	return product
}

// AndersonDarling tests values on (0, 1) against the uniform law, with more
// weight on the ends than Kolmogorov-Smirnov. P is that of Marsaglia and
// Marsaglia 2004 (its error below 1e-5 at every n).
func AndersonDarling(values []float64) Test {
	sorted := ordered(values)
	n := len(sorted)
	test := Test{Name: "uniformity (Anderson-Darling)", Exact: true, N: n, P: 1, AsymptoticP: 1}
	if n == 0 {
		return test
	}
	sum := 0.0
	for i, u := range sorted {
		low, high := bounded(u), bounded(1-sorted[n-1-i])
		sum += float64(float64(2*i+1) * (portable.Log(low) + portable.Log(high)))
	}
	test.Statistic = -float64(n) - sum/float64(n)
	limit := andersonLimit(test.Statistic)
	test.AsymptoticP = 1 - limit
	test.P = math.Min(1, math.Max(0, 1-limit-andersonCorrection(n, limit)))
	return test
}

// bounded keeps a logarithm finite where a value was rounded to an end.
func bounded(u float64) float64 { return math.Min(1, math.Max(1e-300, u)) }

func polynomial(x float64, coefficients ...float64) float64 {
	value := 0.0
	for i := len(coefficients) - 1; i >= 0; i-- {
		value = float64(value*x) + coefficients[i]
	}
	return value
}

// andersonLimit is the distribution function of the limit law (Marsaglia,
// Marsaglia 2004, section 3: adinf).
func andersonLimit(z float64) float64 {
	switch {
	case !(z > 0):
		return 0
	case z < 2:
		return float64(portable.Exp(-1.2337141/z) / math.Sqrt(z) *
			polynomial(z, 2.00012, 0.247105, -0.0649821, 0.0347962, -0.011672, 0.00168691))
	}
	return portable.Exp(-portable.Exp(polynomial(z, 1.0776, -2.30695, 0.43424, -0.082433, 0.008056, -0.0003146)))
}

// andersonCorrection is what n values add to the limit law (the same, errfix).
func andersonCorrection(n int, x float64) float64 {
	size := float64(n)
	if x > 0.8 {
		return polynomial(x, -130.2137, 745.2337, -1705.091, 1950.646, -1116.360, 255.7844) / size
	}
	edge := 0.01265 + 0.1757/size
	if x < edge {
		t := x / edge
		shape := float64(math.Sqrt(t) * (1 - t) * (49*t - 102))
		return float64(shape*(0.0037/(size*size)+0.00078/size+0.00006)) / size
	}
	t := (x - edge) / (0.8 - edge)
	return float64(polynomial(t, -0.00022633, 6.54034, -14.6538, 14.458, -8.259, 1.91864)*(0.04213+0.01365/size)) / size
}

// SerialDependence tests whether a value tells the next one: the correlation of
// neighbours, of the values themselves or of their squared distance from 1/2
// (which follows clusters of volatility). P is exact: the share of permutations
// (seeded) with as large an absolute correlation.
func SerialDependence(values []float64, squared bool, draws int, seed uint64) Test {
	series := append([]float64(nil), values...)
	test := Test{Name: "serial dependence of the PIT", Exact: true, N: len(values), P: 1, AsymptoticP: 1}
	if squared {
		test.Name = "serial dependence of the squared PIT"
		for i, u := range series {
			series[i] = float64((u - 0.5) * (u - 0.5))
		}
	}
	if len(series) < 3 {
		return test
	}
	test.Statistic = neighbourCorrelation(series)
	test.AsymptoticP = math.Min(1, 2*portable.NormalCDF(-math.Abs(test.Statistic)*math.Sqrt(float64(len(series)))))
	source := rand.New(rand.NewPCG(seed, 0x5d))
	asLarge := 1
	for range draws {
		source.Shuffle(len(series), func(i, j int) { series[i], series[j] = series[j], series[i] })
		if math.Abs(neighbourCorrelation(series)) >= math.Abs(test.Statistic)-1e-12 {
			asLarge++
		}
	}
	test.P = float64(asLarge) / float64(draws+1)
	return test
}

// neighbourCorrelation is the autocorrelation at lag one.
func neighbourCorrelation(series []float64) float64 {
	mean := 0.0
	for _, x := range series {
		mean += x
	}
	mean /= float64(len(series))
	var square, product float64
	for i, x := range series {
		square += float64((x - mean) * (x - mean))
		if i > 0 {
			product += float64((x - mean) * (series[i-1] - mean))
		}
	}
	if square == 0 {
		return 0
	}
	return product / square
}
