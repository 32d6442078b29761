package sim

// OracleAge returns the seconds since the oracle published the present price of
// an asset: since the price last changed, at most its heartbeat if it has one.
func (s *State) OracleAge(asset int, heartbeat int64) int64 {
	at := s.Step
	for at > 0 && s.prices.Oracle(asset, at-1) == s.prices.Oracle(asset, s.Step) {
		at--
		if heartbeat > 0 && s.World.Grid[s.Step]-s.World.Grid[at] >= heartbeat {
			break
		}
	}
	age := s.World.Grid[s.Step] - s.World.Grid[at]
	if heartbeat > 0 {
		age %= heartbeat
	}
	return age
}
