package runner

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"

	"backtest/configs"
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/pricepaths/portable"
	"backtest/pricepaths/rng"
	"backtest/runner/agents"
	"backtest/runner/sim"
	"backtest/runner/units"
)

// Populations are part of the world, not of a path: every path meets the same
// LPs. Their draws have streams of their own.
const (
	sizeStream  = 1<<62 + iota // sizes of positions
	ratioStream                // C-ratios to which they mint
)

// quantile returns the value of a distribution at probability u in (0, 1).
func quantile(d *configs.Distribution, u float64) float64 {
	switch d.Kind {
	case "uniform":
		return d.From + float64((d.To-d.From)*u)
	case "lognormal":
		if d.AtLeast > 0 && d.Sigma > 0 {
			below := portable.NormalCDF(portable.Log(d.AtLeast/d.Median) / d.Sigma)
			u = below + float64((1-below)*u)
		}
		return d.Median * portable.Exp(float64(d.Sigma*portable.NormalQuantile(u)))
	case "pareto":
		return d.Least * portable.Pow(1-u, -1/d.Alpha)
	}
	return d.Value
}

// addLPs gives every LP an account, a wallet and a position.
func (b *builder) addLPs() error {
	b.founders = len(b.w.LPs)
	for g := range b.cfg.LPs {
		group := &b.cfg.LPs[g]
		vault, err := b.vault(group.Pool, group.Collateral)
		if err != nil {
			return err
		}
		p := agents.Providers{
			Policy: agents.Policy(group.Policy), EverySeconds: group.CheckEvery.WholeSeconds(),
			Target: d18(group.TargetCRatio.Decimal), ActBelow: d18(group.ActBelow.Decimal),
			MintAbove: d18(group.MintAbove.Decimal), MaxLoss: d18(group.MaxLoss.Decimal),
		}
		if p.Policy != agents.TopUp {
			if p.Wallet, err = units.Amount(group.WalletUSD); err != nil {
				return refusedAt(fmt.Sprintf("lps[%s].wallet_usd", group.ID), err)
			}
		}
		for i, lp := range b.w.LPs[:b.founders] {
			if lp.Group == group.ID {
				p.Members = append(p.Members, i)
				if err := b.equip(group, lp, p.Wallet); err != nil {
					return refusedAt(fmt.Sprintf("lps[%s].c_ratio", lp.Group), fmt.Errorf("%s: %w", lp.Name, err))
				}
			}
		}
		if group.AtStart == "as_stated" {
			b.providers = append(b.providers, p)
			continue
		}
		for i, size := range b.sizes(group, vault) {
			p.Members = append(p.Members, len(b.w.LPs))
			if err := b.addLP(group, int64(i), vault, size, p.Wallet); err != nil {
				return refusedAt(fmt.Sprintf("lps[%s].collateral_usd", group.ID), fmt.Errorf("%s/%d: %w", group.ID, i+1, err))
			}
		}
		b.providers = append(b.providers, p)
	}
	return nil
}

// vault returns the index of a vault, in order of pools and first use. Vaults
// stay sorted by pool.
func (b *builder) vault(pool, collateral string) (int, error) {
	v := sim.Vault{Name: pool + "/" + collateral, Pool: b.pools[pool], Collateral: b.collaterals[collateral]}
	if i := slices.Index(b.w.Vaults, v); i >= 0 {
		return i, nil
	}
	return -1, fmt.Errorf("vault %s is not planned", v.Name)
}

// addVault plans a vault that only stated positions use; vaults stay sorted, so
// places of stated positions move.
func (b *builder) addVault(pool, collateral string) int {
	v := sim.Vault{Name: pool + "/" + collateral, Pool: b.pools[pool], Collateral: b.collaterals[collateral]}
	at, _ := slices.BinarySearchFunc(b.w.Vaults, v, compareVaults)
	b.w.Vaults = slices.Insert(b.w.Vaults, at, v)
	for i := range b.stated {
		if b.stated[i].vault >= at {
			b.stated[i].vault++
		}
	}
	return at
}

func compareVaults(x, y sim.Vault) int {
	return cmp.Or(cmp.Compare(x.Pool, y.Pool), cmp.Compare(x.Collateral, y.Collateral))
}

// planVaults lists the vaults that people will use, by pool and collateral.
func (b *builder) planVaults() {
	plan := func(pool, collateral string) {
		v := sim.Vault{Name: pool + "/" + collateral, Pool: b.pools[pool], Collateral: b.collaterals[collateral]}
		if !slices.Contains(b.w.Vaults, v) {
			b.w.Vaults = append(b.w.Vaults, v)
		}
	}
	for _, group := range b.cfg.LPs {
		plan(group.Pool, group.Collateral)
	}
	for _, a := range b.cfg.Adversaries {
		plan(a.Pool, a.Collateral)
	}
	slices.SortFunc(b.w.Vaults, compareVaults)
}

// addLP makes LP i of a group, whose account holds a wallet of USD or tokens
// beside its position.
func (b *builder) addLP(g *configs.LP, i int64, vault int, sizeUSD float64, usd fp.Uint256) error {
	id, err := b.newAccount()
	if err != nil {
		return err
	}
	b.w.LPs = append(b.w.LPs, sim.LP{Name: fmt.Sprintf("%s/%d", g.ID, i+1), Group: g.ID, Account: id, Vault: vault})
	size, err := b.tokens(vault, sizeUSD)
	if err != nil {
		return err
	}
	var extra fp.Uint256
	if agents.Policy(g.Policy) == agents.TopUp {
		if extra, err = b.tokens(vault, g.WalletUSD); err != nil {
			return err
		}
	}
	ct := b.w.Collaterals[b.w.Vaults[vault].Collateral]
	if least := b.sys.CollateralConfiguration(ct.CT).MinDelegation; size.Less(least) {
		b.refuse(g, "collateral_usd", size, least)
		size = least // so that all of them are counted
	}
	pool := b.w.Pools[b.w.Vaults[vault].Pool].ID
	return first(
		b.giveTokens(id, vault, size.Add(extra)),
		b.sys.DelegateCollateral(model.AccountOwner(id), id, pool, ct.CT, size, fp.UnitU256),
		b.giveUSD(id, usd),
	)
}

// equip gives an LP that is there already what its group has beside its
// positions.
func (b *builder) equip(g *configs.LP, lp sim.LP, usd fp.Uint256) error {
	var extra fp.Uint256
	var err error
	if agents.Policy(g.Policy) == agents.TopUp {
		extra, err = b.tokens(lp.Vault, g.WalletUSD)
	}
	return first(err, b.giveTokens(lp.Account, lp.Vault, extra), b.giveUSD(lp.Account, usd))
}

// draw is a draw of LP i of a group, in (0, 1). It depends on the group's name,
// not on its place, so that no group changes the draws of another.
func (b *builder) draw(g *configs.LP, i int64, stream uint64) float64 {
	if g.Draw == quantilesDraw && i < g.Count {
		return b.quantileDraw(g, i, stream)
	}
	return drawFor(b.cfg.Seed, g, i, stream)
}

func drawFor(seed uint64, g *configs.LP, i int64, stream uint64) float64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(g.ID)) // a hash never fails
	return rng.New(seed).Uniform(h.Sum64(), uint64(i), stream)
}

// mintLPs lets every LP mint down to its C-ratio. Who would not be admitted with it
// is an error.
func (b *builder) mintLPs() error {
	groups := map[string]*configs.LP{}
	for g := range b.cfg.LPs {
		groups[b.cfg.LPs[g].ID] = &b.cfg.LPs[g]
	}
	drawn := map[string]int64{}
	for _, lp := range b.w.LPs[b.founders:] {
		group, i := groups[lp.Group], drawn[lp.Group]
		drawn[lp.Group]++
		if group.CRatio == nil {
			continue
		}
		if err := b.mint(group, lp, quantile(group.CRatio, b.draw(group, i, ratioStream))); err != nil {
			return refusedAt(fmt.Sprintf("lps[%s].c_ratio", lp.Group), fmt.Errorf("%s: %w", lp.Name, err))
		}
	}
	return nil
}

func (b *builder) mint(group *configs.LP, lp sim.LP, ratio float64) error {
	v := b.w.Vaults[lp.Vault]
	pool, ct := b.w.Pools[v.Pool].ID, b.w.Collaterals[v.Collateral].CT
	target, err := units.Amount(ratio)
	if err != nil {
		return err
	}
	if least := b.sys.IssuanceRatio(pool, ct); target.Less(least) {
		if !mintsLess(b.base, b.cfg, group, target) {
			b.refuse(group, "c_ratio", target, least)
		}
		target = least
	}
	position, err := b.sys.Position(pool, ct, lp.Account)
	if err != nil {
		return err
	}
	room := position.CollateralValue.DivDecimal(target).Int256().Sub(position.Debt)
	if room.Sign() <= 0 {
		return nil
	}
	return b.sys.MintUSD(model.AccountOwner(lp.Account), lp.Account, pool, ct, room.Uint256())
}
