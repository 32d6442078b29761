package pricepaths

import (
	"fmt"
	"math"

	"backtest/pricepaths/portable"
)

// Episode is a crash laid over the paths: from StartSeconds the price of each
// named asset falls linearly in its logarithm by the total Drop over
// DurationSeconds, then recovers with a half life. It multiplies whatever the
// processes do; the grid is finer during the fall and as long again after it.
type Episode struct {
	ID                      string
	StartSeconds            int64 // after the start of the path
	DurationSeconds         int64
	Drops                   []EpisodeDrop
	RecoveryHalfLifeSeconds int64 // of the log drop; 0 for a permanent fall
	FineStepSeconds         int64 // grid during the shock; 0 for an eighth of the duration, at most the base step
}

// EpisodeDrop is the total fall of one asset: 0.4 for -40 %, negative for a rise.
type EpisodeDrop struct {
	Asset string
	Drop  float64
}

func (e *Episode) validate(v *validator, field string, s *Spec) {
	horizon := int64(s.Steps) * s.StepSeconds
	v.check(e.StartSeconds >= 0 && e.StartSeconds < horizon, field+".at", e.StartSeconds, fmt.Sprintf("inside the horizon of %d s", horizon))
	v.check(e.DurationSeconds >= 1, field+".duration", e.DurationSeconds, ">= 1")
	v.check(e.RecoveryHalfLifeSeconds >= 0, field+".recovery_half_life", e.RecoveryHalfLifeSeconds, ">= 0")
	v.check(e.FineStepSeconds >= 0, field+".fine_step_seconds", e.FineStepSeconds, ">= 0")
	v.check(len(e.Drops) > 0, field+".drops", "none", "the drop of at least one asset")
	seen := map[string]bool{}
	for n, d := range e.Drops {
		at := fieldOf(field+".drops", d.Asset, n)
		v.check(s.assetIndex(d.Asset) >= 0, at+".asset", d.Asset, "the id of an asset")
		v.check(!seen[d.Asset], at+".asset", d.Asset, "each asset once")
		seen[d.Asset] = true
		v.check(d.Drop < 1 && d.Drop > -100, at+".drop", d.Drop, "below 1 (1 would be a fall to zero) and above -100")
	}
}

func (e *Episode) fineStep(s *Spec) int64 {
	if e.FineStepSeconds > 0 {
		return e.FineStepSeconds
	}
	return min(s.StepSeconds, max(1, e.DurationSeconds/8))
}

// fineWindows collects the finer parts of the grid.
func fineWindows(s *Spec) []FineWindow {
	windows := append([]FineWindow(nil), s.Fine...)
	for n := range s.Episodes {
		e := &s.Episodes[n]
		windows = append(windows, FineWindow{e.StartSeconds, e.StartSeconds + 2*e.DurationSeconds, e.fineStep(s)})
	}
	for n := range s.Assets {
		if p, ok := s.Assets[n].Process.(Pinned); ok {
			windows = append(windows, p.windows()...)
		}
	}
	return windows
}

// keyTimes are offsets that the grid must hold in any case.
func keyTimes(s *Spec) []int64 {
	var times []int64
	for n := range s.Episodes {
		times = append(times, s.Episodes[n].StartSeconds+s.Episodes[n].DurationSeconds)
	}
	for n := range s.Assets {
		if p, ok := s.Assets[n].Process.(Pinned); ok {
			for _, pin := range p.Pins {
				times = append(times, pin.AtSeconds)
			}
		}
	}
	return times
}

// depth returns the share of the log drop that is in force at an offset.
func (e *Episode) depth(offset int64) float64 {
	since := offset - e.StartSeconds
	switch {
	case since <= 0:
		return 0
	case since < e.DurationSeconds:
		return float64(since) / float64(e.DurationSeconds)
	case e.RecoveryHalfLifeSeconds == 0:
		return 1
	}
	lives := float64(since-e.DurationSeconds) / float64(e.RecoveryHalfLifeSeconds)
	return portable.Exp(float64(-math.Ln2 * lives))
}

// episodeOverlay returns the factor of all episodes at each point, nil if the
// asset is in none.
func episodeOverlay(s *Spec, g *grid, asset string) []float64 {
	var logs []float64
	for n := range s.Episodes {
		e := &s.Episodes[n]
		for _, d := range e.Drops {
			if d.Asset != asset {
				continue
			}
			if logs == nil {
				logs = make([]float64, g.points())
			}
			total := portable.Log(1 - d.Drop)
			for i := range logs {
				logs[i] += float64(total * e.depth(g.offset(i)))
			}
		}
	}
	portable.ExpScaled(logs, 1)
	return logs
}
