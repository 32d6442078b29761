package coverage

import (
	"encoding/json"
	"fmt"
	"math"

	"backtest/runner/record"
)

// FormatVersion of coverage.json.
const FormatVersion = 1

// Report is everything that is said of the forecasts of a coverage folder.
type Report struct {
	FormatVersion int                 `json:"format_version"`
	Verdict       string              `json:"verdict"`        // one sentence, which stands in the foot of a run's report
	Advice        string              `json:"recommendation"` // which model to use; empty for one model
	Plan          record.CoveragePlan `json:"plan"`
	FailedPaths   int64               `json:"failed_paths"`
	Verdicts      []Verdict           `json:"verdicts"`
	Events        []EventVerdict      `json:"events"`
	Comparisons   []Comparison        `json:"comparisons"`
	Warnings      []string            `json:"warnings"`

	records *Records
}

// EventVerdict is the judgement of one event's probabilities by one model.
type EventVerdict struct {
	Model          string      `json:"model"`
	Event          string      `json:"event"`
	Title          string      `json:"title"`
	HorizonSeconds int64       `json:"horizon_seconds"`
	Expected       float64     `json:"expected"` // events, the sum of their probabilities, independent origins
	Happened       int         `json:"happened"`
	Brier          Brier       `json:"brier"`
	Calibration    Calibration `json:"calibration"`
}

// Comparison ranks models by the scores of one figure over one horizon.
type Comparison struct {
	Metric         string   `json:"metric"`
	Title          string   `json:"title"`
	HorizonSeconds int64    `json:"horizon_seconds"`
	Score          string   `json:"score"`  // crps, or fissler_ziegel or pinball at a level
	Models         []InSet  `json:"models"` // model confidence set
	AgainstBest    []Paired `json:"against_best"`
}

// Paired is the Diebold-Mariano test of a model against the best one.
type Paired struct {
	Model string `json:"model"`
	Test  Test   `json:"test"`
}

// New judges the records of a coverage folder.
func New(r *Records) *Report {
	out := &Report{FormatVersion: FormatVersion, Plan: r.Plan, FailedPaths: r.Failed, Warnings: []string{}, records: r}
	levels := r.Plan.Levels
	for _, s := range r.Series {
		scale, positive := jointScale(r.sameFigure(s), levels)
		out.Verdicts = append(out.Verdicts, s.judge(levels, r.Plan.Seed, scale, positive))
	}
	for _, s := range r.Events {
		out.Events = append(out.Events, s.judge(int(r.Plan.Paths)))
	}
	for _, s := range r.Series {
		if s.Model == r.Plan.Models[0] && len(r.Plan.Models) > 1 {
			out.Comparisons = append(out.Comparisons, r.compare(s)...)
		}
	}
	out.warn()
	out.Verdict, out.Advice = out.foot(), out.recommendation()
	return out
}

// sameFigure lists the series of a figure and horizon, a model each.
func (r *Records) sameFigure(of *Series) []*Series {
	var list []*Series
	for _, s := range r.Series {
		if s.Metric == of.Metric && s.HorizonSeconds == of.HorizonSeconds {
			list = append(list, s)
		}
	}
	return list
}

func (s *EventSeries) judge(paths int) EventVerdict {
	independent := pick(s.Forecasts, s.Independent)
	v := EventVerdict{
		Model: s.Model, Event: s.Event, Title: s.Title, HorizonSeconds: s.HorizonSeconds,
		Brier: ScoreEvents(independent, 5, 0.95), Calibration: CalibrateEvents(independent, paths, 0.95),
	}
	for _, f := range independent {
		v.Expected += f.Probability
		v.Happened += index(f.Happened)
	}
	return v
}

// compare ranks the models of a figure by CRPS and, at each level, by the joint
// score of value at risk and expected shortfall.
func (r *Records) compare(of *Series) []Comparison {
	all := r.sameFigure(of)
	scale, positive := jointScale(all, r.Plan.Levels)
	out := []Comparison{r.rank(all, "crps", func(s *Series) []float64 { return s.crps() })}
	for _, level := range r.Plan.Levels {
		out = append(out,
			r.rank(all, "pinball "+percent(level), func(s *Series) []float64 { return s.scores(level, pinballScore) }),
			r.rank(all, "fissler_ziegel "+percent(level), func(s *Series) []float64 { return s.scores(level, jointScore(scale, positive)) }))
	}
	return out
}

func (r *Records) rank(all []*Series, name string, of func(*Series) []float64) Comparison {
	c := Comparison{Metric: all[0].Metric, Title: all[0].Title, HorizonSeconds: all[0].HorizonSeconds, Score: name}
	var models []string
	var scores [][]float64
	byModel := map[string][]float64{}
	for _, s := range all {
		models, scores = append(models, s.Model), append(scores, of(s))
		byModel[s.Model] = scores[len(scores)-1]
	}
	overlap := r.overlap(c.HorizonSeconds)
	block := max(overlap+1, int(math.Round(math.Cbrt(float64(len(scores[0]))))))
	c.Models = ConfidenceSet(models, scores, block, draws, r.Plan.Seed)
	best := c.Models[0].Model
	for _, m := range c.Models[1:] {
		c.AgainstBest = append(c.AgainstBest, Paired{m.Model, DieboldMariano(byModel[best], byModel[m.Model], overlap)})
	}
	return c
}

// overlap is how many following origins lie within a horizon.
func (r *Records) overlap(horizonSeconds int64) int {
	return int((horizonSeconds - 1) / r.Plan.EverySeconds)
}

// warn tells what a reader has to know before trusting a verdict.
func (r *Report) warn() {
	add := func(format string, args ...any) { r.Warnings = append(r.Warnings, fmt.Sprintf(format, args...)) }
	for _, s := range r.Plan.Skipped {
		add("origin %s is left out: %s", Day(s.Time), s.Reason)
	}
	for _, asset := range r.Plan.Unrecorded {
		add("%s has no recorded prices: forecast and outcome both draw it from its process", asset)
	}
	if r.FailedPaths > 0 {
		add("%d paths failed and are in no forecast", r.FailedPaths)
	}
	if r.records.Bare > 0 {
		add("%d outcomes failed: their origins are in no verdict", r.records.Bare)
	}
	for _, horizon := range r.Plan.Horizons {
		if overlap := r.records.overlap(horizon); overlap > 0 {
			add("horizons of %s overlap: tests take every %d-th origin, scores all with a correction", SpanText(horizon), overlap+1)
		}
	}
	for _, v := range r.Verdicts {
		if v.Model != r.Plan.Models[0] {
			continue
		}
		for _, l := range v.Levels {
			if l.Power.Power < 0.5 {
				add("%s, %s at %s: %d origins notice a true share of %s with a chance of %s only; 80 %% would take %s", v.Title, percent(l.Level), SpanText(v.HorizonSeconds),
					l.N, percent(l.Power.True), percent(l.Power.Power), neededOrigins(l.NeededN))
			}
		}
	}
}

func neededOrigins(n int) string {
	if n == 0 {
		return "more than 5,000"
	}
	return fmt.Sprint(n)
}

// JSON writes coverage.json.
func (r *Report) JSON() ([]byte, error) {
	text, err := json.MarshalIndent(r, "", "  ")
	return append(text, '\n'), err
}
