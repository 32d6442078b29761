package coverage

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"backtest/report"
)

// Day writes a moment as a date.
func Day(unix int64) string { return time.Unix(unix, 0).UTC().Format("2006-01-02") }

// SpanText writes a length of time in its largest unit.
func SpanText(seconds int64) string {
	switch {
	case seconds%86_400 == 0:
		return strconv.FormatInt(seconds/86_400, 10) + " d"
	case seconds%3_600 == 0:
		return strconv.FormatInt(seconds/3_600, 10) + " h"
	}
	return strconv.FormatInt(seconds, 10) + " s"
}

// Span is the first and the last origin, as dates.
func (r *Report) Span() (first, last string) { return r.records.Span() }

// Sentence says in words what the tests found of a level of a verdict.
func (v *Verdict) Sentence(l LevelVerdict, first, last string) string {
	return fmt.Sprintf("Over %s … %s the %s figure of %s at %s was passed on %d of %d origins (%s, expected %s): %s.",
		first, last, percent(l.Level), v.Title, SpanText(v.HorizonSeconds), l.Exceedances, l.N,
		percent(float64(l.Exceedances)/float64(max(1, l.N))), percent(l.Expected/float64(max(1, l.N))), l.Traffic.Zone)
}

// foot is the sentence that stands below the report of a run: the verdict of the
// first model and metric over its longest horizon at the highest level.
func (r *Report) foot() string {
	first, last := r.Span()
	for i := len(r.Verdicts) - 1; i >= 0; i-- {
		v := &r.Verdicts[i]
		if v.Model == r.Plan.Models[0] && v.Metric == r.Plan.Metrics[0] && len(v.Levels) > 0 {
			return v.Sentence(v.Levels[len(v.Levels)-1], first, last)
		}
	}
	return ""
}

// recommendation says which model to use, or that they cannot be told apart.
func (r *Report) recommendation() string {
	if len(r.Comparisons) == 0 {
		return ""
	}
	if n := len(r.records.Series[0].Times); n < leastOrigins {
		return fmt.Sprintf("%d origins are too few to compare models; %d are the least.", n, leastOrigins)
	}
	kept := map[string]int{}
	for _, c := range r.Comparisons {
		for _, m := range c.Models {
			if m.P >= 0.10 {
				kept[m.Model]++
			}
		}
	}
	var always, never []string
	for _, model := range r.Plan.Models {
		switch kept[model] {
		case len(r.Comparisons):
			always = append(always, model)
		case 0:
			never = append(never, model)
		}
	}
	text := ""
	switch {
	case len(always) == len(r.Plan.Models):
		text = "The models cannot be told apart by their scores on these origins."
	case len(always) == 1:
		text = "Use " + always[0] + ": it alone is in the 90 % model confidence set of every score."
	case len(always) > 1:
		text = "In the 90 % model confidence set of every score: " + strings.Join(always, ", ") + "; they cannot be told apart."
	default:
		text = "No model is in the 90 % model confidence set of every score."
	}
	if len(never) > 0 {
		text += " In none: " + strings.Join(never, ", ") + "."
	}
	return text
}

// Markdown writes coverage.md.
func (r *Report) Markdown() string {
	var b strings.Builder
	first, last := r.Span()
	fmt.Fprintf(&b, "# Were the forecasts of %s right?\n\n", report.EscapeMarkdown(r.Plan.Name))
	fmt.Fprintf(&b, "%d origins from %s to %s, every %s; %d paths each; processes fitted to the %s before, refitted every %s. Losses are positive.\n\n",
		len(r.Plan.Origins), first, last, SpanText(r.Plan.EverySeconds), r.Plan.Paths, SpanText(r.Plan.WindowSeconds), SpanText(r.Plan.RefitSeconds))
	if r.Advice != "" {
		b.WriteString(r.Advice + "\n\n")
	}
	r.writeLevels(&b)
	r.writeUniformity(&b)
	r.writeEvents(&b)
	r.writeComparisons(&b)
	if len(r.Warnings) > 0 {
		b.WriteString("## Before trusting this\n\n")
		for _, w := range r.Warnings {
			b.WriteString("- " + report.EscapeMarkdown(w) + "\n")
		}
	}
	return b.String()
}

// leastOrigins is how many it takes to say anything of models: below it the
// bootstrap of scores has hardly anything to draw from.
const leastOrigins = 20

func (r *Report) writeLevels(b *strings.Builder) {
	b.WriteString("## Exceedances\n\np-values of tests; below 0.05 stands in bold. Exact ones never reject a right forecast more often than that.\n\n")
	b.WriteString("| figure | horizon | model | level | passed | expected | Basel | plus | ES light | Kupiec | first | independence | coverage | durations | Z1 | Z2 | power |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n")
	for _, v := range r.Verdicts {
		for _, l := range v.Levels {
			fmt.Fprintf(b, "| %s | %s | %s | %s | %d of %d | %.2f | %s | %.2f | %s |", v.Title, SpanText(v.HorizonSeconds), v.Model, percent(l.Level),
				l.Exceedances, l.N, l.Expected, l.Traffic.Zone, l.Traffic.PlusFactor, l.Shortfall.Zone)
			for _, t := range l.Tests {
				b.WriteString(" " + pValue(t.P) + " |")
			}
			fmt.Fprintf(b, " %s |\n", percent(l.Power.Power))
		}
	}
	b.WriteString("\n*Power* is the chance that Kupiec's test at 5 % notices twice the stated share with so many origins: \"not rejected\" is not \"right\" where it is small.\n\n")
}

func (r *Report) writeUniformity(b *strings.Builder) {
	b.WriteString("## The whole distribution (probability integral transform)\n\n| figure | horizon | model | n | Kolmogorov-Smirnov | Anderson-Darling | serial | serial, squared | mean CRPS |\n|---|---|---|---|---|---|---|---|---|\n")
	for _, v := range r.Verdicts {
		fmt.Fprintf(b, "| %s | %s | %s | %d |", v.Title, SpanText(v.HorizonSeconds), v.Model, v.Independent)
		for _, t := range v.Uniformity {
			b.WriteString(" " + pValue(t.P) + " |")
		}
		fmt.Fprintf(b, " %s |\n", report.Format(float64(v.CRPS), v.Unit))
	}
	b.WriteString("\n")
}

func (r *Report) writeEvents(b *strings.Builder) {
	if len(r.Events) == 0 {
		return
	}
	b.WriteString("## Probabilities of events\n\n| event | horizon | model | expected | happened | Brier | reliability | resolution | uncertainty | skill | calibration slope |\n|---|---|---|---|---|---|---|---|---|---|---|\n")
	for _, v := range r.Events {
		fmt.Fprintf(b, "| %s | %s | %s | %.1f | %d of %d | %.4f | %.4f | %.4f | %.4f | %s | %s |\n", v.Title, SpanText(v.HorizonSeconds), v.Model, v.Expected, v.Happened, v.Brier.N,
			v.Brier.Score, v.Brier.Reliability, v.Brier.Resolution, v.Brier.Uncertainty, plain(float64(v.Brier.Skill)), slope(v.Calibration))
	}
	b.WriteString("\n")
}

func (r *Report) writeComparisons(b *strings.Builder) {
	if len(r.Comparisons) == 0 {
		return
	}
	b.WriteString("## Models\n\nMean scores, lower is better; in brackets the p-value of the model confidence set (a model is in the 90 % set from 0.10 on) and that of equal scores with the best (Diebold-Mariano).\n\n| figure | horizon | score | models, best first |\n|---|---|---|---|\n")
	for _, c := range r.Comparisons {
		fmt.Fprintf(b, "| %s | %s | %s |", c.Title, SpanText(c.HorizonSeconds), strings.ReplaceAll(c.Score, "_", "-"))
		for i, m := range c.Models {
			fmt.Fprintf(b, " %s %.4g (%s", m.Model, m.Score, pValue(m.P))
			if i > 0 {
				fmt.Fprintf(b, ", %s", pValue(c.AgainstBest[i-1].Test.P))
			}
			b.WriteString(");")
		}
		b.WriteString(" |\n")
	}
	b.WriteString("\n")
}

func slope(c Calibration) string {
	if math.IsNaN(c.Slope.Value) {
		return "–"
	}
	return fmt.Sprintf("%.2f [%.2f, %.2f]", c.Slope.Value, c.Slope.Low, c.Slope.High)
}

func plain(x float64) string {
	if math.IsNaN(x) {
		return "–"
	}
	return fmt.Sprintf("%.3f", x)
}

// pValue writes a p-value with three digits, in bold where it rejects.
func pValue(p float64) string {
	switch {
	case math.IsNaN(p):
		return "–"
	case p < 0.0005:
		return "**<0.001**"
	case p < Level:
		return fmt.Sprintf("**%.3f**", p)
	}
	return fmt.Sprintf("%.3f", p)
}
