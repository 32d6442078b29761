package runner

import (
	"fmt"

	"backtest/configs"
	"backtest/internal/warn"
)

// warningsOf is what a reader of results should know of their prices: what was
// changed in reading files, repaired by the generator, or not taken.
func (s *priceSource) warningsOf(cfg *configs.Config) []warn.Warning {
	var out []warn.Warning
	if s.recorded != nil {
		for _, note := range s.recorded.notes {
			out = append(out, warn.New(warn.HistoryRead, "%s", note).At("prices.history.files"))
		}
	}
	for _, a := range cfg.Prices.Assets {
		if fit := s.fits[a.ID]; fit != nil {
			out = append(out, fit.notes...)
		}
	}
	out = append(out, unusedInitials(cfg)...)
	out = append(out, s.generator.Warnings()...)
	if asked := mostPaths(cfg); s.paths < asked {
		out = append(out, warn.New(warn.FewerPaths, "%d of %d paths: there are no more distinct ones, each would be run again", s.paths, asked).
			Change(fmt.Sprintf("%d -> %d paths", asked, s.paths), float64(asked-s.paths), "paths").At("paths"))
	}
	return out
}

// unusedInitials are the initial prices that recorded levels replace.
func unusedInitials(cfg *configs.Config) []warn.Warning {
	var out []warn.Warning
	for _, a := range cfg.Prices.Assets {
		if a.Initial.Price != 0 && a.Process.Kind == "history" && !cfg.Prices.History.Rebase {
			out = append(out, warn.New(warn.InitialNotUsed, "prices.assets[%s].initial is not used: the recorded level counts; prices.history.rebase: true scales to it", a.ID).
				At(fmt.Sprintf("prices.assets[%s].initial", a.ID)))
		}
	}
	return out
}
