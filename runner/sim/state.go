package sim

import (
	"fmt"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets"
	"backtest/pricepaths"
	"backtest/runner/record"
	"backtest/runner/units"
)

// State is a path in progress.
type State struct {
	World *World
	Sys   *model.System
	Path  uint64
	Step  int   // index into World.Grid
	Now   int64 // Unix seconds

	Market []float64   // market price of each asset, USD
	Oracle []float64   // published price of each asset, USD
	Price  []fp.Int256 // the same, D18

	Row    record.PathRow
	Events []record.EventRow

	initial  *start
	prices   *pricepaths.Path
	branches []pricepaths.Splice // of the path
	vaults   []vaultState
	pools    []poolMark
	locked   []bool // by market: capacity locked at the last look
	pushed   []bool // by market: reads a price of its own

	outsidersMinted fp.Int256 // D18 USD
	adversaries     fp.Int256 // their result, D18 USD

	blockedPools  []bool                // at the last look
	blockedLPs    map[int]blockedPeriod // by LP, of those who are refused now
	driver        []string              // by market: source behind its last distribution
	ledger        ledger
	quiet         quiet
	members       []memberFigures // by LP
	memberLife    uint32
	parts         parts
	opening       []fp.Int256 // by vault: what its LPs owned before the first step, D18 USD
	purses        []purse     // scratch: by vault
	equity        []fp.Int256 // the same
	positions     positionPath
	positionStart []fp.Int256 // by recorded position: what it was worth before the first step, D18 USD
	looks         []poolLook  // by pool
	vaultLooks    []vaultLook // by vault
	exposures     exposures
	cts           []model.CollateralID // of a rebalance
	told          model.EventLog       // since the last command
}

// NewState returns the state of a path before its first step. Its prices and
// slices are reused by the next path of the same worker.
func NewState(w *World) *State {
	return &State{
		World:  w,
		Sys:    &model.System{},
		Market: make([]float64, len(w.Assets)),
		Oracle: make([]float64, len(w.Assets)),
		Price:  make([]fp.Int256, len(w.Assets)),
		vaults: make([]vaultState, len(w.Vaults)),
		pools:  make([]poolMark, len(w.Pools)),
		locked: make([]bool, len(w.Markets)),
		pushed: make([]bool, len(w.Markets)),

		blockedPools: make([]bool, len(w.Pools)),
		blockedLPs:   map[int]blockedPeriod{},
		driver:       make([]string, len(w.Markets)),
		ledger:       newLedger(w),
		quiet:        newQuiet(w),
		parts:        newParts(w),
		opening:      make([]fp.Int256, len(w.Vaults)),
		looks:        make([]poolLook, len(w.Pools)),
		vaultLooks:   make([]vaultLook, len(w.Vaults)),
	}
}

// Begin starts a path.
func (s *State) Begin(path uint64, prices *pricepaths.Path) error {
	s.Path, s.prices = path, prices
	s.Row = record.NewPathRow(s.World.Scenario, s.World.Point, int64(path))
	s.Events = s.Events[:0]
	s.parts.begin()
	s.initial = s.World.start()
	s.Sys.Restore(s.World.Initial, markets.Clone)
	s.exposures.made = false
	clear(s.locked)
	clear(s.pushed)
	s.outsidersMinted, s.adversaries = fp.Int256{}, fp.Int256{}
	clear(s.blockedPools)
	clear(s.blockedLPs)
	clear(s.driver)
	for i := range s.vaults {
		s.vaults[i].reset(s.initial.ranks[i])
	}
	for i := range s.pools {
		s.pools[i].made = false
	}
	if err := s.SetStep(0); err != nil {
		return err
	}
	s.openPositions()
	s.told.Events = s.told.Events[:0]
	s.Sys.SetObserver(&s.told)
	s.openLedger()
	s.quiet.begin(s)
	s.beginMembers()
	return nil
}

// Branches says that the path that is about to begin branches off others: the
// draws of step i+1 and later are those of the path of a splice at interval i.
// Without splices it goes by its own draws alone.
func (s *State) Branches(list []pricepaths.Splice) { s.branches = list }

// DrawnPath returns the path whose draws count in the present step.
func (s *State) DrawnPath() uint64 {
	path := s.Path
	for _, b := range s.branches {
		if b.Interval >= s.Step {
			break
		}
		path = b.Path
	}
	return path
}

// External returns the market behind an id, and behind anything that stands
// before it.
func External(sys *model.System, id model.MarketID) model.ExternalMarket {
	m := sys.External(id)
	for {
		u, ok := m.(interface{ Unwrap() model.ExternalMarket })
		if !ok {
			return m
		}
		m = u.Unwrap()
	}
}

// SetStep moves to a point of the grid: the time and every price.
func (s *State) SetStep(step int) error {
	s.Step, s.Now = step, s.World.Grid[step]
	s.Sys.SetNow(uint64(s.Now))
	if step > 0 && !s.timeless() {
		s.note(SourceFunding)
	}
	if err := s.setPrices(step); err != nil {
		return err
	}
	if step > 0 {
		s.note(SourcePrice)
	}
	return nil
}

// setPrices tells everybody the prices of a step.
func (s *State) setPrices(step int) error {
	s.quiet.at = step
	s.forgetLooks()
	for a := range s.World.Assets {
		s.Market[a], s.Oracle[a] = s.prices.Market(a, step), s.prices.Oracle(a, step)
		p, err := units.Price(s.Oracle[a], s.World.Prices.Decimals(a))
		if err != nil {
			return fmt.Errorf("%s: %w", s.World.Assets[a], err)
		}
		s.Price[a] = p
	}
	for _, c := range s.World.Collaterals {
		s.Sys.SetCollateralPrice(c.CT, s.Price[c.Asset])
	}
	for _, m := range s.World.Markets {
		m.Driver.Reprice(s)
	}
	return nil
}

// Elapsed returns the seconds since the start of the path.
func (s *State) Elapsed() int64 { return s.Now - s.World.Grid[0] }

// PastPrice returns the market price of an asset at an earlier grid point,
// the first one before the start.
func (s *State) PastPrice(asset, step int) float64 { return s.prices.Market(asset, max(step, 0)) }

// NextPrice returns the market price one step ahead, which only an informed
// trader knows.
func (s *State) NextPrice(asset int) float64 {
	return s.prices.Market(asset, min(s.Step+1, len(s.World.Grid)-1))
}

// VaultID returns the protocol's name of a vault of the world.
func (s *State) VaultID(vault int) (model.PoolID, model.CollateralID) {
	v := s.World.Vaults[vault]
	return s.World.Pools[v.Pool].ID, s.World.Collaterals[v.Collateral].CT
}

// Due reports whether a multiple of the interval has passed since the last
// step; the first step counts.
func (s *State) Due(everySeconds int64) bool {
	if s.Step == 0 || everySeconds <= 0 {
		return true
	}
	// As many seconds ago as have passed since the last multiple, or fewer.
	return s.Elapsed()%everySeconds < s.World.Grid[s.Step]-s.World.Grid[s.Step-1]
}

// VaultPrice returns the price of a vault's collateral, USD.
func (s *State) VaultPrice(vault int) float64 {
	return s.Oracle[s.World.Collaterals[s.World.Vaults[vault].Collateral].Asset]
}

// StepBefore returns the last grid point that lies at least so many seconds
// back, 0 when none does.
func (s *State) StepBefore(seconds int64) int {
	i := s.Step
	for i > 0 && s.World.Grid[i] > s.Now-seconds {
		i--
	}
	return i
}

// HasTime reports whether so many seconds are left before the next step.
func (s *State) HasTime(seconds uint64) bool {
	if s.Step+1 >= len(s.World.Grid) {
		return false
	}
	return s.Sys.Now()+seconds < uint64(s.World.Grid[s.Step+1])
}

// Wait lets seconds pass within the step: what takes time in the protocol,
// such as the settlement of an order, happens between prices.
func (s *State) Wait(seconds uint64) {
	s.Sys.SetNow(s.Sys.Now() + seconds)
	s.note(SourceFunding)
}
