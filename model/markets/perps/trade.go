package perps

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
)

// Trade is an executed trade: its fill price, the order fee, and the profit of
// the old position with funding and less interest, which was realised with it
// (D18 USD).
type Trade struct {
	FillPrice, Fee fp.Uint256
	Profit         fp.Int256
}

// Trade changes the position of an account by a size (units D18, signed) at
// once, at the index price with premium or discount. It is the order of
// [Market.CommitOrder] and [Market.SettleOrder] without what does not move
// debt: no delay, no margin, size or credit check, no reward for a keeper. Its
// profit, loss and fee are charged as those of an order are, so a loss beyond
// the margin becomes debt of the account.
//
// It carries aggregate flow: what an instrument owes its traders depends on
// skew, funding value and debt correction alone (PROTOCOL.md §11.6), which are
// sums over positions. Two accounts, one with all longs and one with all
// shorts, therefore report the debt of any number of traders who trade the
// same, to the rounding of a few wei per trade, at the cost of two. What
// depends on single traders is not carried: their liquidations, and that the
// margin of one does not pay the debt of another, which makes the margin in
// USD, and with it the minimum credit, smaller by the debts between them.
//
// It fails with InvalidMarket, ZeroSizeOrder and AccountNotFound.
func (m *Market) Trade(id model.AccountID, instrument InstrumentID, size fp.Int256, referrer model.Actor) (t Trade, err error) {
	err = m.sys.Transact(func() {
		i, a := m.mustInstrument(instrument), m.existingAccount(id)
		if size.IsZero() {
			fp.Throw(ZeroSizeOrder{})
		}
		price := i.indexPrice()
		m.recomputeFunding(i, price)
		f := i.fillAt(size, price)
		f.position = i.enter(a.position(i).Size.Add(size.Int128()), f.price)
		t = Trade{f.price, f.fees, m.execute(a, i, f)}
		m.collectFees(f.fees, referrer)
	})
	return t, err
}
