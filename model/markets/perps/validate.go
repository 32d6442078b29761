package perps

import fp "backtest/model/fixedpoint"

// fill is how an order would be executed.
type fill struct {
	price    fp.Uint256 // D18 USD
	fees     fp.Uint256 // D18 USD, the settlement reward included
	reward   fp.Uint256 // D18 USD
	position Position   // the new one
}

// validate checks an order at a price and returns how it would be executed.
// Funding is recomputed for good; the available margin is the one before that,
// at index prices (PROTOCOL.md §11.2, §11.5a).
func (m *Market) validate(a *account, i *Instrument, o Order, s Strategy, price fp.Uint256) (f fill) {
	if o.SizeDelta.IsZero() {
		fp.Throw(ZeroSizeOrder{})
	}
	liquidatable, available, required := m.isLiquidatable(a)
	if liquidatable {
		fp.Throw(AccountLiquidatable{a.id})
	}
	m.recomputeFunding(i, price)
	f = i.fillAt(o.SizeDelta.Wide(), price)
	f.reward = m.costs.Settlement.Add(s.Reward)
	f.fees = f.fees.Add(f.reward)
	size := a.position(i).Size.Add(o.SizeDelta)
	slip := o.SizeDelta.Wide().MulDecimal(price.Int256().Sub(f.price.Int256()))
	available = available.Add(fp.MinInt(slip, fp.Int256{}))
	checkMargin(available, f.fees)

	old, new := a.position(i).Size.Wide(), size.Wide()
	i.checkOpenInterest(old, new, price)
	checkMargin(available, m.requiredWith(a, i, required, new, f.price).Add(f.fees))
	m.checkCredit(i, old, new)
	f.position = i.enter(size, f.price)
	return f
}

// fillAt returns what an order fills at and the order fee alone.
func (i *Instrument) fillAt(size fp.Int256, price fp.Uint256) (f fill) {
	f.price = i.fillPrice(size, price)
	f.fees = i.orderFee(size, f.price)
	return f
}

// enter returns a position entered at a price, funding being up to date.
func (i *Instrument) enter(size fp.Int128, price fp.Uint256) Position {
	return Position{InstrumentID: i.id, Size: size, EntryPrice: price.Uint128(), EntryFunding: i.state.Get().FundingValue.Int128()}
}

func checkMargin(available fp.Int256, required fp.Uint256) {
	if available.Less(required.Int256()) {
		fp.Throw(InsufficientMargin{available, required})
	}
}

// checkOpenInterest checks the side of the new size against the limits in
// units and in USD, unless the position only gets smaller.
func (i *Instrument) checkOpenInterest(old, new fp.Int256, price fp.Uint256) {
	if isReducing(old, new) {
		return
	}
	c, s := i.config.Get(), i.state.Get()
	skew := s.Skew.Sub(old).Add(new)
	total := s.Size.Int256().Sub(old.Magnitude().Int256()).Add(new.Magnitude().Int256())
	if new.Sign() > 0 {
		total = total.Add(skew)
	} else {
		total = total.Sub(skew)
	}
	side := total.Quo(fp.I256(2)) // both sides count twice
	if c.MaxMarketSize.Less(side.Magnitude()) {
		fp.Throw(MaxOpenInterestReached{i.id, c.MaxMarketSize, side})
	}
	if !c.MaxMarketValue.IsZero() && c.MaxMarketValue.Less(side.Magnitude().MulDecimal(price)) {
		fp.Throw(MaxUSDOpenInterestReached{i.id, c.MaxMarketValue, side, price})
	}
}

// checkCredit checks that LPs back the open interest with the new size, when
// it grows or changes sides.
func (m *Market) checkCredit(i *Instrument, old, new fp.Int256) {
	if new.IsZero() || !old.Magnitude().Less(new.Magnitude()) && sameSide(old, new) {
		return
	}
	if delegated, locked := m.creditWith(i, old, new); delegated.Less(locked) {
		fp.Throw(ExceedsMarketCreditCapacity{delegated, locked})
	}
}

// creditWith returns the LPs' delegated value and the locked credit (D18 USD)
// if a position changed its size.
func (m *Market) creditWith(i *Instrument, old, new fp.Int256) (delegated, locked fp.Int256) {
	grown := new.Magnitude().Int256().Sub(old.Magnitude().Int256())
	more := grown.MulDecimal(i.indexPrice().Int256()).MulDecimal(i.config.Get().LockedOIRatio.Int256())
	return m.delegatedValue(), m.lockedCredit().Int256().Add(more)
}
