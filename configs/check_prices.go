package configs

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"backtest/data"
)

func (c *checker) prices() {
	for i, asset := range c.Config.Prices.Assets {
		key := element("prices.assets", asset.ID, i)
		c.process(key+".process", asset.Process)
		c.initial(key, asset)
	}
	c.uncertain()
	c.correlations("prices.correlation", c.Config.Prices.Correlation)
	stress := c.Config.Prices.Stress
	c.correlations("prices.correlation_stress.correlation", stress.Correlation)
	c.contradiction(stress.Towards != nil && len(stress.Correlation) > 0, "prices.correlation_stress.towards", "towards and correlation", "one of them", "prices.correlation_stress.correlation")
	c.regimes()
}

// uncertain: something is drawn where drawing is asked for.
func (c *checker) uncertain() {
	const key = "prices.parameter_uncertainty"
	known := slices.ContainsFunc(c.Config.Prices.Assets, func(a Asset) bool { return a.Process.Uncertainty != nil || a.Process.Calibrate != nil })
	c.contradiction(c.Config.Prices.Uncertain && !known, key, "true, and no process with an uncertainty", "the uncertainty that backtest calibrate prints, in a process", "prices.assets")
}

func (c *checker) process(key string, p Process) {
	c.contradiction(p.Kind == "garch" && p.Alpha+p.Beta >= 1, key+".beta",
		fmt.Sprintf("alpha + beta = %g", p.Alpha+p.Beta), "alpha + beta less than 1", key+".alpha")
	if p.Kind == "kou" && p.JumpsPerYear > 0 && p.Calibrate == nil {
		c.contradiction(p.JumpUpShare > 0 && !c.given(key+".jump_up_mean"), key+".jump_up_mean",
			"nothing", "a mean, since jumps go up with probability "+strconv.FormatFloat(p.JumpUpShare, 'g', -1, 64))
		c.contradiction(p.JumpUpShare < 1 && !c.given(key+".jump_down_mean"), key+".jump_down_mean",
			"nothing", "a mean, since jumps go down with probability "+strconv.FormatFloat(1-p.JumpUpShare, 'g', -1, 64))
	}
	for i := 1; i < len(p.Points); i++ {
		point := element(key+".points", "", i)
		c.contradiction(p.Points[i].At.Duration <= p.Points[i-1].At.Duration, point+".at",
			p.Points[i].At.Plain(), "later than the point before", point, element(key+".points", "", i-1))
	}
}

// initial: every price begins somewhere; a recorded one at its own level unless
// it is rebased.
func (c *checker) initial(key string, asset Asset) {
	history := c.Config.Prices.History
	own := asset.Process.Kind == "history" && (history == nil || !history.Rebase) || asset.Process.Kind == "scripted"
	c.contradiction(!own && !c.given(key+".initial"), key+".initial", "nothing", "a price in USD, more than 0 and at most 1e12, or last", "prices.history")
	c.contradiction(asset.Initial.Last && history == nil && asset.Process.Calibrate == nil, key+".initial", "last, and no recorded prices",
		"a price in USD, or last with prices.history or process.calibrate", "prices.history")
	c.contradiction(asset.Initial.Last && asset.Process.Kind == "scripted", key+".initial", "last for scripted points", "a price in USD, or nothing")
	c.calibration(key+".process", asset.Process)
}

// fittedKeys are what a calibration finds.
var fittedKeys = []string{"annual_drift", "annual_volatility", "jumps_per_year", "jump_mean", "jump_volatility", "jump_up_share", "jump_up_mean", "jump_down_mean",
	"initial_variance", "long_variance", "mean_reversion", "volatility_of_variance", "leverage_correlation", "alpha", "beta", "degrees_of_freedom", "uncertainty"}

// calibration: what is fitted is not stated too.
func (c *checker) calibration(key string, p Process) {
	for _, name := range fittedKeys {
		c.contradiction(p.Calibrate != nil && c.given(key+"."+name), key+"."+name, "a value beside calibrate", "one of them", key+".calibrate")
	}
}

// correlations: two assets an entry, each pair once.
func (c *checker) correlations(list string, entries []Correlation) {
	seen := map[string]bool{}
	for i, entry := range entries {
		key := element(list, strings.Join(entry.Assets, ","), i)
		if len(entry.Assets) == 0 || contains(entry.Assets, "") {
			continue // a problem already
		}
		if len(entry.Assets) != 2 || entry.Assets[0] == entry.Assets[1] {
			c.contradiction(true, key+".assets", strings.Join(entry.Assets, " and "), "two different assets")
			continue
		}
		pair := slices.Sorted(slices.Values(entry.Assets))
		c.contradiction(seen[pair[0]+","+pair[1]], key+".assets",
			"a second correlation of "+pair[0]+" and "+pair[1], "each pair of assets once")
		seen[pair[0]+","+pair[1]] = true
	}
}

func (c *checker) regimes() {
	const key = "prices.regimes"
	regimes, used := c.Config.Prices.Regimes, ""
	for i, asset := range c.Config.Prices.Assets {
		if asset.Process.Kind != "regime" {
			continue
		}
		used = asset.ID
		if regimes != nil {
			c.contradiction(len(asset.Process.States) != len(regimes.MeanDurations), element("prices.assets", asset.ID, i)+".process.states",
				fmt.Sprintf("%d states", len(asset.Process.States)), fmt.Sprintf("%d, as many as prices.regimes.mean_durations", len(regimes.MeanDurations)), key)
		}
	}
	if regimes == nil {
		c.contradiction(used != "", key, "nothing", "a section, since "+used+" is of kind regime", "prices.assets")
		return
	}
	c.contradiction(used == "", key, "regimes without an asset of kind regime", "regimes where an asset has them", "prices.assets")
	count := len(regimes.MeanDurations)
	c.contradiction(regimes.Initial >= int64(count), key+".initial", fmt.Sprint(regimes.Initial), fmt.Sprintf("less than the number of regimes, %d", count), key+".mean_durations")
	c.contradiction(len(regimes.Correlations) > 0 && len(regimes.Correlations) != count, key+".correlations",
		fmt.Sprintf("%d lists", len(regimes.Correlations)), fmt.Sprintf("none or %d, one a regime", count), key+".mean_durations")
	for i, entries := range regimes.Correlations {
		c.correlations(element(key+".correlations", "", i), entries)
	}
}

// history: recorded prices where an asset takes them, in a mode that it can take.
func (c *checker) history() {
	const key = "prices.history"
	history, used := c.Config.Prices.History, ""
	for i, asset := range c.Config.Prices.Assets {
		kind := asset.Process.Kind
		if kind != "history" && kind != "bootstrap" {
			continue
		}
		used = asset.ID
		if history != nil {
			c.contradiction((kind == "bootstrap") != (history.Mode == "bootstrap"), element("prices.assets", asset.ID, i)+".process.kind",
				kind+" with history of mode "+history.Mode, "bootstrap with mode bootstrap, history with mode replay or windows", key)
		}
	}
	if history == nil {
		c.contradiction(used != "", key, "nothing", "a section with files, since "+used+" takes recorded prices", "prices.assets")
		return
	}
	last := slices.ContainsFunc(c.Config.Prices.Assets, func(a Asset) bool { return a.Initial.Last })
	c.contradiction(used == "" && !last && c.Coverage == nil, key, "history without an asset of kind history or bootstrap", "history where an asset takes it, or coverage", "prices.assets")
	c.contradiction(history.From != nil && history.To != nil && !history.From.Before(history.To.Time), key+".to",
		"a time not after from", "a time after from")
}

func (c *checker) episodes() {
	for i, episode := range c.Config.Prices.Episodes {
		key := element("prices.episodes", "", i)
		_, err := data.EpisodeByName(episode.Name)
		c.contradiction(episode.Name != "" && err != nil, key+".name", shown(episode.Name), suggest(episode.Name, episodeNames()))
		c.contradiction(episode.Name == "" && len(episode.Drops) == 0, key, "neither name nor drops", "the name of an embedded episode, or drops")
		c.contradiction(episode.Name != "" && len(episode.Drops) > 0, key+".drops", "drops and a name", "one of them", key+".name")
		c.contradiction(episode.Name == "" && !c.given(key+".duration"), key+".duration", "nothing", "a length of time, since the episode has no name")
		c.contradiction(episode.At.Duration > c.Horizon.Duration, key+".at", episode.At.Plain(), "within the horizon of "+c.Horizon.Plain(), "horizon")
	}
}

func episodeNames() []string {
	var names []string
	for _, e := range data.Episodes() {
		names = append(names, e.Name)
	}
	return names
}
