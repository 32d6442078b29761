package agents

import (
	"errors"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/runner/sim"
	"backtest/runner/units"
)

// VaultMode is how a liquidator deals with vaults.
type VaultMode string

// The ways to deal with vaults.
const (
	VaultsNever   VaultMode = "never"
	VaultsPartial VaultMode = "partial"
	VaultsFull    VaultMode = "full"
)

// Liquidator looks for undercollateralised vaults and positions on an
// interval, and acts after its latency on what is still there.
type Liquidator struct {
	Account      model.AccountID
	EverySeconds int64
	Latency      int64 // seconds
	CostUSD      float64
	MinProfitUSD float64
	Budget       fp.Uint256 // D18 USD
	Absent       float64    // chance of missing a check
	Vaults       VaultMode
	ToTreasury   bool

	random  stream
	pending []int64 // times of acting, ascending
}

// NewLiquidator gives a liquidator its random stream.
func NewLiquidator(seed uint64, id string, l Liquidator) *Liquidator {
	l.random = newStream(seed, "liquidator", id)
	return &l
}

// Begin implements [Agent]: the budget comes from outside the system.
func (l *Liquidator) Begin(s *sim.State) error {
	l.pending = l.pending[:0]
	if l.Budget.IsZero() {
		return nil
	}
	return s.Sys.FundWallet(model.USD, model.AccountOwner(l.Account), l.Budget)
}

// Act implements [Agent].
func (l *Liquidator) Act(s *sim.State) error {
	if s.Due(l.EverySeconds) && l.present(s) && (l.Latency == 0 || l.sees(s)) {
		l.pending = append(l.pending, s.Now+l.Latency)
	}
	if !l.acts(s) {
		return nil
	}
	for v := range s.World.Vaults {
		if err := l.visit(s, v); err != nil {
			return err
		}
	}
	return nil
}

// present reports whether it does not miss a check in this step.
func (l *Liquidator) present(s *sim.State) bool {
	return l.Absent == 0 || l.random.uniform(s, 0) >= l.Absent
}

// sees reports whether anything can be liquidated now.
func (l *Liquidator) sees(s *sim.State) bool {
	for v := range s.World.Vaults {
		o, err := s.Outlook(v)
		if err == nil && (o.Liquidatable || len(s.Liquidatable(v, &o)) > 0) {
			return true
		}
	}
	return false
}

// acts reports whether it comes to act now on what an earlier check has seen.
func (l *Liquidator) acts(s *sim.State) bool {
	due := 0
	for due < len(l.pending) && l.pending[due] <= s.Now {
		due++
	}
	l.pending = l.pending[:copy(l.pending, l.pending[due:])]
	return due > 0
}

// visit liquidates a vault, or the positions of a healthy one, the worst
// first. Each liquidation moves the others, so it looks again after a round:
// who is found then has been brought down by the debt of those before.
func (l *Liquidator) visit(s *sim.State, vault int) error {
	cause := ""
	if s.Healthy(vault) {
		return nil
	}
	for {
		o, err := s.Outlook(vault)
		if err != nil {
			return nil // nobody can read the debt: a market does not answer
		}
		whole, ids := o.Liquidatable && l.Vaults != VaultsNever, s.Liquidatable(vault, &o)
		if !whole && len(ids) == 0 {
			return nil
		}
		if cause == "" {
			cause = s.Cause(vault)
		} else {
			cause = sim.CauseSocialised
		}
		if whole {
			return l.liquidateVault(s, vault, &o, cause)
		}
		if done, err := l.round(s, vault, ids, cause); done == 0 || err != nil {
			return err
		}
	}
}

// round liquidates positions and returns how many it could.
func (l *Liquidator) round(s *sim.State, vault int, ids []model.AccountID, cause string) (done int, err error) {
	for _, id := range ids {
		ok, err := l.liquidatePosition(s, vault, id, cause)
		if err != nil {
			return done, err
		}
		if ok {
			done++
		}
	}
	return done, nil
}

// liquidatePosition reports whether the position was liquidated.
func (l *Liquidator) liquidatePosition(s *sim.State, vault int, id model.AccountID, cause string) (bool, error) {
	if l.ToTreasury {
		_, err := s.LiquidateToTreasury(vault, id, cause)
		return err == nil, end(err)
	}
	_, ct := s.VaultID(vault)
	reward := s.Sys.CollateralConfiguration(ct).LiquidationReward
	if float64(units.FloatU(reward)*s.VaultPrice(vault))-l.CostUSD < l.MinProfitUSD {
		return false, nil
	}
	_, err := s.Liquidate(vault, id, l.Account, cause)
	var whole model.MustBeVaultLiquidated
	if errors.As(err, &whole) && l.Vaults != VaultsNever {
		o, err := s.Outlook(vault)
		if err != nil || !o.Liquidatable {
			return false, nil
		}
		return false, l.liquidateVault(s, vault, &o, cause)
	}
	return err == nil, end(err)
}

// partialShare is the part of a vault's debt that a partial liquidation
// repays.
const partialShare = 2

// liquidateVault repays a vault's debt, as far as the budget goes, when that
// pays.
func (l *Liquidator) liquidateVault(s *sim.State, vault int, o *model.VaultOutlook, cause string) error {
	pay := o.Debt.Uint256()
	if l.Vaults == VaultsPartial {
		pay = pay.Quo(fp.U256(partialShare))
	}
	owner := model.AccountOwner(l.Account)
	if has := s.Sys.TokenBalance(model.USD, owner); has.Less(pay) {
		pay = has
	}
	if pay.IsZero() {
		return nil
	}
	part := units.FloatU(pay) / units.Float(o.Debt)
	if float64(units.FloatU(o.Value)*part)-units.FloatU(pay)-l.CostUSD < l.MinProfitUSD {
		return nil
	}
	_, err := s.LiquidateVault(owner, vault, l.Account, pay, cause)
	return end(err)
}
