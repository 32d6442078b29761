package model

import "backtest/model/state"

func (s *System) savePool(p int32) state.Pool {
	now := s.pools.at(p)
	d := state.Pool{
		ID: state.ID(now.id), Created: now.created, LastConfigurationTime: now.lastConfigurationTime,
		TotalWeights: now.totalWeights, TotalVaultDebts: now.totalVaultDebts,
		VaultsDebtDistribution:      saveDistribution(now.vaults),
		CollateralDisabledByDefault: now.disabledByDefault,
	}
	for _, mc := range now.markets {
		d.MarketConfigurations = append(d.MarketConfigurations, state.MarketConfiguration{
			Market: state.ID(mc.MarketID), Weight: mc.Weight, MaxDebtShareValue: mc.MaxDebtShareValue,
		})
	}
	for _, ct := range sortedKeys(now.collaterals) {
		if c := now.collaterals[ct]; c != (PoolCollateralConfiguration{}) {
			d.CollateralConfigurations = append(d.CollateralConfigurations, state.PoolCollateral{
				Collateral: s.CollateralName(ct), CollateralLimit: c.CollateralLimit, IssuanceRatio: c.IssuanceRatio,
			})
		}
	}
	s.eachVault(p, func(v *vault) {
		if x := v.save(s.CollateralName(v.ct)); !emptyVault(&x) {
			d.Vaults = append(d.Vaults, x)
		}
	})
	return d
}

// unused reports whether a pool is one that was only asked for.
func unused(d *state.Pool) bool {
	return !d.Created && d.Vaults == nil && d.MarketConfigurations == nil && d.CollateralConfigurations == nil &&
		!d.CollateralDisabledByDefault && d.LastConfigurationTime == 0 && d.TotalWeights.IsZero() &&
		d.TotalVaultDebts.IsZero() && d.VaultsDebtDistribution == (state.Distribution{})
}

func emptyVault(d *state.Vault) bool {
	return d.Epoch == 0 && d.Positions == nil && d.Shares.IsZero() && d.LastValuePerShare.Raw.IsZero() &&
		d.UnconsolidatedDebt.IsZero() && d.TotalConsolidatedDebt.IsZero() &&
		d.AccountsDebtDistribution == (state.Distribution{}) && d.CollateralAmounts == (state.ScalableMapping{})
}

func (v *vault) save(name string) state.Vault {
	d := state.Vault{
		Collateral: name, Epoch: v.epochIndex,
		Shares: v.actor.Shares, LastValuePerShare: v.actor.LastValuePerShare,
		UnconsolidatedDebt:       v.unconsolidatedDebt,
		TotalConsolidatedDebt:    v.totalConsolidatedDebt,
		AccountsDebtDistribution: saveDistribution(v.debt),
		CollateralAmounts: state.ScalableMapping{
			TotalShares: v.collateral.TotalShares, ScaleModifier: v.collateral.ScaleModifier,
		},
	}
	for _, p := range v.accounts.byAccount() {
		if x := p.save(); x != (state.Position{Account: x.Account}) {
			d.Positions = append(d.Positions, x)
		}
	}
	return d
}

func (p *position) save() state.Position {
	return state.Position{
		Account: state.ID(p.account), CollateralShares: p.collateralShares,
		DebtShares: p.debt.Shares, LastValuePerShare: p.debt.LastValuePerShare,
		ConsolidatedDebt: p.consolidatedDebt, LastDelegationTime: p.lastDelegationTime,
	}
}

func (l *loader) pool(path string, d *state.Pool) {
	now := pool{
		id: PoolID(d.ID), created: d.Created, lastConfigurationTime: d.LastConfigurationTime,
		totalWeights: d.TotalWeights, totalVaultDebts: d.TotalVaultDebts,
		vaults: loadDistribution(d.VaultsDebtDistribution), disabledByDefault: d.CollateralDisabledByDefault,
	}
	var list []MarketConfiguration
	state.Distinct(&l.Checker, path+".marketConfigurations", d.MarketConfigurations, ".market", func(mc state.MarketConfiguration) state.ID { return mc.Market })
	for i, mc := range d.MarketConfigurations {
		if l.sys.market(MarketID(mc.Market)) < 0 {
			l.Add(state.At(path+".marketConfigurations", i)+".market", "%d is no market of the document", mc.Market)
			return
		}
		list = append(list, MarketConfiguration{MarketID(mc.Market), mc.Weight, mc.MaxDebtShareValue})
	}
	now.markets = l.sys.resolve(PoolID(d.ID), list)
	state.Distinct(&l.Checker, path+".collateralConfigurations", d.CollateralConfigurations, ".collateral", func(c state.PoolCollateral) string { return c.Collateral })
	for i, c := range d.CollateralConfigurations {
		ct := l.ct(state.At(path+".collateralConfigurations", i)+".collateral", c.Collateral)
		now.collaterals = with(now.collaterals, ct, PoolCollateralConfiguration{c.CollateralLimit, c.IssuanceRatio})
	}
	p := l.sys.pool(PoolID(d.ID))
	*l.sys.editPool(p) = now
	state.Distinct(&l.Checker, path+".vaults", d.Vaults, ".collateral", func(v state.Vault) string { return v.Collateral })
	for i := range d.Vaults {
		l.vault(state.At(path+".vaults", i), p, &d.Vaults[i])
	}
}

func (l *loader) vault(path string, p int32, d *state.Vault) {
	i := l.sys.vault(p, l.ct(path+".collateral", d.Collateral))
	v := l.sys.editVault(i)
	v.actor, v.epochIndex = DistributionActor{d.Shares, d.LastValuePerShare}, d.Epoch
	v.epoch = epoch{
		unconsolidatedDebt: d.UnconsolidatedDebt, totalConsolidatedDebt: d.TotalConsolidatedDebt,
		debt:       loadDistribution(d.AccountsDebtDistribution),
		collateral: ScalableMapping{d.CollateralAmounts.TotalShares, d.CollateralAmounts.ScaleModifier},
	}
	state.Distinct(&l.Checker, path+".positions", d.Positions, ".account", func(x state.Position) state.ID { return x.Account })
	for i := range d.Positions {
		if d.Positions[i].Account == 0 {
			l.Add(state.At(path+".positions", i)+".account", "0 is no account")
		}
		slot := v.accounts.positions.push(loadPosition(&d.Positions[i]))
		v.accounts.slots.add(&v.accounts.positions, slot)
	}
}

func loadPosition(d *state.Position) position {
	return position{
		account: AccountID(d.Account), collateralShares: d.CollateralShares,
		debt:             DistributionActor{d.DebtShares, d.LastValuePerShare},
		consolidatedDebt: d.ConsolidatedDebt, lastDelegationTime: d.LastDelegationTime,
	}
}
