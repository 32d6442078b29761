package runner

import (
	"cmp"
	"fmt"
	"slices"

	"backtest/configs"
	"backtest/runner/record"
	"backtest/runner/sim"
	"backtest/runner/units"
)

// Exposure is what a pool bears of a market (SIP-328, PROTOCOL.md §8): its
// shares, its distance to the limit, and for each asset of the market how many
// USD of it the pool is short, which is what a hedge holds.
type Exposure struct {
	Scenario      string     `json:"scenario"`
	Pool          string     `json:"pool"`
	Market        string     `json:"market"`
	Asset         string     `json:"asset"` // empty for a market without a price
	InRange       bool       `json:"in_range"`
	Shares        record.D18 `json:"-"`
	TotalShares   record.D18 `json:"-"`
	Fraction      float64    `json:"fraction"` // shares / total shares
	ValuePerShare record.D18 `json:"-"`
	Limit         record.D18 `json:"-"` // 0 out of range
	ReportedDebt  record.D18 `json:"-"`
	ShortUSD      float64    `json:"short_usd"`    // negative: long
	HedgeWeight   float64    `json:"hedge_weight"` // of all the pool's exposure, by magnitude
}

// Exposures returns the exposure of every pool to every market at the start of
// every scenario, by scenario, pool, market and asset.
func Exposures(l *configs.Loaded) ([]Exposure, error) {
	w := &worlds{loaded: l}
	if err := w.addVariants(); err != nil {
		return nil, err
	}
	var all []Exposure
	for i := range w.variants {
		world, err := w.build(i, 0)
		if err != nil {
			return nil, err
		}
		rows, err := exposures(world.World)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

func exposures(w *sim.World) (all []Exposure, err error) {
	err = w.Initial.Static(func() {
		for p := range w.Pools {
			rows := poolExposures(w, p)
			weigh(rows)
			all = append(all, rows...)
		}
	})
	return all, err
}

func poolExposures(w *sim.World, pool int) (rows []Exposure) {
	for _, m := range w.Pools[pool].Markets {
		market := &w.Markets[m]
		// Inside a static call a view that fails does not return.
		shares, total, value, _ := w.Initial.MarketPoolDebtDistribution(market.ID, w.Pools[pool].ID)
		limit, _ := w.Initial.MarketPoolMaxDebtPerShare(market.ID, w.Pools[pool].ID)
		reported, _ := w.Initial.MarketReportedDebt(market.ID)
		row := Exposure{
			Scenario: w.Scenario, Pool: w.Pools[pool].Name, Market: market.Name, InRange: !shares.IsZero(),
			Shares: units.RecordU(shares.Wide()), TotalShares: units.RecordU(total.Wide()),
			ValuePerShare: units.Record(value.D18().Wide()), Limit: units.Record(limit.Wide()), ReportedDebt: units.RecordU(reported),
		}
		if !total.IsZero() {
			row.Fraction = units.FloatU(shares.Wide()) / units.FloatU(total.Wide())
		}
		rows = append(rows, byAsset(w, row, market)...)
	}
	return rows
}

// byAsset splits a row by the assets of its market.
func byAsset(w *sim.World, row Exposure, m *sim.Market) []Exposure {
	deltas := m.Driver.Deltas(w.Initial, nil)
	if len(deltas) == 0 {
		return []Exposure{row}
	}
	var rows []Exposure
	for _, d := range deltas {
		r := row
		r.Asset = w.Assets[d.Asset]
		r.ShortUSD = float64(row.Fraction * units.Float(d.USD))
		rows = append(rows, r)
	}
	return rows
}

// weigh sets the hedge weights of a pool's rows.
func weigh(rows []Exposure) {
	total := 0.0
	for _, r := range rows {
		total += magnitude(r.ShortUSD)
	}
	for i := range rows {
		if total > 0 {
			rows[i].HedgeWeight = magnitude(rows[i].ShortUSD) / total
		}
	}
	slices.SortStableFunc(rows, func(a, b Exposure) int { return cmp.Compare(b.HedgeWeight, a.HedgeWeight) })
}

// String is a line for people.
func (e Exposure) String() string {
	state := "in range, limit " + e.Limit.String()
	if !e.InRange {
		state = "out of range"
	}
	return fmt.Sprintf("%s %s %s: %.4f of the shares, %s, short %.2f USD, hedge weight %.4f",
		e.Pool, e.Market, e.Asset, e.Fraction, state, e.ShortUSD, e.HedgeWeight)
}
