package runner

import (
	"fmt"

	"backtest/configs"
	"backtest/internal/warn"
	"backtest/runner/agents"
)

// worldWarnings are what a world does otherwise than its configuration, which is a
// scenario or a point of base, says.
func worldWarnings(base, cfg *configs.Config) []warn.Warning {
	return append(rareActors(cfg), lessMinted(base, cfg)...)
}

// rareActors are those who would act between two steps. People act at the first step
// at or after their time, which is rarer where their interval is shorter than a step.
func rareActors(cfg *configs.Config) (out []warn.Warning) {
	step := cfg.Step
	look := func(key string, every configs.Duration) {
		if every.Duration > 0 && every.Duration < step.Duration {
			out = append(out, warn.New(warn.ActsRarer, "every %s is done every %s, at steps alone", every.Plain(), step.Plain()).
				At(key).Change(every.Plain()+" -> "+step.Plain(), float64(step.WholeSeconds()-every.WholeSeconds()), "seconds"))
		}
	}
	for _, k := range cfg.Keepers {
		look(fmt.Sprintf("keepers[%s].every", k.ID), k.Every)
	}
	for _, l := range cfg.LPs {
		if agents.Policy(l.Policy) != agents.Passive {
			look(fmt.Sprintf("lps[%s].check_every", l.ID), l.CheckEvery)
		}
	}
	for _, l := range cfg.Liquidators {
		look(fmt.Sprintf("liquidators[%s].check_every", l.ID), l.CheckEvery)
	}
	for _, a := range cfg.Adversaries {
		look(fmt.Sprintf("adversaries[%s].every", a.ID), a.Every)
	}
	return out
}
