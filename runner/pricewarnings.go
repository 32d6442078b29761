package runner

import (
	"fmt"

	"backtest/configs"
)

// warningsOf is what a reader of results should know of their prices: what was
// changed in reading files, repaired by the generator, or not taken.
func (s *priceSource) warningsOf(cfg *configs.Config) []string {
	var out []string
	if s.recorded != nil {
		out = append(out, s.recorded.notes...)
	}
	out = append(out, unusedInitials(cfg)...)
	out = append(out, s.generator.Warnings()...)
	if asked := mostPaths(cfg); s.paths < asked {
		out = append(out, fmt.Sprintf("%d of %d paths: there are no more distinct ones, each would be run again", s.paths, asked))
	}
	return out
}

// unusedInitials are the initial prices that recorded levels replace.
func unusedInitials(cfg *configs.Config) []string {
	var out []string
	for _, a := range cfg.Prices.Assets {
		if a.Initial != 0 && a.Process.Kind == "history" && !cfg.Prices.History.Rebase {
			out = append(out, fmt.Sprintf("prices.assets[%s].initial is not used: the recorded level counts; prices.history.rebase: true scales to it", a.ID))
		}
	}
	return out
}
