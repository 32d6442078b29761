package chain

import "context"

// Estimate is how many requests a snapshot takes.
type Estimate struct {
	Sent     int // for the estimate itself; they need not be repeated
	Answers  int // that are there already
	Reading  int // about so many more to read the state
	Checking int // and to compare
}

// Estimate finds out what a snapshot will read: it asks for addresses and logs,
// and counts the rest.
func (s *Source) Estimate(ctx context.Context, q Request) (e Estimate, err error) {
	a, _, keys, err := s.discover(ctx, q)
	if err != nil {
		return e, err
	}
	e.Answers = s.store.Answers()
	// A first pass asks for everything but what hangs on what it learns: the
	// elements of arrays, of which most hold few.
	first := s.Missing(func(r *Reader) { newDeploymentReader(r, a, keys).state() })
	positions := 0
	for _, list := range keys.Positions {
		positions += len(list)
	}
	holdings := 0
	for _, list := range keys.Holdings {
		holdings += len(list)
	}
	pools := 0
	for _, list := range keys.MarketPools {
		pools += len(list)
	}
	e.Reading = first + holdings + 4*len(a.Markets) + 2*pools + 3*len(keys.PerpsAccounts)
	if !a.Perps.IsZero() {
		e.Reading += 40
	}
	e.Checking = 12*len(a.Markets) + 3*pools + 5*positions + 5*len(keys.Positions) + 3*len(keys.Pools) + 2*holdings + len(keys.Accounts) + 10*len(keys.PerpsAccounts)
	return e, nil
}
