package spot

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/internal/op"
)

// Fees are the fees (D18 USD) of a trade. Skew and wrapper fees are negative
// when the market pays the trader.
type Fees struct {
	Fixed, Utilization fp.Uint256
	Skew, Wrapper      fp.Int256
}

// Total returns the sum of the fees (D18 USD), which may be negative.
func (f Fees) Total() fp.Int256 {
	return f.Fixed.Int256().Add(f.Utilization.Int256()).Add(f.Skew).Add(f.Wrapper)
}

// terms are what a quote depends on besides the market.
type terms struct {
	price  fp.Uint256
	trader model.Actor
	async  bool
}

// fixedFee returns the fixed fee ratio of a trader.
func (m *Market) fixedFee(t terms) fp.Uint256 {
	c := m.config.Get()
	own := c.TransactorFees[t.trader]
	switch {
	case !own.IsZero():
		return own
	case t.async:
		return c.AsyncFixedFee
	}
	return c.AtomicFixedFee
}

// quote runs a quote for somebody outside the market.
func quote(f func() (fp.Uint256, Fees)) (amount fp.Uint256, fees Fees, err error) {
	defer fp.Catch(&err)
	amount, fees = f()
	return amount, fees, nil
}

// QuoteBuyExactIn returns the synths (D18) that a trader gets for USD (D18).
func (m *Market) QuoteBuyExactIn(trader model.Actor, usd fp.Uint256) (fp.Uint256, Fees, error) {
	return quote(func() (fp.Uint256, Fees) { return m.buyExactIn(usd, terms{price: m.buyPrice(), trader: trader}) })
}

// QuoteBuyExactOut returns the USD (D18) that a trader pays for synths (D18).
func (m *Market) QuoteBuyExactOut(trader model.Actor, synths fp.Uint256) (fp.Uint256, Fees, error) {
	return quote(func() (fp.Uint256, Fees) {
		return m.buyExactOut(synths, terms{price: m.buyPrice(), trader: trader})
	})
}

// QuoteSellExactIn returns the USD (D18) that a trader gets for synths (D18).
func (m *Market) QuoteSellExactIn(trader model.Actor, synths fp.Uint256) (fp.Uint256, Fees, error) {
	return quote(func() (fp.Uint256, Fees) {
		return m.sellExactIn(synths, terms{price: m.SellPrice(), trader: trader})
	})
}

// QuoteSellExactOut returns the synths (D18) that a trader sells for USD (D18).
func (m *Market) QuoteSellExactOut(trader model.Actor, usd fp.Uint256) (fp.Uint256, Fees, error) {
	return quote(func() (fp.Uint256, Fees) {
		return m.sellExactOut(usd, terms{price: m.SellPrice(), trader: trader})
	})
}

func (m *Market) buyExactIn(usd fp.Uint256, t terms) (synths fp.Uint256, f Fees) {
	f.Utilization = m.utilizationFee(usd, t.price).MulDecimal(usd)
	f.Fixed = m.fixedFee(t).MulDecimal(usd)
	rest := usd.Sub(f.Fixed).Sub(f.Utilization)
	synths = m.synthsFor(rest.Int256(), t.price)
	f.Skew = rest.Int256().Sub(synths.MulDecimal(t.price).Int256())
	return synths, f
}

func (m *Market) buyExactOut(synths fp.Uint256, t terms) (usd fp.Uint256, f Fees) {
	value := synths.MulDecimal(t.price).Int256()
	f.Skew = m.skewFee(value, t.price).MulDecimal(value)
	net := value.Add(f.Skew).Uint256()
	f.Utilization = grossUp(net, m.utilizationFee(net, t.price))
	f.Fixed = grossUp(net, m.fixedFee(t))
	return net.Add(f.Fixed).Add(f.Utilization), f
}

func (m *Market) sellExactIn(synths fp.Uint256, t terms) (usd fp.Uint256, f Fees) {
	value := synths.MulDecimal(t.price)
	f.Fixed = m.fixedFee(t).MulDecimal(value)
	rest := value.Sub(f.Fixed).Int256()
	f.Skew = m.skewFee(rest.Neg(), t.price).Neg().MulDecimal(rest)
	return rest.Sub(f.Skew).Uint256(), f
}

func (m *Market) sellExactOut(usd fp.Uint256, t terms) (synths fp.Uint256, f Fees) {
	sold := m.synthsFor(usd.Int256().Neg(), t.price)
	f.Skew = sold.MulDecimal(t.price).Int256().Sub(usd.Int256())
	net := usd.Int256().Add(f.Skew).Uint256()
	f.Fixed = grossUp(net, m.fixedFee(t))
	return net.Add(f.Fixed).DivDecimal(t.price), f
}

// grossUp returns the fee that is the given ratio of net and fee together.
func grossUp(net, ratio fp.Uint256) fp.Uint256 {
	return net.DivDecimal(fp.UnitU256.Sub(ratio)).Sub(net)
}

// skewFee returns the ratio of value that moving the skew by value (D18 USD,
// negative for sells) costs a buyer: the average of the skew before and after
// over the skew scale.
func (m *Market) skewFee(value fp.Int256, price fp.Uint256) fp.Int256 {
	scale := m.config.Get().SkewScale
	if scale.IsZero() {
		return fp.Int256{}
	}
	worth := scale.MulDecimal(price).Int256()
	before := m.Skew().MulDecimal(price.Int256())
	average := before.Add(value).Add(before).Quo(fp.I256(2))
	return average.DivDecimal(worth)
}

// utilizationFee returns the ratio of usd that a buy costs because the synth
// is worth more than the market's credit: the average of the excess before and
// after in percentage points, times the rate.
func (m *Market) utilizationFee(usd, price fp.Uint256) fp.Uint256 {
	c := m.config.Get()
	if c.UtilizationFeeRate.IsZero() {
		return fp.Uint256{}
	}
	shares, err := m.sys.MarketCollateral(m.id)
	op.Must(err)
	credit := shares.Wide().MulDecimal(c.CollateralLeverage)
	before := m.Supply().MulDecimal(price)
	after := before.Add(usd)
	if after.Less(credit) {
		return fp.Uint256{}
	}
	pre := op.Max(before.DivDecimal(credit), fp.UnitU256).Sub(fp.UnitU256)
	post := after.DivDecimal(credit).Sub(fp.UnitU256)
	points := pre.Add(post).MulDecimal(fp.UnitU256.Mul(fp.U256(100)))
	return points.Quo(fp.U256(2)).MulDecimal(c.UtilizationFeeRate)
}
