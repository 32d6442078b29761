package runner

import (
	"reflect"
	"slices"
	"strings"

	"backtest/configs"
	"backtest/internal/warn"
	"backtest/runner/record"
)

// warnings are what a reader of the results should know: of the configuration, of
// the prices and of the world of every scenario, and of every point of a study that
// has others.
func (w *worlds) warnings() []warn.Warning {
	var all []warn.Warning
	for i := range w.variants {
		v := &w.variants[i]
		for _, one := range slices.Concat(v.prices.warningsOf(v.cfg), worldWarnings(w.loaded.Config, v.cfg), w.governed(v)) {
			all = append(all, one.In(v.scenario))
		}
		all = append(all, w.pointWarnings(i)...)
	}
	return append(warn.Join(w.loaded.Warnings), warn.Everywhere(warn.Join(all), len(w.variants))...)
}

// pointWarnings are those of the points of a study in a variant, as far as an axis
// can bring any: one that moves prices, or who acts how often. A point that cannot be
// made fails with its cause, and has no warnings.
func (w *worlds) pointWarnings(variant int) []warn.Warning {
	if w.study == nil || !mayWarn(w.study) {
		return nil
	}
	v := &w.variants[variant]
	var all []warn.Warning
	for point := 1; point < len(w.study.Points); point++ {
		cfg, err := w.at(variant, settings(w.study, v.scenario, int32(point)))
		if err != nil {
			continue
		}
		list := worldWarnings(w.loaded.Config, cfg)
		if !reflect.DeepEqual(cfg.Prices, v.cfg.Prices) {
			prices, err := tiltedPrices(cfg, v.tilt)
			if err != nil {
				continue
			}
			list = append(list, prices.warningsOf(cfg)...)
		}
		for _, one := range list {
			all = append(all, one.In(v.scenario))
		}
	}
	return all
}

// governed are axes whose key governance changes later on: what a point sets holds
// until then.
func (w *worlds) governed(v *variant) (out []warn.Warning) {
	if w.study == nil {
		return nil
	}
	for i, change := range v.cfg.Governance {
		for _, axis := range w.study.Axes {
			if w.loaded.SameKey(axis.Key, change.Key) {
				out = append(out, warn.New(warn.WithoutEffect, "the values of the axis %s hold until governance[%d] changes it after %s", axis.Key, i, change.At.Plain()).At("study.axes"))
			}
		}
	}
	return out
}

// mayWarn says whether an axis is of a kind that warnings are about.
func mayWarn(s *record.StudyPlan) bool {
	for _, axis := range s.Axes {
		section, _, _ := strings.Cut(axis.Key, "[")
		if strings.HasPrefix(section, "prices") || section == "keepers" || section == "lps" || section == "liquidators" || section == "traders" || strings.HasSuffix(axis.Key, ".issuance_ratio") {
			return true
		}
	}
	return false
}

// Warnings are those of a configuration that is not simulated.
func Warnings(l *configs.Loaded) ([]warn.Warning, error) {
	w := &worlds{loaded: l}
	if err := w.addVariants(); err != nil {
		return nil, err
	}
	return w.warnings(), nil
}
