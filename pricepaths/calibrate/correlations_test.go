package calibrate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"backtest/pricepaths/correlation"
	"backtest/pricepaths/history"
)

// drawPanel is closes of assets whose returns have a matrix of correlations and a
// common volatility that clusters.
func drawPanel(t *testing.T, r *rand.Rand, n int, matrix [][]float64) *history.Panel {
	t.Helper()
	lower, ok := correlation.Cholesky(matrix)
	if !ok {
		t.Fatal("no correlation matrix")
	}
	k := len(matrix)
	p := &history.Panel{StepSeconds: 3600}
	prices := make([]float64, k)
	for a := range k {
		p.Assets, p.Closes, prices[a] = append(p.Assets, string(rune('A'+a))), append(p.Closes, nil), 100
	}
	volatility := 0.0
	for i := range n {
		p.Times = append(p.Times, int64(i)*3600)
		volatility = 0.98*volatility + 0.12*r.NormFloat64()
		z := make([]float64, k)
		for a := range z {
			z[a] = r.NormFloat64()
		}
		for a := range k {
			x := 0.0
			for b := range a + 1 {
				x += lower[a*k+b] * z[b]
			}
			prices[a] *= math.Exp(0.01 * math.Exp(volatility) * x)
			p.Closes[a] = append(p.Closes[a], prices[a])
		}
	}
	return p
}

// Errors of correlations cover the truth though volatility clusters.
func TestErrorsOfCorrelationsCover(t *testing.T) {
	const samples = 60
	matrix := [][]float64{{1, 0.8, 0.3}, {0.8, 1, 0.5}, {0.3, 0.5, 1}}
	covered, pairs := 0, 0
	for k := range samples {
		p := drawPanel(t, rand.New(rand.NewPCG(31, uint64(k))), 1500, matrix)
		c := Correlate(p, p.Assets)
		for _, pair := range c.Pairs {
			truth := matrix[pair.Assets[0][0]-'A'][pair.Assets[1][0]-'A']
			if pair.StdErr != nil && math.Abs(pair.Value-truth) < 1.96**pair.StdErr {
				covered++
			}
			pairs++
		}
	}
	if pairs != 3*samples || float64(covered) < 0.88*float64(pairs) {
		t.Errorf("seed 31: %d of %d intervals cover", covered, pairs)
	}
}

// Pairs over different steps that are no correlation matrix become the nearest one,
// and the fragment says so.
func TestPairsThatAreNoMatrix(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	whole := drawPanel(t, r, 900, [][]float64{{1, 0.95, 0.9}, {0.95, 1, 0.95}, {0.9, 0.95, 1}})
	other := drawPanel(t, r, 900, [][]float64{{1, 0, -0.9}, {0, 1, 0}, {-0.9, 0, 1}})
	for i := range 900 { // A and C meet only where they are opposed, each with B where they are alike
		for a := range 3 {
			if i >= 600 {
				whole.Closes[a][i] = other.Closes[a][i]
			}
		}
		switch {
		case i < 300:
			whole.Closes[2][i] = math.NaN()
		case i < 600:
			whole.Closes[0][i] = math.NaN()
		default:
			whole.Closes[1][i] = math.NaN()
		}
	}
	c := Correlate(whole, whole.Assets)
	if c.Distance < 0.1 || len(c.Pairs) != 3 {
		t.Fatalf("%+v", c)
	}
	m := [][]float64{{1, c.Pairs[0].Value, c.Pairs[1].Value}, {c.Pairs[0].Value, 1, c.Pairs[2].Value}, {c.Pairs[1].Value, c.Pairs[2].Value, 1}}
	if _, ok := correlation.Cholesky(m); !ok {
		t.Errorf("%v is no correlation matrix", m)
	}
	if text := c.Fragment(); !strings.Contains(text, "nearest") || !strings.Contains(text, "{assets: [A, B], value: ") || strings.Count(text, "±") != 3 {
		t.Errorf("%s", text)
	}
	if of := c.Of("C"); len(of) != 2 || fmt.Sprint(of[0].Assets, of[1].Assets) != "[A C] [B C]" {
		t.Errorf("%+v", of)
	}
}
