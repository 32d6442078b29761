package replay

import (
	"fmt"

	"backtest/model"
	"backtest/model/markets"
	"backtest/model/markets/perps"
	"backtest/model/markets/spot"
	"backtest/model/state"
)

// StateAt runs a trace up to a step, comparing what was recorded, and returns
// the state after it; the state names trace and step.
func StateAt(t *Trace, step int) (*state.State, Result, error) {
	if step < 0 || step >= len(t.Steps) {
		return nil, Result{}, badFile("there is no step %d, the trace has 0 to %d", step, len(t.Steps)-1)
	}
	p, err := newPlayer(t)
	if err != nil {
		return nil, Result{}, err
	}
	if err := p.play(t.Steps[:step+1]); err != nil {
		return nil, p.result, err
	}
	d, err := p.env.sys.Save()
	if err != nil {
		return nil, p.result, &InputError{step, t.Steps[step].Op, err}
	}
	d.Source = state.Source{History: t.Name, Step: uint64(step)}
	return d, p.result, nil
}

// ReplayFrom goes on with a trace after the step that a state names. The state
// must be one of this trace.
func ReplayFrom(t *Trace, d *state.State) (Result, error) {
	step := d.Source.Step
	if d.Source.History != t.Name || step >= uint64(len(t.Steps)) {
		return Result{}, badFile("the state is of step %d of %q, not of a step of this trace, %q", step, d.Source.History, t.Name)
	}
	p, err := newPlayer(t)
	if err != nil {
		return Result{}, err
	}
	if err := p.env.load(d); err != nil {
		return Result{}, &InputError{Step: -1, Err: err}
	}
	for i := range t.Steps[:step+1] {
		if err := p.skip(&t.Steps[i]); err != nil {
			return Result{}, &InputError{i, t.Steps[i].Op, err}
		}
	}
	err = p.play(t.Steps[step+1:])
	return p.result, err
}

// skip takes note of what was observed at a step before the start: later steps
// tell only what changed.
func (p *player) skip(s *Step) error {
	if s.Op == "perpsSetKeeperCosts" && s.OK && p.env.perpsMarket() == nil {
		// A feed that is there before the market that reads it.
		if _, err := operations[s.Op](p.env, &arguments{env: p.env, raw: s.Args}); err != nil {
			return err
		}
	}
	return p.merge(s.Observed)
}

// load puts the environment into a state.
func (e *environment) load(d *state.State) error {
	sys, err := model.Load(d, markets.LoadState)
	if err != nil {
		return err
	}
	e.sys = sys
	for i, c := range d.Collaterals {
		e.collaterals[c.Name] = model.CollateralID(i)
	}
	for i := range sys.Markets() {
		id := model.MarketID(i + 1)
		switch m := sys.External(id).(type) {
		case *markets.Simple:
			e.simple[id] = m
		case *spot.Market:
			e.named["spot"], e.named[fmt.Sprintf("collector:%d", id)] = true, true
		case *perps.Market:
			e.named["perps"], e.named["collector:perps"] = true, true
			e.keeperCosts = m.KeeperCosts()
		default:
			return fmt.Errorf("market %d is a %T, which no trace has", id, m)
		}
	}
	return nil
}
