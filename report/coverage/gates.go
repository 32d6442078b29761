package coverage

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"backtest/report"
)

// Gate is a condition on a figure of a coverage report that decides the exit code,
// such as coverage(var99(lp_loss_usd), 7d).pof_p > 5%. Every model has to keep it.
type Gate struct {
	Text           string
	Metric         string
	Level          float64 // of the value at risk, 0 for figures of the whole distribution
	HorizonSeconds int64
	Figure         string // see GateFigures
	Op             string // > >= < <=
	Limit          float64
}

// levelFigures are those of a value at risk, in the order of LevelVerdict.Tests.
var levelFigures = []string{"pof_p", "first_p", "independence_p", "coverage_p", "duration_p", "z1_p", "z2_p"}

// pitFigures are those of the whole distribution, in the order of Verdict.Uniformity.
var pitFigures = []string{"ks_p", "ad_p", "serial_p", "serial_squared_p"}

// GateFigures names what a gate may look at: p-values of the tests of a value at
// risk, its exceedances and their share, and p-values of the whole distribution.
func GateFigures() []string {
	return slices.Concat(levelFigures, []string{"exceedances", "exceedance_share"}, pitFigures)
}

var gatePattern = regexp.MustCompile(`^coverage\(\s*(?:var([0-9.]+)\(([a-z0-9_]+)\)|([a-z0-9_]+))\s*,\s*([0-9]+)\s*([smhdw])\s*\)\.([a-z0-9_]+)\s*(>=|<=|>|<)\s*([0-9.]+)\s*(%?)$`)

// ParseGate reads a gate.
func ParseGate(text string) (Gate, error) {
	m := gatePattern.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return Gate{}, fmt.Errorf("found %q, allowed: a condition such as coverage(var99(lp_loss_usd), 7d).pof_p > 5%% or coverage(lp_loss_usd, 1d).ks_p > 1%%", text)
	}
	g := Gate{Text: text, Metric: m[2] + m[3], Figure: m[6], Op: m[7]}
	length, errLength := strconv.ParseInt(m[4], 10, 32)
	g.HorizonSeconds = length * map[string]int64{"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}[m[5]]
	limit, errLimit := strconv.ParseFloat(m[8], 64)
	if g.Limit = limit; m[9] == "%" {
		g.Limit = limit / 100
	}
	if m[1] != "" {
		level, err := strconv.ParseFloat(m[1], 64)
		if err != nil || !(level > 0 && level < 100) {
			return Gate{}, fmt.Errorf("found a level of %s in %q, allowed: one between 0 and 100, such as var99", m[1], text)
		}
		g.Level = level / 100
	}
	allowed := pitFigures
	if g.Level > 0 {
		allowed = slices.Concat(levelFigures, []string{"exceedances", "exceedance_share"})
	}
	switch {
	case errLength != nil || errLimit != nil:
		return Gate{}, fmt.Errorf("found a number that cannot be read in %q, allowed: plain decimals", text)
	case !slices.Contains(allowed, g.Figure):
		return Gate{}, fmt.Errorf("found the figure %s in %q, allowed: one of %s", g.Figure, text, strings.Join(allowed, ", "))
	case m[9] == "%" && g.Figure == "exceedances":
		return Gate{}, fmt.Errorf("found a percentage for a count in %q, allowed: a number", text)
	}
	return g, nil
}

// Asked says whether a plan has what the gate looks at.
func (g Gate) Asked(metrics []string, horizons []int64, levels []float64) error {
	switch {
	case !slices.Contains(metrics, g.Metric):
		return fmt.Errorf("found %s in %q, allowed: one of coverage.metrics, %s", g.Metric, g.Text, strings.Join(metrics, ", "))
	case !slices.Contains(horizons, g.HorizonSeconds):
		return fmt.Errorf("found a horizon of %s in %q, allowed: one of coverage.horizons", time.Duration(g.HorizonSeconds)*time.Second, g.Text)
	case g.Level > 0 && !slices.ContainsFunc(levels, func(l float64) bool { return math.Abs(l-g.Level) < 1e-9 }):
		return fmt.Errorf("found the level %s in %q, allowed: one of coverage.levels", percent(g.Level), g.Text)
	}
	return nil
}

// value is what the gate looks at in a verdict; none when that is of something else.
func (g Gate) value(v Verdict) (x float64, found bool) {
	if v.Metric != g.Metric || v.HorizonSeconds != g.HorizonSeconds {
		return 0, false
	}
	if i := slices.Index(pitFigures, g.Figure); i >= 0 {
		return v.Uniformity[i].P, true
	}
	for _, l := range v.Levels {
		if math.Abs(l.Level-g.Level) > 1e-9 {
			continue
		}
		switch i := slices.Index(levelFigures, g.Figure); {
		case i >= 0:
			return l.Tests[i].P, true
		case g.Figure == "exceedances":
			return float64(l.Exceedances), true
		default:
			return l.Share.Value, true
		}
	}
	return 0, false
}

func (g Gate) holds(x float64) bool {
	switch g.Op {
	case ">":
		return x > g.Limit
	case ">=":
		return x >= g.Limit
	case "<":
		return x < g.Limit
	}
	return x <= g.Limit
}

// Judge applies gates to every model. A figure that does not exist (a test of
// exceedances without one) cannot break a gate, and is told as undefined.
func (r *Report) Judge(gates []Gate) []report.Gate {
	var out []report.Gate
	for _, g := range gates {
		for _, v := range r.Verdicts {
			x, found := g.value(v)
			if !found {
				continue
			}
			judged := report.Gate{Name: g.Text, Where: v.Model, Verdict: "pass", Evidence: fmt.Sprintf("%s %.4g on %d origins", g.Figure, x, v.Independent)}
			switch {
			case math.IsNaN(x):
				judged.Verdict, judged.Evidence = "pass", g.Figure+" is undefined: nothing to test"
			case !g.holds(x):
				judged.Verdict, judged.Failed = "breach", true
			}
			out = append(out, judged)
		}
	}
	return out
}
