package configs

import (
	"fmt"
	"strconv"
	"strings"
)

func shownInt(n int64) string { return strconv.FormatInt(n, 10) }

// study: every axis names one value that may vary and gives it values that it may
// take. Whether a combination contradicts itself shows when it is made.
func (c *checker) study() {
	for i, scenario := range c.Scenarios {
		for j := range scenario.Set {
			key := element(element("scenarios", scenario.ID, i)+".set", "", j) + ".key"
			if t, ok := c.variable(key, scenario.Set[j].Key); ok {
				c.contradiction(t.rule.id, key, shown(t.key), "a key that is not an id")
			}
		}
	}
	study := c.Study
	if study == nil {
		return
	}
	seen := map[string]bool{}
	for i, axis := range study.Axes {
		key := element("study.axes", "", i)
		c.span(key, axis, study.sampled())
		if t, ok := c.variable(key+".key", axis.Key); ok {
			c.contradiction(seen[t.key], key+".key", "a second axis for "+t.key, "each key once")
			c.contradiction(t.rule.scalar == nil || t.rule.id, key+".key", shown(t.key), "a single value that is not an id")
			seen[t.key] = true
			c.axisValues(key, axis, t)
			c.overlaps(key+".key", t.key)
		}
	}
	c.contradiction(study.sampled() && study.Points == 0, "study.points", "nothing", "a number of points for a "+study.Design+" design")
	if cells := study.Size() * max(1, int64(len(c.Scenarios))); cells > mostStudyCells {
		c.contradiction(true, "study.axes", fmt.Sprintf("%d points and scenarios together", cells), fmt.Sprintf("at most %d", mostStudyCells))
	}
	c.objective(study.Objective)
	for i, constraint := range study.Constraints {
		c.hook(element("study.constraints", "", i), ConstraintUse, constraint, "a threshold such as vault_liquidation.probability < 1%")
	}
}

// overlaps: nothing else sets at the start what an axis varies.
func (c *checker) overlaps(at, key string) {
	for i, change := range c.Governance {
		t, missing := resolve(change.Key, c.tree)
		if missing == nil && t.key == key && change.At.Duration == 0 && change.Ramp.Duration == 0 {
			c.contradiction(true, at, shown(key)+", which governance["+strconv.Itoa(i)+"] sets at the start", "a key that keeps its value at the start")
		}
	}
}

// span: values, or a range.
func (c *checker) span(key string, axis Axis, sampled bool) {
	ranged := axis.From != nil || axis.To != nil || axis.Count > 0
	c.contradiction(len(axis.Values) > 0 && ranged, key, "values and a range", "values, or from, to and count")
	c.contradiction(len(axis.Values) == 0 && (axis.From == nil || axis.To == nil), key, "neither values nor a whole range", "values, or from, to and count")
	c.contradiction(len(axis.Values) == 0 && ranged && !sampled && axis.Count == 0, key+".count", "nothing", "the number of values in the range")
	if axis.From != nil && axis.To != nil {
		c.contradiction(*axis.From >= *axis.To, key+".to", strconv.FormatFloat(*axis.To, 'g', -1, 64), "more than from, "+strconv.FormatFloat(*axis.From, 'g', -1, 64))
	}
}

// variable resolves the key of an axis or of a scenario's setting.
func (c *checker) variable(key, name string) (target, bool) {
	if !c.fine(key) {
		return target{}, false
	}
	t, missing := resolve(name, c.tree)
	if missing != nil {
		c.contradiction(true, key, missing.found, missing.allowed, missing.lists()...)
		return t, false
	}
	if !t.varies() {
		c.add(c.near(key), key, shown(name), "a key of the simulated world: in prices, system, collaterals, markets, pools, lps, traders, liquidators, keepers or governance")
		return t, false
	}
	return t, true
}

func (t target) varies() bool { return root().section.field(t.hops[0].name).varies }

func (c *checker) axisValues(key string, axis Axis, t target) {
	if !c.settable(key+".key", t) || t.rule.scalar == nil {
		return
	}
	at := key
	for i, text := range axis.Levels() {
		if i < len(axis.Values) {
			at = element(key+".values", "", i)
		}
		if _, allowed := t.rule.check(text); allowed != "" {
			c.contradiction(true, at, shown(text), allowed+", as for "+t.key)
		}
	}
}

func (c *checker) objective(text string) {
	if text == "" {
		return
	}
	direction, metric, _ := strings.Cut(text, " ")
	if direction != "max" && direction != "min" || strings.TrimSpace(metric) == "" {
		c.contradiction(true, "study.objective", shown(text), "max or min, and a metric, such as max capital_efficiency")
		return
	}
	c.hook("study.objective", ObjectiveUse, strings.TrimSpace(metric), "max or min, and a metric, such as max capital_efficiency")
}
