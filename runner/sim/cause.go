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
	price  float64 // of the collateral, USD
	debt   float64 // per token, USD
	weight float64 // in the pool, USD
}

// poolMark is a pool at the last recorded moment.
type poolMark struct {
	made    bool
	changes uint64
	debt    float64     // of all its vaults, USD
	minted  fp.Int256   // by its LPs until then, D18 USD
	markets []broughtBy // in their order
}

// broughtBy is what a market had brought to a pool until then, and what it had
// outstanding for all of its shares.
type broughtBy struct {
	got, outstanding bySource // D18 USD
	shares, all      fp.Uint128
}

// soFar returns what the market has brought, and would bring.
func (b *broughtBy) soFar() bySource {
	sum := b.got
	for i, x := range b.outstanding {
		sum[i] = sum[i].Add(partOf(x, b.shares, b.all))
	}
	return sum
}

// remember takes a landmark of a vault that owes so much (USD).
func (s *State) remember(vault int, o *model.VaultOutlook, debt float64) {
	id, ct := s.VaultID(vault)
	s.vaults[vault].landmark = landmark{
		price: s.VaultPrice(vault), debt: debt / units.FloatU(o.Collateral),
		weight: units.FloatU(s.Sys.PoolSharesOf(id, ct).Wide()),
	}
}

// rememberPool takes a mark of a pool.
func (s *State) rememberPool(pool int, o *model.PoolOutlook) {
	m := &s.pools[pool]
	m.debt = units.Float(o.TotalVaultDebts.Wide())
	list := s.World.Pools[pool].Markets
	if !m.made || m.changes != s.Sys.Changes() {
		m.made, m.changes, m.minted, m.markets = true, s.Sys.Changes(), s.bookOf(pool).minted, m.markets[:0]
		for _, market := range list {
			m.markets = append(m.markets, s.broughtNow(pool, market))
		}
		return
	}
	for k, market := range list {
		m.markets[k].outstanding = s.ledger.outstanding[market]
	}
}

func (s *State) broughtNow(pool, market int) broughtBy {
	return broughtBy{
		got: s.brought(pool, market), outstanding: s.ledger.outstanding[market],
		shares: s.ledger.pools[pool][market].shares, all: s.Sys.MarketSummary(s.World.Markets[market].ID).TotalShares,
	}
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
	market, source, most := s.dominant(pool)
	switch minted := s.bookOf(pool).minted.Sub(s.pools[pool].minted); {
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
	var before, kept, now float64
	var l *landmark
	for v := range s.World.Vaults {
		if s.World.Vaults[v].Pool != pool || s.vaults[v].landmark.price == 0 {
			continue
		}
		l = &s.vaults[v].landmark
		before += l.weight
		kept += s.collateralOf(v) * l.price
		now += s.worth(v)
	}
	if l == nil {
		return causeRebalance
	}
	mark := &s.pools[pool]
	left, fell := (before-kept)/before, (kept-now)/before
	id := s.World.Pools[pool].ID
	rise := (units.Float(s.Sys.PoolStorage(id).TotalVaultDebts.Wide()) - mark.debt) / max(abs(mark.debt), 1)
	switch _, source, most := s.dominant(pool); {
	case left > fell && left > rise:
		return causeWithdrawal
	case fell > rise:
		return causeStale
	case most.Less(s.bookOf(pool).minted.Sub(mark.minted)):
		return causeMinted
	case most.IsZero():
		return causeRebalance
	default:
		return sourceNames[source]
	}
}

// dominant returns the market and source that raised a pool's debt most since
// it was marked, and by how much.
func (s *State) dominant(pool int) (market int, source Source, rise fp.Int256) {
	for k, m := range s.World.Pools[pool].Markets {
		now := s.broughtNow(pool, m)
		var before bySource
		if mark := &s.pools[pool]; mark.made {
			before = mark.markets[k].soFar()
		}
		for i, x := range now.soFar() {
			if change := x.Sub(before[i]); rise.Less(change) {
				market, source, rise = m, Source(i), change
			}
		}
	}
	return market, source, rise
}
