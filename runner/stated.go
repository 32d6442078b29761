package runner

import (
	"fmt"
	"slices"

	"backtest/configs"
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets"
	"backtest/model/state"
	"backtest/runner/sim"
	"backtest/runner/units"
)

// A start by hand is written into the state document of a system in which
// nothing has happened yet: people at whatever C-ratio, markets with what they
// owe. The protocol's own rebalance then gives pools their shares and limits.

// stated is a position as somebody states it.
type stated struct {
	account model.AccountID
	vault   int // into sim.World.Vaults
	amount  fp.Uint256
	debt    fp.Int256 // D18 USD
	group   string    // of lps; empty for nobody's
	name    string
	drawn   bool // by a group whose positions exist as stated
}

// positionColumns are those of a file of positions; the last two are for
// people.
var positionColumns = [3][]string{{"account", "pool", "collateral", "amount", "debt_usd"}, {"group"}, {"c_ratio", "value_usd"}}

// addStated puts people and markets where the configuration states them.
func (b *builder) addStated() error {
	b.planVaults()
	s := b.cfg.State
	if s != nil && s.File != "" {
		return b.loadState()
	}
	if s == nil {
		s = &configs.State{}
	}
	if s.Positions != "" {
		if err := b.readPositions(s.Positions); err != nil {
			return err
		}
	}
	if err := b.drawAsStated(); err != nil {
		return err
	}
	if b.cfg.State == nil && len(b.stated) == 0 {
		return nil
	}
	if err := b.stateMarkets(s); err != nil {
		return err
	}
	return b.statePositions(s)
}

// reload writes the system into a document, has it edited, and goes on with the
// system of the document.
func (b *builder) reload(edit func(d *state.State) error) (err error) {
	d, err := b.sys.Save()
	if err != nil {
		return err
	}
	func() {
		defer fp.Catch(&err)
		err = edit(d)
	}()
	if err != nil {
		return err
	}
	b.sys, err = model.Load(d, markets.LoadState)
	return err
}

// readPositions reads a file of positions.
func (b *builder) readPositions(path string) error {
	t := readStated(path, positionColumns[0], positionColumns[1], positionColumns[2])
	seen := map[[3]uint64]string{}
	for i := range t.rows {
		if len(t.faults) > 0 && t.more > 0 {
			break
		}
		b.readPosition(t, &t.rows[i], seen)
	}
	return t.err("state.positions")
}

func (b *builder) readPosition(t *statedTable, row *statedRow, seen map[[3]uint64]string) {
	id := t.id(row, "account")
	poolAt, pool, known := word(t, row, "pool", b.pools)
	collateralAt, collateral, listed := word(t, row, "collateral", b.collaterals)
	p := stated{account: model.AccountID(id), amount: t.number(row, "amount", false).Uint256(), debt: t.number(row, "debt_usd", true)}
	if text, at := t.cell(row, "group"); text != "" {
		p.group = text
		g := slices.IndexFunc(b.cfg.LPs, func(g configs.LP) bool { return g.ID == text })
		switch {
		case g < 0:
			t.fault(at, "group: found %q, allowed: a group of lps", clipText(text))
		case b.cfg.LPs[g].Pool != pool || b.cfg.LPs[g].Collateral != collateral:
			t.fault(at, "group: found %s, which is of %s/%s, allowed: a group of %s/%s", text, b.cfg.LPs[g].Pool, b.cfg.LPs[g].Collateral, pool, collateral)
		}
	}
	if p.amount.IsZero() && p.debt.IsZero() {
		if len(t.faults) == 0 {
			t.fault(t.place(row, "amount"), "found 0 and no debt, allowed: an amount or a debt")
		}
		return
	}
	if !known || !listed || id == 0 {
		return
	}
	vault, err := b.vault(pool, collateral)
	if err != nil {
		vault = b.addVault(pool, collateral)
	}
	p.vault, p.name = vault, fmt.Sprintf("%s/%d", b.w.Vaults[vault].Name, id)
	key := [3]uint64{uint64(poolAt), uint64(collateralAt), id}
	if before, twice := seen[key]; twice {
		t.fault(t.place(row, "account"), "found a second position %s, allowed: each once; the first is at %s", p.name, before)
		return
	}
	_, seen[key] = t.cell(row, "account")
	b.stated = append(b.stated, p)
}

// drawAsStated draws the groups whose positions exist as they are drawn.
func (b *builder) drawAsStated() error {
	for g := range b.cfg.LPs {
		group := &b.cfg.LPs[g]
		if group.AtStart != "as_stated" {
			continue
		}
		vault, err := b.vault(group.Pool, group.Collateral)
		if err != nil {
			return err
		}
		for i, size := range b.sizes(group, vault) {
			p := stated{vault: vault, group: group.ID, drawn: true, name: fmt.Sprintf("%s/%d", group.ID, i+1)}
			if p.amount, err = b.tokens(vault, size); err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
			if group.CRatio != nil {
				ratio, err := units.Amount(quantile(group.CRatio, b.draw(group, int64(i), ratioStream)))
				if err != nil {
					return fmt.Errorf("%s: %w", p.name, err)
				}
				price := b.price[b.w.Collaterals[b.w.Vaults[vault].Collateral].Asset].Uint256()
				if !ratio.IsZero() {
					p.debt = p.amount.MulDecimal(price).DivDecimal(ratio).Int256()
				}
			}
			b.stated = append(b.stated, p)
		}
	}
	return nil
}

// sizes draws the collateral (USD) of the positions of a group: as many as it
// counts, or until it comes to its total together with what is stated of it.
func (b *builder) sizes(g *configs.LP, vault int) (sizes []float64) {
	if g.TotalUSD.Sign() == 0 {
		for i := range g.Count {
			sizes = append(sizes, quantile(g.CollateralUSD, b.draw(g, i, sizeStream)))
		}
		return sizes
	}
	price := b.price[b.w.Collaterals[b.w.Vaults[vault].Collateral].Asset].Uint256()
	left, least := g.TotalUSD.Float64(), units.FloatU(b.sys.CollateralConfiguration(b.w.Collaterals[b.w.Vaults[vault].Collateral].CT).MinDelegation.MulDecimal(price))
	for _, p := range b.stated {
		if p.group == g.ID && !p.drawn {
			left -= units.FloatU(p.amount.MulDecimal(price))
		}
	}
	for i := int64(0); left > 0 && i < mostDrawn; i++ {
		size := min(quantile(g.CollateralUSD, b.draw(g, i, sizeStream)), left)
		if size == left && size < least {
			break // what is left of the total is no position
		}
		left -= size
		sizes = append(sizes, size)
	}
	return sizes
}

// mostDrawn bounds a population that fills up to a total.
const mostDrawn = 10_000_000

// statePositions writes the stated positions into the system, gives pools their
// shares in markets, and then their debt that has not been distributed.
func (b *builder) statePositions(s *configs.State) error {
	var first, last []fp.Int256
	err := b.reload(func(d *state.State) (err error) {
		if err = b.writePositions(d); err == nil {
			err = b.writeVaultWeights(s, d)
		}
		if err == nil {
			first, last, err = b.writeDebts(s, d)
		}
		return err
	})
	if err != nil {
		return err
	}
	for i := range b.w.Pools {
		if err := b.sys.RebalancePool(b.w.Pools[i].ID, model.NoCollateral); err != nil {
			return fmt.Errorf("%s: %w", b.w.Pools[i].Name, err)
		}
	}
	outstanding := slices.ContainsFunc(s.Pools, func(p configs.StatePool) bool { return !p.InRange })
	for i := range first {
		outstanding = outstanding || first[i] != last[i]
	}
	if !outstanding {
		return nil
	}
	return b.reload(func(d *state.State) error {
		for i := range first {
			m := &d.Markets[i]
			m.LastDistributedMarketBalance = m.LastDistributedMarketBalance.Sub(first[i].Sub(last[i]).Int128())
		}
		return b.takeOutOfRange(s, d)
	})
}

// writePositions writes positions, their accounts and their collateral.
func (b *builder) writePositions(d *state.State) error {
	byID := map[model.AccountID]int{}
	taken := map[model.AccountID]bool{}
	for _, p := range b.stated {
		taken[p.account] = true
	}
	for i := range b.stated {
		p := &b.stated[i]
		for p.account == 0 {
			if b.accounts++; !taken[b.accounts] {
				p.account = b.accounts
			}
		}
		v := b.documentVault(d, p.vault)
		shares := p.amount.Uint128()
		shares.Int128()
		v.Positions = append(v.Positions, state.Position{
			Account: state.ID(p.account), CollateralShares: shares, DebtShares: shares, ConsolidatedDebt: p.debt,
		})
		v.CollateralAmounts.TotalShares = v.CollateralAmounts.TotalShares.Add(shares)
		v.AccountsDebtDistribution.TotalShares = v.CollateralAmounts.TotalShares
		v.TotalConsolidatedDebt = v.TotalConsolidatedDebt.Add(p.debt.Int128())
		pool := b.documentPool(d, b.w.Vaults[p.vault].Pool)
		pool.TotalVaultDebts = pool.TotalVaultDebts.Add(p.debt.Int128())
		b.addLPOf(p)
		b.documentAccount(d, p, byID)
		b.depositStated(d, p)
	}
	return nil
}

// addLPOf makes the LP of a position that is there.
func (b *builder) addLPOf(p *stated) {
	w := b.w.Vaults[p.vault]
	tokens := holding{p.account, w.Collateral}
	b.w.LPs = append(b.w.LPs, sim.LP{
		Name: p.name, Group: p.group, Account: p.account, Vault: p.vault,
		SharedUSD: b.holders[p.account], SharedTokens: b.holdings[tokens],
	})
	b.holders[p.account], b.holdings[tokens] = true, true
}

// holding is a collateral type in an account.
type holding struct {
	account    model.AccountID
	collateral int // into sim.World.Collaterals
}

func (b *builder) documentPool(d *state.State, pool int) *state.Pool {
	id := state.ID(b.w.Pools[pool].ID)
	i := slices.IndexFunc(d.Pools, func(p state.Pool) bool { return p.ID == id })
	return &d.Pools[i]
}

func (b *builder) documentVault(d *state.State, vault int) *state.Vault {
	w := b.w.Vaults[vault]
	pool, name := b.documentPool(d, w.Pool), b.w.Collaterals[w.Collateral].Name
	i := slices.IndexFunc(pool.Vaults, func(v state.Vault) bool { return v.Collateral == name })
	if i < 0 {
		i = len(pool.Vaults)
		pool.Vaults = append(pool.Vaults, state.Vault{Collateral: name})
	}
	return &pool.Vaults[i]
}

// documentAccount makes the account of a position, which may have others.
func (b *builder) documentAccount(d *state.State, p *stated, byID map[model.AccountID]int) {
	i, known := byID[p.account]
	if !known {
		i = len(d.Accounts)
		byID[p.account] = i
		d.Accounts = append(d.Accounts, state.Account{ID: state.ID(p.account), Exists: true, Owner: model.AccountOwner(p.account).StateText()})
	}
	a, w := &d.Accounts[i], b.w.Vaults[p.vault]
	name, pool := b.w.Collaterals[w.Collateral].Name, state.ID(b.w.Pools[w.Pool].ID)
	h := slices.IndexFunc(a.Collaterals, func(h state.AccountCollateral) bool { return h.Collateral == name })
	if h < 0 {
		h = len(a.Collaterals)
		a.Collaterals = append(a.Collaterals, state.AccountCollateral{Collateral: name})
	}
	a.Collaterals[h].Pools = append(a.Collaterals[h].Pools, pool)
}

// depositStated puts the tokens of a position into the core.
func (b *builder) depositStated(d *state.State, p *stated) {
	c := b.w.Collaterals[b.w.Vaults[p.vault].Collateral]
	giveTo(&d.Collaterals[c.CT], model.Core, b.native(c, p.amount))
}

// giveTo mints tokens into a wallet of a document.
func giveTo(c *state.Collateral, to model.Actor, amount fp.Uint256) {
	c.TotalSupply = c.TotalSupply.Add(amount)
	text := to.StateText()
	if i := slices.IndexFunc(c.Balances, func(x state.Balance) bool { return x.Actor == text }); i >= 0 {
		c.Balances[i].Amount = c.Balances[i].Amount.Add(amount)
		return
	}
	c.Balances = append(c.Balances, state.Balance{Actor: text, Amount: amount})
}

// writeVaultWeights gives each vault its weight in its pool: what is stated, or
// the value of its collateral now.
func (b *builder) writeVaultWeights(s *configs.State, d *state.State) error {
	for i, w := range b.w.Vaults {
		v := b.documentVault(d, i)
		c := b.w.Collaterals[w.Collateral]
		weight := v.CollateralAmounts.TotalShares.Wide().MulDecimal(b.price[c.Asset].Uint256())
		for _, x := range s.Vaults {
			if x.Pool == b.w.Pools[w.Pool].Name && x.Collateral == c.Name {
				weight = d18(x.CreditUSD)
			}
		}
		pool := b.documentPool(d, w.Pool)
		v.Shares = weight.Uint128()
		v.Shares.Int128()
		pool.VaultsDebtDistribution.TotalShares = pool.VaultsDebtDistribution.TotalShares.Add(v.Shares)
	}
	for i, x := range s.Vaults {
		if _, err := b.vault(x.Pool, x.Collateral); err != nil {
			return &InputError{fmt.Sprintf("state.vaults[%d].pool", i), fmt.Errorf("found the vault %s/%s, which has no positions, allowed: a vault with positions", x.Pool, x.Collateral)}
		}
	}
	return nil
}

// takeOutOfRange takes pools out of the range of markets: they give up their
// shares there, and what the market remembers of them stays.
func (b *builder) takeOutOfRange(s *configs.State, d *state.State) error {
	for i, x := range s.Pools {
		if x.InRange {
			continue
		}
		m, pool := &d.Markets[b.markets[x.Market]], state.ID(b.w.Pools[b.pools[x.Pool]].ID)
		at := slices.IndexFunc(m.InRangePools, func(n state.HeapNode) bool { return n.Pool == pool })
		if at < 0 {
			continue // out of range by its limit already
		}
		limit := m.InRangePools[at].Priority.Neg()
		k := slices.IndexFunc(m.Pools, func(p state.MarketPool) bool { return p.Pool == pool })
		if k < 0 || m.Pools[k].Shares.IsZero() {
			return &InputError{fmt.Sprintf("state.pools[%d].in_range", i), fmt.Errorf("found false for a pool without credit in %s", x.Market)}
		}
		e := &m.Pools[k]
		room := limit.Sub(m.PoolsDebtDistribution.ValuePerShare.D18()).Wide().MulDecimal(e.Shares.WideInt())
		m.CreditCapacity = m.CreditCapacity.Sub(room.Int128())
		m.PoolsDebtDistribution.TotalShares = m.PoolsDebtDistribution.TotalShares.Sub(e.Shares)
		e.Shares, e.LastValuePerShare = fp.Uint128{}, fp.D27{}
		m.InRangePools = asHeap(slices.Delete(m.InRangePools, at, at+1))
		m.OutRangePools = asHeap(append(m.OutRangePools, state.HeapNode{Pool: pool, Priority: limit}))
	}
	return nil
}

// asHeap puts nodes in an order that is a heap's: descending.
func asHeap(nodes []state.HeapNode) []state.HeapNode {
	slices.SortStableFunc(nodes, func(a, b state.HeapNode) int { return b.Priority.Cmp(a.Priority) })
	return nodes
}
