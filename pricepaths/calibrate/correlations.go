package calibrate

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/stat"

	"backtest/pricepaths/correlation"
	"backtest/pricepaths/history"
	"backtest/pricepaths/stats"
)

// Pair is the correlation of the log returns of two assets.
type Pair struct {
	Assets [2]string `json:"assets"`
	Value  float64   `json:"value"`
	StdErr *float64  `json:"std_err"` // nil where there are too few returns
	N      int       `json:"n"`       // steps for which both have a return
}

// Correlations are those of all pairs of assets of a panel.
type Correlations struct {
	StepSeconds int64
	Assets      []string
	Pairs       []Pair

	// Distance is how far, in the Frobenius norm, the nearest correlation matrix
	// (Higham 2002) is from the pairs as they were estimated; 0 if these are one.
	Distance float64
}

// correlationBlocks are left out in turn for the errors: the blocks keep the
// clustering of volatility that makes an error for independent returns too small.
const correlationBlocks = 50

// Correlate estimates the correlations of the log returns of assets, each pair
// over the steps for which both have one, with the errors of a jackknife of 50
// blocks (Künsch 1989). Where the pairs together are no correlation matrix they
// are replaced by those of the nearest one. Pairs with fewer returns than a fit
// needs are left out.
func Correlate(p *history.Panel, assets []string) Correlations {
	c := Correlations{StepSeconds: p.StepSeconds, Assets: assets}
	returns := p.LogReturns()
	matrix := make([][]float64, len(assets))
	for i := range matrix {
		matrix[i] = make([]float64, len(assets))
		matrix[i][i] = 1
	}
	for i, asset := range assets {
		for j := range i {
			x, y := stats.Complete(returns[slices.Index(p.Assets, assets[j])], returns[slices.Index(p.Assets, asset)])
			if len(x) < leastReturns {
				continue
			}
			pair := Pair{Assets: [2]string{assets[j], asset}, Value: stat.Correlation(x, y, nil), N: len(x)}
			if math.IsNaN(pair.Value) {
				continue
			}
			if e := blockJackknife(x, y); e > 0 {
				pair.StdErr = &e
			}
			matrix[i][j], matrix[j][i] = pair.Value, pair.Value
			c.Pairs = append(c.Pairs, pair)
		}
	}
	c.repair(matrix)
	return c
}

// repair replaces pairs that cannot hold together.
func (c *Correlations) repair(matrix [][]float64) {
	if _, ok := correlation.Cholesky(matrix); ok {
		return
	}
	matrix, c.Distance = correlation.Nearest(matrix)
	for i := range c.Pairs {
		p := &c.Pairs[i]
		p.Value = matrix[slices.Index(c.Assets, p.Assets[0])][slices.Index(c.Assets, p.Assets[1])]
	}
}

// blockJackknife is the standard error of a correlation.
func blockJackknife(x, y []float64) float64 {
	n, sum, squares := len(x), 0.0, 0.0
	for b := range correlationBlocks {
		from, to := b*n/correlationBlocks, (b+1)*n/correlationBlocks
		v := stat.Correlation(slices.Concat(x[:from], x[to:]), slices.Concat(y[:from], y[to:]), nil)
		sum, squares = sum+v, squares+v*v
	}
	const k = correlationBlocks
	return math.Sqrt(max(squares-sum*sum/k, 0) * (k - 1) / k)
}

// Of lists the pairs of an asset.
func (c *Correlations) Of(asset string) []Pair {
	return slices.DeleteFunc(slices.Clone(c.Pairs), func(p Pair) bool { return p.Assets[0] != asset && p.Assets[1] != asset })
}

// Fragment renders the correlations as a fragment of the configuration of prices.
func (c *Correlations) Fragment() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# correlations of log returns of %d s, each pair over the steps for which both have one\n# errors by a jackknife of %d blocks (Künsch 1989)\n", c.StepSeconds, correlationBlocks)
	if c.Distance > 0 {
		fmt.Fprintf(&b, "# warning: the pairs as estimated are no correlation matrix; these are the nearest one (Higham 2002), at a Frobenius distance of %.3g\n", c.Distance)
	}
	b.WriteString("correlation:\n")
	for _, p := range c.Pairs {
		note := fmt.Sprintf("%d returns", p.N)
		if p.StdErr != nil {
			note = "± " + strconv.FormatFloat(*p.StdErr, 'g', 2, 64) + ", " + note
		}
		fmt.Fprintf(&b, "  - {assets: [%s, %s], value: %s} # %s\n", plainScalar(p.Assets[0]), plainScalar(p.Assets[1]), figure(math.Round(p.Value*1e4)/1e4), note)
	}
	return b.String()
}

// plainScalar quotes a name of an untrusted file unless it is a plain word.
func plainScalar(name string) string {
	if strings.IndexFunc(name, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_')
	}) < 0 {
		return name
	}
	return strconv.Quote(name)
}
