package sim

import (
	"math"
	"strconv"

	"backtest/model"
	"backtest/runner/units"
)

// PositionName is what metrics call the position of an LP: POOL/COLLATERAL/ACCOUNT.
func (w *World) PositionName(lp int) string {
	x := w.LPs[lp]
	return w.Vaults[x.Vault].Name + "/" + strconv.FormatUint(uint64(x.Account), 10)
}

// EachAtStart calls f for some LPs, in order, with their positions before the
// first step; those of a vault whose markets do not answer are empty.
func (w *World) EachAtStart(lps []int, f func(k int, p model.Position, liquidatable bool)) {
	outlooks, known := make([]model.VaultOutlook, len(w.Vaults)), make([]bool, len(w.Vaults))
	for v, x := range w.Vaults {
		pool, err := w.Initial.PoolOutlook(w.Pools[x.Pool].ID)
		if err == nil {
			outlooks[v], err = w.Initial.VaultOutlook(pool, w.Collaterals[x.Collateral].CT)
		}
		known[v] = err == nil
	}
	for k, i := range lps {
		x := w.LPs[i]
		if !known[x.Vault] {
			f(k, model.Position{}, false)
			continue
		}
		p, liquidatable := w.Initial.PositionOutlook(&outlooks[x.Vault], x.Account)
		f(k, p, liquidatable)
	}
}

// LiquidationPrice returns the price of its collateral (USD) at which a position
// can be liquidated, with its debt as it is; NaN without debt.
func (w *World) LiquidationPrice(lp int, p model.Position) float64 {
	ct := w.Collaterals[w.Vaults[w.LPs[lp].Vault].Collateral].CT
	if p.Debt.Sign() <= 0 || p.Collateral.IsZero() {
		return math.NaN()
	}
	owed := units.Float(p.Debt) * units.FloatU(w.Initial.LiquidationRatio(ct))
	return owed / units.FloatU(p.Collateral)
}
