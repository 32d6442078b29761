package model

import fp "backtest/model/fixedpoint"

// Distribution spreads value over shares by one accumulator: the value per
// share (PROTOCOL.md §2.1). Its actors are stored by their owners.
type Distribution struct {
	TotalShares   Uint128 // D18
	ValuePerShare D27
}

// Actor's part of a distribution.
type DistributionActor struct {
	Shares            Uint128 // D18
	LastValuePerShare D27     // 0 without shares
}

// DistributeValue adds x (D18) pro rata to shares. The remainder at D27 is
// dropped. It throws EmptyDistribution without shares, unless x is 0.
func (d *Distribution) DistributeValue(x Int256) {
	if x.IsZero() {
		return
	}
	if d.TotalShares.IsZero() {
		fp.Throw(EmptyDistribution{})
	}
	d.ValuePerShare = d.ValuePerShare.Add(fp.PerShareD27(x, d.TotalShares))
}

// Change returns the value (D18) that reached the actor since it was last
// accumulated. The difference of values per share is taken at 128 bits.
func (d *Distribution) Change(a *DistributionActor) Int256 {
	if a.Shares.IsZero() {
		// Its last value per share is 0 and stands for no past: the difference
		// always fits, the product is 0.
		return Int256{}
	}
	return d.ValuePerShare.Sub(a.LastValuePerShare).Times(a.Shares)
}

// SetActorShares gives the actor n shares (D18) and returns, and thereby
// takes, its change under the old ones. The order of its checks is the
// contracts': n at 128 bits, the total, n as a signed number.
func (d *Distribution) SetActorShares(a *DistributionActor, n Uint256) Int256 {
	change := d.Change(a)
	shares := n.Uint128()
	d.TotalShares = d.TotalShares.Add(shares).Sub(a.Shares)
	shares.Int128()
	a.Shares = shares
	a.LastValuePerShare = d.lastFor(shares)
	return change
}

// AccumulateActor returns, and thereby takes, the actor's change.
func (d *Distribution) AccumulateActor(a *DistributionActor) Int256 {
	change := d.Change(a)
	a.LastValuePerShare = d.lastFor(a.Shares)
	return change
}

func (d *Distribution) lastFor(shares Uint128) D27 {
	if shares.IsZero() {
		return D27{}
	}
	return d.ValuePerShare
}
