package fees

import (
	"cmp"
	"maps"
	"slices"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/state"
)

// Save returns the fee collector for a state document.
func (c Collector) Save() state.FeeCollector {
	return state.FeeCollector{Account: c.Account.StateText(), Share: c.Share}
}

// LoadCollector reads the fee collector of a state document.
func LoadCollector(d state.FeeCollector, c *state.Checker, path string) Collector {
	return Collector{model.CheckActor(c, path+".account", d.Account), d.Share}
}

// SaveShares returns ratios by actor for a state document.
func SaveShares(shares map[model.Actor]fp.Uint256) (list []state.Share) {
	for _, a := range slices.SortedFunc(maps.Keys(shares), func(a, b model.Actor) int {
		return cmp.Compare(a.StateText(), b.StateText())
	}) {
		list = append(list, state.Share{Actor: a.StateText(), Share: shares[a]})
	}
	return list
}

// LoadShares reads ratios by actor of a state document.
func LoadShares(list []state.Share, c *state.Checker, path string) map[model.Actor]fp.Uint256 {
	if list == nil {
		return nil
	}
	state.Distinct(c, path, list, ".actor", func(x state.Share) string { return x.Actor })
	shares := make(map[model.Actor]fp.Uint256, len(list))
	for i, x := range list {
		shares[model.CheckActor(c, state.At(path, i)+".actor", x.Actor)] = x.Share
	}
	return shares
}
