package calibrate

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"backtest/internal/warn"
	"backtest/pricepaths/history"
	"backtest/pricepaths/scale"
	"backtest/pricepaths/stats"
)

// Errors of this package.
var (
	ErrModel  = errors.New("unknown model")
	ErrSample = errors.New("sample cannot be fitted")
)

// Series is the returns of one asset and where they come from.
type Series struct {
	Asset        string
	StepSeconds  int64
	Returns      []float64 // log returns a step
	First, Last  int64     // unix seconds of the first and the last bar open
	File, SHA256 string    // empty for series that are not from a file
	Changes      []string  // what reading the file changed or left out
}

// FromFile takes the log returns of the asset with index a. Returns over gaps are
// left out, never filled.
func FromFile(f *history.File, a int) Series {
	_, returns := f.LogReturns(a)
	return Series{
		Asset: f.Assets[a], StepSeconds: f.StepSeconds, Returns: returns,
		First: f.Times[0], Last: f.Times[len(f.Times)-1], File: f.Name, SHA256: f.SHA256,
		Changes: f.Changes(),
	}
}

// Options of [Fit]. The zero value takes the defaults.
type Options struct {
	// MaxJumpsPerYear caps the jump rate of merton and kou (default 12). Without a
	// cap the rate goes to hundreds a year: fat tails rather than events.
	MaxJumpsPerYear float64
	// States of the regime model (default 2).
	States int
	// Replicates of the parametric bootstrap of errors (default 64).
	Replicates int
}

// Param is an estimate under the key that the configuration has for it.
type Param struct {
	Key      string   `json:"key"`
	Estimate float64  `json:"estimate"`
	StdErr   *float64 `json:"std_err"` // nil where there is none, as at a bound

	// Low and High are the ends of the 95 % interval, on the scale on which the
	// estimate is nearly normal (package scale): positive parameters stay positive.
	Low  *float64 `json:"low,omitempty"`
	High *float64 `json:"high,omitempty"`
}

// Result is a fitted model.
type Result struct {
	Model       string  `json:"model"`
	Method      string  `json:"method"` // how it was fitted, with source
	Asset       string  `json:"asset"`
	StepSeconds int64   `json:"step_seconds"`
	N           int     `json:"n"`
	Params      []Param `json:"params"`

	// Covariance of the estimates that have a standard error, in the order of
	// Params; the rows and columns of the others are 0.
	Covariance [][]float64 `json:"covariance,omitempty"`

	LogLikelihood float64        `json:"log_likelihood"`
	AIC           float64        `json:"aic"`
	BIC           float64        `json:"bic"`
	Goodness      Goodness       `json:"goodness"`
	Tails         []Tail         `json:"tails"`
	Warnings      []warn.Warning `json:"warnings,omitempty"`
	Changes       []string       `json:"changes,omitempty"` // of the history, in reading it

	// Correlations are those with other assets, where several were fitted.
	Correlations []Pair `json:"correlations,omitempty"`

	series Series
}

// Param finds an estimate by its key; NaN if the model has none such.
func (r *Result) Param(key string) float64 {
	if i := slices.IndexFunc(r.Params, func(p Param) bool { return p.Key == key }); i >= 0 {
		return r.Params[i].Estimate
	}
	return math.NaN()
}

// fitted is what a model hands to the common part of [Fit].
type fitted struct {
	method        string
	params        []Param
	free          int // estimated parameters
	logLikelihood float64
	cdf           func(x float64) float64 // of the return of one step, unconditional
	pit           []float64               // probability integral transforms of the returns
	covariance    [][]float64             // of the estimates, in the order of params; nil without
	warnings      []warn.Warning
}

type fitter func(s Series, o Options) (*fitted, error)

var fitters = map[string]fitter{
	"gbm": fitGBM, "merton": fitMerton, "kou": fitKou, "garch": fitGARCH, "heston": fitHeston, "regime": fitRegime, "bootstrap": fitBootstrap,
}

// Models names the models that can be fitted.
func Models() []string {
	return []string{"gbm", "merton", "kou", "garch", "heston", "regime", "bootstrap"}
}

// leastFit is the p-value below which a misfit is a warning. It takes the
// parameters for known, and so is too large rather than too small.
const leastFit = 0.001

// leastReturns is the shortest sample that is fitted at all.
const leastReturns = 100

// Fit fits a model by its name. The error wraps [ErrModel] or [ErrSample].
func Fit(model string, s Series, o Options) (*Result, error) {
	fit, ok := fitters[model]
	if !ok {
		return nil, fmt.Errorf("%w %q; there are %v", ErrModel, model, Models())
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	if o.MaxJumpsPerYear == 0 {
		o.MaxJumpsPerYear = 12
	}
	if o.States == 0 {
		o.States = 2
	}
	if o.Replicates == 0 {
		o.Replicates = replicates
	}
	f, err := fit(s, o)
	if err != nil {
		return nil, fmt.Errorf("fit %s to %s: %w", model, s.Asset, err)
	}
	n, k := float64(len(s.Returns)), float64(f.free)
	quality := goodness(s.Returns, f)
	if quality.KSPValue < leastFit && model != "bootstrap" {
		f.warnings = append(f.warnings, warn.New(warn.FitUnsure, "%s does not fit these returns: Kolmogorov-Smirnov distance %.3g, p = %.1g", model, quality.KolmogorovSmirnov, quality.KSPValue))
	}
	return &Result{
		Model: model, Method: f.method, Asset: s.Asset, StepSeconds: s.StepSeconds, N: len(s.Returns), Params: f.params, Covariance: f.covariance,
		LogLikelihood: f.logLikelihood, AIC: 2*k - 2*f.logLikelihood, BIC: k*math.Log(n) - 2*f.logLikelihood,
		Goodness: quality, Tails: tails(s.Returns, f.cdf), Warnings: f.warnings, Changes: s.Changes, series: s,
	}, nil
}

func (s Series) check() error {
	if len(s.Returns) < leastReturns || s.StepSeconds <= 0 {
		return fmt.Errorf("%w: %s has %d returns of %d s, at least %d are needed", ErrSample, s.Asset, len(s.Returns), s.StepSeconds, leastReturns)
	}
	for i, r := range s.Returns {
		if math.IsNaN(r) || math.IsInf(r, 0) {
			return fmt.Errorf("%w: return %d of %s is %v", ErrSample, i, s.Asset, r)
		}
	}
	if slices.Min(s.Returns) == slices.Max(s.Returns) {
		return fmt.Errorf("%w: all returns of %s are the same", ErrSample, s.Asset)
	}
	return nil
}

// year is the number of steps in a year.
func (s Series) year() float64 { return stats.StepsPerYear(s.StepSeconds) }

// moments are the mean and the variance (divisor n) of the returns.
func (s Series) moments() (mean, variance float64) {
	for _, r := range s.Returns {
		mean += r
	}
	mean /= float64(len(s.Returns))
	for _, r := range s.Returns {
		variance += (r - mean) * (r - mean)
	}
	return mean, variance / float64(len(s.Returns))
}

// withError makes a Param; an error that is not a positive number becomes none.
func withError(key string, estimate, stdErr float64) Param {
	p := Param{Key: key, Estimate: estimate}
	if stdErr > 0 && !math.IsInf(stdErr, 0) {
		p.StdErr = &stdErr
		s := scale.Of(key)
		centre, spread := s.To(estimate), 1.96*stdErr*s.Slope(estimate)
		if low, high := s.From(centre-spread), s.From(centre+spread); !math.IsNaN(low) && !math.IsInf(high, 0) {
			p.Low, p.High = &low, &high
		}
	}
	return p
}
