package agents

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/runner/sim"
)

// Adversary can push the price that one market reads. On an interval, when a
// push in either direction makes the market report so much debt that a pool
// would leave it, the adversary pushes, has every pool behind the market
// bumped and rebalanced, which anybody may do, lets the price go, and has the
// pools rebalanced again. All of it happens at once: nobody else acts between.
//
// A pool that left at its limit comes back at it, so that the way up and the
// way down cost the same, and the push alone gains nothing. What gains is to
// change hands between: with a stake the adversary joins a pool while its debt
// is pushed up and takes part in the fall, and it may liquidate whom the push
// has made liquidatable.
//
// See the pull request 1176 of Synthetixio/synthetix-v3, which made limits work
// both ways for this reason.
type Adversary struct {
	Name         string
	Outsider     int // into sim.World.Outsiders: its account, and the vault it joins
	Market       int // into sim.World.Markets
	Asset        int // whose price it pushes
	EverySeconds int64
	Push         fp.Uint256 // D18, relative to the price
	Always       bool       // whether it attacks although no pool would leave
	Rebalances   int        // of every pool, while the price is pushed
	Stake        fp.Uint256 // tokens (D18) with which it joins; 0 does not join
	Liquidates   bool
	CostUSD      fp.Uint256 // of an attack, D18

	attacks uint64
	start   fp.Uint256 // tokens at the start
}

// Begin implements [Agent].
func (a *Adversary) Begin(s *sim.State) error {
	a.attacks, a.start = 0, a.tokens(s)
	return nil
}

// Act implements [Agent].
func (a *Adversary) Act(s *sim.State) error {
	if a.joined(s) {
		return end(a.leave(s))
	}
	if s.Step == 0 || !s.Due(a.EverySeconds) || a.Push.IsZero() {
		return nil
	}
	return a.attack(s)
}

// Rests implements [Rester]: between attacks, with nothing to fetch.
func (a *Adversary) Rests(s *sim.State) bool {
	return a.Push.IsZero() || !s.Due(a.EverySeconds) && !a.joined(s)
}

// Rest implements [Rester].
func (a *Adversary) Rest(*sim.State) {}

func (a *Adversary) outsider(s *sim.State) sim.Outsider { return s.World.Outsiders[a.Outsider] }

// push pushes the price up, or down, whichever carries a pool past its limit,
// or only raises the market's debt, if that is enough.
func (a *Adversary) push(s *sim.State) bool {
	factors := []fp.Uint256{fp.UnitU256.Add(a.Push)}
	if a.Push.Less(fp.UnitU256) {
		factors = append(factors, fp.UnitU256.Sub(a.Push))
	}
	for _, f := range factors {
		rise := s.Push(a.Market, a.Asset, f)
		if s.CrossesLimit(a.Market) || a.Always && rise.Sign() > 0 {
			return true
		}
		s.Release(a.Market)
	}
	return false
}

// attack pushes, does what follows a push, and records what it brought. What
// the protocol refuses on the way is left out.
func (a *Adversary) attack(s *sim.State) error {
	before, had, err := a.wealth(s)
	if err != nil || !a.push(s) {
		return end(err)
	}
	a.attacks++
	for _, step := range []func(*sim.State) error{
		a.rebalanceOften, a.join, a.liquidate, a.release, a.rebalance, a.leave,
	} {
		if err := end(step(s)); err != nil {
			return err
		}
	}
	after, has, err := a.wealth(s)
	if err != nil {
		return end(err)
	}
	for v := range before {
		before[v] = before[v].Sub(after[v])
	}
	s.OraclePushed(a.Market, a.Name, has.Sub(had), before)
	return nil
}

func (a *Adversary) release(s *sim.State) error {
	s.Release(a.Market)
	return nil
}

// rebalanceOften bumps the pools behind the market and then rebalances them as
// often as it was told.
func (a *Adversary) rebalanceOften(s *sim.State) error {
	if err := end(s.Distribute(a.Market)); err != nil {
		return err
	}
	for range a.Rebalances {
		if err := a.rebalance(s); err != nil {
			return err
		}
	}
	return nil
}

// rebalance rebalances every vault behind the market, and with it its pool.
func (a *Adversary) rebalance(s *sim.State) error {
	for _, v := range s.VaultsOf(a.Market) {
		if err := end(s.Rebalance(v)); err != nil {
			return err
		}
	}
	return nil
}

// liquidate takes the reward for everybody who can be liquidated.
func (a *Adversary) liquidate(s *sim.State) error {
	if !a.Liquidates {
		return nil
	}
	x := a.outsider(s)
	for _, v := range s.VaultsOf(a.Market) {
		o, err := s.Outlook(v)
		if err != nil {
			continue
		}
		for _, id := range s.Liquidatable(v, &o) {
			if id == x.Account {
				continue
			}
			if _, err := s.Liquidate(v, id, x.Account, sim.CausePush); end(err) != nil {
				return err
			}
		}
	}
	return nil
}

// End implements [Closer]: the result is what the position brought and what
// liquidations paid, less the costs. The price of the stake is left out.
func (a *Adversary) End(s *sim.State) error {
	x := a.outsider(s)
	debt, err := s.OutsiderDebt(a.Outsider)
	if err != nil {
		return nil
	}
	result := s.Sys.AvailableCollateral(x.Account, model.USD).Int256().Sub(debt)
	won := a.tokens(s).Int256().Sub(a.start.Int256()).MulDecimal(s.TokenPrice(x.Vault).Int256())
	cost := a.CostUSD.Mul(fp.U256(a.attacks)).Int256()
	s.AdversaryResult(result.Add(won).Sub(cost))
	return nil
}
