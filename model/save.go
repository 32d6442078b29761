package model

import (
	"fmt"
	"slices"

	"backtest/model/state"
)

// Saver is an external market that can be written into a state document.
type Saver interface {
	SaveState() (state.External, error)
}

// OracleFailure is the error of an oracle that was made to fail.
type OracleFailure struct {
	Code uint64 `arg:"code"`
}

func (e OracleFailure) Error() string { return fmt.Sprintf("OracleFailure: code %d", e.Code) }

// Save returns the whole state of the system. It fails with
// *state.UnsavedError when a market or the failure of an oracle is of a kind
// that no document can hold. What holds only zeros is left out.
func (s *System) Save() (*state.State, error) {
	d := &state.State{
		Format:   state.Format,
		Release:  string(s.release),
		Now:      s.now,
		Settings: saveSettings(&s.settings.now),
	}
	for _, c := range s.collaterals {
		saved, err := c.save()
		if err != nil {
			return nil, err
		}
		d.Collaterals = append(d.Collaterals, saved)
	}
	for _, id := range slices.Sorted(keysOf(s.accounts.all())) {
		a, _ := s.accounts.get(id)
		if saved := s.saveAccount(a); saved.Exists || saved.Collaterals != nil {
			d.Accounts = append(d.Accounts, saved)
		}
	}
	for m := range s.markets.size() {
		saved, err := s.saveMarket(m)
		if err != nil {
			return nil, err
		}
		d.Markets = append(d.Markets, saved)
	}
	for _, p := range s.sortedPools() {
		if saved := s.savePool(p); !unused(&saved) {
			d.Pools = append(d.Pools, saved)
		}
	}
	return d, nil
}
