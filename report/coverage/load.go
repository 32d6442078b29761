package coverage

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"backtest/report"
	"backtest/runner/record"
)

// Series is the forecasts of one figure through time, with what came.
type Series struct {
	Model          string
	Metric         string
	Title          string // of the metric, for people
	Unit           string
	HorizonSeconds int64
	Times          []int64 // origins, Unix seconds, ascending
	Forecasts      []Forecast
	Outcomes       []float64
	PIT            []float64
	Independent    []int // origins whose horizons do not overlap
}

// EventSeries is the forecast probabilities of one event through time.
type EventSeries struct {
	Model          string
	Event          string
	Title          string
	HorizonSeconds int64
	Times          []int64
	Forecasts      []EventForecast
	Independent    []int
}

// Records is everything that a coverage folder holds.
type Records struct {
	Plan   record.CoveragePlan
	Series []*Series
	Events []*EventSeries
	Failed int64 // paths that failed; they are in no forecast
	Bare   int   // origins left out because the outcome itself failed
}

// MissingError is the origins of a folder that have not been computed.
type MissingError struct {
	Missing, Origins int
	First            string
}

func (e *MissingError) Error() string {
	return fmt.Sprintf("%d of %d forecasts are missing, the first is %s: compute them with --resume, or the other shards", e.Missing, e.Origins, e.First)
}

// ReadRecords reads a coverage folder. The error is a [MissingError] while shards
// or interrupted origins are outstanding.
func ReadRecords(dir string) (*Records, error) {
	plan, err := record.ReadCoverage(dir)
	if err != nil {
		return nil, err
	}
	r := &Records{Plan: plan}
	missing := &MissingError{Origins: len(plan.Origins) * len(plan.Horizons)}
	for _, horizon := range plan.Horizons {
		for _, origin := range plan.Origins {
			folder := origin.Folder(horizon)
			reader, err := record.Open(filepath.Join(dir, folder))
			if errors.Is(err, fs.ErrNotExist) {
				if missing.Missing++; missing.First == "" {
					missing.First = folder
				}
				continue
			}
			if err != nil {
				return nil, fmt.Errorf("coverage: %s: %w", folder, err)
			}
			if err := r.take(reader, origin, horizon); err != nil {
				return nil, fmt.Errorf("coverage: %s: %w", folder, err)
			}
		}
	}
	if missing.Missing > 0 {
		return nil, missing
	}
	for _, s := range r.Series {
		s.Independent = NonOverlapping(s.Times, s.HorizonSeconds)
	}
	for _, s := range r.Events {
		s.Independent = NonOverlapping(s.Times, s.HorizonSeconds)
	}
	return r, nil
}

// take adds the forecasts of one origin.
func (r *Records) take(reader *record.Reader, origin record.Origin, horizon int64) error {
	d, err := report.LoadPaths(reader)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(d.Cells, func(c *report.Cell) bool { return c.Scenario == record.OutcomeScenario })
	if at < 0 || d.Cells[at].Paths == 0 {
		r.Bare++
		return nil
	}
	outcome := d.Cells[at]
	for _, cell := range d.Cells {
		if cell == outcome {
			continue
		}
		r.Failed += cell.Failed
		for _, metric := range r.Plan.Metrics {
			if err := r.takeMetric(cell, outcome, metric, origin, horizon); err != nil {
				return err
			}
		}
		for _, event := range r.Plan.Events {
			if err := r.takeEvent(cell, outcome, event, origin, horizon); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *Records) takeMetric(cell, outcome *report.Cell, metric string, origin record.Origin, horizon int64) error {
	forecast, err := cell.Sample(metric)
	if err != nil {
		return err
	}
	came, err := outcome.Sample(metric)
	if err != nil {
		return err
	}
	if len(forecast.Values) == 0 || len(came.Values) == 0 {
		return nil
	}
	s := r.series(cell.Scenario, metric, horizon)
	if s.Title, s.Unit, err = cell.Describe(metric); err != nil {
		return err
	}
	f := NewForecast(forecast.Values)
	s.Times, s.Forecasts, s.Outcomes = append(s.Times, origin.Time), append(s.Forecasts, f), append(s.Outcomes, came.Values[0])
	s.PIT = append(s.PIT, f.PIT(came.Values[0], within(origin.Seed)))
	return nil
}

// within spreads a seed over (0, 1): the place of an outcome among its ties.
func within(seed uint64) float64 {
	return (float64(seed*0x9e3779b97f4a7c15>>11) + 0.5) * 0x1p-53
}

func (r *Records) series(model, metric string, horizon int64) *Series {
	for _, s := range r.Series {
		if s.Model == model && s.Metric == metric && s.HorizonSeconds == horizon {
			return s
		}
	}
	s := &Series{Model: model, Metric: metric, HorizonSeconds: horizon}
	r.Series = append(r.Series, s)
	return s
}

func (r *Records) takeEvent(cell, outcome *report.Cell, event string, origin record.Origin, horizon int64) error {
	forecast, err := cell.Sample(event)
	if err != nil {
		return err
	}
	came, err := outcome.Sample(event)
	if err != nil {
		return err
	}
	share := 0.0
	for _, x := range forecast.Values {
		if x > 0 {
			share++
		}
	}
	s := r.events(cell.Scenario, event, horizon)
	if s.Title, _, err = cell.Describe(event); err != nil {
		return err
	}
	s.Times = append(s.Times, origin.Time)
	s.Forecasts = append(s.Forecasts, EventForecast{share / float64(max(1, len(forecast.Values))), came.Values[0] > 0})
	return nil
}

func (r *Records) events(model, event string, horizon int64) *EventSeries {
	for _, s := range r.Events {
		if s.Model == model && s.Event == event && s.HorizonSeconds == horizon {
			return s
		}
	}
	s := &EventSeries{Model: model, Event: event, HorizonSeconds: horizon}
	r.Events = append(r.Events, s)
	return s
}

// Span is the first and the last origin, as dates.
func (r *Records) Span() (first, last string) {

	o := r.Plan.Origins
	return Day(o[0].Time), Day(o[len(o)-1].Time)
}
