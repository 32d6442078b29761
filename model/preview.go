package model

import fp "backtest/model/fixedpoint"

// A preview answers what a pull of debt would bring: the pull is done and taken
// back. A step in which nobody acts therefore changes nothing, as in the
// protocol itself.

// PoolOutlook is a pool as if its debt had just been pulled.
type PoolOutlook struct {
	pool            int32
	vaults          Distribution
	TotalVaultDebts Int128 // D18 USD
}

// PoolOutlook returns a preview of a pool. It holds until the state, a price or
// what a market reports changes. The error is what a pull would return.
func (s *System) PoolOutlook(pool PoolID) (o PoolOutlook, err error) {
	p := s.findPool(pool)
	err = s.Static(func() {
		if p >= 0 {
			s.pull(p)
		}
		o = s.stored(p)
	})
	return o, err
}

func (s *System) stored(p int32) PoolOutlook {
	if p < 0 {
		return PoolOutlook{pool: -1}
	}
	x := s.pools.at(p)
	return PoolOutlook{p, x.vaults, x.totalVaultDebts}
}

// StoredOutlook returns the pool as it was left by the last pull: what is still
// known of it while a market blocks the next.
func (s *System) StoredOutlook(pool PoolID) PoolOutlook { return s.stored(s.findPool(pool)) }

// VaultOutlook is a vault as if its debt had just been pulled.
type VaultOutlook struct {
	vault         vault
	Debt          Int256  // D18 USD
	Collateral    Uint256 // tokens D18
	Value         Uint256 // D18 USD
	Price         Uint256 // D18 USD
	Liquidatable  bool
	ValuePerShare D27 // debt per debt share of its accounts, D27
}

// VaultOutlook returns a preview of a vault of the pool.
func (s *System) VaultOutlook(o PoolOutlook, ct CollateralID) (v VaultOutlook, err error) {
	defer fp.Catch(&err)
	if i := s.findVault(o.pool, ct); i >= 0 {
		v.vault = *s.vaults.at(i)
	} else {
		v.vault = vault{ct: ct, accounts: noAccounts}
	}
	v.vault.take(&o.vaults)
	v.ValuePerShare = v.vault.debt.ValuePerShare
	v.Debt = v.vault.totalDebt()
	v.Collateral = v.vault.collateral.TotalAmount()
	v.Price = s.price(ct)
	v.Value = v.Price.MulDecimal(v.Collateral)
	v.Liquidatable = s.isLiquidatable(ct, v.Debt, v.Value)
	return v, nil
}

// Epoch returns the number of the vault's epoch.
func (v *VaultOutlook) Epoch() uint64 { return v.vault.epochIndex }

// PositionOutlook returns a position of the vault as if its debt had just been
// pulled.
func (s *System) PositionOutlook(v *VaultOutlook, id AccountID) (p Position, liquidatable bool) {
	x := v.vault.accounts.get(id)
	return s.positionOutlook(v, &x)
}

func (s *System) positionOutlook(v *VaultOutlook, x *position) (p Position, liquidatable bool) {
	p.Debt = x.consolidatedDebt.Add(v.vault.debt.Change(&x.debt))
	p.Collateral = v.vault.collateral.part(x.collateralShares, v.Collateral)
	p.CollateralValue = v.Price.MulDecimal(p.Collateral)
	p.CRatio = cRatio(p.CollateralValue, p.Debt)
	return p, p.Debt.Sign() > 0 && p.CRatio.Less(s.collaterals[v.vault.ct].config.now.LiquidationRatio)
}

// cRatio returns the C-ratio (D18) of a value and a debt (D18 USD), 2^256-1
// without debt.
func cRatio(value Uint256, debt Int256) Uint256 {
	if debt.Sign() <= 0 {
		return fp.MaxUint256
	}
	return value.DivDecimal(debt.Uint256())
}

// EachPosition calls f for every account that holds collateral or debt in the
// vault, in the order in which they first came.
func (s *System) EachPosition(v *VaultOutlook, f func(AccountID, Position, bool)) {
	list := &v.vault.accounts.positions
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
func (v *VaultOutlook) Unscaled() bool { return v.vault.collateral.ScaleModifier.Raw.IsZero() }

// ShareFactor returns the collateral of one share, with 27 decimals.
func (v *VaultOutlook) ShareFactor() Uint256 { return v.vault.collateral.ScaleModifier.Factor() }

// MarketOutlook is what the core knows of a market at the present prices.
type MarketOutlook struct {
	Credit        Uint256 // D18 USD that the market may withdraw (PROTOCOL.md §4.6)
	Need          Uint256 // D18 USD, its minimum credit
	Debt          Int256  // D18 USD, its total debt (PROTOCOL.md §4.1)
	Outstanding   Int256  // D18 USD of that not distributed yet
	TotalShares   Uint128 // D18 USD of credit
	ValuePerShare D27
}

// MarketOutlook returns what is known of a market, or the error of a market or
// an oracle that does not answer.
func (s *System) MarketOutlook(id MarketID) (o MarketOutlook, err error) {
	m := s.market(id)
	x := s.markets.at(m)
	o.TotalShares, o.ValuePerShare = x.pools.TotalShares, x.pools.ValuePerShare
	defer fp.Catch(&err)
	o.Credit = s.withdrawable(m)
	if o.Need, err = s.registered[m].external.MinimumCredit(); err != nil {
		return o, err
	}
	if o.Debt, err = s.totalDebt(m); err != nil {
		return o, err
	}
	o.Outstanding = o.Debt.Sub(x.lastDistributed.Wide())
	return o, nil
}
