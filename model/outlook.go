package model

import fp "backtest/model/fixedpoint"

// An outlook answers what a pull of debt would bring without writing it: the
// same integers that PositionDebt or VaultDebt would return, at the price of
// a few multiplications while no pool crosses its limit. A step in which
// nobody acts therefore changes nothing, as in the protocol itself.

// PoolOutlook is a pool as if its debt had just been pulled.
type PoolOutlook struct {
	pool            *Pool
	valuePerShare   D27
	TotalVaultDebts Int128 // D18 USD
	Bumps           bool   // a pool would move in or out of range of a market
}

// PoolOutlook returns the outlook of a pool. It holds until the state, a price
// or what a market reports changes. The error is what a pull would return.
func (s *System) PoolOutlook(pool PoolID) (o PoolOutlook, err error) {
	p := s.pool(pool)
	if o, ok := s.quickOutlook(p); ok {
		return o, nil
	}
	return s.slowOutlook(p)
}

// quickOutlook is PoolOutlook where nothing is out of the ordinary.
func (s *System) quickOutlook(p *Pool) (o PoolOutlook, ok bool) {
	sum, ok := s.quickPull(p)
	if !ok {
		return o, false
	}
	o.pool = p
	if o.valuePerShare, ok = quickRise(&p.state.now.vaults, sum); !ok {
		return o, false
	}
	o.TotalVaultDebts, ok = p.state.now.totalVaultDebts.QuickAdd(sum)
	return o, ok
}

func (s *System) slowOutlook(p *Pool) (o PoolOutlook, err error) {
	defer fp.Catch(&err)
	sum, quiet := s.quietChange(p)
	if !quiet {
		err := s.Static(func() {
			s.pullDebt(p)
			o = PoolOutlook{p, p.state.now.vaults.ValuePerShare, p.state.now.totalVaultDebts, true}
		})
		return o, err
	}
	vaults := p.state.now.vaults
	vaults.DistributeValue(sum)
	return PoolOutlook{p, vaults.ValuePerShare, p.state.now.totalVaultDebts.Add(sum.Int128()), false}, nil
}

// StoredOutlook returns the pool as it was left by the last pull: what is still
// known of it while a market blocks the next.
func (s *System) StoredOutlook(pool PoolID) PoolOutlook {
	p := s.pool(pool)
	return PoolOutlook{p, p.state.now.vaults.ValuePerShare, p.state.now.totalVaultDebts, false}
}

// quietChange returns the debt that a pull would bring to the pool, when no
// pool would cross a limit and every market answers.
func (s *System) quietChange(p *Pool) (sum Int256, quiet bool) {
	markets := p.state.now.markets
	for i := range markets {
		m := markets[i].market
		pools, ok := s.quietDistribution(m)
		if !ok {
			return Int256{}, false
		}
		e := m.entries[markets[i].slot].state.Get()
		sum = sum.Add(e.pendingDebt.Int128().Wide()).Add(pools.Change(&e.actor))
	}
	return sum, true
}

// quietDistribution returns the market's distribution as it would be after
// distributing its debt, when that moves no pool.
func (s *System) quietDistribution(m *Market) (pools Distribution, quiet bool) {
	pools = m.state.now.pools
	target, err := s.totalDebt(m)
	if err != nil {
		return pools, false
	}
	rest := target.Sub(m.state.now.lastDistributed.Wide())
	if rest.IsZero() {
		return pools, true
	}
	up := rest.Sign() > 0
	from := &m.inRange
	if !up {
		from = &m.outRange
	}
	if from.size() > 0 && m.crosses(from.max(), rest, up) {
		return pools, false
	}
	if !pools.TotalShares.IsZero() {
		pools.DistributeValue(rest)
	}
	return pools, true
}

// VaultOutlook is a vault as if its debt had just been pulled.
type VaultOutlook struct {
	vault         *vault
	accounts      Distribution
	Debt          Int256  // D18 USD
	Collateral    Uint256 // tokens D18
	Value         Uint256 // D18 USD
	Price         Uint256 // D18 USD
	Liquidatable  bool
	ValuePerShare D27 // debt per debt share of its accounts, D27
}

// VaultOutlook returns the outlook of a vault of the pool.
func (s *System) VaultOutlook(o PoolOutlook, ct CollateralID) (v VaultOutlook, err error) {
	x := o.pool.vault(ct)
	if s.quickVaultOutlook(&v, &o, x) {
		return v, nil
	}
	return s.slowVaultOutlook(o, x)
}

// quickVaultOutlook is VaultOutlook where every number is small.
func (s *System) quickVaultOutlook(v *VaultOutlook, o *PoolOutlook, x *vault) bool {
	e := &x.state.now.epoch.state.now
	change, ok := quickChange(o.valuePerShare, &x.state.now.actor)
	v.vault, v.accounts = x, e.accounts
	value, fits := quickRise(&e.accounts, change)
	if !ok || !fits {
		return false
	}
	v.accounts.ValuePerShare, v.ValuePerShare = value, value
	debt, ok1 := e.unconsolidatedDebt.QuickAdd(e.totalConsolidatedDebt)
	debt, ok2 := debt.QuickAdd(change)
	amount, ok3 := e.collateral.quickAmount()
	tokens, ok4 := amount.QuickInt128()
	price, ok5 := s.quickPrice(x.ct)
	worth, ok6 := price.QuickMulDecimal(tokens)
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 || !ok6 {
		return false
	}
	v.Debt, v.Collateral = debt.Wide(), amount.Wide()
	v.Price, v.Value = fp.Uint256(price.Wide()), fp.Uint256(worth.Wide())
	v.Liquidatable = s.isLiquidatable(x.ct, v.Debt, v.Value)
	return true
}

func (s *System) slowVaultOutlook(o PoolOutlook, x *vault) (v VaultOutlook, err error) {
	defer fp.Catch(&err)
	ct := x.ct
	pool := Distribution{ValuePerShare: o.valuePerShare}
	change := pool.Change(&x.state.now.actor)
	e := x.epoch()
	v.vault, v.accounts = x, e.state.now.accounts
	v.accounts.DistributeValue(change)
	v.ValuePerShare = v.accounts.ValuePerShare
	v.Debt = e.totalDebt().Add(change)
	v.Collateral = x.collateral().TotalAmount()
	v.Price = s.price(ct)
	v.Value = v.Price.MulDecimal(v.Collateral)
	v.Liquidatable = s.isLiquidatable(ct, v.Debt, v.Value)
	return v, nil
}

// Epoch returns the number of the vault's epoch.
func (v *VaultOutlook) Epoch() uint64 { return v.vault.state.now.epochIndex }

// PositionOutlook returns a position of the vault as if its debt had just been
// pulled.
func (s *System) PositionOutlook(v *VaultOutlook, id AccountID) (p Position, liquidatable bool) {
	x := v.vault.epoch().get(id)
	return s.positionOutlook(v, &x)
}

func (s *System) positionOutlook(v *VaultOutlook, x *position) (p Position, liquidatable bool) {
	if change, ok := quickChange(v.accounts.ValuePerShare, &x.debt); ok {
		p.Debt = x.consolidatedDebt.Add(change.Wide())
	} else {
		p.Debt = x.consolidatedDebt.Add(v.accounts.Change(&x.debt))
	}
	p.Collateral = v.vault.collateral().part(x.collateralShares, v.Collateral)
	p.CollateralValue = v.Price.MulDecimal(p.Collateral)
	p.CRatio = fp.MaxUint256
	if p.Debt.Sign() > 0 {
		p.CRatio = p.CollateralValue.DivDecimal(p.Debt.Uint256())
		liquidatable = p.CRatio.Less(s.collaterals[v.vault.ct].config.now.LiquidationRatio)
	}
	return p, liquidatable
}

// EachPosition calls f for every account that holds collateral or debt in the
// vault, in the order in which they first came.
func (s *System) EachPosition(v *VaultOutlook, f func(AccountID, Position, bool)) {
	list := &v.vault.epoch().positions
	for i := range int32(list.n) {
		x := list.at(i)
		if x.collateralShares.IsZero() && x.consolidatedDebt.IsZero() {
			continue
		}
		p, liquidatable := s.positionOutlook(v, x)
		f(x.account, p, liquidatable)
	}
}

// Equity returns the value of the vault's collateral less its debt (D18 USD),
// both by the protocol's own totals. What the positions own adds up to it but
// for rounding: each position's collateral, its value and its debt are rounded
// down, less than a wei each, and so is the debt per share, which loses less
// than 10^-27 a share with every distribution.
func (v *VaultOutlook) Equity() Int256 { return v.Value.Int256().Sub(v.Debt) }

// CollateralID returns the vault's collateral type.
func (v *VaultOutlook) CollateralID() CollateralID { return v.vault.ct }

// Unscaled reports whether a share of collateral is a token.
func (v *VaultOutlook) Unscaled() bool { return v.vault.collateral().ScaleModifier.Raw.IsZero() }

// ShareFactor returns the collateral of one share, with 27 decimals.
func (v *VaultOutlook) ShareFactor() Uint256 { return v.vault.collateral().ScaleModifier.Factor() }
