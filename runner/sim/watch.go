package sim

import (
	"math"

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
	ranking  ranking
	landmark landmark
}

func (v *vaultState) reset(first *ranks) {
	v.ranking.reset(first)
	v.landmark = landmark{}
}

// Outlook returns what a pull of a vault's debt would bring.
func (s *State) Outlook(vault int) (o model.VaultOutlook, err error) {
	l := s.look(vault)
	return l.outlook, l.err
}

// vaultLook is the outlook of a vault and what it belongs to.
type vaultLook struct {
	made    bool
	changes uint64
	now     uint64
	outlook model.VaultOutlook
	err     error

	value float64 // debt per share of its accounts, USD
	share float64 // tokens that a share of collateral is worth
	worth float64 // the same, USD
}

// look returns the outlook of a vault, made once for a state of the system at
// the same prices and time.
func (s *State) look(vault int) *vaultLook {
	l := &s.vaultLooks[vault]
	if l.made && l.changes == s.Sys.Changes() && l.now == s.Sys.Now() {
		return l
	}
	l.made, l.changes, l.now = true, s.Sys.Changes(), s.Sys.Now()
	pool := s.poolOutlook(s.World.Vaults[vault].Pool)
	if l.err = pool.err; l.err == nil {
		_, ct := s.VaultID(vault)
		l.outlook, l.err = s.Sys.VaultOutlook(pool.outlook, ct)
		o := &l.outlook
		l.value, l.share = units.FloatD27(o.ValuePerShare), 1
		if l.err == nil && !o.Unscaled() {
			l.share = units.FloatU(o.ShareFactor()) / 1e9
		}
		l.worth = float64(units.FloatU(o.Price) * l.share)
	}
	return l
}

// poolLook is the outlook of a pool and what it belongs to.
type poolLook struct {
	made    bool
	changes uint64
	now     uint64
	outlook model.PoolOutlook
	err     error
}

// poolOutlook returns what a pull of a pool's debt would bring, once for a
// state of the system at the same prices and time.
func (s *State) poolOutlook(pool int) *poolLook {
	l := &s.looks[pool]
	if !l.made || l.changes != s.Sys.Changes() || l.now != s.Sys.Now() {
		l.made, l.changes, l.now = true, s.Sys.Changes(), s.Sys.Now()
		l.outlook, l.err = s.Sys.PoolOutlook(s.World.Pools[pool].ID)
	}
	return l
}

// forgetLooks is called when prices have changed.
func (s *State) forgetLooks() {
	for i := range s.looks {
		s.looks[i].made = false
	}
	for i := range s.vaultLooks {
		s.vaultLooks[i].made = false
	}
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
	order := walk{r: s.order(vault, o.Epoch())}
	first := order.r.worst()
	if first == nil {
		return worst
	}
	value := units.FloatD27(o.ValuePerShare)
	limit := first.key - keyMargin*(abs(first.key)+abs(value))
	for k := order.next(); k != nil && k.key >= limit; k = order.next() {
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
	order, limit := walk{r: s.order(vault, o.Epoch())}, s.keyLimit(o)
	for k := order.next(); k != nil && k.key >= limit; k = order.next() {
		if _, liquidatable := s.Sys.PositionOutlook(o, k.account); liquidatable {
			found = append(found, k.account)
		}
	}
	return found
}

// Healthy reports that neither a vault nor any of its positions can be
// liquidated, as far as that is clear without a closer look.
func (s *State) Healthy(vault int) bool {
	l := s.look(vault)
	return l.err == nil && !l.outlook.Liquidatable &&
		s.worstAbove(vault, l, units.FloatU(s.Sys.LiquidationRatio(l.outlook.CollateralID())))
}

// worstAbove reports that the C-ratio of every position of a vault is clearly
// above a ratio.
func (s *State) worstAbove(vault int, l *vaultLook, ratio float64) bool {
	order := s.order(vault, l.outlook.Epoch())
	first := order.worst()
	if first == nil {
		return true
	}
	return clearlyAbove(ratio, first.key, order.least, l.value, l.share, l.worth)
}

// clearlyAbove reports that the position with a key is above a C-ratio, where a
// share of debt has grown to value (USD), and one of collateral is so many
// tokens and worth so many USD; the smallest position has least shares.
func clearlyAbove(ratio, key, least, value, share, worth float64) bool {
	most := key + value + float64(keyMargin*(abs(key)+abs(value)))
	return float64(least*worth) > leastPosition && float64(least*share) > leastPosition &&
		float64(worth*(1-keyMargin)) > float64(ratio*most)
}

// keyLimit returns the key below which no position is liquidatable.
func (s *State) keyLimit(o *model.VaultOutlook) float64 {
	ratio := units.FloatU(s.Sys.LiquidationRatio(o.CollateralID()))
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
