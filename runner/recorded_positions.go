package runner

import (
	"regexp"
	"slices"
	"strconv"

	"backtest/configs"
	"backtest/pricepaths/portable"
	"backtest/runner/record"
	"backtest/runner/sim"
)

// mostWatched is how many positions have a column of their own without being
// named anywhere.
const mostWatched = 64

// recordPositions decides whose results are counted, and which positions and
// groups paths have columns of: all of a few, and those that an expression names.
func (b *builder) recordPositions() error {
	w := b.w
	if mode := recordedMode(b.cfg); mode != "" && b.cfg.Rare == nil {
		for i := range w.LPs {
			if mode != "start" || i < b.founders {
				w.Recorded = append(w.Recorded, i)
			}
		}
	}
	named := namedIn(b.cfg)
	few := len(w.Recorded) > 0 && len(w.Recorded) <= mostWatched
	recorded := map[int]bool{}
	for _, i := range w.Recorded {
		recorded[i] = true
	}
	for i := range w.LPs {
		if name := w.PositionName(i); few && recorded[i] || named[name] {
			w.Watches = append(w.Watches, sim.Watch{Position: name, Members: []int{i}})
		}
	}
	for g := range b.cfg.LPs {
		group := b.cfg.LPs[g].ID
		if !named[group] && len(w.Recorded) == 0 {
			continue
		}
		x := sim.Watch{Group: group}
		for i := range w.LPs {
			if w.LPs[i].Group == group {
				x.Members = append(x.Members, i)
			}
		}
		w.Watches = append(w.Watches, x)
	}
	return nil
}

// recordedMode is which positions are recorded: start, all, a number, or nothing.
func recordedMode(cfg *configs.Config) string {
	switch mode := cfg.Record.Positions; {
	case mode == "none", mode == "" && cfg.State == nil:
		return ""
	case mode == "":
		return "start"
	default:
		return mode
	}
}

var selectorIn = regexp.MustCompile(`\[([^\[\]]+)\]`)

// namedIn lists what the expressions of a configuration select.
func namedIn(cfg *configs.Config) map[string]bool {
	var texts []string
	for _, t := range cfg.Thresholds {
		texts = append(texts, t.Expression)
	}
	if cfg.Study != nil {
		texts = append(append(texts, cfg.Study.Objective), cfg.Study.Constraints...)
	}
	if cfg.Rare != nil {
		texts = append(texts, cfg.Rare.Event)
	}
	if cfg.Until != nil {
		texts = append(texts, cfg.Until.Metric)
	}
	named := map[string]bool{}
	for _, text := range texts {
		for _, match := range selectorIn.FindAllStringSubmatch(text, -1) {
			named[match[1]] = true
		}
	}
	return named
}

// positionPlan tells what the records say of positions, nil for nothing.
func (w *worlds) positionPlan() *record.PositionPlan {
	records := func(v variant) bool {
		o := w.open[cell{v.scenario, 0}]
		return o != nil && o.world != nil && len(o.world.Recorded) > 0
	}
	if !slices.ContainsFunc(w.variants, records) {
		return nil
	}
	cfg := w.loaded.Config
	kept, _ := strconv.ParseInt(recordedMode(cfg), 10, 64) // 0 for a word: all
	return &record.PositionPlan{Kept: kept, Z: portable.NormalQuantile((1 + cfg.Confidence.Float64()) / 2)}
}
