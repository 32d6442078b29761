package perps

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/internal/op"
)

// Position is what the market stores of a position: its instrument, its size
// in units (D18), and price, funding value and accrued interest at its last
// change. An order that closes it leaves those; a liquidation clears
// instrument, price and funding.
type Position struct {
	InstrumentID  InstrumentID
	Size          fp.Int128
	EntryPrice    fp.Uint128
	EntryFunding  fp.Int128
	EntryInterest fp.Uint256
}

// position returns the position of an account in an instrument, a zero one
// when there never was one.
func (a *account) position(i *Instrument) Position {
	if i.index < len(a.positions) && a.positions[i.index] != nil {
		return *a.positions[i.index].Get()
	}
	return Position{}
}

// setPosition stores a position and whether it is open.
func (m *Market) setPosition(a *account, i *Instrument, p Position) {
	for len(a.positions) <= i.index {
		a.positions = append(a.positions, nil)
	}
	if a.positions[i.index] == nil {
		a.positions[i.index] = &model.Cell[Position]{}
	}
	*a.positions[i.index].Edit(m.sys.Journal()) = p
	s := m.edit(a)
	if p.Size.IsZero() {
		s.open = op.Remove(s.open, i.index)
	} else {
		s.open = op.Insert(s.open, i.index)
	}
}

// profit is the unrealised profit (D18 USD) of a position.
type profit struct {
	price, funding fp.Int256
	interest       fp.Uint256 // owed
}

func (p profit) total() fp.Int256 { return p.price.Add(p.funding).Sub(p.interest.Int256()) }

// profit returns the unrealised profit of a position at a price, its funding
// first. A position that never was, or that was liquidated, has no instrument.
func (m *Market) profit(i *Instrument, p Position, price fp.Uint256) (x profit) {
	if p.InstrumentID == 0 {
		i = &m.none
	}
	size := p.Size.Wide()
	x.funding = size.MulDecimal(m.fundingValue(i, price).Sub(p.EntryFunding.Wide()))
	x.price = size.MulDecimal(price.Int256().Sub(p.EntryPrice.WideInt()))
	x.interest = i.owedInterest(p, price, m.interestNow())
	return x
}

// owedInterest returns the interest (D18 USD) of a position at a price, when so
// much has accrued per USD of locked open interest (D18).
func (i *Instrument) owedInterest(p Position, price, accrued fp.Uint256) fp.Uint256 {
	locked := p.Size.Wide().Magnitude().MulDecimal(price).MulDecimal(i.config.Get().LockedOIRatio)
	return locked.MulDecimal(accrued.Sub(p.EntryInterest))
}

// updatePosition replaces the position of an account: size and skew change,
// the debt correction takes up what the old position had gained and the new
// one starts from, and interest is updated. What it had gained is taken at the
// price that the new one is entered at.
func (m *Market) updatePosition(a *account, i *Instrument, new Position, gained profit) {
	old, price := a.position(i), new.EntryPrice.Wide()
	delta := new.Size.Sub(old.Size).Wide() // taken at 128 bits
	s := i.state.Edit(m.sys.Journal())
	s.Size = s.Size.Add(new.Size.Abs().Wide()).Sub(old.Size.Abs().Wide())
	s.Skew = s.Skew.Add(delta)
	correction := m.fundingValue(i, price).MulDecimal(delta).
		Add(price.Int256().MulDecimal(delta)).
		Add(gained.price).Add(gained.funding)
	s.DebtCorrection = s.DebtCorrection.Add(correction)
	m.updateInterest()
	m.checkVelocity(i) // the contracts tell of it: it must fit
	new.EntryInterest = m.global.Get().interest.accrued
	m.setPosition(a, i, new)
}
