package model

// WrapExternal replaces the external market behind an id by what wrap makes of
// it, for markets that stand before another one. It is not part of a
// transaction. The id must be registered.
func (s *System) WrapExternal(id MarketID, wrap func(ExternalMarket) ExternalMarket) {
	x := &s.registered[s.market(id)].external
	*x = wrap(*x)
}
