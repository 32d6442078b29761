package configs

import (
	"errors"
	"reflect"
	"strings"
)

// changes: governance sets what the owners of the protocol can, within the range
// that the key has.
func (c *checker) changes() {
	for i, change := range c.Config.Governance {
		key := element("governance", "", i)
		c.contradiction(change.At.Duration > c.Horizon.Duration, key+".at", change.At.Plain(), "within the horizon of "+c.Horizon.Plain(), "horizon")
		if !c.fine(key + ".key") {
			continue
		}
		t, missing := resolve(change.Key, c.tree)
		if missing != nil {
			c.contradiction(true, key+".key", missing.found, missing.allowed, missing.lists()...)
			continue
		}
		if !t.governed() {
			c.add(c.near(key+".key"), key+".key", shown(change.Key), "a key in system, collaterals, markets or pools that governance sets")
			continue
		}
		if !c.settable(key+".key", t) {
			continue
		}
		c.changed(key, change, t)
	}
}

// changed: the new value is one that the key takes, and one of a kind that can
// be between two others if the change takes its time.
func (c *checker) changed(key string, change Change, t target) {
	text := change.To.String()
	if _, allowed := t.rule.check(text); allowed != "" {
		c.contradiction(true, key+".to", shown(text), allowed+", as for "+t.key)
		return
	}
	if all := c.ids[t.rule.ref]; t.rule.ref != "" && (text != "" || t.rule.required) && !all.refers(text) {
		c.contradiction(true, key+".to", "no "+t.rule.ref+" "+shown(text), suggest(text, all.names))
	}
	c.contradiction(t.rule.words() && change.Ramp.Duration > 0, key+".ramp", change.Ramp.Plain(), "0s: "+t.key+" has nothing in between")
}

// words are ids and names of choices.
func (r *rule) words() bool { return r.ref != "" || r.enum != nil }

// lists that were found to lack an element.
func (n *notFound) lists() []string {
	if n.list == "" {
		return nil
	}
	return []string{n.list}
}

// governed keys are those that the protocol's owners can set on the fly.
func (t target) governed() bool {
	section, _, _ := strings.Cut(t.key, "[")
	section, _, _ = strings.Cut(section, ".")
	exact := t.rule.typ == reflect.TypeFor[Decimal]() || t.rule.typ == reflect.TypeFor[Ratio]()
	feed := contains([]string{"initial_supply", "buy_spread", "sell_spread"}, t.rule.key)
	return t.rule.governed || exact && contains([]string{"system", "collaterals", "markets", "pools"}, section) && !feed
}

// settable: a key must belong to the kind of its section.
func (c *checker) settable(key string, t target) bool {
	c.contradiction(t.foreign != "", key, t.key+", which does not belong to the kind of its section", "only for "+t.foreign)
	return t.foreign == ""
}

// outcome: what is asked of the results.
func (c *checker) outcome() {
	for i, threshold := range c.Thresholds {
		key := element("thresholds", "", i) + ".expression"
		c.hook(key, ThresholdUse, threshold.Expression, "a threshold such as vault_liquidation.probability < 1%")
	}
	if c.Until != nil {
		c.hook("until.metric", StoppingUse, c.Until.Metric, "a metric such as vault_liquidation.probability")
		c.contradiction(c.Until.MaxPaths < c.Paths, "until.max_paths", shownInt(c.Until.MaxPaths), "at least paths, "+shownInt(c.Paths), "paths")
	}
}

// hook asks what only the caller knows about an expression.
func (c *checker) hook(key string, use Use, text, allowed string) {
	if c.hooks.CheckExpression == nil || !c.fine(key) {
		return
	}
	if err := c.hooks.CheckExpression(use, text); err != nil {
		found := shown(text) + " (" + firstLine(err) + ")"
		var knows interface{ Allowed() string }
		if errors.As(err, &knows) {
			found, allowed = text+": "+firstLine(err), knows.Allowed()
		}
		c.add(c.near(key), key, found, allowed)
	}
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
