package pricepaths

import (
	"backtest/pricepaths/portable"
	"backtest/pricepaths/rng"
)

// fourAssets is the benchmark's question: 365 days of four correlated GBMs.
func fourAssets(method SamplingMethod) Spec {
	spec := Spec{
		Steps: 365, StepSeconds: day, Seed: 1, Sampling: Sampling{Method: method}, Paths: 1024,
		Correlation: [][]float64{{1, .817, .695, .627}, {.817, 1, .766, .720}, {.695, .766, 1, .699}, {.627, .720, .699, 1}},
	}
	for n, volatility := range []float64{.608, .805, 1.041, 1.210} {
		id := []string{"BTC", "ETH", "LINK", "SNX"}[n]
		spec.Assets = append(spec.Assets, Asset{ID: id, Initial: 100, Process: GBM{AnnualDrift: 0.05, AnnualVolatility: volatility}})
	}
	return spec
}

// panel is a synthetic history of two assets with n steps of the given length.
func panel(n int, step int64) *History {
	h := &History{Assets: []string{"A", "B"}, Close: [][]float64{make([]float64, n), make([]float64, n)}}
	source, logs := rng.New(99), [2]float64{}
	for t := range n {
		h.Times = append(h.Times, 1_600_000_000/step*step+int64(t)*step)
		shared := source.Normal(0, uint64(t), 0)
		for a := range logs {
			mixed := float64(0.8*shared) + float64(0.6*source.Normal(0, uint64(t), uint64(a+1)))
			logs[a] += float64(0.02 * mixed)
			h.Close[a][t] = 100 * portable.Exp(logs[a])
		}
	}
	return h
}

type namedSpec struct {
	name string
	spec Spec
}

var twoStates = &RegimeChain{Transition: [][]float64{{0.98, 0.02}, {0.1, 0.9}}}

// everyProcess is one small specification a process.
func everyProcess() []namedSpec {
	history := panel(800, day)
	return []namedSpec{
		{"gbm", single(GBM{0.1, 0.8})},
		{"merton", single(Merton{0.1, 0.697, 12, -0.0214, 0.1255})},
		{"kou", single(Kou{0.1, 0.6, 12, 0.4, 1.0 / 12, 1.0 / 9})},
		{"heston", single(Heston{0.1, 0.64, 0.5, 3, 1.2, -0.6})},
		{"garch", single(GARCH{AnnualDrift: 0.1, AnnualVolatility: 0.8, Alpha: 0.047, Beta: 0.942, DegreesOfFreedom: 4})},
		{"regime", single(RegimeSwitching{States: []RegimeState{{0.3, 0.5}, {-1, 1.4}}, Chain: twoStates})},
		{"ou", single(OrnsteinUhlenbeck{MeanReversion: 100, AnnualVolatility: 0.05, JumpsPerYear: 2, JumpMean: -0.1, JumpVolatility: 0.05})},
		{"history", single(HistoryReplay{Panel: history})},
		{"history_windows", single(HistoryWindows{Panel: history})},
		{"bootstrap", single(Bootstrap{Panel: history, MeanBlockSteps: 10})},
		{"pinned", single(Pinned{AnnualVolatility: 0.8, Pins: []Pin{{AtSeconds: 100 * day, Change: -0.5}}})},
		{"scripted", single(Scripted{Points: []ScriptedPoint{{0, 100}, {50 * day, 80}, {200 * day, 120}}, Shape: LogShape})},
	}
}
