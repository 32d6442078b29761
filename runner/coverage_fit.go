package runner

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"strconv"
	"strings"

	"backtest/configs"
	"backtest/pricepaths/calibrate"
	"backtest/pricepaths/stats"
	"backtest/runner/record"
)

// fitKey names the fit of a model to the window that ends at a moment.
type fitKey struct {
	model string
	end   int64
}

// scenario is a scenario of a configuration as its keys are written.
type scenario struct {
	ID  string    `json:"id"`
	Set []setting `json:"set"`
}

type setting struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// scenarios are the forecasts of an origin, one per model, and what came.
func (c *Coverage) scenarios(job forecastJob) ([]scenario, error) {
	var out []scenario
	for _, model := range c.plan.Models {
		prices, err := c.fit(model, job.origin)
		if err != nil {
			return nil, err
		}
		out = append(out, scenario{model, settingsOf(prices)})
	}
	return append(out, scenario{record.OutcomeScenario, settingsOf(c.outcome(job))}), nil
}

// settingsOf writes the keys below prices as settings, in a fixed order.
func settingsOf(prices map[string]any) []setting {
	var out []setting
	for _, key := range []string{"history", "regimes", "assets", "correlation"} {
		if value, ok := prices[key]; ok {
			out = append(out, setting{"prices." + key, inline(value)})
		}
	}
	return out
}

// outcome is the world along recorded prices from the origin on, scaled to the
// configured initial prices.
func (c *Coverage) outcome(job forecastJob) map[string]any {
	return map[string]any{
		"history": c.history("replay", job.origin.Time, job.origin.Time+job.horizon, 0),
		"assets": c.withProcess(func(a *configs.Asset, column int) any {
			return map[string]any{"kind": "history", "column": c.panel.Assets[column]}
		}),
	}
}

func (c *Coverage) history(mode string, from, to, blockSeconds int64) map[string]any {
	h := map[string]any{"files": c.loaded.Config.Prices.History.Files, "mode": mode, "from": date(from), "to": date(to)}
	if mode == "replay" {
		h["rebase"] = true
	} else {
		h["mean_block"] = strconv.FormatInt(blockSeconds, 10) + "s"
	}
	return h
}

// withProcess writes the assets with the process of those that have recorded
// prices replaced; the others keep theirs.
func (c *Coverage) withProcess(process func(a *configs.Asset, column int) any) []any {
	var list []any
	for i, written := range c.assets {
		a := &c.loaded.Config.Prices.Assets[i]
		if column := c.column(a); column >= 0 {
			written = maps.Clone(written)
			written["process"] = process(a, column)
		}
		list = append(list, written)
	}
	return list
}

// fit gives the keys below prices of a model fitted to the window before an
// origin: nothing after origin.FitEnd is looked at.
func (c *Coverage) fit(model string, origin record.Origin) (map[string]any, error) {
	key := fitKey{model, origin.FitEnd}
	if prices, known := c.fits[key]; known {
		return prices, nil
	}
	prices := map[string]any{"correlation": c.correlation(origin.FitEnd)}
	blocks, recorded := 0.0, 0.0
	var failed error
	prices["assets"] = c.withProcess(func(a *configs.Asset, column int) any {
		returns, first := c.window(column, origin.FitEnd)
		series := calibrate.Series{Asset: a.ID, StepSeconds: c.loaded.Config.Step.WholeSeconds(), Returns: returns, First: first, Last: origin.FitEnd}
		result, err := calibrate.Fit(model, series, calibrate.Options{})
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s of %s on the window that ends at %s: %w", model, a.ID, date(origin.FitEnd), err))
			return nil
		}
		blocks, recorded = blocks+result.Param("mean_block_steps"), recorded+1
		if model == "regime" && prices["regimes"] == nil {
			prices["regimes"] = regimesOf(result)
		}
		return processOf(result, c.panel.Assets[column])
	})
	if failed != nil {
		return nil, problem("coverage.window", failed.Error(), "windows long enough for every model, and models that fit them")
	}
	if model == "bootstrap" {
		block := int64(math.Max(1, math.Round(blocks/recorded))) * c.loaded.Config.Step.WholeSeconds()
		prices["history"] = c.history("bootstrap", origin.FitEnd-c.plan.WindowSeconds, origin.FitEnd, block)
		delete(prices, "correlation") // whole rows of the panel are drawn
	}
	c.fits[key] = prices
	return prices, nil
}

// fitAll fits every model to every window, so that one that cannot be fitted is
// told before anything is simulated.
func (c *Coverage) fitAll() error {
	var problems configs.Problems
	for _, model := range c.plan.Models {
		for _, origin := range c.plan.Origins {
			_, err := c.fit(model, origin)
			var own configs.Problems
			if errors.As(err, &own) {
				problems = append(problems, own...)
				break // later windows of this model will not do much better
			} else if err != nil {
				return err
			}
		}
	}
	if problems != nil {
		return problems
	}
	return nil
}

// processOf writes a fit under the keys of a process.
func processOf(r *calibrate.Result, column string) map[string]any {
	process := map[string]any{"kind": r.Model}
	switch r.Model {
	case "bootstrap":
		process["column"] = column
	case "regime":
		var states []any
		for i := range regimeCount(r) {
			states = append(states, map[string]any{
				"annual_drift":      figure(admitted(r.Param(fmt.Sprintf("states.%d.annual_drift", i)))),
				"annual_volatility": figure(r.Param(fmt.Sprintf("states.%d.annual_volatility", i))),
			})
		}
		process["states"] = states
	default:
		for _, p := range r.Params {
			if process[p.Key] = figure(p.Estimate); p.Key == "annual_drift" {
				process[p.Key] = figure(admitted(p.Estimate))
			}
			if p.Key == "long_variance" {
				process["initial_variance"] = figure(p.Estimate)
			}
		}
	}
	return process
}

// admitted ends a drift where a configuration does: regimes that a window saw for
// a few steps only are fitted with drifts of hundreds a year, which say nothing.
func admitted(drift float64) float64 { return math.Max(-20, math.Min(20, drift)) }

func regimeCount(r *calibrate.Result) int {
	n := 0
	for !math.IsNaN(r.Param(fmt.Sprintf("states.%d.annual_volatility", n))) {
		n++
	}
	return n
}

// regimesOf is the chain that all assets share: how long the first asset stays in
// each of its regimes. The others take the volatility of their own fit.
func regimesOf(r *calibrate.Result) map[string]any {
	var stays []any
	for i := range regimeCount(r) {
		leave := 0.0
		for _, p := range r.Params {
			if strings.HasPrefix(p.Key, fmt.Sprintf("transition.%d.", i)) {
				leave += p.Estimate
			}
		}
		stays = append(stays, strconv.FormatInt(int64(math.Round(float64(r.StepSeconds)/math.Max(leave, 1e-6))), 10)+"s")
	}
	return map[string]any{"mean_durations": stays}
}

// correlation is that of the returns of the window, for pairs with recorded
// prices; the others keep theirs.
func (c *Coverage) correlation(end int64) []any {
	configured := map[[2]string]float64{}
	for _, pair := range c.loaded.Config.Prices.Correlation {
		configured[[2]string{pair.Assets[0], pair.Assets[1]}], configured[[2]string{pair.Assets[1], pair.Assets[0]}] = pair.Value, pair.Value
	}
	list := []any{}
	assets := c.loaded.Config.Prices.Assets
	for i := range assets {
		for j := range i {
			value := configured[[2]string{assets[i].ID, assets[j].ID}]
			if a, b := c.column(&assets[i]), c.column(&assets[j]); a >= 0 && b >= 0 {
				value = c.pairCorrelation(a, b, end)
			}
			list = append(list, map[string]any{"assets": []string{assets[j].ID, assets[i].ID}, "value": figure(value)})
		}
	}
	return list
}

func (c *Coverage) pairCorrelation(a, b int, end int64) float64 {
	both := [][]float64{nil, nil}
	step := c.loaded.Config.Step.WholeSeconds()
	for i := 1; i < len(c.panel.Times); i++ {
		before, now := c.panel.Times[i-1], c.panel.Times[i]
		if before < end-c.plan.WindowSeconds || now > end || now-before != step {
			continue
		}
		x, y := math.Log(c.panel.Close[a][i]/c.panel.Close[a][i-1]), math.Log(c.panel.Close[b][i]/c.panel.Close[b][i-1])
		if !math.IsNaN(x) && !math.IsNaN(y) {
			both[0], both[1] = append(both[0], x), append(both[1], y)
		}
	}
	return stats.Correlation(both)[0][1]
}

// figure rounds an estimate to six digits, more than any sample tells.
func figure(x float64) json.Number { return json.Number(strconv.FormatFloat(x, 'g', 6, 64)) }

// inline writes a value as YAML in one line, which JSON is.
func inline(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // texts, numbers and lists of them
	}
	return string(text)
}
