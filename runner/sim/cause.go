package sim

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/runner/units"
)

// Causes of liquidations and of exits at a rebalance, beside the market and the
// source that raised the debt.
const (
	causeCollateralPrice = "collateral_price" // the collateral fell
	causeMinted          = "minted_debt"      // LPs minted
	causeStale           = "stale_weights"    // weights in the pool had not followed prices
	causeWithdrawal      = "withdrawal"       // collateral left the pool

	// CauseSocialised is debt taken over from liquidated positions.
	CauseSocialised = "socialised_debt"
)

// landmark is what causes compare with: a vault at the last recorded moment.
type landmark struct {
	price float64 // of the collateral, USD
	debt  float64 // per token, USD

	weight   float64    // in the pool, USD
	poolDebt float64    // of all vaults of the pool, USD
	minted   fp.Int256  // by the pool's LPs until then, D18 USD
	got      []bySource // by the pool from each market until then
}

// remember takes a landmark.
func (s *State) remember(vault int, o *model.VaultOutlook) {
	pool := s.World.Vaults[vault].Pool
	id, ct := s.VaultID(vault)
	l := &s.vaults[vault].landmark
	*l = landmark{
		price: s.VaultPrice(vault), debt: perToken(o),
		weight: units.FloatU(s.Sys.VaultStorage(id, ct).PoolShares.Wide()),
		minted: s.ledger.book[pool].minted, got: l.got[:0],
	}
	if p, err := s.poolOutlook(pool); err == nil {
		l.poolDebt = units.Float(p.TotalVaultDebts.Wide())
	}
	for m := range s.World.Markets {
		l.got = append(l.got, s.brought(pool, m))
	}
}

// brought is what a market has brought to a pool, and would bring now.
func (s *State) brought(pool, market int) bySource {
	s.ledger.take(pool, market)
	b := &s.ledger.pools[pool][market]
	all := b.got
	shares := s.Sys.MarketSummary(s.World.Markets[market].ID).TotalShares
	if b.shares.IsZero() || shares.IsZero() {
		return all
	}
	for i, x := range s.ledger.outstanding[market] {
		all[i] = all[i].Add(x.Mul(b.shares.WideInt()).Quo(shares.WideInt()))
	}
	return all
}

// perToken is a vault's debt per token of collateral, USD.
func perToken(o *model.VaultOutlook) float64 { return units.Float(o.Debt) / units.FloatU(o.Collateral) }

// Cause tells what has brought a vault's C-ratio down since the last recorded
// moment: the fall of its collateral's price, or a rise of its debt, and then
// whether it was minted, taken over from liquidated positions, borne for other
// vaults whose weights are out of date, or came from which market and source.
func (s *State) Cause(vault int) string {
	l := &s.vaults[vault].landmark
	o, err := s.Outlook(vault)
	if err != nil || l.price == 0 || l.debt == 0 {
		return causeCollateralPrice
	}
	fall, rise := (l.price-s.VaultPrice(vault))/l.price, (perToken(&o)-l.debt)/abs(l.debt)
	if rise <= fall {
		return causeCollateralPrice
	}
	pool := s.World.Vaults[vault].Pool
	market, source, most := s.dominant(pool, l.got)
	switch minted := s.ledger.book[pool].minted.Sub(l.minted); {
	case most.Less(minted):
		return causeMinted
	case most.IsZero():
		return CauseSocialised
	case s.stale(vault):
		return causeStale
	}
	return s.World.Markets[market].Name + "/" + sourceNames[source]
}

// stale reports whether a vault takes more than twice its part of the pool's
// debt: its weight was set when it was last repriced, and the other vaults have
// become worth more beside it since.
func (s *State) stale(vault int) bool {
	id, ct := s.VaultID(vault)
	weights := units.FloatU(s.Sys.PoolDistribution(id).TotalShares.Wide())
	values := 0.0
	for v := range s.World.Vaults {
		if s.World.Vaults[v].Pool == s.World.Vaults[vault].Pool {
			values += s.worth(v)
		}
	}
	weight := units.FloatU(s.Sys.VaultStorage(id, ct).PoolShares.Wide())
	return weight*values > 2*float64(s.worth(vault)*weights)
}

// worth is the value of a vault's collateral at the present price, USD.
func (s *State) worth(vault int) float64 { return s.collateralOf(vault) * s.VaultPrice(vault) }

func (s *State) collateralOf(vault int) float64 {
	id, ct := s.VaultID(vault)
	amount, _, err := s.Sys.VaultCollateral(id, ct)
	if err != nil {
		return 0
	}
	return units.FloatU(amount)
}

// poolCause tells why a pool owes more per USD of credit than since the last
// recorded moment, so that a rebalance takes it out of range: collateral left,
// or its price had fallen without the weights following, or debt rose, and
// then by what.
func (s *State) poolCause(pool int) string {
	var before, kept, now, debt float64
	var l *landmark
	for v := range s.World.Vaults {
		if s.World.Vaults[v].Pool != pool || s.vaults[v].landmark.price == 0 {
			continue
		}
		l = &s.vaults[v].landmark
		before += l.weight
		kept += s.collateralOf(v) * l.price
		now += s.worth(v)
		debt = l.poolDebt
	}
	if l == nil {
		return causeRebalance
	}
	left, fell := (before-kept)/before, (kept-now)/before
	id := s.World.Pools[pool].ID
	rise := (units.Float(s.Sys.PoolStorage(id).TotalVaultDebts.Wide()) - debt) / max(abs(debt), 1)
	switch _, source, most := s.dominant(pool, l.got); {
	case left > fell && left > rise:
		return causeWithdrawal
	case fell > rise:
		return causeStale
	case most.Less(s.ledger.book[pool].minted.Sub(l.minted)):
		return causeMinted
	case most.IsZero():
		return causeRebalance
	default:
		return sourceNames[source]
	}
}

// dominant returns the market and source that raised a pool's debt most since
// the given figures were taken, and by how much.
func (s *State) dominant(pool int, since []bySource) (market int, source Source, rise fp.Int256) {
	for _, m := range s.World.Pools[pool].Markets {
		for i, x := range s.brought(pool, m) {
			if change := x.Sub(since[m][i]); rise.Less(change) {
				market, source, rise = m, Source(i), change
			}
		}
	}
	return market, source, rise
}
