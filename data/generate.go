package data

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// Parameters are those of the generator behind the sample series: an hourly
// return r = s·z with s² = (1-α-β)·v + α·r² + β·s² (GARCH(1,1), Bollerslev 1986),
// z correlated through a Cholesky factor, and a fall common to all assets in one
// hour of JumpEveryHours on average.
type Parameters struct {
	Seed           uint64
	Start          time.Time
	Hours          int // bars after the first
	Assets         []Asset
	Correlation    [][]float64
	Alpha, Beta    float64
	JumpEveryHours float64
	JumpFall       float64 // fraction of the price
}

// Asset is one series of the sample.
type Asset struct {
	Name             string
	Price            float64 // USD, at the start
	AnnualVolatility float64
	JumpBeta         float64 // share of JumpFall that the asset takes
}

// Provenance tells how the sample was generated. Volatilities and correlations
// are round numbers near those of the named assets; its dates lie before there
// were any such prices, so that nobody takes the series for history.
func Provenance() Parameters {
	return Parameters{
		Seed:  12,
		Start: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC),
		Hours: 60 * 24,
		Assets: []Asset{
			{"BTC", 30_000, 0.6, 0.8},
			{"ETH", 2_000, 0.8, 1},
			{"SNX", 3, 1.25, 1.2},
		},
		Correlation:    [][]float64{{1, 0.85, 0.65}, {0.85, 1, 0.7}, {0.65, 0.7, 1}},
		Alpha:          0.08,
		Beta:           0.9,
		JumpEveryHours: 720,
		JumpFall:       0.06,
	}
}

// Generate makes the sample series as a CSV file with a remark of its origin,
// `timestamp_unix` and a column an asset. It uses sums, products and square roots
// only, so that it makes the same bytes on every processor.
func Generate(p Parameters) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# generated series; no market ever had these prices. PCG seed %d; GARCH(1 1) alpha %g beta %g; common falls of %g every %g hours on average\n",
		p.Seed, p.Alpha, p.Beta, p.JumpFall, p.JumpEveryHours)
	b.WriteString("timestamp_unix")
	g := newGenerator(p)
	for _, a := range p.Assets {
		b.WriteString("," + a.Name)
	}
	for hour := 0; hour <= p.Hours; hour++ {
		if hour > 0 {
			g.step()
		}
		fmt.Fprintf(&b, "\n%d", p.Start.Unix()+int64(hour)*3600)
		for _, price := range g.prices {
			b.WriteString("," + strconv.FormatFloat(price, 'f', 4, 64))
		}
	}
	b.WriteByte('\n')
	return []byte(b.String())
}

type generator struct {
	p         Parameters
	rng       *rand.Rand
	cholesky  [][]float64
	prices    []float64
	variances []float64
	normals   []float64
}

func newGenerator(p Parameters) *generator {
	g := &generator{p: p, rng: rand.New(rand.NewPCG(p.Seed, 0)), cholesky: cholesky(p.Correlation), normals: make([]float64, len(p.Assets))}
	for _, a := range p.Assets {
		g.prices = append(g.prices, a.Price)
		g.variances = append(g.variances, a.hourlyVariance())
	}
	return g
}

func (a Asset) hourlyVariance() float64 { return a.AnnualVolatility * a.AnnualVolatility / (365 * 24) }

// step moves all prices by one hour.
func (g *generator) step() {
	for i := range g.normals {
		g.normals[i] = g.normal()
	}
	jump := 0.0
	if g.rng.Float64() < 1/g.p.JumpEveryHours {
		jump = g.p.JumpFall
	}
	for i, a := range g.p.Assets {
		z := 0.0
		for j, l := range g.cholesky[i] {
			z += float64(l * g.normals[j])
		}
		r := math.Sqrt(g.variances[i]) * z
		omega := (1 - g.p.Alpha - g.p.Beta) * a.hourlyVariance()
		shock := float64(g.p.Alpha * float64(r*r))
		g.variances[i] = float64(omega) + shock + float64(g.p.Beta*g.variances[i])
		g.prices[i] *= 1 + r - float64(jump*a.JumpBeta)
	}
}

// normal is nearly normal: the sum of twelve uniforms less six has mean 0 and
// variance 1, and needs no logarithm.
func (g *generator) normal() float64 {
	z := -6.0
	for range 12 {
		z += g.rng.Float64()
	}
	return z
}

// cholesky factors a positive definite correlation matrix; row i has i+1 entries.
func cholesky(c [][]float64) [][]float64 {
	l := make([][]float64, len(c))
	for i := range c {
		l[i] = make([]float64, i+1)
		for j := 0; j <= i; j++ {
			rest := c[i][j]
			for k := 0; k < j; k++ {
				rest -= float64(l[i][k] * l[j][k])
			}
			if i == j {
				l[i][j] = math.Sqrt(rest)
			} else {
				l[i][j] = rest / l[j][j]
			}
		}
	}
	return l
}
