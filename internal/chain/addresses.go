package chain

import (
	"context"
	"slices"

	"backtest/internal/chain/evm"
)

// Roots are the contracts that a deployment begins with; Spot and Perps may be
// nobody, and are then looked for among the markets.
type Roots struct{ Core, Spot, Perps evm.Address }

// MarketKind tells how a market's debt comes about.
type MarketKind string

// The kinds of markets.
const (
	SpotMarket    MarketKind = "spot"
	PerpsMarket   MarketKind = "perps"
	UnknownMarket MarketKind = "unknown"
)

// MarketKey is a market of the core.
type MarketKey struct {
	ID      uint64
	Address evm.Address
	Kind    MarketKind
	Synth   evm.Address // of a spot market
}

// Addresses are the contracts of a deployment.
type Addresses struct {
	Roots
	USD, AccountToken, OracleManager, Owner evm.Address
	PerpsAccountToken                       evm.Address
	Markets                                 []MarketKey // 1, 2, 3…
}

// notCore says what an address that is no core lacks.
const notCore = "%s is no core of this protocol: it does not answer %s"

// mostMarkets bounds what can be the number of markets.
const mostMarkets = 100_000

// FindAddresses reads the contracts that the core names.
func (s *Source) FindAddresses(ctx context.Context, roots Roots) (a Addresses, err error) {
	err = s.Read(ctx, "addresses", func(r *Reader) { a = readAddresses(r, roots) })
	return a, err
}

func readAddresses(r *Reader, roots Roots) Addresses {
	a := Addresses{Roots: roots}
	if !r.Code(roots.Core) {
		r.problem("there is no contract at %s at block %d: is this the right chain (id %d) and block?", roots.Core, r.source.Block.Number, r.source.Block.ChainID)
		return a
	}
	for _, x := range []struct {
		signature string
		to        *evm.Address
	}{
		{"getUsdToken()", &a.USD}, {"getAccountTokenAddress()", &a.AccountToken}, {"getOracleManager()", &a.OracleManager}, {"owner()", &a.Owner},
	} {
		o := r.TryView(roots.Core, x.signature)
		if o.Refused != "" || o.Known && !o.OK(1) {
			r.problem(notCore, roots.Core, x.signature)
			return a
		}
		*x.to = o.Data.Word(0).Address()
	}
	last := r.Word(roots.Core, marketsSlot().Add(1)).Lo()
	count := last.Uint64()
	if last != evm.Uint(count) || count > mostMarkets {
		r.problem("%s keeps its markets elsewhere than the contracts of commit %s do", roots.Core, release)
		return a
	}
	for id := range count {
		m := MarketKey{ID: id + 1, Kind: UnknownMarket}
		m.Address = r.View(roots.Core, "getMarketAddress(uint128)", 1, evm.Uint(m.ID)).Word(0).Address()
		a.Markets = append(a.Markets, m)
	}
	if r.complete() {
		readKinds(r, &a)
	}
	return a
}

// readKinds asks each market what it is.
func readKinds(r *Reader, a *Addresses) {
	spots, perps := systems(r, a, &a.Spot, isSpot, "spot"), systems(r, a, &a.Perps, isPerps, "perps")
	for i := range a.Markets {
		m := &a.Markets[i]
		switch {
		case spots && m.Address == a.Spot:
			m.Synth = r.View(a.Spot, "getSynth(uint128)", 1, evm.Uint(m.ID)).Word(0).Address()
			if !m.Synth.IsZero() {
				m.Kind = SpotMarket
			}
		case perps && m.Address == a.Perps:
			m.Kind = PerpsMarket
		}
	}
	if perps {
		a.PerpsAccountToken = r.View(a.Perps, "getAccountTokenAddress()", 1).Word(0).Address()
	}
	n := 0
	for _, m := range a.Markets {
		if m.Kind == PerpsMarket {
			n++
		}
	}
	if n > 1 {
		r.problem("the perps system at %s stands behind %d markets of the core; one is what can be read", a.Perps, n)
	}
}

// systems finds the one contract of a kind among the markets, or checks the
// one that was named.
func systems(r *Reader, a *Addresses, at *evm.Address, is func(*Reader, MarketKey) bool, kind string) bool {
	var found []evm.Address
	for _, m := range a.Markets {
		if !slices.Contains(found, m.Address) && !m.Address.IsZero() && (m.Address == *at || at.IsZero() && is(r, m)) {
			found = append(found, m.Address)
		}
	}
	if !r.complete() {
		return false
	}
	switch {
	case len(found) == 1:
		*at = found[0]
		return true
	case len(found) > 1:
		r.problem("there are %d %s systems on this core, %s: name one with --%s; markets of the others then keep the debt that they report", len(found), kind, addressList(found), kind)
	case !at.IsZero():
		r.problem("%s, given with --%s, is no market of the core %s", *at, kind, a.Core)
	}
	return false
}

func isSpot(r *Reader, m MarketKey) bool {
	o := r.TryView(m.Address, "getSynth(uint128)", evm.Uint(m.ID))
	return o.OK(1) && !o.Data.Word(0).IsZero()
}

func isPerps(r *Reader, m MarketKey) bool {
	o := r.TryView(m.Address, "getMarkets()")
	if !o.OK(2) {
		return false
	}
	_, err := o.Data.List(0, 1)
	return err == nil
}

func addressList(list []evm.Address) (text string) {
	for i, a := range list {
		if i > 0 {
			text += ", "
		}
		text += a.String()
	}
	return text
}
