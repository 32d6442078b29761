package spot

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/internal/op"
)

// escrow is the synths of open sell orders, held as shares of the balance, and
// the number of orders ever committed.
type escrow struct {
	shares fp.Uint256
	orders uint64
}

// escrowSynths moves synths (D18) into the escrow and returns its shares of
// it.
func (m *Market) escrowSynths(from model.Actor, amount, maxLoss fp.Uint256) fp.Uint256 {
	e := m.escrow.Edit(m.sys.Journal())
	shares := amount
	if !e.shares.IsZero() {
		shares = amount.Mul(e.shares).Quo(m.escrowBalance())
	}
	op.Must(m.sys.TransferToken(m.synth, from, Address, amount))
	e.shares = e.shares.Add(shares)
	if got := m.synthsOf(shares).Add(maxLoss); got.Less(amount) {
		fp.Throw(InsufficientSharesAmount{amount, got})
	}
	return shares
}

func (m *Market) escrowBalance() fp.Uint256 { return m.sys.TokenBalance(m.synth, Address) }

// synthsOf returns the synths (D18) behind shares of the escrow.
func (m *Market) synthsOf(shares fp.Uint256) fp.Uint256 {
	return shares.Mul(m.escrowBalance()).Quo(m.escrow.Get().shares)
}

// releaseShares takes shares out of the escrow and returns the synths (D18)
// that leave: everything when they were the last.
func (m *Market) releaseShares(shares fp.Uint256) fp.Uint256 {
	synths := m.synthsOf(shares)
	e := m.escrow.Edit(m.sys.Journal())
	e.shares = e.shares.Sub(shares)
	if e.shares.IsZero() {
		return m.escrowBalance()
	}
	return synths
}
