package runner

import (
	"context"
	"iter"
	"math"
	"slices"

	"backtest/configs"
	"backtest/internal/warn"
	"backtest/pricepaths"
	"backtest/pricepaths/stats"
	"backtest/runner/record"
)

// PriceStudy is what the price paths of a configuration look like, beside the
// history that they were made from, if there is one.
type PriceStudy struct {
	Assets      []string
	Times       []int64 // Unix seconds of the grid
	StepSeconds int64
	Paths       int64
	Warnings    []warn.Warning
	Simulated   []stats.Description // of each asset's market log returns, all paths pooled
	Correlation [][]float64         // of those returns
	History     []*stats.Description
	Recorded    [][]float64   // closes of each asset's history on the grid's steps, nil without
	Quantiles   [][][]float64 // by asset and grid point, at PriceLevels
	Samples     [][][]float64 // by asset: a few whole paths
	File        record.FileEntry
}

// PriceLevels are the probabilities of the fan of prices.
var PriceLevels = []float64{0.05, 0.25, 0.5, 0.75, 0.95}

// samplePaths is how many whole paths a picture shows.
const samplePaths = 5

// StudyPrices draws the price paths of a configuration, writes them into a
// folder and describes them. Every path is held in memory: the quantiles are
// exact.
func StudyPrices(ctx context.Context, l *configs.Loaded, folder *record.Folder, format record.Format) (*PriceStudy, error) {
	p, err := newPriceSource(l.Config)
	if err != nil {
		return nil, located(l, err)
	}
	g := p.generator
	s := &PriceStudy{
		Assets: g.Assets(), Times: g.Grid(), StepSeconds: l.Config.Step.WholeSeconds(), Paths: p.paths, Warnings: p.warningsOf(l.Config),
	}
	all := drawPaths(ctx, g, p.paths)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	s.describe(all)
	s.fan(all)
	s.beside(p.recorded, l.Config)
	s.File, err = record.WritePrices(ctx, folder, format, priceRows(all, s.Assets, s.Times))
	return s, err
}

func drawPaths(ctx context.Context, g *pricepaths.Generator, n int64) []*pricepaths.Path {
	scratch := g.NewScratch()
	var all []*pricepaths.Path
	for i := range n {
		if i%stepsPerLook == 0 && ctx.Err() != nil {
			return nil
		}
		all = append(all, g.Fill(uint64(i), scratch).Clone())
	}
	return all
}

func priceRows(all []*pricepaths.Path, assets []string, times []int64) iter.Seq[record.PriceRow] {
	return func(yield func(record.PriceRow) bool) {
		for _, p := range all {
			for a, name := range assets {
				for t, at := range times {
					r := record.PriceRow{Path: int64(p.Index), Step: int32(t), Time: at, Asset: name, MarketUSD: p.Market(a, t), OracleUSD: p.Oracle(a, t)}
					if !yield(r) {
						return
					}
				}
			}
		}
	}
}

// describe pools the log returns over whole steps of all paths.
func (s *PriceStudy) describe(all []*pricepaths.Path) {
	at := moments(s.Times, s.StepSeconds)
	returns := make([][]float64, len(s.Assets))
	for a := range s.Assets {
		for _, p := range all {
			for i := 1; i < len(at); i++ {
				returns[a] = append(returns[a], math.Log(p.Market(a, at[i])/p.Market(a, at[i-1])))
			}
		}
		s.Simulated = append(s.Simulated, stats.Describe(returns[a], s.StepSeconds))
	}
	s.Correlation = stats.Correlation(returns)
}

func (s *PriceStudy) fan(all []*pricepaths.Path) {
	prices := make([]float64, len(all))
	for a := range s.Assets {
		points := make([][]float64, len(s.Times))
		for t := range s.Times {
			for i, p := range all {
				prices[i] = p.Market(a, t)
			}
			slices.Sort(prices)
			for _, level := range PriceLevels {
				points[t] = append(points[t], stats.Quantile(prices, level))
			}
		}
		s.Quantiles = append(s.Quantiles, points)
		var samples [][]float64
		for _, p := range all[:min(len(all), samplePaths)] {
			samples = append(samples, slices.Clone(p.MarketPrices[a*p.Points:(a+1)*p.Points]))
		}
		s.Samples = append(s.Samples, samples)
	}
}

// beside describes the history behind the assets, and lays its end over the
// length of a path. Returns over gaps are left out.
func (s *PriceStudy) beside(recorded *recordedPrices, cfg *configs.Config) {
	s.History = make([]*stats.Description, len(s.Assets))
	s.Recorded = make([][]float64, len(s.Assets))
	if recorded == nil {
		return
	}
	for a := range s.Assets {
		column := recorded.panel.Column(cfg.Prices.Assets[a].Process.Column)
		if column < 0 {
			continue
		}
		closes := recorded.closes.Close[column]
		var returns []float64
		for t := 1; t < len(closes); t++ {
			if r := math.Log(closes[t] / closes[t-1]); !math.IsNaN(r) {
				returns = append(returns, r)
			}
		}
		if len(returns) >= 4 {
			d := stats.Describe(returns, s.StepSeconds)
			s.History[a] = &d
		}
		s.Recorded[a] = closes[max(0, len(closes)-len(s.Times)):]
	}
}
