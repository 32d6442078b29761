package perps

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/internal/op"
)

// Position is what the market stores of a position: its size in units (D18),
// and price, funding value and accrued interest at its last change. An order
// that closes it leaves those; a liquidation clears price and funding.
type Position struct {
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

func (a *account) setPosition(j *model.Journal, i *Instrument, p Position) {
	for len(a.positions) <= i.index {
		a.positions = append(a.positions, nil)
	}
	if a.positions[i.index] == nil {
		a.positions[i.index] = &model.Cell[Position]{}
	}
	*a.positions[i.index].Edit(j) = p
}

// setOpen keeps the list of open positions.
func (a *account) setOpen(j *model.Journal, i *Instrument, open bool) {
	list := a.state.Get().open
	if open {
		list = op.Insert(list, i.index)
	} else {
		list = op.Remove(list, i.index)
	}
	a.state.Edit(j).open = list
}

// profit is the unrealised profit (D18 USD) of a position.
type profit struct {
	price, funding fp.Int256
	interest       fp.Uint256 // owed
}

func (p profit) total() fp.Int256 { return p.price.Add(p.funding).Sub(p.interest.Int256()) }

// profit returns the unrealised profit of a position at a price.
func (m *Market) profit(i *Instrument, p Position, price fp.Uint256) profit {
	size := p.Size.Wide()
	locked := size.Magnitude().MulDecimal(price).MulDecimal(i.config.Get().LockedOIRatio)
	return profit{
		price:    size.MulDecimal(price.Int256().Sub(p.EntryPrice.WideInt())),
		funding:  size.MulDecimal(m.fundingValue(i, price).Sub(p.EntryFunding.Wide())),
		interest: locked.MulDecimal(m.interestNow().Sub(p.EntryInterest)),
	}
}

// updatePosition replaces the position of an account: size and skew change,
// the debt correction takes up what the old position had gained and the new
// one starts from, and interest is updated.
func (m *Market) updatePosition(a *account, i *Instrument, new Position) {
	old, price := a.position(i), new.EntryPrice.Wide()
	from, to := old.Size.Wide(), new.Size.Wide()
	delta := new.Size.Sub(old.Size).Wide() // taken at 128 bits
	s := i.state.Edit(m.sys.Journal())
	s.Size = s.Size.Add(to.Magnitude()).Sub(from.Magnitude())
	s.Skew = s.Skew.Add(delta)
	gained := m.profit(i, old, price)
	s.DebtCorrection = s.DebtCorrection.
		Add(m.fundingValue(i, price).MulDecimal(delta)).
		Add(price.Int256().MulDecimal(delta)).
		Add(gained.price).Add(gained.funding)
	m.updateInterest()
	new.EntryInterest = m.global.Get().interest.accrued
	a.setPosition(m.sys.Journal(), i, new)
	a.setOpen(m.sys.Journal(), i, !to.IsZero())
}
