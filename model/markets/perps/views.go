package perps

import (
	"slices"

	"backtest/model"
	fp "backtest/model/fixedpoint"
)

// view runs a view; what it throws is its error.
func view[T any](f func() T) (v T, err error) {
	defer fp.Catch(&err)
	return f(), nil
}

// TotalMargin returns the amount (D18) of a margin collateral in all accounts.
func (m *Market) TotalMargin(id model.MarketID) fp.Uint256 {
	if id == USDMargin {
		return m.global.Get().usd
	}
	return amountOf(m.global.Get().synths, id)
}

// TotalAccountsDebt returns the debt of all accounts (D18 USD).
func (m *Market) TotalAccountsDebt() fp.Uint256 { return m.global.Get().debt }

// Flagged returns the accounts under liquidation, in set order.
func (m *Market) Flagged() []model.AccountID { return slices.Clone(m.global.Get().flagged) }

// InterestState is what the market stores of interest: accrued per USD of
// locked open interest (D18), yearly rate (D18), time of the last update
// (seconds).
type InterestState struct {
	Accrued fp.Uint256
	Rate    fp.Uint128
	Updated uint64
}

// Interest returns what is stored of interest.
func (m *Market) Interest() InterestState {
	x := m.global.Get().interest
	return InterestState{x.accrued, x.rate, x.updated}
}

// TotalCollateralValue returns the undiscounted value of all margin (D18 USD).
func (m *Market) TotalCollateralValue() (fp.Uint256, error) { return view(m.totalCollateralValue) }

// Utilization is the use of the LPs' credit: the ratio (D18), the value that
// they delegate beyond the traders' margin, and the locked credit (D18 USD).
type Utilization struct{ Rate, Delegated, Locked fp.Uint256 }

// Utilization returns the use of the LPs' credit.
func (m *Market) Utilization() (Utilization, error) {
	return view(func() (u Utilization) {
		u.Rate, u.Delegated, u.Locked = m.utilization()
		return u
	})
}

// IndexPrice returns the index price (D18 USD). It fails when the price is
// negative.
func (m *Market) IndexPrice(i *Instrument) (fp.Uint256, error) { return view(i.indexPrice) }

// FundingRate returns the present funding rate per day (D18).
func (m *Market) FundingRate(i *Instrument) (fp.Int256, error) {
	return view(func() fp.Int256 { return m.fundingRate(i) })
}

// FundingVelocity returns the change of the funding rate per day (D18).
func (m *Market) FundingVelocity(i *Instrument) (fp.Int256, error) {
	return view(func() fp.Int256 { return m.fundingVelocity(i) })
}

// MaxLiquidationInWindow returns the units (D18) that a window has room for, 0
// when there is no limit.
func (m *Market) MaxLiquidationInWindow(i *Instrument) (fp.Uint256, error) {
	return view(i.windowCapacity)
}

// LiquidationCapacity returns the units (D18) that the present window still
// has room for.
func (m *Market) LiquidationCapacity(i *Instrument) (fp.Uint256, error) {
	return view(func() fp.Uint256 { return m.liquidationCapacity(i) })
}

// OrderQuote is the fill price (D18 USD) of an order and its fee (D18 USD)
// without what keepers get.
type OrderQuote struct{ FillPrice, Fee fp.Uint256 }

// QuoteOrder quotes an order of a size (units D18, signed) at the index price.
func (m *Market) QuoteOrder(i *Instrument, size fp.Int256) (OrderQuote, error) {
	return view(func() OrderQuote { return i.quote(size) })
}

func (i *Instrument) quote(size fp.Int256) OrderQuote {
	f := i.fillAt(size, i.indexPrice())
	return OrderQuote{f.price, f.fees}
}

// Position returns what is stored of the position of an account.
func (m *Market) Position(id model.AccountID, i *Instrument) Position {
	return m.account(id).position(i)
}

// PositionValue is a position at the index price: profit with funding and
// interest, accrued funding, and owed interest (D18 USD).
type PositionValue struct {
	TotalProfit, Funding fp.Int256
	Interest             fp.Uint256
}

// PositionValue returns the position of an account at the index price.
func (m *Market) PositionValue(id model.AccountID, i *Instrument) (PositionValue, error) {
	return view(func() PositionValue {
		p := m.profit(i, m.account(id).position(i), i.indexPrice())
		return PositionValue{p.total(), p.funding, p.interest}
	})
}

// AccountState is what the market stores of an account: debt (D18 USD), the
// instruments with open positions in set order, and the order.
type AccountState struct {
	Exists bool
	Debt   fp.Uint256
	Open   []InstrumentID
	Order  Order
}

// Account returns what is stored of an account.
func (m *Market) Account(id model.AccountID) AccountState {
	s := m.account(id).state.Get()
	open := make([]InstrumentID, len(s.open))
	for k, index := range s.open {
		open[k] = m.instruments[index].id
	}
	return AccountState{s.exists, s.debt, open, s.order}
}

// Margin returns the amount (D18) of a margin collateral in an account.
func (m *Market) Margin(id model.AccountID, collateral model.MarketID) fp.Uint256 {
	return m.account(id).margin(collateral)
}

// AvailableMargin returns the margin of an account with its unrealised profit
// less its debt (D18 USD).
func (m *Market) AvailableMargin(id model.AccountID) (fp.Int256, error) {
	return view(func() fp.Int256 { return m.availableMargin(m.account(id)) })
}

// Equity returns what an account is worth (D18 USD): its margin at full value
// with its unrealised profit less its debt.
func (m *Market) Equity(id model.AccountID) (fp.Int256, error) {
	return view(func() fp.Int256 {
		a := m.account(id)
		s := a.state.Get()
		discounted := s.usd.Add(m.values(s.synths, m.discountedValue))
		return m.availableMargin(a).Sub(discounted.Int256()).Add(m.collateralValue(a).Int256())
	})
}

// Collected returns what of an order fee (D18 USD) goes to a referrer and to
// the fee collector, not to the LPs.
func (m *Market) Collected(fee fp.Uint256, referrer model.Actor) fp.Uint256 {
	c := m.config.Get()
	referral := c.Referrers.Referral(referrer, fee)
	if !c.FeeCollector.Present() {
		return referral
	}
	return referral.Add(c.FeeCollector.Quote(fee.Sub(referral)))
}

// HasPositions reports whether an account has open positions.
func (m *Market) HasPositions(id model.AccountID) bool {
	return len(m.account(id).state.Get().open) > 0
}

// WithdrawableMargin returns the margin that the positions of an account do not
// need (D18 USD, signed).
func (m *Market) WithdrawableMargin(id model.AccountID) (fp.Int256, error) {
	return view(func() fp.Int256 { return m.withdrawableMargin(m.account(id)) })
}

// RequiredMargins are initial and maintenance margin of an account, both with
// the liquidation reward, and that reward (D18 USD).
type RequiredMargins struct{ Initial, Maintenance, Reward fp.Uint256 }

// RequiredMargins returns what the positions of an account need.
func (m *Market) RequiredMargins(id model.AccountID) (RequiredMargins, error) {
	return view(func() RequiredMargins {
		r := m.requirement(m.account(id))
		return RequiredMargins{r.initial.Add(r.reward), r.maintenance.Add(r.reward), r.reward}
	})
}

// CollateralValue returns the undiscounted value of the margin of an account
// (D18 USD).
func (m *Market) CollateralValue(id model.AccountID) (fp.Uint256, error) {
	return view(func() fp.Uint256 { return m.collateralValue(m.account(id)) })
}

// OpenInterest returns the notional of the positions of an account (D18 USD).
func (m *Market) OpenInterest(id model.AccountID) (fp.Uint256, error) {
	return view(func() (sum fp.Uint256) {
		a := m.account(id)
		for _, k := range a.state.Get().open {
			i := m.instruments[k]
			sum = sum.Add(a.position(i).Size.Wide().Magnitude().MulDecimal(i.indexPrice()))
		}
		return sum
	})
}

// CanLiquidate reports whether an account is flagged or can be.
func (m *Market) CanLiquidate(id model.AccountID) (bool, error) {
	return view(func() bool {
		a := m.account(id)
		if m.isFlagged(a) {
			return true
		}
		yes, _, _ := m.isLiquidatable(a)
		return yes
	})
}

// CanLiquidateMarginOnly reports whether the margin of an account without
// positions can be seized for its debt.
func (m *Market) CanLiquidateMarginOnly(id model.AccountID) (bool, error) {
	return view(func() bool { return m.isMarginLiquidatable(m.account(id)) })
}

// RequiredMarginForOrder returns the margin (D18 USD) that an order of a size
// (units D18, signed) at the index price would need, its fee included and
// without what keepers get for settling.
func (m *Market) RequiredMarginForOrder(id model.AccountID, i *Instrument, size fp.Int256) (fp.Uint256, error) {
	return view(func() fp.Uint256 {
		a := m.account(id)
		r := m.requirement(a) // the account's margins come before the fee
		q := i.quote(size)
		new := a.position(i).Size.Wide().Add(size)
		return m.requiredWith(a, i, r, new, q.FillPrice).Add(q.Fee)
	})
}
