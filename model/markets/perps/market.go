// Package perps is the perps market of the protocol, exact to the wei: several
// instruments under one core market (PROTOCOL.md §11.2).
//
// Traders hold margin accounts, commit orders and have them settled later at
// the oracle's price with a premium or discount by skew; funding moves with the
// skew, interest with the use of the LPs' credit. What traders are owed follows
// from a few accumulators per instrument, so the reported debt, and a step in
// which nobody trades, cost O(instruments) and not O(traders); whom a keeper has
// to look at is told by [Market.AtRisk]. [Market.Trade] carries aggregate flow on
// the same state.
//
// Every operation is a transaction together with what it does in the core, and
// fails as a whole with the protocol's error. Who may configure the market is
// not modelled; operations on an account are its owner's.
package perps

import (
	"fmt"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/internal/op"
)

// Address is the actor that the perps market acts as.
var Address = model.Named("perps")

// USDMargin is the id of USD as margin collateral; a synth has the id of its
// spot market.
const USDMargin model.MarketID = 0

// Market is the perps market: its instruments, accounts and global state.
type Market struct {
	sys         *model.System
	id          model.MarketID
	costs       KeeperCosts
	config      model.Cell[Config]
	global      model.Cell[global]
	instruments []*Instrument // in order of creation
	none        Instrument    // where a position without instrument reads its funding and interest: the contracts' market 0, of which nothing was ever set
	accounts    map[model.AccountID]*account
	unused      []*account // of an earlier copy in this memory
	watch       *watch     // nil until somebody asks who is at risk
}

// global is what the market stores for all accounts together.
type global struct {
	usd      fp.Uint256 // margin in USD (D18)
	synths   []Holding  // margin in synths, in order of first use
	debt     fp.Uint256 // of all accounts (D18 USD)
	interest interest
	flagged  []model.AccountID // in set order
}

// Holding is an amount (D18) of a margin collateral.
type Holding struct {
	ID     model.MarketID
	Amount fp.Uint256
}

// New registers a perps market without instruments with the core.
func New(sys *model.System) (*Market, error) {
	m := &Market{sys: sys, accounts: map[model.AccountID]*account{}}
	id, err := sys.RegisterMarketAt(m, Address)
	if err != nil {
		return nil, fmt.Errorf("perps market: %w", err)
	}
	m.id = id
	return m, nil
}

// ID returns the id of the core market.
func (m *Market) ID() model.MarketID { return m.id }

// KeeperCosts returns the feed of the keepers' costs.
func (m *Market) KeeperCosts() KeeperCosts { return m.costs }

// SetKeeperCosts sets the feed of the keepers' costs. It is not part of a
// transaction.
func (m *Market) SetKeeperCosts(c KeeperCosts) {
	m.costs = c
	m.watch.alarmAll()
}

// ReportedDebt returns what the market owes its traders (D18 USD): margin and
// unrealised profit less their debts, at least 0. It costs O(instruments and
// margin collaterals).
func (m *Market) ReportedDebt() (debt fp.Uint256, err error) {
	defer fp.Catch(&err)
	margin := m.totalCollateralValue()
	var marketDebt fp.Int256
	for _, i := range m.instruments {
		marketDebt = marketDebt.Add(m.debt(i, i.indexPrice()))
	}
	sum := margin.Int256().Add(marketDebt).Sub(m.global.Get().debt.Int256())
	return fp.MaxInt(sum, fp.Int256{}).Uint256(), nil
}

// checkFresh throws when the price of an open position of an account is stale.
func (m *Market) checkFresh(a *account) {
	for _, k := range a.state.Get().open {
		if i := m.instruments[k]; i.stale {
			fp.Throw(StalenessToleranceExceeded{i.id})
		}
	}
}

// owed keeps what an instrument owed when it was last asked, as long as what
// that follows from is the same.
type owed struct {
	key  owedKey
	debt fp.Int256
	set  bool
}

type owedKey struct {
	price                     fp.Uint256
	funding, skew, correction fp.Int256
}

// debt returns the unrealised profit (D18 USD) of all positions of an
// instrument at a price.
func (m *Market) debt(i *Instrument, price fp.Uint256) fp.Int256 {
	s, o, value := i.state.Get(), &i.owed, m.fundingValue(i, price)
	k := &o.key
	if !o.set || k.price != price || k.funding != value || k.skew != s.Skew || k.correction != s.DebtCorrection {
		o.set = false
		o.debt = s.Skew.MulDecimal(price.Int256()).Add(s.Skew.MulDecimal(value)).Sub(s.DebtCorrection)
		o.key, o.set = owedKey{price, value, s.Skew, s.DebtCorrection}, true
	}
	return o.debt
}

// MinimumCredit returns the locked credit plus the margin in USD (D18 USD).
func (m *Market) MinimumCredit() (credit fp.Uint256, err error) {
	defer fp.Catch(&err)
	return m.lockedCredit().Add(m.global.Get().usd), nil
}

// lockedCredit returns the share of the open interest that LPs must back (D18
// USD).
func (m *Market) lockedCredit() (sum fp.Uint256) {
	for _, i := range m.instruments {
		sum = sum.Add(i.state.Get().Size.MulDecimal(i.indexPrice()).MulDecimal(i.config.Get().LockedOIRatio))
	}
	return sum
}

// delegatedValue returns the credit (D18 USD, signed) that LPs give beyond the
// traders' own margin.
func (m *Market) delegatedValue() fp.Int256 {
	withdrawable, err := m.sys.WithdrawableMarketUSD(m.id)
	op.Must(err)
	return withdrawable.Int256().Sub(m.totalCollateralValue().Int256())
}

// utilization returns the ratio (D18, at most 1) of the locked credit to the
// delegated value, and both (D18 USD). Without a delegated value it is 1.
func (m *Market) utilization() (ratio, delegated, locked fp.Uint256) {
	v, locked := m.delegatedValue(), m.lockedCredit()
	if v.Sign() <= 0 {
		return fp.UnitU256, fp.Uint256{}, locked
	}
	delegated = v.Uint256()
	// The ratio is narrowed before it is bounded.
	return op.Min(locked.DivDecimal(delegated).Uint128().Wide(), fp.UnitU256), delegated, locked
}
