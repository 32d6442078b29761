package sim

import (
	"sort"

	"backtest/model"
	"backtest/runner/record"
	"backtest/runner/units"
)

// The C-ratios of a vault's positions are recorded without visiting each of
// them in the protocol's integers. In the order of their keys their ratios
// ascend; floats tell the bucket of a ratio or the last position of a bucket,
// and a position for which they leave a doubt is taken exactly. What is
// recorded is the same.

// Bounds of the errors of a position's figures.
const (
	debtRounding  = 0x1p-50 // of its debt per share, relative to the magnitudes it is made of
	debtFloor     = 1e-17   // of its debt, by the protocol's floors, USD
	ratioRounding = 2e-14   // of its C-ratio beside its debt's, relative
	leastTokens   = 1e-3    // fewest tokens whose floors ratioRounding covers
	littleRatio   = 1e-2    // smallest C-ratio whose floor it covers
	muchDoubt     = 1e-9    // of a C-ratio, relative, above which floats do not decide
)

// ratioPass records the positions of a vault at a moment.
type ratioPass struct {
	s        *State
	o        *model.VaultOutlook
	bins     *record.RatioBins
	scale    weightScale
	perShare int64   // debt per share, in the unit of the scale
	value    float64 // debt per share, USD
	worth    float64 // of the collateral of a share, USD
	limit    float64 // liquidation ratio
	error    float64 // of a position's debt per share, USD
	doubt    float64 // of a C-ratio, relative
}

// recordRatios adds all positions of a vault to a C-ratio distribution.
func (s *State) recordRatios(vault int, o *model.VaultOutlook, bins *record.RatioBins) {
	order := s.order(vault, o.Epoch())
	price, factor := units.FloatU(o.Price), units.FloatU(o.ShareFactor())/1e9
	scale := s.initial.scales[vault]
	pass := ratioPass{
		s: s, o: o, bins: bins, scale: scale, perShare: scale.perShare(o.ValuePerShare),
		value: units.FloatD27(o.ValuePerShare), worth: float64(price * factor),
		limit: units.FloatU(s.Sys.LiquidationRatio(o.CollateralID())),
	}
	for _, id := range order.odd {
		pass.exact(vault, id)
	}
	sure := order.least*factor > leastTokens && order.least*factor*price > leastTokens
	order.runs(func(l *lane, from, to int) {
		if sure {
			pass.run(vault, order, l, from, to)
			return
		}
		for i := from; i < to; i++ {
			pass.exact(vault, order.base.sorted[i].account)
		}
	}, func(id model.AccountID) { pass.exact(vault, id) })
}

// exact takes in a position by the protocol's integers.
func (r *ratioPass) exact(vault int, id model.AccountID) {
	pool, ct := r.s.VaultID(vault)
	p, liquidatable := r.s.Sys.PositionOutlook(r.o, id)
	if p.Debt.Sign() <= 0 {
		r.bins.ZeroDebt++
		return
	}
	if liquidatable {
		r.bins.Liquidatable++
	}
	ratio, storage := units.FloatU(p.CRatio), r.s.Sys.PositionStorage(pool, ct, id)
	bucket := record.BucketOf(ratio)
	if bucket > 0 {
		r.bins.Cover(bucket, bucket)
	}
	r.bins.Bin(bucket).Add(1, r.scale.position(&storage).at(r.perShare))
	r.bins.Extend(ratio)
}

// run takes in positions that follow each other in a lane. Only those whose
// debt is clearly positive, and whose C-ratio floats tell well enough, are left
// to floats: they come before the others, after the hopeless.
func (r *ratioPass) run(vault int, order *ranking, l *lane, from, to int) {
	keys := l.keys[from:to]
	largest := max(abs(keys[0]), abs(keys[len(keys)-1]))
	r.error = float64(debtRounding*(largest+abs(r.value)+order.base.span)) + debtFloor/order.least
	// Debts per share between which ratios are fit for floats.
	most, fewest := r.worth/littleRatio, float64(r.error*(4/muchDoubt))
	first := sort.Search(len(keys), func(i int) bool { return keys[i]+r.value < most })
	last := first + sort.Search(len(keys)-first, func(i int) bool { return keys[first+i]+r.value <= fewest })
	none := last + sort.Search(len(keys)-last, func(i int) bool { return keys[last+i]+r.value < -4*r.error })
	r.bins.ZeroDebt += int64(len(keys) - none)
	account := func(i int) model.AccountID { return order.base.sorted[from+i].account }
	for i := range first {
		r.exact(vault, account(i))
	}
	for i := last; i < none; i++ {
		r.exact(vault, account(i))
	}
	if first == last {
		return
	}
	r.doubt = r.error/(keys[last-1]+r.value)*2 + ratioRounding
	r.extremes(keys, first, last, account)
	r.belowLimit(keys, first, last, account)
	low, high := r.bucket(keys[first]), r.bucket(keys[last-1])
	r.bins.Cover(low-1, high+1)
	if l.before != nil {
		r.byEdges(vault, l, from, first, last, account)
	} else {
		r.byPosition(vault, l, from, first, last, account)
	}
}

func (r *ratioPass) ratio(key float64) float64 { return r.worth / (key + r.value) }

func (r *ratioPass) bucket(key float64) int32 { return record.BucketOf(r.ratio(key)) }

// extremes takes the least and the greatest C-ratio exactly where they may be
// new.
func (r *ratioPass) extremes(keys []float64, first, last int, account func(int) model.AccountID) {
	for i := first; i < last && float64(r.ratio(keys[i])*(1-r.doubt)) <= r.bins.Low; i++ {
		r.extend(account(i))
	}
	for i := last - 1; i >= first && float64(r.ratio(keys[i])*(1+r.doubt)) >= r.bins.High; i-- {
		r.extend(account(i))
	}
}

func (r *ratioPass) extend(id model.AccountID) {
	p, _ := r.s.Sys.PositionOutlook(r.o, id)
	r.bins.Extend(units.FloatU(p.CRatio))
}

// belowLimit counts the positions that can be liquidated.
func (r *ratioPass) belowLimit(keys []float64, first, last int, account func(int) model.AccountID) {
	i := first
	for ; i < last && float64(r.ratio(keys[i])*(1+r.doubt)) < r.limit; i++ {
		r.bins.Liquidatable++
	}
	for ; i < last && float64(r.ratio(keys[i])*(1-r.doubt)) <= r.limit; i++ {
		if _, liquidatable := r.s.Sys.PositionOutlook(r.o, account(i)); liquidatable {
			r.bins.Liquidatable++
		}
	}
}

// byPosition looks at each position.
func (r *ratioPass) byPosition(vault int, l *lane, from, first, last int, account func(int) model.AccountID) {
	keys, weights := l.keys[from+first:from+last], l.weights[from+first:from+last]
	weights = weights[:len(keys)]
	bins := r.bins
	// A ratio within the doubt of the edge of a bucket.
	margin := uint64(r.doubt*0x1p53) + 2
	worth, value, perShare := r.worth, r.value, r.perShare
	if l.fits(perShare) {
		for i, key := range keys {
			bin := bins.Place(worth/(key+value), margin)
			if bin == nil {
				r.doubtful(vault, account(first+i))
				continue
			}
			bin.AddOne(weights[i].a + perShare*weights[i].b)
		}
		return
	}
	for i, key := range keys {
		bin := bins.Place(worth/(key+value), margin)
		if bin == nil {
			r.doubtful(vault, account(first+i))
			continue
		}
		bin.Add(1, weights[i].at(perShare))
	}
}

// doubtful is exact for a position whose extremes and liquidation were looked
// at already.
func (r *ratioPass) doubtful(vault int, id model.AccountID) {
	before := r.bins.Liquidatable
	r.exact(vault, id)
	r.bins.Liquidatable = before
}

// byEdges looks for the last position of each bucket.
func (r *ratioPass) byEdges(vault int, l *lane, from, first, last int, account func(int) model.AccountID) {
	keys := l.keys[from : from+last]
	for i := first; i < last; {
		ratio := r.ratio(keys[i])
		bucket := record.BucketOf(ratio)
		next := i
		if float64(ratio*(1-r.doubt)) >= record.BucketLow(bucket) {
			edge := record.BucketLow(bucket + 1)
			next = gallop(keys, i, float64(r.worth*(1+r.doubt))/edge-r.value)
		}
		if next == i { // too close to an edge
			r.doubtful(vault, account(i))
			i++
			continue
		}
		r.bins.Bin(bucket).Add(uint32(next-i), l.between(from+i, from+next, r.perShare))
		i = next
	}
}

// gallop returns the first position from i on whose key is at most limit.
func gallop(keys []float64, i int, limit float64) int {
	from, to := i, i+1
	for to < len(keys) && keys[to-1] > limit {
		from, to = to, 2*to-i
	}
	to = min(to, len(keys))
	return from + sort.Search(to-from, func(k int) bool { return keys[from+k] <= limit })
}
