package sim

import (
	"math"

	"backtest/model"
	"backtest/runner/units"
)

// vaultRow is a vault in a quiet step. Its debt is
//
//	fixed + Σ perPrice × price,
//
// its collateral is worth tokens × price, and its worst position is worth
// factor × price a share for a debt of value0 + value1 × debt + key.
type vaultRow struct {
	perPrice []float64 // by asset, padded
	fixed    float64   // USD
	terms    float64   // sum of the magnitudes in fixed
	asset    int
	empty    bool // neither collateral nor debt: nothing to watch
	tokens   float64
	factor   float64
	value0   float64
	value1   float64
	key      float64
	indebted bool // some position has shares of debt

	liquidation, issuance float64 // ratios

	debtError  float64 // of the debt, USD
	priceError float64 // of the price, USD
	shareError float64 // of the worst position's debt per share, USD

	// A step is dull for the vault when
	//	tokens × price - ratio × debt > ratioMargin and
	//	factor × price - least × (debt per share) > leastMargin.
	ratio, ratioMargin float64
	least, leastMargin float64
}

// make completes the row of a vault from what its pool would receive.
func (r *vaultRow) make(s *State, q *quiet, vault int, d model.Distribution, poolShares float64) bool {
	pool, ct := s.VaultID(vault)
	x := s.Sys.VaultStorage(pool, ct)
	r.asset = s.World.Collaterals[s.World.Vaults[vault].Collateral].Asset
	owed := units.Float(x.UnconsolidatedDebt.Wide()) + units.Float(x.TotalConsolidatedDebt.Wide())
	shares, accounts := units.FloatU(x.PoolShares.Wide()), units.FloatU(x.DebtShares.Wide())
	r.empty = x.CollateralShares.IsZero() && x.PoolShares.IsZero() && x.DebtShares.IsZero() && owed == 0
	if r.empty {
		return true
	}
	if !(poolShares > 1 && shares > 1 && accounts > leastBacked) {
		return false
	}
	part := shares / poolShares
	r.scale(part)
	r.add(float64(units.FloatD27(d.ValuePerShare.Sub(x.PoolLastValuePerShare)) * shares))
	r.add(units.Float(x.UnconsolidatedDebt.Wide()))
	r.add(units.Float(x.TotalConsolidatedDebt.Wide()))

	collateral := model.ScalableMapping{TotalShares: x.CollateralShares, ScaleModifier: x.ScaleModifier}
	r.tokens = units.FloatU(collateral.TotalAmount())
	r.factor = units.FloatU(x.ScaleModifier.Factor()) / 1e9
	value := units.FloatD27(x.DebtValuePerShare)
	r.value1 = 1 / accounts
	r.value0 = value - owed/accounts
	c := s.Sys.CollateralConfiguration(ct)
	r.liquidation, r.issuance = units.FloatU(c.LiquidationRatio), units.FloatU(c.IssuanceRatio)
	return r.bound(s, q, vault, x.Epoch, value)
}

func (r *vaultRow) scale(part float64) {
	for a := range r.perPrice {
		r.perPrice[a] *= part
	}
	r.fixed *= part
	r.terms *= part
}

// leastPosition is the value (USD) of the smallest position whose ratio the
// protocol's floors leave within keyMargin of what its key says.
const leastPosition = 1e-3

// bound computes the errors of the row over all prices that it is used for.
func (r *vaultRow) bound(s *State, q *quiet, vault int, epoch uint64, value float64) bool {
	most := r.terms
	r.debtError = float64(termError*r.terms) + tinyUSD
	for a := range q.high {
		at := abs(r.perPrice[a])
		most += float64(at * q.high[a])
		r.debtError += float64(at * (quantum + float64(termError*q.high[a])))
	}
	r.priceError = quantum + float64(termError*q.high[r.asset])
	if most > greatest || float64(r.tokens*q.high[r.asset]) > greatest || most*r.value1 > leastShare ||
		float64(r.tokens*q.low[r.asset]) < leastPosition {
		return false
	}
	order := s.order(vault, epoch)
	first := order.worst()
	if r.indebted = first != nil; !r.indebted {
		return true
	}
	r.key = first.key
	per := abs(value) + float64(2*most*r.value1)
	r.shareError = float64(r.debtError*r.value1) + float64(termError*per) + float64(2*keyMargin*(abs(r.key)+per))
	return order.least*r.factor*q.low[r.asset] >= leastPosition
}

// aim sets the ratios below which a step is not dull: at which something can
// be liquidated, or at which an extreme may be new.
func (r *vaultRow) aim(q *quiet, vault int) {
	if r.empty {
		return
	}
	r.ratio = max(r.liquidation, q.ratios[vault].best)
	if u := -q.usage.best; u > 0 {
		r.ratio = max(r.ratio, r.issuance/u)
	} else {
		r.ratio = math.Inf(1)
	}
	r.least = max(r.liquidation, q.position.best)
	r.ratioMargin = r.worthError() + float64(2*r.ratio*r.debtError)
	r.leastMargin = float64(r.factor*r.priceError) + float64(2*r.least*r.shareError)
}

func (r *vaultRow) worthError() float64 { return float64(r.tokens * r.priceError) }

func (r *vaultRow) debt(price []float64) float64 {
	d := r.fixed
	for a := 0; a+lanes <= len(price) && a+lanes <= len(r.perPrice); a += lanes {
		p, c := price[a:a+lanes:a+lanes], r.perPrice[a:a+lanes:a+lanes]
		d += (float64(p[0]*c[0]) + float64(p[1]*c[1])) + (float64(p[2]*c[2]) + float64(p[3]*c[3]))
	}
	return d
}

// dull reports that the vault is clearly healthy and sets no extreme.
func (r *vaultRow) dull(price []float64) bool {
	if r.empty {
		return true
	}
	d, p := r.debt(price), price[r.asset]
	if !(float64(r.tokens*p)-float64(r.ratio*d) > r.ratioMargin) {
		return false
	}
	return !r.indebted || float64(r.factor*p)-float64(r.least*r.perShare(d)) > r.leastMargin
}

// muchRatio is a C-ratio beyond which debts are too small for the bounds.
const muchRatio = 1e3

// safe looks closer at a vault that is not dull: it reports whether clearly
// nothing can be liquidated and every sign of a debt is known.
func (r *vaultRow) safe(price []float64) bool {
	d, p := r.debt(price), price[r.asset]
	room := float64(r.tokens*p) - float64(r.liquidation*d)
	if !(room > float64(2*r.liquidation*r.debtError)+r.worthError() && abs(d) > 4*r.debtError) {
		return false
	}
	if !r.indebted {
		return true
	}
	per, backing := r.perShare(d), float64(r.factor*p)
	room = backing - float64(r.liquidation*per)
	return room > float64(2*r.liquidation*r.shareError)+float64(r.factor*r.priceError) &&
		abs(per) > 4*r.shareError && (per < 0 || backing < muchRatio*per)
}

// perShare is the debt of the worst position, USD a share.
func (r *vaultRow) perShare(debt float64) float64 { return r.value0 + float64(r.value1*debt) + r.key }

// offer keeps a step at which the vault is safe as a candidate for extremes.
func (r *vaultRow) offer(q *quiet, step, vault int) {
	d, p := r.debt(q.price), q.price[r.asset]
	worth := float64(r.tokens * p)
	relative := 2*(r.debtError/abs(d)+r.priceError/p) + termError
	if d > 0 {
		q.full = q.ratios[vault].offer(step, vault, worth/d, relative) || q.full
	}
	q.full = q.usage.offer(step, vault, -float64(d*r.issuance)/worth, relative) || q.full
	if per := r.perShare(d); r.indebted && per > 0 {
		q.full = q.position.offer(step, vault, float64(r.factor*p)/per, 2*(r.shareError/per+r.priceError/p)+termError) || q.full
	}
	r.aim(q, vault)
}
