package perps

import fp "backtest/model/fixedpoint"

const secondsPerDay = 86_400

// Small factors of the formulas: 2 as D18, and a plain 100.
var (
	twoUnits = fp.UnitI256.Add(fp.UnitI256)
	hundred  = fp.U256(100)
)

// fundingVelocity returns the change of the funding rate per day (D18), by
// skew.
func (i *Instrument) fundingVelocity() fp.Int256 {
	c := i.config.Get()
	most, scale := c.MaxFundingVelocity.Int256(), c.SkewScale.Int256()
	if scale.IsZero() {
		return fp.Int256{}
	}
	skew := i.state.Get().Skew.DivDecimal(scale)
	bounded := fp.MinInt(fp.MaxInt(skew, fp.UnitI256.Neg()), fp.UnitI256)
	return bounded.MulDecimal(most)
}

// elapsedDays returns the days (D18) since funding was last updated.
func (m *Market) elapsedDays(i *Instrument) fp.Int256 {
	seconds := fp.U256(m.sys.Now()).Sub(fp.U256(i.state.Get().FundingTime))
	return seconds.DivDecimal(fp.U256(secondsPerDay)).Int256()
}

// fundingRate returns the present funding rate per day (D18).
func (m *Market) fundingRate(i *Instrument) fp.Int256 {
	return i.state.Get().FundingRate.Add(i.fundingVelocity().MulDecimal(m.elapsedDays(i)))
}

// fundingValue returns what one unit has accrued (D18 USD), the time since the
// last update taken at the given price. Every step is taken with no time
// elapsed too: its numbers must fit.
func (m *Market) fundingValue(i *Instrument, price fp.Uint256) fp.Int256 {
	s, elapsed := i.state.Get(), m.elapsedDays(i)
	average := s.FundingRate.Add(m.fundingRate(i)).Neg().DivDecimal(twoUnits)
	return s.FundingValue.Add(average.MulDecimal(elapsed).MulDecimal(price.Int256()))
}

// recomputeFunding stores rate and value as of now.
func (m *Market) recomputeFunding(i *Instrument, price fp.Uint256) {
	rate, value := m.fundingRate(i), m.fundingValue(i, price)
	s := i.state.Edit(m.sys.Journal())
	s.FundingRate, s.FundingValue, s.FundingTime = rate, value, m.sys.Now()
}
