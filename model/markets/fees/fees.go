// Package fees holds where the fees of a market go besides the LPs: to the one
// who referred the trader and to a fee collector (PROTOCOL.md §11.1, §11.2).
package fees

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/internal/op"
)

// Collector is a fee collector: it asks for a share (D18, may exceed 1) of
// what it is offered. The zero Collector is none.
type Collector struct {
	Account model.Actor
	Share   fp.Uint256
}

// Present reports whether there is a fee collector.
func (c Collector) Present() bool { return c.Account != model.Actor{} }

// Quote returns what the collector takes of an amount (D18 USD), at most all.
func (c Collector) Quote(amount fp.Uint256) fp.Uint256 {
	return op.Min(amount.MulDecimal(c.Share), amount)
}

// Referrers are the shares (D18) of the fees that go to who referred a trader.
type Referrers map[model.Actor]fp.Uint256

// Referral returns what a referrer gets of fees (D18 USD), 0 when nobody
// referred or the referrer has no share.
func (r Referrers) Referral(referrer model.Actor, fees fp.Uint256) fp.Uint256 {
	return fees.MulDecimal(r.Share(referrer))
}

// Share returns the share (D18) of a referrer; nobody has none.
func (r Referrers) Share(referrer model.Actor) (share fp.Uint256) {
	if referrer != (model.Actor{}) {
		share = r[referrer]
	}
	return share
}
