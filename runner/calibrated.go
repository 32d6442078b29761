package runner

import (
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"backtest/configs"
	"backtest/internal/warn"
	"backtest/pricepaths/calibrate"
	"backtest/pricepaths/history"
	"backtest/runner/record"
)

// calibrated is a fit that a configuration asks for, with where it comes from.
type calibrated struct {
	result *calibrate.Result
	last   float64 // last close
	inputs []record.Input
	notes  []warn.Warning
}

// fits keeps what was fitted: the points of a study and the looks of a search ask
// for the same again.
var fits sync.Map

// fitted is the configuration with the parameters that it leaves to a calibration,
// and the fits by asset.
func fitted(cfg *configs.Config) (*configs.Config, map[string]*calibrated, error) {
	found := map[string]*calibrated{}
	out := *cfg
	out.Prices.Assets = append([]configs.Asset(nil), cfg.Prices.Assets...)
	for i := range out.Prices.Assets {
		a := &out.Prices.Assets[i]
		if a.Process.Calibrate == nil {
			continue
		}
		c, err := calibratedTo(cfg, a)
		if err != nil {
			return nil, nil, err
		}
		found[a.ID] = c
		if err := c.apply(&a.Process, cfg.Prices.Uncertain); err != nil {
			return nil, nil, err
		}
	}
	return &out, found, nil
}

// calibratedTo fits the process of an asset to its files.
func calibratedTo(cfg *configs.Config, a *configs.Asset) (*calibrated, error) {
	key := "prices.assets[" + a.ID + "].process.calibrate"
	fit := a.Process.Calibrate
	c := &calibrated{}
	var files []*history.File
	question := fmt.Sprint(a.Process.Kind, cfg.Step, fit.Window, fit.Column, cfg.Prices.Uncertain)
	for _, name := range fit.Files {
		f, err := readPrices(name, history.Options{})
		if err != nil {
			return nil, problem(key+".files", err.Error(), "files of prices that can be read in one way")
		}
		f.Name = filepath.Base(name)
		files = append(files, f)
		c.inputs = append(c.inputs, record.Input{Name: f.Name, SHA256: f.SHA256})
		question += " " + name + f.SHA256
		for _, change := range f.Changes() {
			c.notes = append(c.notes, warn.New(warn.HistoryRead, "%s: %s", f.Name, change).At(key))
		}
	}
	if known, ok := fits.Load(question); ok {
		return known.(*calibrated), nil
	}
	if err := c.fit(cfg, a, key, files); err != nil {
		return nil, err
	}
	fits.Store(question, c)
	return c, nil
}

func (c *calibrated) fit(cfg *configs.Config, a *configs.Asset, key string, files []*history.File) error {
	panel, err := history.Align(files, cfg.Step.WholeSeconds())
	if err != nil {
		return problem(key+".files", err.Error(), "files whose bars are on one grid of the step "+cfg.Step.Plain())
	}
	column := panel.Column(a.Process.Calibrate.Column)
	if column < 0 {
		return problem(key+".column", fmt.Sprintf("%q, which the files do not hold", a.Process.Calibrate.Column), "one of "+strings.Join(panel.Assets, ", "))
	}
	series := calibrate.Series{Asset: a.ID, StepSeconds: panel.StepSeconds, First: panel.Times[0], Last: panel.Times[len(panel.Times)-1]}
	returns := panel.LogReturns()[column]
	if window := int(a.Process.Calibrate.Window.WholeSeconds() / panel.StepSeconds); window > 0 && window < len(returns) {
		returns = returns[len(returns)-window:]
		series.First = panel.Times[len(panel.Times)-1-window]
	}
	for _, r := range returns {
		if !math.IsNaN(r) {
			series.Returns = append(series.Returns, r)
		}
	}
	for _, price := range panel.Closes[column] {
		if price == price {
			c.last = price
		}
	}
	o := calibrate.Options{}
	if !cfg.Prices.Uncertain {
		o.Replicates = 1 // no errors are needed
	}
	if c.result, err = calibrate.Fit(a.Process.Kind, series, o); err != nil {
		return problem(key, err.Error(), "a history that the process can be fitted to")
	}
	c.tell(key, series)
	return nil
}

// tell notes where the parameters come from and what the fit warns of.
func (c *calibrated) tell(key string, s calibrate.Series) {
	var values []string
	for _, p := range c.result.Params {
		values = append(values, p.Key+" "+strconv.FormatFloat(p.Estimate, 'g', 6, 64))
	}
	c.notes = append(c.notes, warn.New(warn.Calibrated, "%s fitted to %d returns of %s from %s to %s: %s", c.result.Model, c.result.N,
		fmt.Sprintf("%d s", s.StepSeconds), date(s.First), date(s.Last), strings.Join(values, ", ")).At(key))
	for _, w := range c.result.Warnings {
		c.notes = append(c.notes, w.At(key))
	}
}

// apply sets the parameters, with six digits: more than any sample tells, and the
// same on every processor.
func (c *calibrated) apply(p *configs.Process, uncertain bool) error {
	fields := map[string]*float64{
		"annual_drift": &p.AnnualDrift, "annual_volatility": &p.AnnualVolatility, "jumps_per_year": &p.JumpsPerYear, "jump_mean": &p.JumpMean,
		"jump_volatility": &p.JumpVolatility, "jump_up_share": &p.JumpUpShare, "jump_up_mean": &p.JumpUpMean, "jump_down_mean": &p.JumpDownMean,
		"long_variance": &p.LongVariance, "mean_reversion": &p.MeanReversion, "volatility_of_variance": &p.VolatilityOfVariance,
		"leverage_correlation": &p.LeverageCorrelation, "alpha": &p.Alpha, "beta": &p.Beta, "degrees_of_freedom": &p.DegreesOfFreedom,
	}
	var at []int
	u := &configs.Uncertainty{}
	for i, param := range c.result.Params {
		*fields[param.Key] = digits(param.Estimate)
		if param.StdErr != nil && c.result.Covariance != nil {
			at, u.Parameters = append(at, i), append(u.Parameters, param.Key)
		}
	}
	p.InitialVariance = p.LongVariance
	if !uncertain || len(at) == 0 {
		return nil
	}
	for _, i := range at {
		var row []float64
		for _, j := range at {
			row = append(row, digits(c.result.Covariance[i][j]))
		}
		u.Covariance = append(u.Covariance, row)
	}
	p.Uncertainty = u
	return nil
}

func digits(x float64) float64 {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 6, 64), 64)
	if err != nil {
		return x
	}
	return rounded
}
