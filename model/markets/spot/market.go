// Package spot is the spot synth market of the protocol, exact to the wei: one
// core market per synth (PROTOCOL.md §11.1).
//
// A [Market] sells and buys a synth against USD at the oracle's price with
// fixed, utilisation and skew fees, at once or as asynchronous orders, and
// wraps collateral into the synth. It owes its holders the value of the supply:
// that is its reported debt. Every operation is a transaction together with
// what it does in the core, and fails as a whole with the protocol's error.
// Who may configure a market is not modelled.
package spot

import (
	"fmt"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/internal/op"
)

// Address is the actor that all spot markets act as, in the core and as
// escrow.
var Address = model.Named("spot")

// Market is one synth and its core market.
type Market struct {
	sys    *model.System
	id     model.MarketID
	synth  model.CollateralID
	prices Prices
	config model.Cell[Config]
	escrow model.Cell[escrow]
	orders []*model.Cell[Order] // order id - 1; escrow.orders of them are in use

	decayed model.Cell[uint64] // seconds: when the synth last decayed
}

// Prices are the price feeds of a market (D18 USD): buys pay the buy price,
// everything else goes by the sell price; strategies that do not settle at
// those use the benchmark price. A negative price makes every reader revert.
type Prices struct {
	Buy, Sell, Benchmark fp.Int256
	// Stale makes those readers of Buy and Sell revert that take none but fresh
	// prices: orders at once, commitments to sell, and settlements at the
	// current price.
	Stale bool
}

// New creates a synth with 18 decimals under the given token name and
// registers its market with the core. The collateral leverage is 1, everything
// else is 0.
func New(sys *model.System, name string) (*Market, error) {
	m := &Market{sys: sys, config: model.NewCell(Config{
		CollateralLeverage: fp.UnitU256,
		Wrapper:            Wrapper{Collateral: model.NoCollateral},
	})}
	id, err := sys.RegisterMarketAt(m, Address)
	if err != nil {
		return nil, fmt.Errorf("spot market of %s: %w", name, err)
	}
	m.id, m.synth = id, sys.AddCollateral(name, 18)
	return m, nil
}

// ID returns the id of the core market.
func (m *Market) ID() model.MarketID { return m.id }

// Synth returns the synth, a token of the system like any other.
func (m *Market) Synth() model.CollateralID { return m.synth }

// Prices returns the price feeds.
func (m *Market) Prices() Prices { return m.prices }

// SetPrices sets the price feeds. It is not part of a transaction.
func (m *Market) SetPrices(p Prices) { m.prices = p }

// SellPrice returns the price (D18 USD) at which the synth counts. It throws
// when the price is negative.
func (m *Market) SellPrice() fp.Uint256 { return m.prices.Sell.Uint256() }

func (m *Market) buyPrice() fp.Uint256 { return m.prices.Buy.Uint256() }

// strict returns a price to somebody who takes none but fresh ones.
func (m *Market) strict(price fp.Int256) fp.Uint256 {
	if m.prices.Stale {
		fp.Throw(StalenessToleranceExceeded{m.id})
	}
	return price.Uint256()
}

func (m *Market) strictBuyPrice() fp.Uint256  { return m.strict(m.prices.Buy) }
func (m *Market) strictSellPrice() fp.Uint256 { return m.strict(m.prices.Sell) }

// SkewScale returns the skew scale (synths D18), 0 when there is no skew fee.
func (m *Market) SkewScale() fp.Uint256 { return m.config.Get().SkewScale }

// StrictStaleness returns how old (seconds) a price may be for those who take
// none but fresh ones, 0 for any age.
func (m *Market) StrictStaleness() uint64 { return m.config.Get().StrictStaleness }

// Strategy returns a settlement strategy, which must exist.
func (m *Market) Strategy(id int) Strategy { return m.config.Get().Strategies[id] }

// Supply returns the total supply of the synth (D18), escrowed orders
// included.
func (m *Market) Supply() fp.Uint256 { return m.sys.TokenSupply(m.synth) }

// Wrapped returns the collateral (tokens D18) that the wrapper has deposited.
func (m *Market) Wrapped() fp.Uint256 {
	ct := m.config.Get().Wrapper.Collateral
	if ct == model.NoCollateral {
		return fp.Uint256{}
	}
	amount, err := m.sys.MarketCollateralAmount(m.id, ct)
	op.Must(err)
	return amount
}

// Skew returns the supply that is not wrapped (synths D18, signed).
func (m *Market) Skew() fp.Int256 { return m.Supply().Int256().Sub(m.Wrapped().Int256()) }

// ReportedDebt returns the value of the supply (D18 USD).
func (m *Market) ReportedDebt() (debt fp.Uint256, err error) {
	defer fp.Catch(&err)
	return m.Supply().MulDecimal(m.SellPrice()), nil
}

// MinimumCredit returns the value of the supply over the collateral leverage
// (D18 USD).
func (m *Market) MinimumCredit() (credit fp.Uint256, err error) {
	defer fp.Catch(&err)
	return m.Supply().MulDecimal(m.buyPrice()).DivDecimal(m.config.Get().CollateralLeverage), nil
}

// Clone returns an independent copy for a copy of its system.
func (m *Market) Clone(to *model.System) model.ExternalMarket { return m.CloneInto(nil, to) }

// CloneInto is Clone in the memory of old, if that is a *Market.
func (m *Market) CloneInto(old model.ExternalMarket, to *model.System) model.ExternalMarket {
	c, ok := old.(*Market)
	if !ok {
		c = &Market{}
	}
	c.sys, c.id, c.synth, c.prices = to, m.id, m.synth, m.prices
	c.config.Restore(&m.config)
	c.escrow.Restore(&m.escrow)
	c.decayed.Restore(&m.decayed)
	c.orders = c.orders[:0]
	for _, o := range m.orders {
		cell := model.NewCell(*o.Get())
		c.orders = append(c.orders, &cell)
	}
	return c
}

// AppendDigest appends the state of the market, for [model.System.Digest].
func (m *Market) AppendDigest(b []byte) []byte {
	escrow := m.escrow.Get()
	b = fmt.Appendf(b, "spot %v %v %v %v", m.prices, *m.config.Get(), *escrow, *m.decayed.Get())
	for _, o := range m.orders[:escrow.orders] {
		b = fmt.Appendf(b, " %v", *o.Get())
	}
	return b
}
