package runner

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"backtest/configs"
	"backtest/pricepaths"
	"backtest/runner/record"
)

const (
	// pilotPath is the index of the first pilot path: no path of a run has one as
	// large, so that the pilot run and the run are independent and the estimates
	// stay unbiased.
	pilotPath = 1 << 40
	// pilotSpan is the distance of the first paths of two candidates.
	pilotSpan = 1 << 24
	// leastEvents is how many pilot paths must see the event for a candidate to
	// count: the variance of fewer is noise.
	leastEvents = 16
	// mostShare of pilot paths may see the event: beyond it the tilt overshoots, and
	// the variance that a small pilot sees is below the true one.
	mostShare = 0.7
	// tiltStep is the distance of candidates, then halved around the best one.
	tiltStep = 1.0
)

// seek prepares every scenario that asks for a rare event.
func (w *worlds) seek(ctx context.Context, o Options) error {
	for i := range w.variants {
		if err := w.seekOne(ctx, o, i); err != nil {
			return err
		}
	}
	return nil
}

func (w *worlds) seekOne(ctx context.Context, o Options, i int) error {
	switch r := w.variants[i].cfg.Rare; {
	case r == nil:
		return nil
	case r.Method == "splitting":
		return w.split(ctx, o, i)
	}
	return w.tilt(ctx, o.Workers, i)
}

// tilt chooses the change of measure of a scenario, and makes its prices and
// present world anew.
func (w *worlds) tilt(ctx context.Context, workers, i int) error {
	v := &w.variants[i]
	if s := v.cfg.Prices.Sampling; s != "plain" && s != "antithetic" {
		return &InputError{"rare", fmt.Errorf("prices.sampling is %s, allowed: plain or antithetic with importance sampling", s)}
	}
	p := pilot{variant: v, workers: workers}
	best, err := p.choose(ctx)
	if err != nil {
		return err
	}
	v.tilt, v.chosen = tiltOf(v.cfg.Rare, best.deviations), p.recorded(best)
	if v.prices, err = tiltedPrices(v.cfg, v.tilt); err != nil {
		return err
	}
	return w.present(i)
}

func tiltOf(r *configs.Rare, deviations float64) *pricepaths.Tilt {
	if r.Direction == "down" {
		deviations = -deviations
	}
	t := &pricepaths.Tilt{}
	for _, asset := range r.Assets {
		t.Shifts = append(t.Shifts, pricepaths.TiltShift{Asset: asset, StandardDeviations: deviations})
	}
	return t
}

// pilot runs a few paths under each of some tilts.
type pilot struct {
	variant *variant
	workers int
	runs    uint64 // candidates so far
	paths   int64
	steps   atomic.Int64
}

// candidate is what a tilt came to in the pilot run.
type candidate struct {
	deviations float64
	events     int
	variance   float64 // of one path, relative to the squared probability
}

// choose takes the tilt with the smallest variance of the estimate: whole
// steps first, then half a step to both sides of the best.
func (p *pilot) choose(ctx context.Context) (candidate, error) {
	most := p.variant.cfg.Rare.Most
	var best candidate
	try := func(deviations float64) error {
		c, err := p.run(ctx, deviations)
		overshoots := float64(c.events) > mostShare*float64(p.variant.cfg.Rare.PilotPaths)
		if err == nil && c.events >= leastEvents && (best.events == 0 || c.variance < best.variance && !overshoots) {
			best = c
		}
		return err
	}
	for s := tiltStep; s <= most; s += tiltStep {
		if err := try(s); err != nil {
			return best, err
		}
		if best.events > 0 && s > best.deviations+tiltStep {
			break // two tilts beyond the best were worse
		}
	}
	if best.events == 0 {
		return best, &InputError{"rare", fmt.Errorf("no tilt up to %g standard deviations brought %s on %d of %d pilot paths",
			most, p.variant.cfg.Rare.Event, leastEvents, p.variant.cfg.Rare.PilotPaths)}
	}
	middle := best.deviations
	return best, errors.Join(try(middle-tiltStep/2), try(middle+tiltStep/2))
}

// run simulates the pilot paths of a candidate.
func (p *pilot) run(ctx context.Context, deviations float64) (candidate, error) {
	cfg := p.variant.cfg
	prices, err := tiltedPrices(cfg, tiltOf(cfg.Rare, deviations))
	if err != nil {
		return candidate{}, err
	}
	world, err := buildVariant(p.variant.base, cfg, prices, p.variant.scenario, 0)
	if err != nil {
		return candidate{}, err
	}
	first := pilotPath + p.runs*pilotSpan
	p.runs++
	p.paths += cfg.Rare.PilotPaths
	weights := make([]float64, cfg.Rare.PilotPaths) // 0 without the event
	g, ctx := errgroup.WithContext(ctx)
	for k := range p.workers {
		g.Go(func() error { return p.share(ctx, world, first, weights, k) })
	}
	if err := g.Wait(); err != nil {
		return candidate{}, err
	}
	return judged(deviations, weights), nil
}

// share runs every p.workers-th path from the k-th on. A path that fails has
// not seen the event; the run will tell of such.
func (p *pilot) share(ctx context.Context, world *world, first uint64, weights []float64, k int) error {
	w := newWorker(world)
	for i := k; i < len(weights); i += p.workers {
		err := w.path(ctx, first+uint64(i))
		if ctx.Err() != nil {
			return ctx.Err()
		}
		p.steps.Add(int64(w.state.Row.Steps))
		if err == nil && happened(&w.state.Row, p.variant.cfg.Rare.Event) {
			weights[i] = w.state.Row.Weight
		}
	}
	return nil
}

func judged(deviations float64, weights []float64) candidate {
	c := candidate{deviations: deviations}
	sum, squares := 0.0, 0.0
	for _, weight := range weights {
		if weight > 0 {
			c.events++
			sum += weight
			squares += float64(weight * weight)
		}
	}
	if c.events > 0 {
		c.variance = float64(squares*float64(len(weights)))/float64(sum*sum) - 1
	}
	return c
}

func (p *pilot) recorded(best candidate) *record.Tilt {
	r := p.variant.cfg.Rare
	shift := tiltOf(r, best.deviations).Shifts[0].StandardDeviations
	return &record.Tilt{
		Scenario: p.variant.scenario, Event: r.Event, Assets: r.Assets, StandardDeviations: shift,
		PilotPaths: p.paths, PilotSteps: p.steps.Load(),
		PilotShare: float64(best.events) / float64(r.PilotPaths), PilotVariance: best.variance,
	}
}

// happened says whether a path saw the event that is sought.
func happened(r *record.PathRow, event string) bool {
	var none record.D18
	switch event {
	case "liquidation":
		return r.PositionLiquidations+r.VaultLiquidations > 0
	case "position_liquidation":
		return r.PositionLiquidations > 0
	case "vault_liquidation":
		return r.VaultLiquidations > 0
	case "stop_loss_exit":
		return r.StopLossExits > 0
	case "insufficient_liquidity":
		return r.InsufficientLiquidity > 0
	case "bad_debt":
		return r.BadDebtUSD != none
	}
	return r.UnbackedDebtUSD != none
}
