package runner

import (
	"fmt"
	"regexp"
	"slices"

	"backtest/configs"
)

// target is a parameter that can change while a path runs:
//
//	system.min_liquidity_ratio
//	collaterals[SNX].liquidation_ratio
//	pools[main].markets[eth].max_debt_share_value
type target struct{ section, id, inner, key string }

var targetPattern = regexp.MustCompile(`^(system|collaterals|pools)(?:\[([^\]]+)\])?(?:\.markets\[([^\]]+)\])?\.([a-z_]+)$`)

// changeable lists the keys of each section that may change.
var changeable = map[string][]string{
	"system":      {"min_liquidity_ratio"},
	"collaterals": {"issuance_ratio", "liquidation_ratio", "liquidation_reward", "min_delegation"},
	"pools":       {"weight", "max_debt_share_value"},
}

func parseTarget(key string) target {
	m := targetPattern.FindStringSubmatch(key)
	if m == nil {
		return target{}
	}
	return target{section: m[1], id: m[2], inner: m[3], key: m[4]}
}

// checkChanges refuses changes of what cannot change during a path.
func checkChanges(cfg *configs.Config) error {
	for i, c := range cfg.Governance {
		t := parseTarget(c.Key)
		if !slices.Contains(changeable[t.section], t.key) || !t.exists(cfg) {
			return &InputError{fmt.Sprintf("governance[%d].key", i), fmt.Errorf(
				"found %q, allowed: system.min_liquidity_ratio, collaterals[ID].%v, pools[ID].markets[ID].%v",
				c.Key, changeable["collaterals"], changeable["pools"])}
		}
	}
	return nil
}

func (t target) exists(cfg *configs.Config) bool {
	switch t.section {
	case "collaterals":
		return slices.ContainsFunc(cfg.Collaterals, func(c configs.Collateral) bool { return c.ID == t.id }) && t.inner == ""
	case "pools":
		return slices.ContainsFunc(cfg.Pools, func(p configs.Pool) bool {
			return p.ID == t.id && slices.ContainsFunc(p.Markets, func(m configs.PoolMarket) bool { return m.Market == t.inner })
		})
	}
	return t.id == "" && t.inner == ""
}
