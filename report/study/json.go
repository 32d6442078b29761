package study

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"backtest/internal/warn"
	"backtest/report"
	"backtest/report/stats"
	"backtest/report/threshold"
	"backtest/runner/record"
)

// Version of the layout of study.json.
const Version = 1

// document is what study.json holds: it depends on configuration and seed
// alone.
type document struct {
	Version      int                `json:"version"`
	Name         string             `json:"name"`
	ConfigSHA256 string             `json:"configuration_sha256"`
	Seed         uint64             `json:"seed"`
	Confidence   float64            `json:"confidence"`
	Design       string             `json:"design"`
	Axes         []record.StudyAxis `json:"axes"`
	Objective    string             `json:"objective"`
	Warnings     []warn.Warning     `json:"warnings"` // of the whole study; those of a figure are with it
	Scenarios    []scenarioJSON     `json:"scenarios"`
}

type scenarioJSON struct {
	Scenario    string        `json:"scenario"`
	Recommended *int          `json:"recommended_point"`
	Reason      string        `json:"reason"`
	Confirmed   *confirmJSON  `json:"confirmed,omitempty"`
	Risk        string        `json:"front_risk"`
	Efficiency  string        `json:"front_efficiency"`
	Points      []pointJSON   `json:"points"`
	Effects     []effectsJSON `json:"effects"`
	Inert       []string      `json:"without_effect"` // keys of axes that change nothing on any path
}

type pointJSON struct {
	Point       int          `json:"point"`
	Values      []string     `json:"values"`
	Failed      string       `json:"failed,omitempty"`
	Paths       int64        `json:"paths"`
	FailedPaths int64        `json:"failed_paths"`
	OnFront     bool         `json:"on_front"`
	Keeps       bool         `json:"keeps_constraints"`
	Constraints []limitJSON  `json:"constraints"`
	Metrics     []metricJSON `json:"metrics"`
}

type confirmJSON struct {
	Paths       int64          `json:"paths"`
	Figure      string         `json:"figure"`
	Estimate    stats.Estimate `json:"estimate"`
	Difference  stats.Estimate `json:"difference"` // to the present parameters
	Keeps       bool           `json:"keeps_constraints"`
	Constraints []limitJSON    `json:"constraints"`
}

func (c *Confirmation) document() *confirmJSON {
	if c == nil {
		return nil
	}
	out := &confirmJSON{Paths: c.Paths, Figure: c.After.Figure.String(), Estimate: c.After.Estimate, Difference: c.Difference.Difference, Keeps: c.Kept, Constraints: []limitJSON{}}
	for _, l := range c.Limits {
		out.Constraints = append(out.Constraints, limitOf(l))
	}
	return out
}

func limitOf(l threshold.Result) limitJSON {
	return limitJSON{l.Threshold.String(), defined(l.Limit), string(l.Verdict), l.Satisfied, l.Reason, l.Estimate}
}

type limitJSON struct {
	Constraint string         `json:"constraint"`
	Limit      *float64       `json:"limit"` // null if it is not defined at the point
	Verdict    string         `json:"verdict"`
	Satisfied  bool           `json:"satisfied"`
	Reason     string         `json:"reason,omitempty"` // why it could not be judged
	Estimate   stats.Estimate `json:"estimate"`
}

type metricJSON struct {
	Figure     string          `json:"figure"`
	Title      string          `json:"title"`
	Unit       string          `json:"unit"`
	Estimate   stats.Estimate  `json:"estimate"`
	Difference *stats.Estimate `json:"difference,omitempty"` // to point 0
	Holm       *float64        `json:"holm,omitempty"`       // p-value of the difference, for all of the table
}

type effectsJSON struct {
	Figure string       `json:"figure"`
	Method string       `json:"method"`
	Axes   []effectJSON `json:"axes"`
	Pairs  []pairJSON   `json:"pairs,omitempty"`
}

type effectJSON struct {
	Key   string     `json:"key"`
	First *shareJSON `json:"first"`
	Total *shareJSON `json:"total"`
}

type shareJSON struct {
	Value float64 `json:"estimate"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

type pairJSON struct {
	Keys  [2]string `json:"keys"`
	Share float64   `json:"share"`
}

// JSON gives the bytes of study.json.
func (s *Study) JSON() ([]byte, error) {
	m := s.Data.Manifest
	d := document{
		Version: Version, Name: m.Name, ConfigSHA256: m.ConfigSHA256, Seed: m.Seed, Confidence: s.Data.Confidence,
		Design: s.Design, Axes: s.Axes, Scenarios: []scenarioJSON{}, Warnings: append([]warn.Warning{}, s.Data.Notices()...),
	}
	if s.Objective != nil {
		d.Objective = s.Objective.String()
	}
	for i := range s.Scenarios {
		d.Scenarios = append(d.Scenarios, s.Scenarios[i].document(s.Axes))
	}
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("study: %w", err)
	}
	return append(text, '\n'), nil
}

func (s *Scenario) document(axes []record.StudyAxis) scenarioJSON {
	out := scenarioJSON{
		Scenario: s.Name, Reason: s.Reason, Confirmed: s.Confirmed.document(), Risk: s.Risk.String(), Efficiency: s.Efficiency.String(), Effects: []effectsJSON{}, Inert: []string{},
	}
	if s.Recommended >= 0 {
		out.Recommended = &s.Recommended
	}
	for i := range s.Points {
		out.Points = append(out.Points, s.Points[i].document())
	}
	for _, e := range s.Effects {
		out.Effects = append(out.Effects, e.document())
	}
	for _, axis := range s.Inert {
		out.Inert = append(out.Inert, axes[axis].Key)
	}
	return out
}

func (p *Point) document() pointJSON {
	out := pointJSON{
		Point: p.Number, Values: p.Values, Failed: p.Failed, OnFront: p.OnFront, Keeps: p.Keeps,
		Constraints: []limitJSON{}, Metrics: []metricJSON{},
	}
	if p.Cell == nil {
		return out
	}
	out.Paths, out.FailedPaths = p.Cell.Paths, p.Cell.Failed
	for _, l := range p.Limits {
		out.Constraints = append(out.Constraints, limitOf(l))
	}
	changes := map[string]*report.Change{}
	for i, c := range p.Changes {
		changes[c.Figure.String()] = &p.Changes[i]
	}
	for _, m := range slices.Concat(p.Cell.Measures, p.Cell.ByEntity) {
		line := metricJSON{Figure: m.Figure.String(), Title: m.Title, Unit: m.Unit, Estimate: m.Estimate}
		if c := changes[line.Figure]; c != nil {
			line.Difference, line.Holm = &c.Difference, &c.Holm
		}
		out.Metrics = append(out.Metrics, line)
	}
	return out
}

func (e Effects) document() effectsJSON {
	out := effectsJSON{Figure: e.Figure.String(), Method: e.Method}
	for _, a := range e.Axes {
		out.Axes = append(out.Axes, effectJSON{a.Key, a.First.document(), a.Total.document()})
	}
	for _, p := range e.Pairs {
		out.Pairs = append(out.Pairs, pairJSON(p))
	}
	return out
}

func (s Share) document() *shareJSON {
	if math.IsNaN(s.Value) {
		return nil
	}
	return &shareJSON{s.Value, s.Low, s.High}
}

// defined is null in JSON for a limit that is not.
func defined(limit float64) *float64 {
	if math.IsNaN(limit) {
		return nil
	}
	return &limit
}
