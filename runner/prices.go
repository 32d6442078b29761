package runner

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"backtest/configs"
	"backtest/data"
	"backtest/pricepaths"
	"backtest/pricepaths/history"
	"backtest/runner/record"
)

// InputError is an input of a run that cannot be used: a price file, or a
// combination of prices that makes no paths. Key is the configuration key.
type InputError struct {
	Key string
	Err error
}

func (e *InputError) Error() string { return e.Key + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *InputError) Unwrap() error { return e.Err }

// priceSource is the compiled price paths of a configuration, with what they
// were read from.
type priceSource struct {
	generator *pricepaths.Generator
	panel     *pricepaths.History // nil without recorded prices
	inputs    []record.Input
	paths     int64 // number of paths worth running
}

// newPriceSource compiles the prices of a configuration.
func newPriceSource(cfg *configs.Config) (*priceSource, error) { return tiltedPrices(cfg, nil) }

// tiltedPrices compiles the prices under a change of measure, if there is one.
func tiltedPrices(cfg *configs.Config, tilt *pricepaths.Tilt) (*priceSource, error) {
	s := &priceSource{paths: mostPaths(cfg)}
	spec := pricepaths.Spec{
		Steps:       int(cfg.Horizon.WholeSeconds() / cfg.Step.WholeSeconds()),
		StepSeconds: cfg.Step.WholeSeconds(),
		Start:       cfg.Start.Unix(),
		Seed:        cfg.Seed,
		Sampling:    pricepaths.Sampling{Method: pricepaths.SamplingMethod(cfg.Prices.Sampling)},
		Paths:       int(mostPaths(cfg)),
		Copula:      pricepaths.Copula{DegreesOfFreedom: cfg.Prices.Copula.DegreesOfFreedom},
		Oracle: pricepaths.Oracle{
			LatencySteps:       int(cfg.Prices.Oracle.Latency),
			DeviationThreshold: cfg.Prices.Oracle.DeviationThreshold.Float64(),
			HeartbeatSeconds:   cfg.Prices.Oracle.Heartbeat.WholeSeconds(),
		},
		Strict: cfg.Prices.Strict,
		Tilt:   tilt,
	}
	panel, err := s.readHistory(cfg)
	if err != nil {
		return nil, &InputError{"prices.history.files", err}
	}
	s.panel = panel
	if panel != nil && cfg.Prices.History.Mode == "replay" {
		spec.Start = replayStart(cfg, panel)
	}
	index := map[string]int{}
	for i, a := range cfg.Prices.Assets {
		index[a.ID] = i
		spec.Assets = append(spec.Assets, priceAsset(cfg, &cfg.Prices.Assets[i], panel))
	}
	spec.Correlation = matrix(index, cfg.Prices.Correlation)
	spec.Regimes = regimes(cfg, index)
	spec.CommonJumps = commonJumps(cfg.Prices.CommonJumps)
	if spec.Episodes, err = episodes(cfg); err != nil {
		return nil, &InputError{"prices.episodes", err}
	}
	if s.generator, err = pricepaths.New(spec); err != nil {
		return nil, &InputError{"prices", err}
	}
	if distinct := int64(s.generator.Paths()); distinct > 0 {
		s.paths = min(s.paths, distinct)
	}
	return s, nil
}

// mostPaths is the number of paths, or the most that a stopping rule may take.
func mostPaths(cfg *configs.Config) int64 {
	if cfg.Until != nil {
		return cfg.Until.MaxPaths
	}
	return cfg.Paths
}

// readHistory reads and aligns the files of recorded prices.
func (s *priceSource) readHistory(cfg *configs.Config) (*pricepaths.History, error) {
	h := cfg.Prices.History
	if h == nil {
		return nil, nil
	}
	var files []*history.File
	for _, name := range h.Files {
		f, err := readPrices(name)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
		s.inputs = append(s.inputs, record.Input{Name: filepath.Base(name), SHA256: f.SHA256})
	}
	panel, err := align(files, cfg.Step.WholeSeconds())
	if err != nil {
		return nil, err
	}
	return cut(panel, h)
}

func readPrices(name string) (*history.File, error) {
	if sample, ok := strings.CutPrefix(name, configs.SamplePrefix); ok {
		series, err := data.Sample(sample)
		if err != nil {
			return nil, err
		}
		return history.FromColumns(name, series.Times, []string{series.Asset}, [][]float64{series.Closes})
	}
	return history.ReadFile(name)
}

// cut keeps the bars between the dates of the configuration. A close is known
// when its bar ends.
func cut(p *history.Panel, h *configs.History) (*pricepaths.History, error) {
	out := &pricepaths.History{Assets: p.Assets, Close: make([][]float64, len(p.Assets))}
	for t, open := range p.Times {
		closed := open + p.StepSeconds
		if h.From != nil && closed < h.From.Unix() || h.To != nil && closed > h.To.Unix() {
			continue
		}
		out.Times = append(out.Times, closed)
		for a := range p.Assets {
			out.Close[a] = append(out.Close[a], p.Closes[a][t])
		}
	}
	if len(out.Times) < 2 {
		return nil, fmt.Errorf("no two bars between from and to; the files go from %s to %s",
			time.Unix(p.Times[0], 0).UTC().Format(time.RFC3339), time.Unix(p.Times[len(p.Times)-1], 0).UTC().Format(time.RFC3339))
	}
	return out, nil
}

func replayStart(cfg *configs.Config, panel *pricepaths.History) int64 {
	if from := cfg.Prices.History.From; from != nil {
		return from.Unix()
	}
	return panel.Times[0]
}

func priceAsset(cfg *configs.Config, a *configs.Asset, panel *pricepaths.History) pricepaths.Asset {
	out := pricepaths.Asset{ID: a.ID, Initial: a.Initial, Process: process(cfg, a, panel)}
	if a.Process.Kind == "history" && !cfg.Prices.History.Rebase {
		out.Initial = 0 // the recorded level counts
	}
	return out
}

func process(cfg *configs.Config, a *configs.Asset, panel *pricepaths.History) pricepaths.ProcessSpec {
	p := &a.Process
	switch p.Kind {
	case "gbm":
		return pricepaths.GBM{AnnualDrift: p.AnnualDrift, AnnualVolatility: p.AnnualVolatility}
	case "merton":
		return pricepaths.Merton{AnnualDrift: p.AnnualDrift, AnnualVolatility: p.AnnualVolatility,
			AnnualJumpIntensity: p.JumpsPerYear, JumpMean: p.JumpMean, JumpDeviation: p.JumpVolatility}
	case "kou":
		return pricepaths.Kou{AnnualDrift: p.AnnualDrift, AnnualVolatility: p.AnnualVolatility,
			AnnualJumpIntensity: p.JumpsPerYear, UpProbability: p.JumpUpShare, RateUp: 1 / p.JumpUpMean, RateDown: 1 / p.JumpDownMean}
	case "heston":
		return pricepaths.Heston{AnnualDrift: p.AnnualDrift, InitialVariance: p.InitialVariance, LongRunVariance: p.LongVariance,
			AnnualReversion: p.MeanReversion, VolatilityOfVariance: p.VolatilityOfVariance, VarianceCorrelation: p.LeverageCorrelation}
	case "garch":
		return pricepaths.GARCH{AnnualDrift: p.AnnualDrift, LongRunVolatility: p.AnnualVolatility, Alpha: p.Alpha, Beta: p.Beta,
			DegreesOfFreedom: p.DegreesOfFreedom}
	case "regime":
		r := pricepaths.RegimeSwitching{}
		for _, s := range p.States {
			r.States = append(r.States, pricepaths.RegimeState{AnnualDrift: s.AnnualDrift, AnnualVolatility: s.AnnualVolatility})
		}
		return r
	case "ou":
		return pricepaths.OrnsteinUhlenbeck{Peg: p.Level, AnnualReversion: p.MeanReversion, AnnualVolatility: p.AnnualVolatility,
			AnnualDepegIntensity: p.JumpsPerYear, DepegMean: p.JumpMean, DepegDeviation: p.JumpVolatility}
	case "history":
		if cfg.Prices.History.Mode == "replay" {
			return pricepaths.HistoryReplay{Panel: panel, Series: p.Column, From: replayStart(cfg, panel)}
		}
		return pricepaths.HistoryWindows{Panel: panel, Series: p.Column}
	case "bootstrap":
		return pricepaths.Bootstrap{Panel: panel, Series: p.Column,
			MeanBlockSteps: float64(cfg.Prices.History.Block.WholeSeconds()) / float64(cfg.Step.WholeSeconds())}
	case "pinned":
		pinned := pricepaths.Pinned{AnnualDrift: p.AnnualDrift, AnnualVolatility: p.AnnualVolatility}
		for _, pin := range p.Pins {
			pinned.Pins = append(pinned.Pins, pricepaths.Pin{AtSeconds: pin.At.WholeSeconds(), Change: pin.Change.Float64()})
		}
		return pinned
	case "scripted":
		s := pricepaths.Scripted{Interpolation: pricepaths.Interpolation(p.Shape)}
		for _, pt := range p.Points {
			s.Points = append(s.Points, pricepaths.ScriptedPoint{AtSeconds: pt.At.WholeSeconds(), Price: pt.Price})
		}
		return s
	}
	return pricepaths.GBM{} // constant
}

// matrix makes a correlation matrix of a list of pairs, nil without any.
func matrix(index map[string]int, pairs []configs.Correlation) [][]float64 {
	if len(pairs) == 0 {
		return nil
	}
	m := make([][]float64, len(index))
	for i := range m {
		m[i] = make([]float64, len(index))
		m[i][i] = 1
	}
	for _, p := range pairs {
		a, b := index[p.Assets[0]], index[p.Assets[1]]
		m[a][b], m[b][a] = p.Value, p.Value
	}
	return m
}

// regimes makes the Markov chain: a regime is left with equal probability for
// each other one, after a geometric stay of the given mean.
func regimes(cfg *configs.Config, index map[string]int) *pricepaths.RegimeChain {
	r := cfg.Prices.Regimes
	if r == nil {
		return nil
	}
	n := len(r.MeanDurations)
	c := &pricepaths.RegimeChain{Transition: make([][]float64, n), Initial: make([]float64, n)}
	for i, d := range r.MeanDurations {
		leave := float64(cfg.Step.WholeSeconds()) / float64(d.WholeSeconds())
		leave = min(leave, 1)
		c.Transition[i] = make([]float64, n)
		for j := range n {
			if j == i {
				c.Transition[i][j] = 1 - leave
			} else {
				c.Transition[i][j] = leave / float64(n-1)
			}
		}
	}
	c.Initial[r.Initial] = 1
	for _, pairs := range r.Correlations {
		c.Correlations = append(c.Correlations, matrix(index, pairs))
	}
	return c
}

func commonJumps(j *configs.CommonJumps) []pricepaths.CommonJump {
	if j == nil {
		return nil
	}
	c := pricepaths.CommonJump{ID: "common", AnnualIntensity: j.PerYear, SizeCorrelation: 1}
	for _, l := range j.Loadings {
		c.Sizes = append(c.Sizes, pricepaths.CommonJumpSize{
			Asset: l.Asset, JumpMean: j.Mean * l.Loading, JumpDeviation: j.Volatility * magnitude(l.Loading),
		})
	}
	return []pricepaths.CommonJump{c}
}

func magnitude(x float64) float64 {
	if x < 0 {
		return -x
	}
	return x
}

// episodes lays crashes over the paths; one named after an embedded episode
// takes its length and falls where the configuration gives none.
func episodes(cfg *configs.Config) ([]pricepaths.Episode, error) {
	var out []pricepaths.Episode
	for _, e := range cfg.Prices.Episodes {
		p := pricepaths.Episode{
			ID: e.Name, StartSeconds: e.At.WholeSeconds(), DurationSeconds: e.Duration.WholeSeconds(),
			RecoveryHalfLifeSeconds: e.Recovery.WholeSeconds(),
			FineStepSeconds:         cfg.Step.WholeSeconds() / max(e.Refine, 1),
		}
		for _, d := range e.Drops {
			p.Drops = append(p.Drops, pricepaths.EpisodeDrop{Asset: d.Asset, Drop: d.Drop.Float64()})
		}
		if len(p.Drops) == 0 {
			if err := embeddedEpisode(cfg, &p); err != nil {
				return nil, err
			}
		}
		out = append(out, p)
	}
	return out, nil
}

func embeddedEpisode(cfg *configs.Config, p *pricepaths.Episode) error {
	known, err := data.EpisodeByName(p.ID)
	if err != nil {
		return err
	}
	if p.DurationSeconds == 0 {
		p.DurationSeconds = int64(known.Duration / time.Second)
	}
	for _, a := range cfg.Prices.Assets {
		if move, ok := known.Fall(a.ID, known.Duration); ok {
			p.Drops = append(p.Drops, pricepaths.EpisodeDrop{Asset: a.ID, Drop: move.Fall})
		}
	}
	if len(p.Drops) == 0 {
		return fmt.Errorf("%s: no figure over %s for any asset; give drops", p.ID, known.Duration)
	}
	return nil
}
