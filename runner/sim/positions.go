package sim

import (
	"strconv"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/runner/record"
	"backtest/runner/units"
)

// Watch is a position, or a group of them, of which paths have a column: how
// many were liquidated.
type Watch struct {
	Position string // POOL/COLLATERAL/ACCOUNT, empty for a group
	Group    string
	Members  []int // into World.LPs
}

// positionPath is what a path knows of the positions that are recorded.
type positionPath struct {
	at    []int64 // by LP: seconds to its first liquidation, NoTimeSeconds before
	lost  []bool  // by LP: liquidated with its vault
	count []float64
}

// openPositions begins a path for the positions that are recorded.
func (s *State) openPositions() {
	p := &s.positions
	if len(s.World.Recorded) == 0 && len(s.World.Watches) == 0 {
		return
	}
	if p.at == nil {
		p.at, p.lost = make([]int64, len(s.World.LPs)), make([]bool, len(s.World.LPs))
		p.count = make([]float64, len(s.World.Watches))
	}
	for i := range p.at {
		p.at[i] = record.NoTimeSeconds
	}
	clear(p.lost)
	clear(p.count)
}

// positionLiquidated notes that an LP's position was liquidated.
func (s *State) positionLiquidated(vault int, id model.AccountID) {
	p := &s.positions
	if p.at == nil {
		return
	}
	lp := s.lpOf(vault, id)
	if lp < 0 {
		return
	}
	if p.at[lp] == record.NoTimeSeconds {
		p.at[lp] = s.Elapsed()
	}
	for _, w := range s.initial.watching[lp] {
		p.count[w]++
	}
}

// standing lists the LPs that have collateral in a vault, if anybody wants to
// know what becomes of them.
func (s *State) standing(vault int) (lps []int) {
	if s.positions.at == nil {
		return nil
	}
	pool, ct := s.VaultID(vault)
	for i := range s.World.LPs {
		if lp := &s.World.LPs[i]; lp.Vault == vault && !s.Sys.PositionCollateral(pool, ct, lp.Account).IsZero() {
			lps = append(lps, i)
		}
	}
	return lps
}

// vaultLiquidated notes that a vault was liquidated as a whole, unless its epoch
// is still the same: who was there is liquidated with it.
func (s *State) vaultLiquidated(vault int, epoch uint64, before []int) {
	pool, ct := s.VaultID(vault)
	if s.Sys.VaultStorage(pool, ct).Epoch == epoch {
		return
	}
	p := &s.positions
	for _, i := range before {
		if p.at[i] == record.NoTimeSeconds {
			p.at[i] = s.Elapsed()
		}
		p.lost[i] = true
		for _, w := range s.initial.watching[i] {
			p.count[w]++
		}
	}
}

// watchColumns declares the columns of watched positions and groups.
func watchColumns(w *World, add func(x record.ExtraColumn, name ...string)) {
	for _, x := range w.Watches {
		c := record.ExtraColumn{Kind: record.FloatColumn, Unit: record.UnitCount, Figure: "position_liquidations", Position: x.Position, Group: x.Group}
		if x.Position != "" {
			add(c, "position", x.Position, c.Figure)
		} else {
			add(c, "group", x.Group, c.Figure)
		}
	}
}

// watchingOf lists, for each LP, the watches that it is in.
func watchingOf(w *World) (watching [][]int32) {
	if len(w.Watches) == 0 {
		return make([][]int32, len(w.LPs))
	}
	watching = make([][]int32, len(w.LPs))
	for i, x := range w.Watches {
		for _, lp := range x.Members {
			watching[lp] = append(watching[lp], int32(i))
		}
	}
	return watching
}

// equityOf returns what a position is worth (D18 USD) and its debt.
func (s *State) equityOf(lp LP, o *model.VaultOutlook) (equity, debt fp.Int256, ratio float64) {
	p, _ := s.Sys.PositionOutlook(o, lp.Account)
	return p.CollateralValue.Int256().Sub(p.Debt), p.Debt, PositionRatio(p)
}

// keepOpening notes what recorded positions are worth before the first step.
func (s *State) keepOpening() error {
	if len(s.World.Recorded) == 0 {
		return nil
	}
	return s.eachRecorded(func(k int, lp LP, o *model.VaultOutlook) {
		equity, _, _ := s.equityOf(lp, o)
		s.positionStart[k] = equity
	})
}

// eachRecorded calls f for every recorded position with the outlook of its
// vault.
func (s *State) eachRecorded(f func(k int, lp LP, o *model.VaultOutlook)) error {
	if s.positionStart == nil {
		s.positionStart = make([]fp.Int256, len(s.World.Recorded))
	}
	outlooks := make([]*model.VaultOutlook, len(s.World.Vaults))
	for k, i := range s.World.Recorded {
		lp := s.World.LPs[i]
		if outlooks[lp.Vault] == nil {
			o, err := s.lastOutlook(lp.Vault)
			if err != nil {
				return err
			}
			outlooks[lp.Vault] = &o
		}
		f(k, lp, outlooks[lp.Vault])
	}
	return nil
}

// RecordPositions gives a collector what the path, which has ended well, came to
// for every recorded position.
func (s *State) RecordPositions(c *Collector) error {
	if c == nil || len(s.World.Recorded) == 0 {
		return nil
	}
	c.began = true
	return s.eachRecorded(func(k int, lp LP, o *model.VaultOutlook) {
		i := s.World.Recorded[k]
		equity, debt, ratio := s.equityOf(lp, o)
		c.positions[k].Add(record.PositionEnd{
			LiquidatedSeconds: s.positions.at[i], Lost: s.positions.lost[i], CRatio: ratio,
			Debt: units.Record(debt), Loss: units.Record(s.positionStart[k].Sub(equity)),
		})
	})
}

// positionKeys tells who the recorded positions are and how they stand at the
// start.
func (w *World) positionKeys() []record.PositionSketch {
	list := make([]record.PositionSketch, len(w.Recorded))
	w.EachAtStart(w.Recorded, func(k int, p model.Position, _ bool) {
		i := w.Recorded[k]
		lp := w.LPs[i]
		v := w.Vaults[lp.Vault]
		list[k].Key = record.PositionKey{
			Scenario: w.Scenario, Point: w.Point, Index: int32(k), Position: w.PositionName(i), Name: lp.Name,
			Account: strconv.FormatUint(uint64(lp.Account), 10), Pool: w.Pools[v.Pool].Name, Collateral: w.Collaterals[v.Collateral].Name,
			Group: lp.Group, Amount: units.RecordU(p.Collateral), DebtUSD: units.Record(p.Debt),
			CRatio: PositionRatio(p), LiquidationPrice: w.LiquidationPrice(i, p),
		}
	})
	return list
}
