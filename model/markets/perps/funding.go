package perps

import fp "backtest/model/fixedpoint"

const secondsPerDay = 86_400

// Small factors of the formulas: 2 as D18, and a plain 100.
var (
	twoUnits = fp.UnitI256.Add(fp.UnitI256)
	hundred  = fp.U256(100)
)

// funding keeps what the formulas of funding give, as long as what they follow
// from is the same: orders and reports ask for it again and again within a step.
type funding struct {
	by       velocityKey
	velocity fp.Int256 // of the rate, per day and day (D18)
	key      fundingKey
	rate     fp.Int256 // per day (D18)
	accrual  fp.Int256 // average rate since the last update times its days (D18)

	velocityKnown, rateKnown, accrualKnown bool

	fits  bool // the velocity can be computed
	still bool // no time has passed, and everything can be computed
}

// velocityKey is what the velocity of funding follows from.
type velocityKey struct {
	skew        fp.Int256
	scale, most fp.Uint256
}

// fundingKey is what rate and accrual follow from, besides.
type fundingKey struct {
	now, updated uint64 // seconds
	rate         fp.Int256
}

// funding returns what is known of an instrument's funding at present.
func (m *Market) funding(i *Instrument) *funding {
	s, c, f := i.state.Get(), i.config.Get(), &i.funding
	// Field by field: the comparison of a whole struct is a call.
	if f.by.skew != s.Skew || f.by.scale != c.SkewScale || f.by.most != c.MaxFundingVelocity {
		f.by = velocityKey{s.Skew, c.SkewScale, c.MaxFundingVelocity}
		f.velocityKnown, f.rateKnown, f.accrualKnown = false, false, false
		f.fits = f.by.fits()
		f.still = f.stands()
	}
	if now := m.sys.Now(); f.key.now != now || f.key.updated != s.FundingTime || f.key.rate != s.FundingRate {
		f.key = fundingKey{now, s.FundingTime, s.FundingRate}
		f.rateKnown, f.accrualKnown = false, false
		f.still = f.stands()
	}
	return f
}

// fundingVelocity returns the change of the funding rate per day (D18), by
// skew.
func (m *Market) fundingVelocity(i *Instrument) fp.Int256 {
	f := m.funding(i)
	if !f.velocityKnown {
		f.velocity = f.by.velocity()
		f.velocityKnown = true
	}
	return f.velocity
}

func (k *velocityKey) velocity() fp.Int256 {
	most, scale := k.most.Int256(), k.scale.Int256()
	if scale.IsZero() {
		return fp.Int256{}
	}
	bounded := fp.MinInt(fp.MaxInt(k.skew.DivDecimal(scale), minusOne), fp.UnitI256)
	return bounded.MulDecimal(most)
}

// stands reports that nothing has accrued since the last update.
func (f *funding) stands() bool {
	return f.key.now == f.key.updated && f.fits && fitsWell(f.key.rate)
}

// fits reports that the velocity can be computed.
func (k *velocityKey) fits() bool {
	return fitsWell(k.skew) && fitsWell(fp.Int256(k.most)) && k.scale.Words()[3]>>63 == 0
}

// fitsWell reports that a number is so small that neither its product with a
// unit nor that with another such number needs more than 256 bits.
func fitsWell(x fp.Int256) bool {
	w := x.Words()
	sign := uint64(int64(w[3]) >> 63)
	return w[3] == sign && w[2] == sign && (w[1]^sign)>>56 == 0
}

var minusOne = fp.UnitI256.Neg()

// elapsedDays returns the days (D18) since funding was last updated.
func (k *fundingKey) elapsedDays() fp.Int256 {
	return fp.U256(k.now).Sub(fp.U256(k.updated)).DivDecimal(fp.U256(secondsPerDay)).Int256()
}

// fundingRate returns the present funding rate per day (D18).
func (m *Market) fundingRate(i *Instrument) fp.Int256 {
	f := m.funding(i)
	if f.still {
		return f.key.rate // no time for the velocity to count
	}
	if !f.rateKnown {
		f.rate = f.key.rate.Add(m.fundingVelocity(i).MulDecimal(f.key.elapsedDays()))
		f.rateKnown = true
	}
	return f.rate
}

// fundingValue returns what one unit has accrued (D18 USD), the time since the
// last update taken at the given price. Every step is taken with no time
// elapsed too: its numbers must fit.
func (m *Market) fundingValue(i *Instrument, price fp.Uint256) fp.Int256 {
	f, value := m.funding(i), i.state.Get().FundingValue
	if f.still {
		price.Int256()
		return value
	}
	if !f.accrualKnown {
		elapsed := f.key.elapsedDays()
		average := f.key.rate.Add(m.fundingRate(i)).Neg().DivDecimal(twoUnits)
		f.accrual = average.MulDecimal(elapsed)
		f.accrualKnown = true
	}
	return value.Add(f.accrual.MulDecimal(price.Int256()))
}

// checkVelocity throws what computing the velocity throws.
func (m *Market) checkVelocity(i *Instrument) {
	if !m.funding(i).fits {
		m.fundingVelocity(i)
	}
}

// recomputeFunding stores rate and value as of now.
func (m *Market) recomputeFunding(i *Instrument, price fp.Uint256) {
	rate, value := m.fundingRate(i), m.fundingValue(i, price)
	s := i.state.Edit(m.sys.Journal())
	s.FundingRate, s.FundingValue, s.FundingTime = rate, value, m.sys.Now()
}
