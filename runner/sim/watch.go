package sim

import (
	"cmp"
	"math"
	"slices"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/runner/units"
)

// Which position of a vault falls next can be known without visiting all of
// them. With c its consolidated debt, s its shares and l the value per share
// it was last consolidated at, its debt is c + (V - l)s for the vault's value
// per share V, and its collateral is worth k s for a vault-wide k. It is
// liquidatable when k / (c/s - l + V) is below the liquidation ratio: the
// order of positions by
//
//	key = c/s - l
//
// never changes unless a position itself does. Keys are floats; whatever lies
// within their rounding error of the limit is decided exactly.

// keyMargin bounds the error of a key and of the limit, relative to what goes
// into them: a handful of roundings of 2^-53, and the protocol's own floors,
// which stay below it for positions above 10^10 wei of tokens. A wide margin
// costs a few exact looks, no more.
const keyMargin = 1e-9

// vaultState is what a path knows of a vault between steps.
type vaultState struct {
	fresh bool
	epoch uint64
	order []positionKey // by descending key
	least float64       // shares of the smallest position in it, tokens
	price float64       // of the collateral at the last recorded moment, USD
	debt  float64       // per token then, USD

	minted fp.Int256  // by the pool's LPs until then, D18 USD
	got    []bySource // by the pool from each market until then
}

type positionKey struct {
	key     float64
	account model.AccountID
}

func (v *vaultState) reset() {
	*v = vaultState{order: v.order[:0], got: v.got[:0]}
}

// changed notes that positions of a vault were changed by a command.
func (s *State) changed(vault int) { s.vaults[vault].fresh = false }

// order returns the positions of a vault by descending key.
func (s *State) order(vault int, epoch uint64) []positionKey {
	v := &s.vaults[vault]
	if v.fresh && v.epoch == epoch {
		return v.order
	}
	v.order, v.least = v.order[:0], math.Inf(1)
	pool, ct := s.VaultID(vault)
	s.Sys.EachPositionStorage(pool, ct, func(id model.AccountID, p model.PositionStorage) {
		if p.DebtShares.IsZero() {
			return // liquidated to the treasury: its debt has no shares to fall with
		}
		debt, shares := units.Float(p.ConsolidatedDebt), units.FloatU(p.DebtShares.Wide())
		v.least = min(v.least, shares)
		v.order = append(v.order, positionKey{debt/shares - units.FloatD27(p.LastValuePerShare), id})
	})
	slices.SortFunc(v.order, func(a, b positionKey) int {
		return cmp.Or(cmp.Compare(b.key, a.key), cmp.Compare(a.account, b.account))
	})
	v.fresh, v.epoch = true, epoch
	return v.order
}

// Outlook returns what a pull of a vault's debt would bring.
func (s *State) Outlook(vault int) (o model.VaultOutlook, err error) {
	pool, ct := s.VaultID(vault)
	p, err := s.Sys.PoolOutlook(pool)
	if err != nil {
		return o, err
	}
	return s.Sys.VaultOutlook(p, ct)
}

// lastOutlook is Outlook, or the state of the last pull when none can be made
// now.
func (s *State) lastOutlook(vault int) (model.VaultOutlook, error) {
	if o, err := s.Outlook(vault); err == nil {
		return o, nil
	}
	pool, ct := s.VaultID(vault)
	return s.Sys.VaultOutlook(s.Sys.StoredOutlook(pool), ct)
}

// Worst returns the smallest C-ratio of a vault's positions (D18, 2^256-1
// without debt).
func (s *State) Worst(vault int, o *model.VaultOutlook) fp.Uint256 {
	worst := fp.MaxUint256
	order := s.order(vault, o.Epoch())
	if len(order) == 0 {
		return worst
	}
	value := units.FloatD27(o.ValuePerShare)
	limit := order[0].key - keyMargin*(abs(order[0].key)+abs(value))
	for _, k := range order {
		if k.key < limit {
			break
		}
		if p, _ := s.Sys.PositionOutlook(o, k.account); p.CRatio.Less(worst) {
			worst = p.CRatio
		}
	}
	return worst
}

// WorstRatio is Worst as a float, NaN without debt.
func (s *State) WorstRatio(vault int, o *model.VaultOutlook) float64 {
	worst := s.Worst(vault, o)
	if worst == fp.MaxUint256 {
		return math.NaN()
	}
	return units.FloatU(worst)
}

// Liquidatable returns the accounts of a vault that can be liquidated, the
// worst first.
func (s *State) Liquidatable(vault int, o *model.VaultOutlook) []model.AccountID {
	var found []model.AccountID
	order := s.order(vault, o.Epoch())
	if len(order) == 0 {
		return nil
	}
	limit := s.keyLimit(o)
	for _, k := range order {
		if k.key < limit {
			break
		}
		if _, liquidatable := s.Sys.PositionOutlook(o, k.account); liquidatable {
			found = append(found, k.account)
		}
	}
	return found
}

// keyLimit returns the key below which no position is liquidatable.
func (s *State) keyLimit(o *model.VaultOutlook) float64 {
	ratio := units.FloatU(s.Sys.CollateralConfiguration(o.CollateralID()).LiquidationRatio)
	backing := float64(units.FloatU(o.Price)*(units.FloatU(o.ShareFactor())/1e9)) / ratio
	value := units.FloatD27(o.ValuePerShare)
	return backing - value - float64(keyMargin*(abs(backing)+abs(value)))
}

func abs(x float64) float64 {
	if x < 0 {
		return -x
	}
	return x
}
