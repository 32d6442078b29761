package model

import "backtest/model/state"

// Release is a release of the contracts, by the commit of the Synthetix V3
// repository. A System models one, which its states, and the manifests of runs,
// name. A rule that another release changes is a switch on it at the changed
// line.
type Release string

// Release23585f7 is the release that recorded histories come from. No other is
// modelled yet.
const Release23585f7 Release = state.Release

// Release returns the release that the system models.
func (s *System) Release() Release { return s.release }
