package page

import (
	"math"
	"sort"

	"backtest/report"
	"backtest/runner/record"
)

type vaultData struct {
	Name        string     `json:"name"`
	Issuance    number     `json:"issuance"`    // configured ratios, 0 where unknown
	Liquidation number     `json:"liquidation"` // 1.5 = 150 %
	Views       []fanData  `json:"views"`
	Histogram   *histogram `json:"histogram"`
}

// histogram is the distribution of C-ratios in a vault at some moments. The last
// bin holds everything above its lower edge.
type histogram struct {
	T         []int64  `json:"t"`
	Edges     edges    `json:"edges"`
	Debt      []shares `json:"debt"`      // shares, a row a moment
	Positions []shares `json:"positions"` // the same
	N         []int64  `json:"n"`         // positions with debt
	Free      []int64  `json:"free"`      // positions without
}

const (
	ratioBins     = 48
	mostMoments   = 40
	leastMoments  = 6
	momentsBudget = 600 // of all vaults of all cells
)

// moments is the number of moments that each of some vaults may have.
func moments(vaults int) int {
	return min(mostMoments, max(leastMoments, momentsBudget/max(1, vaults)))
}

// vaultOf gathers what is known of a vault's C-ratio.
func vaultOf(c *report.Cell, vault report.Entity, a asked, start int64, rows, moments int) vaultData {
	config := a.collateral(vault.Collateral)
	out := vaultData{Name: vault.String(), Issuance: number(config.IssuanceRatio.number()), Liquidation: number(config.LiquidationRatio.number())}
	for _, f := range c.Fans {
		if f.Figure == "vault_c_ratio" && f.Entity == vault.String() {
			view := fanOf(f, start, rows)
			view.Name, view.Label = "vault as a whole", "C-ratio"
			out.Views = append(out.Views, view)
		}
	}
	positions, debt := ratioRows(c, vault, record.BasisPosition), ratioRows(c, vault, record.BasisDebt)
	for _, basis := range []struct {
		name, over string
		rows       []record.CRatioRow
	}{{"its positions", "positions", positions}, {"its debt", "debt", debt}} {
		view := fanData{Name: basis.name, Label: "C-ratio", Unit: report.UnitRatio, Over: basis.over}
		for _, row := range thin(basis.rows, rows) {
			view.T = append(view.T, row.Time-start)
			for i, q := range row.Quantiles {
				view.Q[i] = append(view.Q[i], q)
			}
		}
		if len(basis.rows) > 0 {
			out.Views = append(out.Views, view)
		}
	}
	out.Histogram = histogramOf(thin(positions, moments), thin(debt, moments), start)
	return out
}

func ratioRows(c *report.Cell, vault report.Entity, basis string) []record.CRatioRow {
	var out []record.CRatioRow
	for _, row := range c.CRatios {
		if row.Pool == vault.Pool && row.Collateral == vault.Collateral && row.Basis == basis {
			out = append(out, row)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Step < out[j].Step })
	return out
}

func histogramOf(positions, debt []record.CRatioRow, start int64) *histogram {
	low, high := math.Inf(1), 0.0
	for _, row := range positions {
		if row.N > 0 {
			low, high = math.Min(low, row.Quantiles[0]), math.Max(high, math.Min(row.Quantiles[6], 3*row.Quantiles[4]))
		}
	}
	if !(high > low) || len(debt) != len(positions) {
		return nil
	}
	low, high = math.Floor(low*10)/10, math.Ceil(high*10)/10
	h := &histogram{}
	for i := 0; i <= ratioBins; i++ {
		h.Edges = append(h.Edges, low+(high-low)*float64(i)/ratioBins)
	}
	for i, row := range positions {
		h.T = append(h.T, row.Time-start)
		h.N, h.Free = append(h.N, row.N), append(h.Free, row.ZeroDebt)
		h.Positions = append(h.Positions, rebin(row, low, high))
		h.Debt = append(h.Debt, rebin(debt[i], low, high))
	}
	return h
}

// rebin counts a recorded distribution in equal bins, as shares; what lies
// outside goes into the first and the last. A recorded bin that reaches over
// an edge is divided as if it were even, else edges of both kinds would beat.
func rebin(row record.CRatioRow, low, high float64) shares {
	out := make(shares, ratioBins)
	place := func(x float64) float64 { return max(0, min(ratioBins, (x-low)/(high-low)*ratioBins)) }
	for i, edge := range row.BinLow {
		share := row.BinWeight[i] / row.Weight
		from, to := place(edge), place(edge*(1+2*record.SketchRelativeError))
		first, last := min(ratioBins-1, int(from)), min(ratioBins-1, int(to))
		if to <= from {
			out[first] += share
			continue
		}
		for bin := first; bin <= last; bin++ {
			part := min(to, float64(bin+1)) - max(from, float64(bin))
			out[bin] += share * part / (to - from)
		}
	}
	return out
}
