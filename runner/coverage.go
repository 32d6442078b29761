package runner

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"backtest/configs"
	"backtest/pricepaths"
	"backtest/runner/record"
	"backtest/runner/sim"
)

// Coverage forecasts the world of a configuration at every origin with what was
// known then, through each price model, and follows the same world and people
// along the prices that came. Each origin and horizon is a run of its own in a
// folder below o.Out, so that an interrupted call goes on with o.Resume and
// shards (o.Shard) take every N-th origin.
//
// The system is scaled to the prices of an origin by its opposite: recorded prices
// are scaled so that each begins at the configured initial price.
type Coverage struct {
	loaded  *configs.Loaded
	options Options
	assets  []map[string]any // as the effective configuration has them
	prices  *recordedPrices
	panel   *pricepaths.History // its closes
	plan    record.CoveragePlan
	fits    map[fitKey]map[string]any
}

// Plan says which origins there are, and why others are not.
func (c *Coverage) Plan() record.CoveragePlan { return c.plan }

// Columns are the extra columns that the records of every origin will have.
func (c *Coverage) Columns() ([]record.ExtraColumn, error) {
	l, err := c.configuration(forecastJob{c.plan.Origins[0], c.plan.Horizons[0]})
	if err != nil {
		return nil, err
	}
	w, err := newWorlds(l, nil)
	if err != nil {
		return nil, err
	}
	return sim.Columns(w.open[cell{w.variants[0].scenario, 0}].world.World), nil
}

// Run makes all forecasts of the plan that are not there yet.
func (c *Coverage) Run(ctx context.Context) error {
	steps := int64(0)
	jobs := c.jobs()
	for i, job := range jobs {
		err := c.run(ctx, job, func(p Progress) {
			if c.options.Progress != nil {
				p.Phase, p.PathSteps = "paths", p.PathSteps+steps
				p.DonePaths, p.TotalPaths = int64(i)*c.pathsOfJob()+p.DonePaths, int64(len(jobs))*c.pathsOfJob()
				c.options.Progress(p)
			}
		})
		if err != nil {
			return fmt.Errorf("origin %s, horizon %s: %w", date(job.origin.Time), time.Duration(job.horizon)*time.Second, err)
		}
		steps += c.pathsOfJob() * job.horizon / c.loaded.Config.Step.WholeSeconds()
	}
	return nil
}

// forecastJob is the forecasts of one origin over one horizon.
type forecastJob struct {
	origin  record.Origin
	horizon int64 // seconds
}

// pathsOfJob counts the paths of a job: those of every model, and the outcome.
func (c *Coverage) pathsOfJob() int64 { return int64(len(c.plan.Models))*c.plan.Paths + 1 }

// jobs are those of this shard, in the order of time.
func (c *Coverage) jobs() []forecastJob {
	var jobs []forecastJob
	for i, origin := range c.plan.Origins {
		if s := c.options.Shard; s != nil && i%int(s.Count) != int(s.Index)-1 {
			continue
		}
		for _, horizon := range c.plan.Horizons {
			jobs = append(jobs, forecastJob{origin, horizon})
		}
	}
	return jobs
}

// run makes the forecasts of a job, unless they are there.
func (c *Coverage) run(ctx context.Context, job forecastJob, progress func(Progress)) error {
	l, err := c.configuration(job)
	if err != nil {
		return err
	}
	o := c.options
	o.Out = filepath.Join(c.options.Out, job.origin.Folder(job.horizon))
	o.Shard, o.Progress, o.Derived = nil, progress, nil
	_, err = Run(ctx, l, o)
	var failed *FailedPaths
	if errors.As(err, &failed) {
		return nil // recorded; the report tells
	}
	return err
}

// configuration is the world at an origin: one scenario per model, and what came.
func (c *Coverage) configuration(job forecastJob) (*configs.Loaded, error) {
	document, err := document(c.loaded)
	if err != nil {
		return nil, err
	}
	for _, key := range []string{"coverage", "study", "thresholds", "scenarios"} {
		delete(document, key)
	}
	prices := document["prices"].(map[string]any)
	for _, key := range []string{"history", "common_jumps", "regimes", "episodes"} {
		delete(prices, key)
	}
	horizon := strconv.FormatInt(job.horizon, 10) + "s"
	document["start"] = date(job.origin.Time)
	document["seed"] = json.Number(strconv.FormatUint(job.origin.Seed, 10))
	document["horizon"] = horizon
	document["control_variates"] = "off"
	recorded := map[string]any{"every": horizon, "events": "none"}
	if section, ok := document["record"].(map[string]any); ok {
		for key, value := range section {
			if _, own := recorded[key]; !own {
				recorded[key] = value
			}
		}
	}
	document["record"] = recorded
	scenarios, err := c.scenarios(job)
	if err != nil {
		return nil, err
	}
	document["scenarios"] = scenarios
	text, err := json.Marshal(document)
	if err != nil {
		return nil, err
	}
	return configs.Load(configs.Source{Bytes: text, Name: "origin " + date(job.origin.Time)})
}

// document is the effective configuration as a tree whose numbers keep their digits.
func document(l *configs.Loaded) (map[string]any, error) {
	var tree map[string]any
	decoder := json.NewDecoder(bytes.NewReader(l.EffectiveJSON()))
	decoder.UseNumber()
	if err := decoder.Decode(&tree); err != nil {
		return nil, fmt.Errorf("effective configuration: %w", err)
	}
	return tree, nil
}
