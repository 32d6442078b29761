package runner

import (
	"fmt"

	"backtest/configs"
	"backtest/internal/warn"
	fp "backtest/model/fixedpoint"
	"backtest/runner/units"
)

// refusal counts the positions of a group that the protocol would not admit at the start.
type refusal struct {
	group *configs.LP
	count int64
	key   string
	worst fp.Uint256 // the position that is farthest from what the protocol demands
	least fp.Uint256 // what that is
}

// refuse notes that an LP of a group would not be admitted: its value is below the
// least that the protocol takes. Nobody is changed so that he fits.
func (b *builder) refuse(group *configs.LP, key string, value, least fp.Uint256) {
	for _, r := range b.refused {
		if r.group == group && r.key == key {
			if r.count++; value.Less(r.worst) {
				r.worst = value
			}
			return
		}
	}
	b.refused = append(b.refused, &refusal{group, 1, key, value, least})
}

// refusals is an error when there are any: all of them, each group with how many.
func (b *builder) refusals() error {
	var all configs.Problems
	for _, r := range b.refused {
		worst, least := units.FloatU(r.worst), units.FloatU(r.least)
		found, allowed := fmt.Sprintf("%.6g %s", worst, r.group.Collateral), fmt.Sprintf("at least collaterals[%s].min_delegation, %.6g %s", r.group.Collateral, least, r.group.Collateral)
		more := "; or at_start: as_stated, for positions that exist as they are"
		if r.key == "c_ratio" {
			more = "; or at_start: mint_less, to mint down to that, or as_stated, for positions that exist as they are"
			found = fmt.Sprintf("%.6g %%", 100*worst)
			allowed = fmt.Sprintf("at least the issuance ratio of %s in pool %s, %.6g %%", r.group.Collateral, r.group.Pool, 100*least)
		}
		all = append(all, problem(fmt.Sprintf("lps[%s].%s", r.group.ID, r.key),
			fmt.Sprintf("%d of %d LPs that the protocol would not admit, the farthest with %s", r.count, b.members(r.group), found),
			allowed+more)...)
	}
	if all == nil {
		return nil
	}
	return all
}

// members counts the LPs that a group drew.
func (b *builder) members(group *configs.LP) (n int64) {
	for _, lp := range b.w.LPs[b.founders:] {
		if lp.Group == group.ID {
			n++
		}
	}
	return n
}

// mintsLess says whether an LP with a C-ratio below the issuance ratio mints down to
// that instead of being refused: its group says so, or base would admit it and a
// scenario or a point has raised the issuance ratio.
func mintsLess(base, cfg *configs.Config, group *configs.LP, target fp.Uint256) bool {
	before := issuanceRatio(base, group)
	return group.AtStart == "mint_less" || before.Less(issuanceRatio(cfg, group)) && !target.Less(before)
}

// issuanceRatio is that of a group's vault: the stricter one of the system's and the
// pool's.
func issuanceRatio(cfg *configs.Config, group *configs.LP) (ratio fp.Uint256) {
	stricter := func(r configs.Ratio) {
		if x := d18(r.Decimal); ratio.Less(x) {
			ratio = x
		}
	}
	for _, c := range cfg.Collaterals {
		if c.ID == group.Collateral {
			stricter(c.IssuanceRatio)
		}
	}
	for _, p := range cfg.Pools {
		for _, c := range p.Collaterals {
			if p.ID == group.Pool && c.Collateral == group.Collateral {
				stricter(c.IssuanceRatio)
			}
		}
	}
	return ratio
}

// lessMinted tells the groups some of which mint less than their C-ratio says.
func lessMinted(base, cfg *configs.Config) (out []warn.Warning) {
	for g := range cfg.LPs {
		group := &cfg.LPs[g]
		if group.CRatio == nil || group.AtStart == "as_stated" {
			continue
		}
		least, n := issuanceRatio(cfg, group), int64(0)
		for i := range group.Count {
			target, err := units.Amount(quantile(group.CRatio, drawFor(cfg.Seed, group, i, ratioStream)))
			if err == nil && target.Less(least) && mintsLess(base, cfg, group, target) {
				n++
			}
		}
		if n > 0 {
			out = append(out, warn.New(warn.LPsMintLess, "LPs mint less than their C-ratio says, down to the issuance ratio").
				At(fmt.Sprintf("lps[%s].c_ratio", group.ID)).Change(fmt.Sprintf("%d of %d LPs", n, group.Count), float64(n), "LPs"))
		}
	}
	return out
}
