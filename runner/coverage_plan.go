package runner

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"backtest/configs"
	"backtest/pricepaths"
	"backtest/pricepaths/rng"
	"backtest/runner/record"
)

// Defaults of the section coverage that are lists.
var (
	defaultHorizons = []int64{86_400, 604_800}
	defaultModels   = []string{"gbm"}
	defaultMetrics  = []string{"lp_loss_usd"}
	defaultLevels   = []float64{0.95, 0.99}
	defaultEvents   = []string{"stop_loss_exit", "position_liquidation", "vault_liquidation"}
)

// NewCoverage finds the origins of a configuration's section coverage. The error is
// an [InputError] where recorded prices do not suffice.
func NewCoverage(l *configs.Loaded, o Options) (*Coverage, error) {
	section := l.Config.Coverage
	if section == nil {
		return nil, problem("coverage", "nothing", "a section with origins, horizons and models, such as coverage: {every: 7d}")
	}
	recorded, err := readRecorded(l.Config)
	if err != nil {
		return nil, err
	}
	panel := recorded.closes
	c := &Coverage{loaded: l, options: o, panel: panel, prices: recorded, fits: map[fitKey]map[string]any{}}
	tree, err := document(l)
	if err != nil {
		return nil, err
	}
	for _, asset := range tree["prices"].(map[string]any)["assets"].([]any) {
		c.assets = append(c.assets, asset.(map[string]any))
	}
	c.plan = record.CoveragePlan{
		Name: l.Config.Name, Question: l.Config.Question, ConfigSHA256: l.SHA256, Configuration: l.EffectiveJSON(),
		Models: or(section.Models, defaultModels), Metrics: or(section.Metrics, defaultMetrics), Events: or(section.Events, defaultEvents),
		Horizons: defaultHorizons, Levels: defaultLevels,
		EverySeconds: section.Every.WholeSeconds(), WindowSeconds: section.Window.WholeSeconds(), RefitSeconds: section.Recalibrate.WholeSeconds(),
		Paths: l.Config.Paths, Seed: l.Config.Seed, PriceFiles: recorded.inputs, ProgramVersion: o.Version,
	}
	if len(section.Horizons) > 0 {
		c.plan.Horizons = nil
		for _, horizon := range section.Horizons {
			c.plan.Horizons = append(c.plan.Horizons, horizon.WholeSeconds())
		}
	}
	if len(section.Levels) > 0 {
		c.plan.Levels = nil
		for _, level := range section.Levels {
			c.plan.Levels = append(c.plan.Levels, level.Float64())
		}
	}
	for i := range l.Config.Prices.Assets {
		if asset := &l.Config.Prices.Assets[i]; !c.recorded(asset) {
			c.plan.Unrecorded = append(c.plan.Unrecorded, asset.ID)
		}
	}
	if len(c.plan.Unrecorded) == len(l.Config.Prices.Assets) {
		return nil, problem("prices.history.files", "columns "+strings.Join(panel.Assets, ", ")+", none of which is an asset", "a column for each asset that is to be forecast")
	}
	if err := c.findOrigins(section); err != nil {
		return nil, err
	}
	return c, c.fitAll()
}

func or[T any](list, fallback []T) []T {
	if len(list) > 0 {
		return list
	}
	return fallback
}

// column is the place of an asset's recorded prices in the panel, -1 without.
func (c *Coverage) column(asset *configs.Asset) int {
	name := asset.Process.Column
	if name == "" {
		name = asset.ID
	}
	return c.prices.panel.Column(name)
}

func (c *Coverage) recorded(asset *configs.Asset) bool { return c.column(asset) >= 0 }

// findOrigins takes every moment that has a window of prices before it and the
// longest horizon after it; one whose prices have a gap there is skipped and told.
func (c *Coverage) findOrigins(section *configs.Coverage) error {
	times := c.panel.Times
	longest := slices.Max(c.plan.Horizons)
	first, last := times[0]+c.plan.WindowSeconds, times[len(times)-1]-longest
	if section.From != nil {
		if first > section.From.Unix() {
			return problem("coverage.from", fmt.Sprintf("%s, while recorded prices begin at %s", date(section.From.Unix()), date(times[0])), date(first)+" or later, so that a whole window lies before it")
		}
		first = section.From.Unix()
	}
	if section.To != nil {
		last = min(last, section.To.Unix())
	}
	for t := first; t <= last; t += c.plan.EverySeconds {
		origin := record.Origin{Time: t, FitEnd: first + (t-first)/c.plan.RefitSeconds*c.plan.RefitSeconds}
		origin.Seed = rng.New(c.plan.Seed).Uint64(uint64(t), 0, 0) >> 1
		if gap, ok := c.gap(t, t+longest); ok {
			c.plan.Skipped = append(c.plan.Skipped, record.SkippedOrigin{Time: t, Reason: "no recorded price at " + date(gap)})
			continue
		}
		c.plan.Origins = append(c.plan.Origins, origin)
	}
	if len(c.plan.Origins) == 0 {
		return problem("coverage", fmt.Sprintf("no origin: recorded prices go from %s to %s", date(times[0]), date(times[len(times)-1])),
			fmt.Sprintf("prices for a window of %d days before an origin and a horizon of %d days after it, without gaps in the horizon", c.plan.WindowSeconds/86_400, longest/86_400))
	}
	return nil
}

// gap finds a step between two moments at which an asset has no price.
func (c *Coverage) gap(from, to int64) (moment int64, found bool) {
	step := c.loaded.Config.Step.WholeSeconds()
	for t := from; t <= to; t += step {
		i, known := slices.BinarySearch(c.panel.Times, t)
		if !known {
			return t, true
		}
		for a := range c.loaded.Config.Prices.Assets {
			if column := c.column(&c.loaded.Config.Prices.Assets[a]); column >= 0 && math.IsNaN(c.panel.Close[column][i]) {
				return t, true
			}
		}
	}
	return 0, false
}

// window is what was known of an asset's price up to a moment: log returns of
// whole steps within the window before it.
func (c *Coverage) window(column int, end int64) (returns []float64, first int64) {
	return windowReturns(c.panel, column, end-c.plan.WindowSeconds, end, c.loaded.Config.Step.WholeSeconds())
}

func windowReturns(panel *pricepaths.History, column int, from, end, step int64) (returns []float64, first int64) {
	closes := panel.Close[column]
	for i := 1; i < len(panel.Times); i++ {
		before, now := panel.Times[i-1], panel.Times[i]
		if before < from || now > end || now-before != step || math.IsNaN(closes[i]) || math.IsNaN(closes[i-1]) {
			continue
		}
		if len(returns) == 0 {
			first = before
		}
		returns = append(returns, math.Log(closes[i]/closes[i-1]))
	}
	return returns, first
}
