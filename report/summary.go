package report

import (
	"encoding/json"
	"fmt"
	"math"

	"backtest/internal/warn"
	"backtest/report/stats"
	"backtest/report/threshold"
)

// SummaryVersion is the version of the layout of summary.json.
const SummaryVersion = 1

// Summary is what summary.json holds: it depends on configuration and seed
// alone. Cells come in the order of the records, metrics in that of Metrics.
type Summary struct {
	Version      int                `json:"version"`
	Name         string             `json:"name"`
	Command      string             `json:"command"`
	ConfigSHA256 string             `json:"configuration_sha256"`
	Seed         uint64             `json:"seed"`
	Confidence   float64            `json:"confidence"`
	Warnings     []warn.Warning     `json:"warnings"` // of the whole run; those of a figure are with it
	Cells        []SummaryCell      `json:"cells"`
	Thresholds   []SummaryThreshold `json:"thresholds"`
}

// SummaryCell is one scenario at one parameter point.
type SummaryCell struct {
	Scenario       string            `json:"scenario"`
	Point          int32             `json:"point"`
	Paths          int64             `json:"paths"`
	FailedPaths    int64             `json:"failed_paths"`
	EffectivePaths float64           `json:"effective_paths"`
	HorizonSeconds int64             `json:"horizon_seconds"`
	Metrics        []SummaryMetric   `json:"metrics"`
	Survival       []SummarySurvival `json:"survival"`
	Positions      []SummaryPosition `json:"positions,omitempty"` // the likeliest to be liquidated; position_results has all
}

// SummaryMetric is one figure, named as a threshold names it.
type SummaryMetric struct {
	Figure string `json:"figure"`
	Metric string `json:"metric"`
	Entity string `json:"entity"` // "" for the whole system
	Title  string `json:"title"`
	Unit   string `json:"unit"`
	stats.Estimate
}

// MarshalJSON puts the estimate's own fields beside the name.
func (m SummaryMetric) MarshalJSON() ([]byte, error) {
	type name struct {
		Figure string `json:"figure"`
		Metric string `json:"metric"`
		Entity string `json:"entity"`
		Title  string `json:"title"`
		Unit   string `json:"unit"`
	}
	return joinObjects(name{m.Figure, m.Metric, m.Entity, m.Title, m.Unit}, m.Estimate)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (m *SummaryMetric) UnmarshalJSON(data []byte) error {
	var name struct{ Figure, Metric, Entity, Title, Unit string }
	if err := json.Unmarshal(data, &name); err != nil {
		return fmt.Errorf("metric: %w", err)
	}
	m.Figure, m.Metric, m.Entity, m.Title, m.Unit = name.Figure, name.Metric, name.Entity, name.Title, name.Unit
	return m.Estimate.UnmarshalJSON(data)
}

// joinObjects writes two objects as one.
func joinObjects(a, b any) ([]byte, error) {
	first, err := json.Marshal(a)
	if err != nil {
		return nil, err
	}
	second, err := json.Marshal(b)
	if err != nil {
		return nil, err
	}
	return append(append(first[:len(first)-1], ','), second[1:]...), nil
}

// SummarySurvival is a survival curve at equal parts of the horizon.
type SummarySurvival struct {
	Event  string          `json:"event"`
	Points []SurvivalShare `json:"points"`
}

// SurvivalShare is the share of paths without the event by a time.
type SurvivalShare struct {
	Seconds int64   `json:"seconds"`
	Share   float64 `json:"estimate"`
	Low     float64 `json:"low"`
	High    float64 `json:"high"`
}

// SummaryThreshold is a judged threshold.
type SummaryThreshold struct {
	Scenario  string   `json:"scenario"`
	Point     int32    `json:"point"`
	Threshold string   `json:"threshold"`
	On        string   `json:"on"`
	Severity  string   `json:"severity"`
	Verdict   string   `json:"verdict"`
	Satisfied bool     `json:"satisfied"`
	Limit     float64  `json:"limit"`
	Unit      string   `json:"unit"`
	Estimate  *float64 `json:"estimate"`
	Low       *float64 `json:"low"`
	High      *float64 `json:"high"`
}

// Summary gives the content of summary.json.
func (d *Data) Summary() Summary {
	m := d.Manifest
	s := Summary{
		Version: SummaryVersion, Name: m.Name, Command: m.Command, ConfigSHA256: m.ConfigSHA256, Seed: m.Seed,
		Confidence: d.Confidence, Warnings: append([]warn.Warning{}, d.Notices()...), Cells: []SummaryCell{}, Thresholds: []SummaryThreshold{},
	}
	for _, c := range d.Cells {
		s.Cells = append(s.Cells, c.summary())
	}
	for _, t := range d.Thresholds {
		s.Thresholds = append(s.Thresholds, summaryThreshold(t))
	}
	return s
}

// JSON gives the bytes of summary.json.
func (s Summary) JSON() ([]byte, error) {
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("report: summary: %w", err)
	}
	return append(data, '\n'), nil
}

func (c *Cell) summary() SummaryCell {
	out := SummaryCell{
		Scenario: c.Scenario, Point: c.Point, Paths: c.Paths, FailedPaths: c.Failed, EffectivePaths: c.EffectivePaths,
		HorizonSeconds: c.HorizonSeconds, Metrics: []SummaryMetric{}, Survival: []SummarySurvival{},
	}
	for _, list := range [][]Measure{c.Measures, c.ByEntity} {
		for _, m := range list {
			out.Metrics = append(out.Metrics, SummaryMetric{
				Figure: m.Figure.String(), Metric: m.Figure.Metric, Entity: m.Figure.Selector, Title: m.Title, Unit: m.Unit, Estimate: m.Estimate,
			})
		}
	}
	for _, curve := range c.Survival {
		out.Survival = append(out.Survival, SummarySurvival{Event: curve.Event, Points: curve.shares(c.HorizonSeconds)})
	}
	out.Positions = c.summaryPositions()
	return out
}

// survivalParts is the number of equal parts of the horizon in summary.json.
const survivalParts = 30

func (s SurvivalCurve) shares(horizon int64) []SurvivalShare {
	out := []SurvivalShare{}
	for part := int64(0); part <= survivalParts; part++ {
		seconds := horizon * part / survivalParts
		if e := stats.At(s.Points, seconds); e.Known() {
			out = append(out, SurvivalShare{Seconds: seconds, Share: e.Value, Low: e.Low, High: e.High})
		}
	}
	return out
}

func summaryThreshold(t ThresholdResult) SummaryThreshold {
	return SummaryThreshold{
		Scenario: t.Scenario, Point: t.Point, Threshold: t.Threshold.String(), On: string(t.Threshold.On),
		Severity: string(t.Threshold.Severity), Verdict: string(t.Verdict), Satisfied: t.Satisfied, Limit: t.Limit, Unit: t.Unit,
		Estimate: number(t.Estimate.Value), Low: number(t.Estimate.Low), High: number(t.Estimate.High),
	}
}

// number is null in JSON where a value is unknown or open.
func number(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

// status is a threshold's verdict for people.
func status(r threshold.Result) string {
	switch {
	case r.Verdict == threshold.Inconclusive && r.Satisfied:
		return "inconclusive, satisfied"
	case r.Verdict == threshold.Inconclusive:
		return "inconclusive, not satisfied"
	}
	return string(r.Verdict)
}
