package model

import (
	"cmp"
	"maps"
	"slices"

	"backtest/model/state"
)

func saveSettings(t *settings) state.Settings {
	d := state.Settings{MinLiquidityRatio: t.minLiquidityRatio}
	for _, k := range sortedKeys(t.config) {
		if v := t.config[k]; !v.IsZero() {
			d.Config = append(d.Config, state.ConfigValue{Key: k, Value: v})
		}
	}
	for _, k := range sortedKeys(t.flags) {
		if f := t.flags[k]; f != (featureFlag{}) {
			d.FeatureFlags = append(d.FeatureFlags, state.FeatureFlag{Feature: string(k), AllowAll: !f.notAllowAll, DenyAll: f.denyAll})
		}
	}
	for _, k := range sortedOverrides(t.overrides) {
		if v := t.overrides[k]; !v.IsZero() {
			d.Overrides = append(d.Overrides, state.Override{
				Withdraw: k.withdraw, Sender: senderText(k), Account: state.ID(k.account), Pool: state.ID(k.pool), Value: v,
			})
		}
	}
	for _, k := range sortedKeys(t.liquidationsDisabled) {
		if t.liquidationsDisabled[k] {
			d.LiquidationsDisabled = append(d.LiquidationsDisabled, state.ID(k))
		}
	}
	for _, k := range sortedKeys(t.associateExcluded) {
		if t.associateExcluded[k] {
			d.AssociateDebtRatioExclusions = append(d.AssociateDebtRatioExclusions, state.ID(k))
		}
	}
	return d
}

func (l *loader) settings(d *state.Settings) {
	t := settings{minLiquidityRatio: d.MinLiquidityRatio}
	state.Distinct(&l.Checker, "settings.config", d.Config, ".key", func(c state.ConfigValue) string { return c.Key })
	for _, c := range d.Config {
		t.config = with(t.config, c.Key, c.Value)
	}
	state.Distinct(&l.Checker, "settings.featureFlags", d.FeatureFlags, ".feature", func(f state.FeatureFlag) string { return f.Feature })
	for _, f := range d.FeatureFlags {
		t.flags = with(t.flags, Feature(f.Feature), featureFlag{!f.AllowAll, f.DenyAll})
	}
	state.Distinct(&l.Checker, "settings.overrides", d.Overrides, "", func(o state.Override) state.Override {
		return state.Override{Withdraw: o.Withdraw, Sender: o.Sender, Account: o.Account, Pool: o.Pool}
	})
	for i, o := range d.Overrides {
		sender := l.actor(state.At("settings.overrides", i)+".sender", o.Sender)
		k := overrideKey{o.Withdraw, o.Sender != "", AccountID(o.Account), sender, PoolID(o.Pool)}
		t.overrides = with(t.overrides, k, o.Value)
	}
	for _, id := range d.LiquidationsDisabled {
		t.liquidationsDisabled = with(t.liquidationsDisabled, PoolID(id), true)
	}
	for i, id := range d.AssociateDebtRatioExclusions {
		if l.sys.market(MarketID(id)) < 0 {
			l.Add(state.At("settings.associateDebtRatioExclusions", i), "%d is no market of the document", id)
		}
		t.associateExcluded = with(t.associateExcluded, MarketID(id), true)
	}
	l.sys.settings = NewCell(t)
}

// senderText spells the sender of an override; nobody can be one too.
func senderText(k overrideKey) string {
	if k.sender && k.actor == (Actor{}) {
		return k.actor.String()
	}
	return k.actor.StateText()
}

func sortedOverrides(m map[overrideKey]Uint256) []overrideKey {
	return slices.SortedFunc(maps.Keys(m), func(a, b overrideKey) int {
		return cmp.Or(boolCompare(a.withdraw, b.withdraw), boolCompare(a.sender, b.sender),
			cmp.Compare(a.account, b.account), compareActors(a.actor, b.actor), cmp.Compare(a.pool, b.pool))
	})
}
