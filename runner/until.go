package runner

import (
	"context"
	"errors"

	"backtest/configs"
	"backtest/runner/record"
)

// Gauge follows the metric of a stopping rule through the blocks of a run.
type Gauge interface {
	// Add takes in a block; blocks come in order.
	Add(b *record.Block) error
	// Estimates gives the metric of every cell seen, with its interval.
	Estimates(confidence float64) ([]record.LookEstimate, error)
}

// NewGauge makes a gauge of a metric. So many consecutive paths depend on one
// another; the extra columns are those of the run.
type NewGauge func(metric string, seed uint64, dependent int64, columns []record.ExtraColumn) (Gauge, error)

// stoppingRule decides after fixed numbers of paths, by blocks in order, so
// that it decides the same with any number of workers and after any
// interruption.
//
// Looking repeatedly and stopping when the interval happens to be short is
// biased towards stopping too early. The rule therefore spends its error
// probability evenly over all looks that it may take: every look has confidence
// 1 - (1-c)/K, and by Bonferroni's inequality the intervals of all K looks
// together cover with at least c, whichever look is the last.
type stoppingRule struct {
	until *configs.Until
	gauge Gauge
	looks []int64 // paths of every cell
}

func newStoppingRule(l *configs.Loaded, o Options, w *worlds, columns []record.ExtraColumn) (*stoppingRule, error) {
	u := l.Config.Until
	switch {
	case u == nil:
		return nil, nil
	case o.Shard != nil:
		return nil, &InputError{"until", errors.New("a stopping rule needs all paths: it cannot be combined with a shard")}
	case o.Gauge == nil:
		return nil, &InputError{"until", errors.New("nothing here can measure its metric")}
	}
	gauge, err := o.Gauge(u.Metric, l.Config.Seed, pairs(l.Config), columns)
	if err != nil {
		return nil, &InputError{"until.metric", err}
	}
	most := int64(0)
	for _, v := range w.variants {
		most = max(most, v.prices.paths)
	}
	return &stoppingRule{until: u, gauge: gauge, looks: looks(l.Config.Paths, most)}, nil
}

// pairs is 2 where paths are twins.
func pairs(cfg *configs.Config) int64 {
	if cfg.Prices.Sampling == "antithetic" {
		return 2
	}
	return 1
}

// looks are the first number of paths in whole blocks, doubled until the most.
func looks(first, most int64) []int64 {
	var out []int64
	for n := (first + record.PathsPerBlock - 1) / record.PathsPerBlock * record.PathsPerBlock; n < most; n *= 2 {
		out = append(out, n)
	}
	return append(out, most)
}

// runUntil computes the paths look by look until the rule is satisfied.
func (j *job) runUntil(ctx context.Context, rule *stoppingRule, stopOnFailure bool) error {
	if rule == nil {
		return j.run(ctx, j.store.Missing(), stopOnFailure)
	}
	stop := record.Stop{Metric: rule.until.Metric, Confidence: rule.until.Confidence.Float64()}
	seen := int64(0)
	for _, paths := range rule.looks {
		stop.Paths = paths
		if err := j.run(ctx, between(j.store.Missing(), 0, paths), stopOnFailure); err != nil {
			return err
		}
		look, err := j.look(rule, seen, paths)
		if err != nil {
			return err
		}
		seen = paths
		stop.Looks = append(stop.Looks, look)
		if stop.Reached = rule.precise(look); stop.Reached {
			break
		}
	}
	return j.store.Stop(stop)
}

// between keeps the blocks that begin within a range of paths.
func between(blocks []record.BlockSpec, from, to int64) []record.BlockSpec {
	var out []record.BlockSpec
	for _, b := range blocks {
		if b.FirstPath >= from && b.FirstPath < to {
			out = append(out, b)
		}
	}
	return out
}

// look takes in the blocks since the last look and estimates the metric.
func (j *job) look(rule *stoppingRule, from, to int64) (record.Look, error) {
	for _, spec := range between(j.store.Blocks(), from, to) {
		b, err := j.store.ReadBlock(spec.Index)
		if err != nil {
			return record.Look{}, err
		}
		if err := rule.gauge.Add(b); err != nil {
			return record.Look{}, err
		}
	}
	look := record.Look{Paths: to, Confidence: rule.confidence()}
	var err error
	look.Estimates, err = rule.gauge.Estimates(look.Confidence)
	return look, err
}

// confidence of each look.
func (r *stoppingRule) confidence() float64 {
	return 1 - (1-r.until.Confidence.Float64())/float64(len(r.looks))
}

// precise says whether the metric of every cell is known well enough: half its
// interval is at most the relative error of the estimate.
func (r *stoppingRule) precise(look record.Look) bool {
	for _, e := range look.Estimates {
		if e.Value == nil || e.Low == nil || e.High == nil {
			return false
		}
		size := max(*e.Value, -*e.Value)
		if (*e.High-*e.Low)/2 > r.until.RelativeError.Float64()*size {
			return false
		}
	}
	return len(look.Estimates) > 0
}
