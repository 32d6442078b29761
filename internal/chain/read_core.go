package chain

import (
	"cmp"
	"fmt"
	"slices"

	"backtest/internal/chain/evm"
	"backtest/internal/start"
	fp "backtest/model/fixedpoint"
	"backtest/model/state"
)

func distribution(w evm.Word) state.Distribution {
	return state.Distribution{TotalShares: lo(w), ValuePerShare: hi27(w)}
}

func (r *deploymentReader) market(key MarketKey) state.Market {
	id := evm.Uint(key.ID)
	slot := marketSlot(id)
	flows := r.core(slot.Add(marketIssuance))
	d := state.Market{
		ID: state.ID(key.ID), Address: r.book.Actor(key.Address),
		NetIssuance: loInt(flows), CreditCapacity: hiInt(flows),
		LastDistributedMarketBalance: loInt(r.core(slot.Add(marketLast))),
		PoolsDebtDistribution:        distribution(r.core(slot.Add(marketDistribution))),
		MinDelegateTime:              uint32(r.core(slot.Add(marketDelegateTime)).Bits(0, 32)),
		MinLiquidityRatio:            u256(r.core(slot.Add(marketLiquidityRatio))),
		InRangePools:                 r.heap(slot.Add(marketInRange)),
		OutRangePools:                r.heap(slot.Add(marketOutRange)),
	}
	for _, p := range slices.Sorted(slices.Values(r.keys.MarketPools[key.ID])) {
		actor := r.core(slot.Add(marketActors).In(evm.Uint(p)))
		entry := r.core(slot.Add(marketEntries).In(evm.Uint(p)))
		if actor.IsZero() && entry.IsZero() {
			continue
		}
		d.Pools = append(d.Pools, state.MarketPool{
			Pool: state.ID(p), Shares: lo(actor), LastValuePerShare: hi27(actor),
			CreditCapacityAmount: lo(entry), PendingDebt: hi(entry),
		})
	}
	for _, e := range r.words(r.a.Core, slot.Add(marketDeposits), 2) {
		d.DepositedCollateral = append(d.DepositedCollateral, state.Amount{Collateral: r.book.Type(e[0].Address()), Amount: u256(e[1])})
	}
	for _, t := range r.ordered(r.keys.MarketCaps[key.ID]) {
		if most := u256(r.core(slot.Add(marketCaps).In(t.Word()))); !most.IsZero() {
			d.MaximumDepositable = append(d.MaximumDepositable, state.Amount{Collateral: r.book.Type(t), Amount: most})
		}
	}
	d.External = r.external(key)
	return d
}

// ordered returns types in the order of the document.
func (r *deploymentReader) ordered(types []evm.Address) []evm.Address {
	return slices.SortedFunc(slices.Values(types), func(a, b evm.Address) int {
		return cmp.Compare(slices.Index(r.types, a), slices.Index(r.types, b))
	})
}

// heap reads a heap of pools, the root first; the array begins with a dummy.
func (r *deploymentReader) heap(slot evm.Word) (nodes []state.HeapNode) {
	for i, e := range r.words(r.a.Core, slot, 1) {
		if i > 0 {
			nodes = append(nodes, state.HeapNode{Pool: state.ID(e[0].Lo().Uint64()), Priority: hiInt(e[0])})
		}
	}
	return nodes
}

func (r *deploymentReader) external(key MarketKey) state.External {
	switch key.Kind {
	case SpotMarket:
		return state.External{Spot: r.spot(key)}
	case PerpsMarket:
		return state.External{Perps: r.perps()}
	}
	return state.External{Scripted: r.scripted(key)}
}

// scripted is a market of unknown kind: it goes on as it stands.
func (r *deploymentReader) scripted(key MarketKey) *state.Scripted {
	about := fmt.Sprintf("market %d", key.ID)
	id := evm.Uint(key.ID)
	row := state.ScriptRow{Time: r.time}
	row.ReportedDebt = u256(r.View(r.a.Core, "getMarketReportedDebt(uint128)", 1, id).Word(0))
	credit := r.TryView(key.Address, "minimumCredit(uint128)", id)
	switch {
	case credit.OK(1):
		row.MinimumCredit = u256(credit.Data.Word(0))
	case credit.Known:
		r.problem("%s at %s: minimumCredit reverts (%s)", about, key.Address, revertText(credit.Data))
	case credit.Refused != "":
		r.note(about, "its minimum credit could not be read (%s) and counts as 0", credit.Refused)
	}
	name := ""
	if o := r.TryView(key.Address, "name(uint128)", id); o.OK(2) {
		name, _ = o.Data.String(0)
	}
	r.note(about, "%q at %s is of a kind that the model does not know: its reported debt stays at %s USD, its minimum credit at %s", name, key.Address, decimal(row.ReportedDebt), decimal(row.MinimumCredit))
	return &state.Scripted{Rows: []state.ScriptRow{row}, Wallet: r.book.Actor(key.Address)}
}

func (r *deploymentReader) pools() (list []state.Pool) {
	ids := slices.Sorted(slices.Values(r.keys.Pools))
	for _, id := range ids {
		if p := r.pool(id); p.Created || len(p.Vaults) > 0 {
			list = append(list, p) // pool 0 is there only where somebody uses it
		}
	}
	return list
}

func (r *deploymentReader) pool(id uint64) state.Pool {
	slot := poolSlot(evm.Uint(id))
	totals := r.core(slot.Add(poolTotals))
	d := state.Pool{
		ID: state.ID(id), Created: id != 0,
		TotalWeights: lo(totals), TotalVaultDebts: hiInt(totals),
		VaultsDebtDistribution:      distribution(r.core(slot.Add(poolDistribution))),
		LastConfigurationTime:       r.core(slot.Add(poolConfiguredAt)).Bits(0, 64),
		CollateralDisabledByDefault: r.core(slot.Add(poolDisabledByRule)).Bits(0, 1) == 1,
	}
	for _, e := range r.words(r.a.Core, slot.Add(poolMarkets), 2) {
		d.MarketConfigurations = append(d.MarketConfigurations, state.MarketConfiguration{
			Market: state.ID(e[0].Lo().Uint64()), Weight: hi(e[0]), MaxDebtShareValue: loInt(e[1]),
		})
	}
	for _, t := range r.ordered(r.keys.PoolTypes[id]) {
		at := slot.Add(poolCollaterals).In(t.Word())
		c := state.PoolCollateral{Collateral: r.book.Type(t), CollateralLimit: u256(r.core(at)), IssuanceRatio: u256(r.core(at.Add(1)))}
		if !c.CollateralLimit.IsZero() || !c.IssuanceRatio.IsZero() {
			d.CollateralConfigurations = append(d.CollateralConfigurations, c)
		}
	}
	for _, t := range r.types {
		if accounts, ok := r.keys.Positions[VaultKey{id, t}]; ok {
			d.Vaults = append(d.Vaults, r.vault(slot, t, accounts))
		}
	}
	if id != 0 {
		if owner := r.View(r.a.Core, "getPoolOwner(uint128)", 1, evm.Uint(id)).Word(0).Address(); owner != r.a.Owner && r.complete() {
			r.note(fmt.Sprintf("pool %d", id), "its owner is %s; in the model the system's owner configures it", ownerText(owner))
		}
	}
	return d
}

func ownerText(a evm.Address) string {
	if a.IsZero() {
		return "nobody (renounced)"
	}
	return a.String()
}

func (r *deploymentReader) vault(pool evm.Word, t evm.Address, accounts []evm.Word) state.Vault {
	slot := pool.Add(poolVaults).In(t.Word())
	actor := r.core(pool.Add(poolActors).In(t.Word()))
	index := r.core(slot.Add(vaultEpoch))
	epoch := slot.Add(vaultEpochs).In(index)
	debts, mapping := r.core(epoch.Add(epochDebts)), r.core(epoch.Add(epochCollateral))
	d := state.Vault{
		Collateral: r.book.Type(t), Epoch: index.Uint64(), Shares: lo(actor), LastValuePerShare: hi27(actor),
		UnconsolidatedDebt: loInt(debts), TotalConsolidatedDebt: hiInt(debts),
		AccountsDebtDistribution: distribution(r.core(epoch.Add(epochDistribution))),
		CollateralAmounts:        state.ScalableMapping{TotalShares: lo(mapping), ScaleModifier: hi27(mapping)},
	}
	for _, account := range accounts {
		if p, ok := r.position(epoch, account); ok {
			d.Positions = append(d.Positions, p)
		}
	}
	slices.SortFunc(d.Positions, func(a, b state.Position) int { return cmp.Compare(a.Account, b.Account) })
	return d
}

func (r *deploymentReader) position(epoch, account evm.Word) (p state.Position, ok bool) {
	id, known := r.book.Account(account)
	actor := r.core(epoch.Add(epochActors).In(account))
	shares := r.core(epoch.Add(epochShares).In(account))
	p = state.Position{
		Account: id, DebtShares: lo(actor), LastValuePerShare: hi27(actor),
		CollateralShares:   lo(shares),
		ConsolidatedDebt:   i256(r.core(epoch.Add(epochConsolidated).In(account))),
		LastDelegationTime: r.core(epoch.Add(epochDelegated).In(account)).Bits(0, 64),
	}
	if !shares.Hi().IsZero() {
		r.problem("the shares of account %s need more than 128 bits", account.Uint())
	}
	if p == (state.Position{Account: id}) {
		return p, false
	}
	if !known {
		r.problem("account %s has a position, and no event of its creation was found: is --from-block too late?", account.Uint())
	}
	return p, true
}

// decimal spells a number of 18 decimals.
func decimal(x fp.Uint256) string { return start.Decimal(wordOf(x).Uint(), 18) }
