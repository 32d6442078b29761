package runner

import (
	"errors"
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

// recordedPrices are the recorded prices of a configuration on the grid of its
// steps.
type recordedPrices struct {
	panel  *history.Panel
	closes *pricepaths.History // between the dates of the configuration; times are closes
	inputs []record.Input
	notes  []string // what was moved, joined or left out
}

// readRecorded reads and aligns the files of recorded prices, nil without any.
func readRecorded(cfg *configs.Config) (*recordedPrices, error) {
	h := cfg.Prices.History
	if h == nil {
		return nil, nil
	}
	r := &recordedPrices{}
	var files []*history.File
	for _, name := range h.Files {
		f, err := readPrices(name, readOptions(h))
		if err != nil {
			return nil, unreadable(name, err)
		}
		f.Name = filepath.Base(name)
		files = append(files, f)
		r.inputs = append(r.inputs, record.Input{Name: f.Name, SHA256: f.SHA256})
		r.notes = append(r.notes, changesOf(f)...)
	}
	var err error
	if r.panel, err = history.Align(files, cfg.Step.WholeSeconds()); err != nil {
		return nil, problem("prices.history.files", err.Error(), "files whose bars are on one grid of the step "+cfg.Step.Plain())
	}
	r.closes, err = cut(r.panel, h)
	return r, err
}

// unreadable is a file that is refused, under the key of its name.
func unreadable(name string, err error) error {
	allowed := "a file of prices that can be read"
	var refused *history.Error
	if errors.As(err, &refused) {
		short := *refused
		short.File = filepath.Base(name)
		if short.Allowed != "" {
			allowed, short.Allowed = short.Allowed, ""
		}
		if short.Settle != "" {
			allowed, short.Settle = allowed+"; prices.history."+short.Settle+" settles it", ""
		}
		err = &short
	}
	return problem("prices.history.files", err.Error(), allowed)
}

// changesOf tells what was changed or left out in reading a file.
func changesOf(f *history.File) []string {
	var out []string
	for _, change := range f.Changes() {
		out = append(out, f.Name+": "+change)
	}
	return out
}

func readOptions(h *configs.History) history.Options {
	return history.Options{
		Columns: h.Columns, TimeColumn: h.TimeColumn, TimeFormat: history.DateOrder(h.TimeFormat),
		Ticker: h.Ticker, Tolerance: h.Tolerance.Duration,
	}
}

func readPrices(name string, o history.Options) (*history.File, error) {
	if sample, ok := strings.CutPrefix(name, configs.SamplePrefix); ok {
		series, err := data.Sample(sample)
		if err != nil {
			return nil, err
		}
		return history.FromColumns(name, series.Times, []string{series.Asset}, [][]float64{series.Closes})
	}
	return history.ReadFile(name, o)
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
		return nil, problem("prices.history.from", fmt.Sprintf("%d bars between from and to", len(out.Times)),
			fmt.Sprintf("two or more of those whose closes are known from %s to %s", date(p.Times[0]+p.StepSeconds), date(p.Times[len(p.Times)-1]+p.StepSeconds)))
	}
	return out, nil
}

func date(unix int64) string { return time.Unix(unix, 0).UTC().Format(time.RFC3339) }

// series is the name in the panel of what an asset takes.
func (r *recordedPrices) series(a *configs.Asset) (string, error) {
	name := a.Process.Column
	if at := r.panel.Column(name); at >= 0 {
		return r.panel.Assets[at], nil
	}
	return "", problem("prices.assets["+a.ID+"].process.column", fmt.Sprintf("%q, which the files do not hold", name),
		"one of "+strings.Join(r.panel.Assets, ", "))
}

// lastClose is the last recorded close of an asset: of the files that it is
// calibrated to, or of the history.
func lastClose(a *configs.Asset, recorded *recordedPrices, fit *calibrated) (float64, error) {
	if fit != nil {
		return fit.last, nil
	}
	name := a.Process.Column
	if name == "" {
		name = a.ID
	}
	at := recorded.panel.Column(name)
	if at < 0 {
		return 0, problem("prices.assets["+a.ID+"].initial", fmt.Sprintf("last, and no column %q in the files", name), "a price, or last of one of "+strings.Join(recorded.panel.Assets, ", "))
	}
	closes := recorded.closes.Close[at]
	for i := len(closes) - 1; i >= 0; i-- {
		if closes[i] == closes[i] {
			return closes[i], nil
		}
	}
	return 0, problem("prices.assets["+a.ID+"].initial", "last, and no close between from and to", "a price in USD")
}

func replayStart(cfg *configs.Config, panel *pricepaths.History) int64 {
	if from := cfg.Prices.History.From; from != nil {
		return from.Unix()
	}
	return panel.Times[0]
}
