package chain

import (
	"context"
	"errors"
	"fmt"

	"backtest/model"
	"backtest/model/markets"
)

// Request is what a snapshot is taken of.
type Request struct {
	Roots     Roots
	FromBlock *uint64 // from which on logs are read, nil: where the core begins
}

// Snapshot is a deployment that was read and checked.
type Snapshot struct {
	*Deployment
	System *model.System
	Checks Checks
}

// Take reads a deployment, loads it into the model, and compares what the model
// answers with what the chain does. Differences are a *CheckError.
func (s *Source) Take(ctx context.Context, q Request) (*Snapshot, error) {
	a, from, keys, err := s.discover(ctx, q)
	if err != nil {
		return nil, err
	}
	d, err := s.ReadState(ctx, a, keys)
	if err != nil {
		return nil, err
	}
	d.FromBlock = from
	if err := s.end(ctx); err != nil {
		return nil, err
	}
	sys, err := model.Load(d.State, markets.LoadState)
	if err != nil {
		return nil, fmt.Errorf("what was read is no state of the protocol: %w", err)
	}
	if err := d.canonical(sys); err != nil {
		return nil, err
	}
	checks, err := s.Check(ctx, d, sys)
	var differs *CheckError
	if err != nil && !errors.As(err, &differs) {
		return nil, err
	}
	if confirmed := s.end(ctx); confirmed != nil {
		return nil, confirmed
	}
	return &Snapshot{d, sys, checks}, err
}

// canonical gives the state the form in which the model saves it, so that two
// documents of one state are the same bytes.
func (d *Deployment) canonical(sys *model.System) error {
	saved, err := sys.Save()
	if err != nil {
		return err
	}
	saved.Source = d.State.Source
	d.State = saved
	return nil
}

func (s *Source) discover(ctx context.Context, q Request) (a Addresses, from uint64, keys Keys, err error) {
	if a, err = s.FindAddresses(ctx, q.Roots); err != nil {
		return a, 0, keys, err
	}
	if q.FromBlock != nil {
		from = *q.FromBlock
	} else if from, err = s.FirstBlock(ctx, q.Roots.Core); err != nil {
		return a, 0, keys, err
	}
	if from > s.Block.Number {
		return a, 0, keys, fmt.Errorf("--from-block %d is after block %d", from, s.Block.Number)
	}
	keys, err = s.Discover(ctx, a, from)
	return a, from, keys, err
}
