package sim

import (
	"math"

	"backtest/model"
	"backtest/runner/record"
	"backtest/runner/units"
)

// The C-ratios of a vault's positions are recorded without visiting each of
// them in the protocol's integers: floats tell the bucket, the rounded terms of
// the sums and the weight, and a position for which they leave a doubt is
// taken exactly. What is recorded is the same.

// Bounds of the errors of a position's figures.
const (
	debtRounding  = 0x1p-50 // of its debt, relative to the magnitudes it is made of
	debtFloor     = 1e-17   // of its debt, by the protocol's floors, USD
	ratioRounding = 2e-14   // of its C-ratio beside its debt's, relative
	leastTokens   = 1e-3    // fewest tokens whose floors ratioRounding covers
	littleRatio   = 1e-2    // smallest C-ratio whose floor it covers
	mostWeight    = 1 << 50 // largest debt that floats weigh, in millionths of a USD
)

// ratioPass records the positions of a vault at a moment.
type ratioPass struct {
	sketch ratioSketch
	value  float64 // debt per share, USD
	worth  float64 // of the collateral of a share, USD
	limit  float64 // liquidation ratio
	sure   bool    // whether floats may decide at all
	counts record.Pass
	debts  record.Pass
}

// recordRatios adds all positions of a vault to a C-ratio distribution.
func (s *State) recordRatios(vault int, o *model.VaultOutlook, sketch ratioSketch) {
	order := s.order(vault, o.Epoch())
	exact := func(id model.AccountID) {
		p, liquidatable := s.Sys.PositionOutlook(o, id)
		sketch.add(p, liquidatable)
	}
	for _, id := range order.odd {
		exact(id)
	}
	price, factor := units.FloatU(o.Price), units.FloatU(o.ShareFactor())/1e9
	pass := ratioPass{
		sketch: sketch, counts: record.NewPass(&sketch.ByPosition), debts: record.NewPass(&sketch.ByDebt), value: units.FloatD27(o.ValuePerShare), worth: float64(price * factor),
		limit: units.FloatU(s.Sys.CollateralConfiguration(o.CollateralID()).LiquidationRatio),
		sure:  order.least*factor > leastTokens && order.least*factor*price > leastTokens,
	}
	// The extremes first: they bound the others.
	last := order.last()
	if last != nil {
		exact(last.account)
	}
	for w := (walk{r: order}); ; {
		x := w.next()
		if x == nil {
			break
		}
		if x != last && !pass.add(x) {
			exact(x.account)
		}
	}
	pass.counts.Flush()
	pass.debts.Flush()
}

// add takes in a position and reports whether floats sufficed.
func (r *ratioPass) add(x *rank) bool {
	debt := x.debt + float64((r.value-x.value)*x.shares)
	uncertain := float64(debtRounding*(abs(x.debt)+float64((abs(r.value)+abs(x.value))*x.shares))) + debtFloor
	if !r.sure || !(abs(debt) > 4*uncertain) {
		return false
	}
	if debt < 0 {
		r.sketch.ZeroDebt++
		return true
	}
	inverse := 1 / debt
	ratio := float64(float64(r.worth*x.shares) * inverse)
	margin := float64(ratio * (float64(2*uncertain*inverse) + ratioRounding))
	low, high := ratio-margin, ratio+margin
	positions, debts := &r.sketch.ByPosition, &r.sketch.ByDebt
	if !(low > positions.Low && high < positions.High && low > debts.Low && high < debts.High && ratio > littleRatio && ratio < muchRatio) ||
		low <= r.limit && high >= r.limit || debts.N == 0 || positions.N == 0 {
		return false
	}
	term, clear := rounded(ratio*1e9, margin*1e9)
	weight, heavy := rounded(debt*microUSD, uncertain*microUSD)
	bucket := record.BucketOf(low)
	if !clear || !heavy || weight == 0 || weight > mostWeight || record.BucketOf(high) != bucket {
		return false
	}
	if high < r.limit {
		r.sketch.Liquidatable++
	}
	r.counts.Add(bucket, term, 1)
	r.debts.Add(bucket, term, weight)
	return true
}

// rounded rounds to the nearest integer and reports whether any number within
// the margin rounds to the same.
func rounded(x, margin float64) (n int64, clear bool) {
	whole := math.RoundToEven(x)
	// Once more the rounding of x itself.
	return int64(whole), abs(x-whole)+margin+float64(x*0x1p-51) < 0.5
}
