package runner

import (
	"errors"
	"fmt"
	"time"

	"backtest/configs"
	"backtest/data"
	"backtest/pricepaths"
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
	recorded  *recordedPrices        // nil without
	fits      map[string]*calibrated // by asset: those that were fitted at loading
	inputs    []record.Input
	paths     int64 // number of paths worth running
}

// newPriceSource compiles the prices of a configuration.
func newPriceSource(cfg *configs.Config) (*priceSource, error) { return tiltedPrices(cfg, nil) }

// tiltedPrices compiles the prices under a change of measure, if there is one.
func tiltedPrices(cfg *configs.Config, tilt *pricepaths.Tilt) (*priceSource, error) {
	cfg, fits, err := fitted(cfg)
	if err != nil {
		return nil, err
	}
	s := &priceSource{paths: mostPaths(cfg), fits: fits}
	spec := pricepaths.Spec{
		Steps:       int(cfg.Horizon.WholeSeconds() / cfg.Step.WholeSeconds()),
		StepSeconds: cfg.Step.WholeSeconds(),
		Start:       cfg.Start.Unix(),
		Seed:        cfg.Seed,
		Sampling:    pricepaths.Sampling{Method: pricepaths.SamplingMethod(cfg.Prices.Sampling), Replicates: int(cfg.Prices.Replicates)},
		Paths:       int(mostPaths(cfg)),
		Copula:      pricepaths.Copula{DegreesOfFreedom: cfg.Prices.Copula.DegreesOfFreedom},
		Oracle:      oracleOf(cfg),
		Strict:      cfg.Prices.Strict,
		Nearest:     cfg.Prices.Nearest,
		Tilt:        tilt,
	}
	if s.recorded, err = readRecorded(cfg); err != nil {
		return nil, err
	}
	if s.recorded != nil {
		s.inputs = s.recorded.inputs
		if cfg.Prices.History.Mode == "replay" {
			spec.Start = replayStart(cfg, s.recorded.closes)
		}
	}
	for _, a := range cfg.Prices.Assets {
		if fit := fits[a.ID]; fit != nil {
			s.inputs = append(s.inputs, fit.inputs...)
		}
	}
	index := map[string]int{}
	var problems configs.Problems
	for i := range cfg.Prices.Assets {
		a := &cfg.Prices.Assets[i]
		index[a.ID] = i
		asset, err := priceAsset(cfg, a, s.recorded, fits[a.ID])
		var wrong configs.Problems
		if errors.As(err, &wrong) {
			problems = append(problems, wrong...)
		}
		spec.Assets = append(spec.Assets, asset)
	}
	if problems != nil {
		return nil, problems
	}
	spec.Correlation = matrix(index, cfg.Prices.Correlation)
	spec.CorrelationStress = stress(index, &cfg.Prices.Stress)
	spec.Regimes = regimes(cfg, index)
	spec.CommonJumps = commonJumps(cfg.Prices.CommonJumps)
	if spec.Episodes, err = episodes(cfg); err != nil {
		return nil, err
	}
	if s.generator, err = pricepaths.New(spec); err != nil {
		return nil, priceProblems(err)
	}
	if distinct := int64(s.generator.Paths()); distinct > 0 {
		s.paths = min(s.paths, distinct)
	}
	return s, nil
}

func oracleOf(cfg *configs.Config) pricepaths.Oracle {
	o := &cfg.Prices.Oracle
	return pricepaths.Oracle{
		LatencySteps: int(o.Latency), DeviationThreshold: o.DeviationThreshold.Float64(), HeartbeatSeconds: o.Heartbeat.WholeSeconds(),
	}
}

// mostPaths is the number of paths, or the most that a stopping rule may take.
func mostPaths(cfg *configs.Config) int64 {
	if cfg.Until != nil {
		return cfg.Until.MaxPaths
	}
	return cfg.Paths
}

func priceAsset(cfg *configs.Config, a *configs.Asset, recorded *recordedPrices, fit *calibrated) (out pricepaths.Asset, err error) {
	out = pricepaths.Asset{ID: a.ID, Initial: a.Initial.Price}
	if a.Initial.Last {
		if out.Initial, err = lastClose(a, recorded, fit); err != nil {
			return out, err
		}
	}
	if a.Decimals > 0 {
		oracle := oracleOf(cfg)
		oracle.Decimals = int(a.Decimals)
		out.Oracle = &oracle
	}
	if a.Process.Kind == "history" && !cfg.Prices.History.Rebase {
		out.Initial = 0 // the recorded level counts
	}
	var panel *pricepaths.History
	series := ""
	if a.Process.Kind == "history" || a.Process.Kind == "bootstrap" {
		panel = recorded.closes
		series, err = recorded.series(a)
	}
	out.Process = process(cfg, a, panel, series)
	if u := a.Process.Uncertainty; u != nil && cfg.Prices.Uncertain {
		out.Uncertainty = &pricepaths.Uncertainty{Parameters: u.Parameters, Covariance: u.Covariance}
	}
	return out, err
}

func process(cfg *configs.Config, a *configs.Asset, panel *pricepaths.History, series string) pricepaths.ProcessSpec {
	p := &a.Process
	switch p.Kind {
	case "gbm":
		return pricepaths.GBM{AnnualDrift: p.AnnualDrift, AnnualVolatility: p.AnnualVolatility}
	case "merton":
		return pricepaths.Merton{AnnualDrift: p.AnnualDrift, AnnualVolatility: p.AnnualVolatility,
			JumpsPerYear: p.JumpsPerYear, JumpMean: p.JumpMean, JumpVolatility: p.JumpVolatility}
	case "kou":
		return pricepaths.Kou{AnnualDrift: p.AnnualDrift, AnnualVolatility: p.AnnualVolatility,
			JumpsPerYear: p.JumpsPerYear, JumpUpShare: p.JumpUpShare, JumpUpMean: p.JumpUpMean, JumpDownMean: p.JumpDownMean}
	case "heston":
		return pricepaths.Heston{AnnualDrift: p.AnnualDrift, InitialVariance: p.InitialVariance, LongVariance: p.LongVariance,
			MeanReversion: p.MeanReversion, VolatilityOfVariance: p.VolatilityOfVariance, LeverageCorrelation: p.LeverageCorrelation}
	case "garch":
		return pricepaths.GARCH{AnnualDrift: p.AnnualDrift, AnnualVolatility: p.AnnualVolatility, Alpha: p.Alpha, Beta: p.Beta,
			DegreesOfFreedom: p.DegreesOfFreedom, InitialVolatility: p.InitialVolatility}
	case "regime":
		r := pricepaths.RegimeSwitching{}
		for _, s := range p.States {
			r.States = append(r.States, pricepaths.RegimeState{AnnualDrift: s.AnnualDrift, AnnualVolatility: s.AnnualVolatility})
		}
		return r
	case "ou":
		return pricepaths.OrnsteinUhlenbeck{Level: p.Level, MeanReversion: p.MeanReversion, AnnualVolatility: p.AnnualVolatility,
			JumpsPerYear: p.JumpsPerYear, JumpMean: p.JumpMean, JumpVolatility: p.JumpVolatility}
	case "history":
		if cfg.Prices.History.Mode == "replay" {
			return pricepaths.HistoryReplay{Panel: panel, Series: series, From: replayStart(cfg, panel)}
		}
		return pricepaths.HistoryWindows{Panel: panel, Series: series}
	case "bootstrap":
		return pricepaths.Bootstrap{Panel: panel, Series: series,
			MeanBlockSteps: float64(cfg.Prices.History.Block.WholeSeconds()) / float64(cfg.Step.WholeSeconds())}
	case "pinned":
		pinned := pricepaths.Pinned{AnnualDrift: p.AnnualDrift, AnnualVolatility: p.AnnualVolatility}
		for _, pin := range p.Pins {
			pinned.Pins = append(pinned.Pins, pricepaths.Pin{AtSeconds: pin.At.WholeSeconds(), Change: pin.Change.Float64()})
		}
		return pinned
	case "scripted":
		s := pricepaths.Scripted{Shape: pricepaths.Shape(p.Shape)}
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

// stress is the stress of the correlations, nil without any.
func stress(index map[string]int, s *configs.Stress) *pricepaths.CorrelationStress {
	if s.Weight.Sign() == 0 {
		return nil
	}
	out := &pricepaths.CorrelationStress{Weight: s.Weight.Float64(), Towards: matrix(index, s.Correlation)}
	if s.Towards != nil {
		out.Towards = pricepaths.EqualCorrelation(len(index), *s.Towards)
	}
	return out
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
	c := pricepaths.CommonJump{ID: "common", PerYear: j.PerYear, SizeCorrelation: 1}
	if j.Alike != nil {
		c.SizeCorrelation = *j.Alike
	}
	for _, l := range j.Loadings {
		c.Sizes = append(c.Sizes, pricepaths.CommonJumpSize{
			Asset: l.Asset, JumpMean: j.Mean * l.Loading, JumpVolatility: j.Volatility * magnitude(l.Loading),
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
	for i, e := range cfg.Prices.Episodes {
		p := pricepaths.Episode{
			ID: e.Name, StartSeconds: e.At.WholeSeconds(), DurationSeconds: e.Duration.WholeSeconds(),
			RecoveryHalfLifeSeconds: e.Recovery.WholeSeconds(),
			FineStepSeconds:         cfg.Step.WholeSeconds() / max(e.Refine, 1),
		}
		for _, d := range e.Drops {
			p.Drops = append(p.Drops, pricepaths.EpisodeDrop{Asset: d.Asset, Drop: d.Drop.Float64()})
		}
		if len(p.Drops) == 0 {
			if err := embeddedEpisode(cfg, fmt.Sprintf("prices.episodes[%d]", i), &p); err != nil {
				return nil, err
			}
		}
		out = append(out, p)
	}
	return out, nil
}

func embeddedEpisode(cfg *configs.Config, key string, p *pricepaths.Episode) error {
	known, err := data.EpisodeByName(p.ID)
	if err != nil {
		return problem(key+".name", p.ID, "the name of an embedded episode")
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
		return problem(key, fmt.Sprintf("%s, without a figure over %s for any of the assets", p.ID, known.Duration), "drops")
	}
	return nil
}
