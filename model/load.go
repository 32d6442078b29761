package model

import "backtest/model/state"

// LoadExternal makes the external market id of a system that is being loaded.
// All tokens are there already, the markets before it too. It adds what cannot
// be to c.
type LoadExternal func(d *state.External, id MarketID, s *System, c *state.Checker, path string) ExternalMarket

// Load makes a system in the state of a document. It fails with
// *state.InvalidError, which names everything that cannot be: another format or
// release, ids that are unknown or there twice, heaps in no order. Whether sums
// meet it does not ask.
func Load(d *state.State, external LoadExternal) (*System, error) {
	l := &loader{sys: &System{release: Release(d.Release), now: d.Now}, collaterals: map[string]CollateralID{}}
	l.header(d)
	if err := l.sys.Transact(func() { l.all(d, external) }); err != nil {
		return nil, err
	}
	if err := l.Err(); err != nil {
		return nil, err
	}
	return l.sys, nil
}

func (l *loader) all(d *state.State, external LoadExternal) {
	l.sys.pool(0)
	for i := range d.Collaterals {
		l.collateral(state.At("collaterals", i), &d.Collaterals[i])
	}
	for i := range d.Markets {
		l.market(state.At("markets", i), MarketID(i+1), &d.Markets[i], external)
	}
	state.Distinct(&l.Checker, "pools", d.Pools, ".id", func(p state.Pool) state.ID { return p.ID })
	for i := range d.Pools {
		l.pool(state.At("pools", i), &d.Pools[i])
	}
	state.Distinct(&l.Checker, "accounts", d.Accounts, ".id", func(a state.Account) state.ID { return a.ID })
	for i := range d.Accounts {
		l.account(state.At("accounts", i), &d.Accounts[i])
	}
	l.settings(&d.Settings)
}

// loader makes a system of a document and collects what cannot be.
type loader struct {
	state.Checker
	sys         *System
	collaterals map[string]CollateralID
}

func (l *loader) header(d *state.State) {
	if d.Format != state.Format {
		l.Add("format", "is %q, this program reads %q", d.Format, state.Format)
	}
	if Release(d.Release) != Release23585f7 {
		l.Add("release", "is %q, this program knows the contracts of %q", d.Release, Release23585f7)
	}
	if len(d.Collaterals) == 0 || d.Collaterals[0].Name != "USD" || d.Collaterals[0].Decimals != 18 {
		l.Add("collaterals", "must begin with USD of 18 decimals")
	}
}

// ct returns a collateral type by name.
func (l *loader) ct(path, name string) CollateralID {
	ct, ok := l.collaterals[name]
	if !ok {
		l.Add(path, "%q is no collateral type of the document", name)
	}
	return ct
}

func (l *loader) actor(path, text string) Actor { return CheckActor(&l.Checker, path, text) }

// CheckActor reads an actor of a document.
func CheckActor(c *state.Checker, path, text string) Actor {
	a, ok := ParseActor(text)
	if !ok {
		c.Add(path, "%q is no actor", text)
	}
	return a
}

// CollateralNamed returns the collateral type with a name.
func (s *System) CollateralNamed(name string) (ct CollateralID, ok bool) {
	for i, c := range s.collaterals {
		if c.name == name {
			return CollateralID(i), true
		}
	}
	return 0, false
}

func saveDistribution(d Distribution) state.Distribution {
	return state.Distribution{TotalShares: d.TotalShares, ValuePerShare: d.ValuePerShare}
}

func loadDistribution(d state.Distribution) Distribution {
	return Distribution{TotalShares: d.TotalShares, ValuePerShare: d.ValuePerShare}
}
