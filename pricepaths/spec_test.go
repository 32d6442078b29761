package pricepaths

import (
	"errors"
	"math"
	"testing"
)

// fields returns the fields of all mistakes in an error.
func fields(err error) map[string]bool {
	out := map[string]bool{}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			for f := range fields(e) {
				out[f] = true
			}
		}
		return out
	}
	var e *SpecError
	if errors.As(err, &e) {
		out[e.Field] = true
	}
	return out
}

func TestEveryMistakeIsReportedAtOnce(t *testing.T) {
	spec := Spec{Steps: 0, StepSeconds: -1, Paths: -1, Assets: []Asset{
		{ID: "A", Initial: -1, Process: GBM{math.NaN(), -1}}, {ID: "A", Initial: 1}, {},
	}}
	_, err := New(spec)
	got := fields(err)
	for _, want := range []string{"steps", "step_seconds", "paths", "assets[A].initial", "assets[A].process.annual_drift",
		"assets[A].process.annual_volatility", "assets[A].id", "assets[A].process", "assets[2].id"} {
		if !got[want] {
			t.Errorf("%s is not reported in %v", want, err)
		}
	}
}

func TestMistakes(t *testing.T) {
	h := panel(50, day)
	process := "assets[A].process."
	bad := func(change func(*History)) *History {
		h := panel(50, day)
		change(h)
		return h
	}
	for _, c := range []struct {
		field  string
		change func(*Spec)
	}{
		{process + "jumps_per_year", func(s *Spec) { s.Assets[0].Process = Merton{JumpsPerYear: -1} }},
		{process + "jump_volatility", func(s *Spec) { s.Assets[0].Process = Merton{JumpVolatility: -1} }},
		{process + "jump_up_mean", func(s *Spec) {
			s.Assets[0].Process = Kou{JumpsPerYear: 1, JumpUpShare: 0.5, JumpUpMean: 1, JumpDownMean: 1}
		}},
		{process + "jump_down_mean", func(s *Spec) { s.Assets[0].Process = Kou{JumpsPerYear: 1, JumpUpShare: 0.5, JumpUpMean: 0.5} }},
		{process + "jump_up_share", func(s *Spec) { s.Assets[0].Process = Kou{JumpUpMean: 0.5, JumpDownMean: 0.5, JumpUpShare: 2} }},
		{process + "leverage_correlation", func(s *Spec) { s.Assets[0].Process = Heston{0, 1, 1, 1, 1, 2} }},
		{process + "volatility_of_variance", func(s *Spec) { s.Assets[0].Process = Heston{0, 1, 1, 1, 0, 0} }},
		{process + "alpha", func(s *Spec) { s.Assets[0].Process = GARCH{AnnualVolatility: 1, Alpha: 0.5, Beta: 0.5} }},
		{process + "degrees_of_freedom", func(s *Spec) { s.Assets[0].Process = GARCH{AnnualVolatility: 1, DegreesOfFreedom: 2} }},
		{process + "period", func(s *Spec) { s.Assets[0].Process = GARCH{AnnualVolatility: 1, PeriodSeconds: hour} }},
		{process + "chain", func(s *Spec) { s.Assets[0].Process = RegimeSwitching{} }},
		{process + "states", func(s *Spec) { s.Assets[0].Process = RegimeSwitching{Chain: twoStates} }},
		{process + "mean_reversion", func(s *Spec) { s.Assets[0].Process = OrnsteinUhlenbeck{} }},
		{process + "pins", func(s *Spec) { s.Assets[0].Process = Pinned{} }},
		{process + "pins[1].at", func(s *Spec) { s.Assets[0].Process = Pinned{Pins: []Pin{{5, 0, 0}, {5, 0, 0}}} }},
		{process + "pins[0].change", func(s *Spec) { s.Assets[0].Process = Pinned{Pins: []Pin{{5, -1, 0}}} }},
		{process + "points", func(s *Spec) { s.Assets[0].Process = Scripted{} }},
		{process + "points[0].price", func(s *Spec) { s.Assets[0].Process = Scripted{Points: []ScriptedPoint{{0, 0}}} }},
		{process + "shape", func(s *Spec) {
			s.Assets[0].Process = Scripted{Points: []ScriptedPoint{{0, 1}}, Shape: "cubic"}
		}},
		{process + "panel", func(s *Spec) { s.Assets[0].Process = HistoryReplay{} }},
		{process + "column", func(s *Spec) { s.Assets[0].Process = HistoryReplay{Panel: h, Series: "Z"} }},
		{process + "panel.close", func(s *Spec) {
			s.Assets[0].Process = HistoryReplay{Panel: bad(func(h *History) { h.Close = h.Close[:1] })}
		}},
		{process + "panel.close", func(s *Spec) {
			s.Assets[0].Process = HistoryReplay{Panel: bad(func(h *History) { h.Close[0] = h.Close[0][1:] })}
		}},
		{process + "panel.close[A][3]", func(s *Spec) {
			s.Assets[0].Process = HistoryWindows{Panel: bad(func(h *History) { h.Close[0][3] = 0 })}
		}},
		{process + "panel.times", func(s *Spec) {
			s.Assets[0].Process = HistoryWindows{Panel: bad(func(h *History) { h.Times[3] = h.Times[2] })}
		}},
		{process + "panel.times[49]", func(s *Spec) { s.Assets[0].Process = HistoryWindows{Panel: bad(func(h *History) { h.Times[49]++ })} }},
		{process + "stride_steps", func(s *Spec) { s.Assets[0].Process = HistoryWindows{Panel: h, StrideSteps: -1} }},
		{process + "to", func(s *Spec) { s.Assets[0].Process = HistoryWindows{Panel: h, From: 9, To: 8} }},
		{"step_seconds", func(s *Spec) {
			s.Assets[0].Process = HistoryWindows{Panel: h}
			s.StepSeconds = hour
		}},
		{process + "mean_block", func(s *Spec) { s.Assets[0].Process = Bootstrap{Panel: h} }},
		{process + "mean_block", func(s *Spec) {
			s.Assets[0].Process = Bootstrap{Panel: h, MeanBlockSteps: 2}
			s.Assets = append(s.Assets, Asset{ID: "B", Initial: 1, Process: Bootstrap{Panel: h, MeanBlockSteps: 3}})
		}},
		{process + "annual_drift", func(s *Spec) {
			nan := math.NaN()
			s.Assets[0].Process = Bootstrap{Panel: h, MeanBlockSteps: 2, AnnualDrift: &nan}
		}},
		{"correlation", func(s *Spec) { s.Correlation = [][]float64{} }},
		{"correlation[0]", func(s *Spec) { s.Correlation = [][]float64{{}} }},
		{"correlation[0][0]", func(s *Spec) { s.Correlation = [][]float64{{0.5}} }},
		{"copula.degrees_of_freedom", func(s *Spec) { s.Copula.DegreesOfFreedom = 1 }},
		{"common_jumps[0].loadings", func(s *Spec) { s.CommonJumps = []CommonJump{{}} }},
		{"common_jumps[0].loadings[Z].asset", func(s *Spec) { s.CommonJumps = []CommonJump{{Sizes: []CommonJumpSize{{Asset: "Z"}}}} }},
		{"common_jumps[0].loadings[A].asset", func(s *Spec) {
			s.CommonJumps = []CommonJump{{Sizes: []CommonJumpSize{{Asset: "A"}, {Asset: "A"}}}}
		}},
		{"common_jumps[0].loadings[A].asset", func(s *Spec) {
			s.Assets[0].Process = HistoryWindows{Panel: h}
			s.CommonJumps = []CommonJump{{Sizes: []CommonJumpSize{{Asset: "A"}}}}
		}},
		{"regimes.transition", func(s *Spec) { s.Regimes = &RegimeChain{} }},
		{"regimes.transition[0]", func(s *Spec) { s.Regimes = &RegimeChain{Transition: [][]float64{{0.5, 0.4}, {0, 1}}} }},
		{"regimes.initial", func(s *Spec) { s.Regimes = &RegimeChain{Transition: twoStates.Transition, Initial: []float64{1}} }},
		{"regimes.correlations", func(s *Spec) {
			s.Regimes = &RegimeChain{Transition: twoStates.Transition, Correlations: [][][]float64{{{1}}}}
		}},
		{"correlation", func(s *Spec) {
			s.Correlation = [][]float64{{1}}
			s.Regimes = &RegimeChain{Transition: twoStates.Transition, Correlations: [][][]float64{{{1}}, {{1}}}}
		}},
		{process + "chain.correlations", func(s *Spec) {
			chain := *twoStates
			chain.Correlations = [][][]float64{{{1}}, {{1}}}
			s.Assets[0].Process = RegimeSwitching{States: make([]RegimeState, 2), Chain: &chain}
		}},
		{"sampling", func(s *Spec) { s.Sampling.Method = "halton" }},
		{"sampling.replicates", func(s *Spec) { s.Sampling.Replicates = 2 }},
		{"paths", func(s *Spec) { s.Sampling.Method = Sobol }},
		{"sampling.replicates", func(s *Spec) { s.Paths, s.Sampling = 10, Sampling{Method: Stratified, Replicates: 3} }},
		{"sampling.asset", func(s *Spec) { s.Paths, s.Sampling = 10, Sampling{Method: Stratified, Asset: "Z"} }},
		{"oracle.latency", func(s *Spec) { s.Oracle.LatencySteps = -1 }},
		{"assets[A].oracle.deviation_threshold", func(s *Spec) { s.Assets[0].Oracle = &Oracle{DeviationThreshold: 1.01} }},
		{"oracle.heartbeat", func(s *Spec) { s.Oracle.HeartbeatSeconds = -1 }},
		{"episodes[0].drops", func(s *Spec) { s.Episodes = []Episode{{DurationSeconds: 1}} }},
		{"episodes[0].drops[A].drop", func(s *Spec) {
			s.Episodes = []Episode{{DurationSeconds: 1, Drops: []EpisodeDrop{{"A", 1}}}}
		}},
		{"episodes[0].drops[Z].asset", func(s *Spec) {
			s.Episodes = []Episode{{DurationSeconds: 1, Drops: []EpisodeDrop{{"Z", 0.1}}}}
		}},
		{"episodes[0].at", func(s *Spec) { s.Episodes = []Episode{{StartSeconds: -1}} }},
		{"fine[0].to_seconds", func(s *Spec) { s.Fine = []FineWindow{{5, 5, 1}} }},
		{"fine[0].step_seconds", func(s *Spec) { s.Fine = []FineWindow{{5, 50, 0}} }},
		{"tilt.shifts[0].asset", func(s *Spec) { s.Tilt = &Tilt{[]TiltShift{{Asset: "Z"}}} }},
		{"tilt.shifts[0].to_seconds", func(s *Spec) { s.Tilt = &Tilt{[]TiltShift{{"A", 5, 5, 1}}} }},
		{"steps", func(s *Spec) {
			s.Steps, s.StepSeconds = MaxPoints-5, 1000
			s.Fine = []FineWindow{{0, 1_000_000, 1}}
		}},
	} {
		spec := single(GBM{0, 1})
		spec.Steps = 10
		c.change(&spec)
		if _, err := New(spec); !fields(err)[c.field] {
			t.Errorf("want a mistake in %s, got %v", c.field, err)
		}
	}
}

// FuzzNew throws figures at the validation: whatever it accepts gives finite
// positive prices, or an underflow to zero, never NaN, and never panics.
func FuzzNew(f *testing.F) {
	f.Add(uint8(0), 0.1, 0.8, 12.0, -0.02, 0.1, 1.0, 10, int64(86400), uint64(1))
	f.Add(uint8(3), 0.1, 0.64, 0.5, 3.0, 1.2, -0.6, 20, int64(3600), uint64(2))
	f.Fuzz(func(t *testing.T, kind uint8, a, b, c, d, e, x float64, steps int, seconds int64, seed uint64) {
		processes := []ProcessSpec{
			GBM{a, b}, Merton{a, b, c, d, e}, Kou{a, b, c, d, e, x}, Heston{a, b, c, d, e, x},
			GARCH{AnnualDrift: a, AnnualVolatility: b, Alpha: c, Beta: d, DegreesOfFreedom: e, InitialVolatility: x},
			RegimeSwitching{States: []RegimeState{{a, b}, {c, d}}, Chain: &RegimeChain{Transition: [][]float64{{e, 1 - e}, {x, 1 - x}}}},
			OrnsteinUhlenbeck{a, b, c, d, e, x}, Pinned{a, b, []Pin{{int64(c), d, 0}}},
		}
		spec := Spec{Assets: []Asset{{ID: "A", Initial: 1, Process: processes[int(kind)%len(processes)]}}, Steps: steps % 50, StepSeconds: seconds, Seed: seed}
		g, err := New(spec)
		if err != nil {
			return
		}
		for _, price := range g.path(seed).MarketPrices {
			if math.IsNaN(price) || price < 0 {
				t.Fatalf("%+v: price %v", spec.Assets[0].Process, price)
			}
		}
	})
}
