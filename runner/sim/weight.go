package sim

import (
	"math/bits"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/runner/record"
)

// The debt of positions weighs a distribution of C-ratios. In units that
// belong to a vault it is a + V·b for the vault's value per share V, with
// integers a and b of the position that change only when it does: the weight
// of any range of positions is then exact in any order of adding, and known
// from sums.

// weightBits is the precision of all shares and of the price at the start.
const weightBits = 31

// weightScale is the unit of a vault: shares count in 2^shares wei, values per
// share in 2^value units of their 27th decimal.
type weightScale struct{ shares, value uint }

// positionWeight is what a position adds to the weight of its range.
type positionWeight struct{ a, b int64 }

// leastVaultUSD is the vault whose precision smaller ones have.
const leastVaultUSD = 1_000_000

// weight returns the scale of a vault, from its size and price at the start.
func (w *World) weight(vault int) weightScale {
	v := w.Vaults[vault]
	ct := w.Collaterals[v.Collateral].CT
	price, err := w.Initial.CollateralPrice(ct)
	if err != nil || price.IsZero() {
		price = fp.UnitU256
	}
	total := w.Initial.VaultStorage(w.Pools[v.Pool].ID, ct).DebtShares.Wide()
	if least := fp.U256(leastVaultUSD).Mul(fp.UnitU256).DivDecimal(price); total.Less(least) {
		total = least
	}
	return weightScale{excess(total), excess(price.Mul(fp.U256(1_000_000_000)))}
}

// excess is how many bits a number has beyond weightBits.
func excess(x fp.Uint256) uint {
	w := x.Words()
	length := 0
	for i, word := range w {
		if word != 0 {
			length = 64*i + bits.Len64(word)
		}
	}
	return uint(max(length-weightBits, 0))
}

// unit returns what one unit of weight is worth, USD.
func (w weightScale) unit() float64 {
	x := 1 / 1e45
	for range w.shares + w.value {
		x *= 2 // exact
	}
	return x
}

// mostWeight is beyond what any position and value in reach come to.
const mostWeight = 1 << 62

// position returns the weight of a position, none of one that is out of reach.
func (w weightScale) position(p *model.PositionStorage) positionWeight {
	debt, ok1 := p.ConsolidatedDebt.Narrow()
	_, ok2 := p.DebtShares.WideInt().Narrow()
	if !ok1 || !ok2 {
		return positionWeight{}
	}
	at := debt.Wide().Mul(fp.PreciseI256).Sub(p.LastValuePerShare.Raw.Wide().Mul(p.DebtShares.WideInt()))
	a, ok1 := small(at.Quo(fp.PowerOfTwo(w.shares + w.value)))
	b, ok2 := small(p.DebtShares.WideInt().Quo(fp.PowerOfTwo(w.shares)))
	if !ok1 || !ok2 {
		return positionWeight{}
	}
	return positionWeight{a, b}
}

// perShare returns a vault's value per share in the unit of the scale.
func (w weightScale) perShare(v fp.D27) int64 {
	x, ok := small(v.Raw.Wide().Quo(fp.PowerOfTwo(w.value)))
	if !ok {
		return mostWeight
	}
	return x
}

// small returns x as an int64 if it is below mostWeight.
func small(x fp.Int256) (int64, bool) {
	n, ok := x.Narrow()
	v := int64(n.Lo)
	return v, ok && n.Hi == v>>63 && v < mostWeight && v > -mostWeight
}

// DebtWeight returns what a position adds to the distribution of C-ratios by
// debt, in the unit of its vault (record.CRatioSketch.DebtUnit).
func (s *State) DebtWeight(vault int, id model.AccountID) (record.Int128, error) {
	o, err := s.Outlook(vault)
	if err != nil {
		return record.Int128{}, err
	}
	pool, ct := s.VaultID(vault)
	p := s.Sys.PositionStorage(pool, ct, id)
	scale := s.initial.scales[vault]
	return scale.position(&p).at(scale.perShare(o.ValuePerShare)), nil
}
