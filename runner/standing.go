package runner

import (
	"cmp"
	"slices"

	"backtest/configs"
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/runner/record"
	"backtest/runner/sim"
	"backtest/runner/units"
)

// Standing is how a system stands before the first step.
type Standing struct {
	Vaults       []StandingVault
	Worst        []StandingPosition // by C-ratio, at most worstStanding
	Liquidatable int64              // positions that can be liquidated at once
	Exposures    []Exposure
}

// StandingVault are the sums of a vault.
type StandingVault struct {
	Name         string
	Positions    int64
	Value, Debt  record.D18 // USD
	CRatio       float64    // NaN without debt
	Liquidatable int64      // positions
}

// StandingPosition is a position before the first step.
type StandingPosition struct {
	Name             string
	Debt             record.D18 // USD
	CRatio           float64
	LiquidationPrice float64 // of its collateral, USD
	Liquidatable     bool
}

// worstStanding is how many of the worst positions are told.
const worstStanding = 10

// Standings tells how the system of a configuration stands before the first
// step: that of its first scenario.
func Standings(l *configs.Loaded) (s Standing, err error) {
	w := &worlds{loaded: l, open: map[cell]*opening{}}
	if err := w.addVariants(); err != nil {
		return s, err
	}
	world, err := w.build(0, 0)
	if err != nil {
		return s, err
	}
	s.addPositions(world.World)
	s.Exposures, err = exposures(world.World)
	return s, err
}

func (s *Standing) addPositions(w *sim.World) {
	values, debts := make([]fp.Int256, len(w.Vaults)), make([]fp.Int256, len(w.Vaults))
	for _, v := range w.Vaults {
		s.Vaults = append(s.Vaults, StandingVault{Name: v.Name})
	}
	all := make([]int, len(w.LPs))
	for i := range all {
		all[i] = i
	}
	w.EachAtStart(all, func(i int, p model.Position, liquidatable bool) {
		v := w.LPs[i].Vault
		s.Vaults[v].Positions++
		values[v], debts[v] = values[v].Add(p.CollateralValue.Int256()), debts[v].Add(p.Debt)
		if liquidatable {
			s.Vaults[v].Liquidatable++
			s.Liquidatable++
		}
		if p.Debt.Sign() > 0 {
			s.Worst = append(s.Worst, StandingPosition{w.PositionName(i), units.Record(p.Debt), sim.PositionRatio(p), w.LiquidationPrice(i, p), liquidatable})
			if len(s.Worst) > 64*worstStanding {
				s.keepWorst()
			}
		}
	})
	s.keepWorst()
	for v := range s.Vaults {
		s.Vaults[v].Value, s.Vaults[v].Debt = units.Record(values[v]), units.Record(debts[v])
		s.Vaults[v].CRatio = units.Float(values[v]) / units.Float(debts[v])
	}
}

func (s *Standing) keepWorst() {
	slices.SortStableFunc(s.Worst, func(a, b StandingPosition) int { return cmp.Compare(a.CRatio, b.CRatio) })
	s.Worst = s.Worst[:min(worstStanding, len(s.Worst))]
}
