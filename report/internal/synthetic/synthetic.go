// Package synthetic writes small, plausible runs for the tests of reporting. It
// is no model of the protocol: two vaults follow random walks, and crossing a
// line counts as an event.
package synthetic

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"

	"backtest/runner/record"
)

// World says what to write.
type World struct {
	Name   string
	Paths  int64
	Seed   uint64
	Drop   float64 // how much lower than 300 % the vaults start, 0.5 = at 250 %
	Failed int64   // the first paths fail
	Tilted bool    // weights differ from 1
	Scenes []string
	Format record.Format // of the files; Arrow when empty

	// Study makes a study: the first axis lowers the start of the vault of SNX as
	// Drop does, the second that of ETH, as far as their values are numbers.
	Study *record.StudyPlan
}

const (
	steps       = 720 // hours
	stepSeconds = 3600
	start       = 1_600_000_000
	stride      = 24
)

// attribution declares the column of a cause of the LPs' profit.
func attribution(source string) record.ExtraColumn {
	return record.ExtraColumn{Name: "attribution_" + source + "_usd", Kind: record.DecimalColumn, Unit: record.UnitUSD, Sum: record.LPProfit, Source: source}
}

// Write puts the run of a world into an empty folder.
func Write(dir string, w World) error {
	if len(w.Scenes) == 0 {
		w.Scenes = []string{"base"}
	}
	configuration, err := json.Marshal(map[string]any{"name": w.Name, "start": map[string]float64{"c_ratio": 3 - w.Drop}, "seed": w.Seed})
	if err != nil {
		return fmt.Errorf("synthetic: %w", err)
	}
	id := record.Identity{
		Name: w.Name, Command: "run", ProgramVersion: "test", Seed: w.Seed, Configuration: configuration, Format: w.Format,
		ConfigSHA256: fmt.Sprintf("%064x", w.Seed), Columns: []record.ExtraColumn{
			attribution("price"), attribution("debt"), attribution("liquidation")},
	}
	points := 1
	if w.Study != nil {
		id.Command, id.Study, points = "study", w.Study, len(w.Study.Points)
	}
	for _, scenario := range w.Scenes {
		for point := range points {
			id.Plan.Cells = append(id.Plan.Cells, record.Cell{Scenario: scenario, Point: int32(point), Paths: w.Paths})
		}
	}
	store, err := record.Create(dir, id, record.Options{})
	if err != nil {
		return err
	}
	defer store.Close()
	for _, spec := range store.Missing() {
		if err := store.Write(w.block(spec)); err != nil {
			return err
		}
	}
	_, err = store.Finalize(context.Background(), record.Facts{})
	return err
}

// vault is one of the two walks.
type vault struct {
	pool, collateral string
	ratio            float64
	volatility       float64 // an hour
	liquidated       bool
}

func (w World) block(spec record.BlockSpec) *record.Block {
	b := &record.Block{Index: spec.Index}
	sketches := newSketches(spec)
	for i := range spec.Paths {
		row, events := w.path(spec, spec.FirstPath+int64(i), sketches)
		b.Paths = append(b.Paths, row)
		b.Events = append(b.Events, events...)
	}
	sketches.into(b)
	return b
}

func (w World) path(spec record.BlockSpec, path int64, s *sketches) (record.PathRow, []record.EventRow) {
	p := &walk{row: record.NewPathRow(spec.Scenario, spec.Point, path), random: rand.New(rand.NewPCG(w.Seed, uint64(path)))}
	if path < w.Failed {
		p.row.Failed = "synthetic failure"
		p.row.Exact = make([]record.D18, 3)
		return p.row, nil
	}
	vaults := []*vault{
		{pool: "main", collateral: "SNX", ratio: 3 - w.Drop - w.along(0, spec.Point), volatility: 0.014},
		{pool: "main", collateral: "ETH", ratio: 2.4 - w.Drop - w.along(1, spec.Point), volatility: 0.0085},
	}
	p.row.MinVaultCRatio, p.row.MinPositionCRatio = math.Inf(1), math.Inf(1)
	for step := int32(0); step <= steps; step++ {
		for _, v := range vaults {
			p.step(v, step)
			if step%stride == 0 {
				s.add(v, step)
			}
		}
	}
	p.finish(vaults, w)
	return p.row, p.events
}

// along is the value of an axis at a point; 0 where there is no such number.
func (w World) along(axis int, point int32) float64 {
	if w.Study == nil || axis >= len(w.Study.Axes) {
		return 0
	}
	x, _ := strconv.ParseFloat(w.Study.Points[point][axis], 64)
	return x
}

// walk is one path being written.
type walk struct {
	row     record.PathRow
	events  []record.EventRow
	random  *rand.Rand
	outside bool
	lost    float64
}

func (p *walk) step(v *vault, step int32) {
	if step > 0 {
		v.ratio *= math.Exp(v.volatility*p.random.NormFloat64() - 0.0001)
	}
	p.row.MinVaultCRatio = math.Min(p.row.MinVaultCRatio, v.ratio)
	p.row.MinPositionCRatio = math.Min(p.row.MinPositionCRatio, 0.8*v.ratio)
	switch {
	case v.collateral != "SNX":
	case !p.outside && v.ratio < 2.0:
		p.outside = true
		p.row.StopLossExits++
		mark(&p.row.FirstStopLossExitSeconds, step)
		p.event(record.KindStopLossExit, v, step, "perps", 0)
	case p.outside && v.ratio > 2.6:
		p.outside = false
		p.row.Reentries++
		p.event(record.KindStopLossReentry, v, step, "perps", 0)
	}
	if v.ratio < 1.6 && p.random.Float64() < 0.01 {
		p.row.PositionLiquidations++
		p.lost += 5_000
		mark(&p.row.FirstPositionLiquidationSeconds, step)
		p.event(record.KindPositionLiquidation, v, step, "", 5_000)
	}
	if v.ratio < 1.15 && !v.liquidated {
		v.liquidated = true
		p.row.VaultLiquidations++
		p.lost += 400_000
		mark(&p.row.FirstVaultLiquidationSeconds, step)
		p.event(record.KindVaultLiquidation, v, step, "", 400_000)
	}
}

func mark(first *int64, step int32) {
	if *first == record.NoTimeSeconds {
		*first = int64(step) * stepSeconds
	}
}

func (p *walk) event(kind string, v *vault, step int32, market string, usd float64) {
	e := record.EventRow{
		Scenario: p.row.Scenario, Point: p.row.Point, Path: p.row.Path, Step: step, Time: start + int64(step)*stepSeconds,
		Kind: kind, Market: market, Pool: v.pool, Collateral: v.collateral, AmountUSD: D18(usd), CRatio: v.ratio,
	}
	if market != "" {
		e.Collateral = ""
	}
	p.events = append(p.events, e)
}

func (p *walk) finish(vaults []*vault, w World) {
	snx, eth := vaults[0].ratio, vaults[1].ratio
	price, debt := 1e6*(snx-3+w.Drop), 2e6*(eth-2.4+w.Drop)
	p.row.Steps, p.row.Events, p.row.HorizonSeconds = steps, int64(len(p.events)), steps*stepSeconds
	p.row.DebtLiquidatedUSD = D18(p.lost)
	p.row.BadDebtUSD = D18(math.Max(0, 1.1-math.Min(snx, eth)) * 1e6)
	p.row.LPPnLUSD = D18(price + debt - p.lost)
	p.row.FinalDebtUSD, p.row.FinalCollateralUSD = D18(3e6), D18(1e6*snx+2e6*eth)
	p.row.FinalVaultCRatio = math.Min(snx, eth)
	p.row.MaxUtilisation, p.row.MaxMintUsage = 0.8/math.Max(1, p.row.MinVaultCRatio), 0.9
	p.row.Exact = []record.D18{D18(price), D18(debt), D18(-p.lost)}
	if w.Tilted {
		p.row.Weight = 0.5 + p.random.Float64()
	}
}

// D18 rounds an amount to millionths.
func D18(usd float64) record.D18 {
	v := big.NewInt(int64(math.Round(usd * 1e6)))
	d, err := record.D18FromBig(v.Mul(v, big.NewInt(1e12)))
	if err != nil {
		panic(err) // amounts here are far below the range
	}
	return d
}

// sketches of one block by vault and step.
type sketches struct {
	spec   record.BlockSpec
	cRatio map[record.CRatioKey]*record.CRatioSketch
	series map[record.SeriesKey]*record.SeriesSketch
}

func newSketches(spec record.BlockSpec) *sketches {
	return &sketches{spec, map[record.CRatioKey]*record.CRatioSketch{}, map[record.SeriesKey]*record.SeriesSketch{}}
}

func (s *sketches) add(v *vault, step int32) {
	time := start + int64(step)*stepSeconds
	key := record.CRatioKey{Scenario: s.spec.Scenario, Point: s.spec.Point, Step: step, Time: time, Pool: v.pool, Collateral: v.collateral}
	c := s.cRatio[key]
	if c == nil {
		c = &record.CRatioSketch{Key: key, DebtUnit: 1e-6}
		s.cRatio[key] = c
	}
	for _, share := range []float64{0.8, 0.9, 1, 1.1, 1.25} {
		c.ByPosition.Add(v.ratio * share)
		c.ByDebt.AddWeighted(v.ratio*share, record.Int128Of(int64(1e6/share)))
	}
	name := record.SeriesKey{Scenario: s.spec.Scenario, Point: s.spec.Point, Step: step, Time: time,
		Figure: "vault_c_ratio", Entity: v.pool + "/" + v.collateral, Unit: "ratio"}
	fan := s.series[name]
	if fan == nil {
		fan = &record.SeriesSketch{Key: name}
		s.series[name] = fan
	}
	fan.Values.Add(v.ratio)
}

func (s *sketches) into(b *record.Block) {
	for _, c := range s.cRatio {
		b.CRatio = append(b.CRatio, *c)
	}
	for _, f := range s.series {
		b.Series = append(b.Series, *f)
	}
}
