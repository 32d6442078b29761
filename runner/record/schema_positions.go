package record

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"iter"
	"math"
	"path/filepath"
	"slices"
	"strconv"
)

// PositionTable is the table of results by position, of runs that record them.
const PositionTable = "position_results"

// PositionsCSV is the same as text.
const PositionsCSV = PositionTable + ".csv"

// PositionPlan tells which results by position a run records.
type PositionPlan struct {
	Kept int64   `json:"kept,omitempty"` // so many are told, those most likely to be liquidated first; 0 is all
	Z    float64 `json:"z"`              // normal quantile of intervals
}

// PositionRow is what became of a position: a row of position_results.arrow.
// Quantiles are of the C-ratio at the end, on paths on which it has debt then.
type PositionRow struct {
	Scenario   string
	Point      int32
	Position   string // POOL/COLLATERAL/ACCOUNT
	Account    string
	Pool       string
	Collateral string
	Group      string

	Amount           D18 // tokens, at the start
	DebtUSD          D18 // at the start
	CRatio           float64
	LiquidationPrice float64 // of its collateral at the start, USD

	Paths           int64
	Liquidations    int64   // paths on which it was liquidated, by itself or with its vault
	Probability     float64 // of that, with its interval
	Low, High       float64
	VaultLost       float64 // probability that it is liquidated with its vault as a whole
	MeanSeconds     float64 // to its liquidation, where it was liquidated; NaN without any
	SoonestSeconds  float64
	Quantiles       [5]float64 // at positionPercents
	FinalDebtUSD    float64    // mean
	LossUSD         float64    // mean fall of collateral value less debt
	GreatestLossUSD float64
}

var positionPercents = [5]int{5, 25, 50, 75, 95}

func positionTable() table[PositionRow] {
	columns := []column[PositionRow]{
		textColumn("scenario", func(r *PositionRow) *string { return &r.Scenario }),
		int32Column("point", func(r *PositionRow) *int32 { return &r.Point }),
		textColumn("position", func(r *PositionRow) *string { return &r.Position }),
		textColumn("account", func(r *PositionRow) *string { return &r.Account }),
		textColumn("pool", func(r *PositionRow) *string { return &r.Pool }),
		textColumn("collateral", func(r *PositionRow) *string { return &r.Collateral }),
		textColumn("group", func(r *PositionRow) *string { return &r.Group }),
		decimalColumn("amount", func(r *PositionRow) *D18 { return &r.Amount }),
		decimalColumn("debt_usd", func(r *PositionRow) *D18 { return &r.DebtUSD }),
		floatColumn("c_ratio", func(r *PositionRow) *float64 { return &r.CRatio }),
		floatColumn("liquidation_price_usd", func(r *PositionRow) *float64 { return &r.LiquidationPrice }),
		int64Column("paths", func(r *PositionRow) *int64 { return &r.Paths }),
		int64Column("liquidated_paths", func(r *PositionRow) *int64 { return &r.Liquidations }),
		floatColumn("liquidation_probability", func(r *PositionRow) *float64 { return &r.Probability }),
		floatColumn("liquidation_probability_low", func(r *PositionRow) *float64 { return &r.Low }),
		floatColumn("liquidation_probability_high", func(r *PositionRow) *float64 { return &r.High }),
		floatColumn("vault_liquidation_probability", func(r *PositionRow) *float64 { return &r.VaultLost }),
		floatColumn("liquidation_mean_seconds", func(r *PositionRow) *float64 { return &r.MeanSeconds }),
		floatColumn("liquidation_soonest_seconds", func(r *PositionRow) *float64 { return &r.SoonestSeconds }),
	}
	for i, percent := range positionPercents {
		columns = append(columns, floatColumn(fmt.Sprintf("final_c_ratio_q%02d", percent), func(r *PositionRow) *float64 { return &r.Quantiles[i] }))
	}
	columns = append(columns,
		floatColumn("final_debt_mean_usd", func(r *PositionRow) *float64 { return &r.FinalDebtUSD }),
		floatColumn("loss_mean_usd", func(r *PositionRow) *float64 { return &r.LossUSD }),
		floatColumn("loss_greatest_usd", func(r *PositionRow) *float64 { return &r.GreatestLossUSD }))
	return table[PositionRow]{name: PositionTable, columns: columns, batchRows: 1 << 12}
}

// Row tells what was counted of a position, with intervals of a confidence.
func (s *PositionSketch) row(z float64) PositionRow {
	k, n := &s.Key, float64(s.Paths)
	r := PositionRow{
		Scenario: k.Scenario, Point: k.Point, Position: k.Position, Account: k.Account,
		Pool: k.Pool, Collateral: k.Collateral, Group: k.Group,
		Amount: k.Amount, DebtUSD: k.DebtUSD, CRatio: k.CRatio, LiquidationPrice: k.LiquidationPrice,
		Paths: s.Paths, Liquidations: s.Liquidated, Probability: float64(s.Liquidated) / n, VaultLost: float64(s.Lost) / n,
		MeanSeconds: math.NaN(), SoonestSeconds: math.NaN(),
		FinalDebtUSD: D18(s.Debt).Float64() / n, LossUSD: D18(s.Loss).Float64() / n, GreatestLossUSD: D18(s.Worst).Float64(),
	}
	r.Low, r.High = wilson(float64(s.Liquidated), n, z)
	if s.Liquidated > 0 {
		r.MeanSeconds, r.SoonestSeconds = float64(s.Seconds)/float64(s.Liquidated), float64(s.Soonest)
	}
	for i, percent := range positionPercents {
		r.Quantiles[i] = s.Quantile(float64(percent) / 100)
	}
	return r
}

// wilson is the score interval of a proportion.
func wilson(events, n, z float64) (low, high float64) {
	p, z2 := events/n, float64(z*z)
	middle := p + z2/float64(2*n)
	spread := float64(z * math.Sqrt(float64(p*(1-p))/n+z2/float64(4*float64(n*n))))
	scale := 1 + z2/n
	low, high = max(0, (middle-spread)/scale), min(1, (middle+spread)/scale)
	if events == 0 {
		low = 0
	}
	if events == n {
		high = 1
	}
	return low, high
}

// positionWriter holds the two files of results by position.
type positionWriter struct {
	plan  PositionPlan
	table *tableWriter[PositionRow]
	text  *csvFile
}

func newPositionWriter(dir string, id Identity, opt Options) (*positionWriter, error) {
	w := &positionWriter{plan: *id.Positions}
	var errs [2]error
	w.table, errs[0] = newTableWriter(opt, dir, positionTable(), id.Format)
	w.text, errs[1] = newCSVFile(opt, dir, positionTable())
	return w, errors.Join(errs[:]...)
}

// add writes the positions of a cell: in their order, or the first few by
// probability and then by C-ratio.
func (w *positionWriter) add(list []PositionSketch) error {
	order := make([]*PositionSketch, 0, len(list))
	for i := range list {
		if list[i].Paths > 0 {
			order = append(order, &list[i])
		}
	}
	if w.plan.Kept > 0 {
		slices.SortStableFunc(order, likelier)
		order = order[:min(int64(len(order)), w.plan.Kept)]
	}
	for _, s := range order {
		r := s.row(w.plan.Z)
		if err := errors.Join(w.table.append(r), w.text.add(&r)); err != nil {
			return err
		}
	}
	return nil
}

func likelier(a, b *PositionSketch) int {
	return cmp.Or(
		cmp.Compare(float64(b.Liquidated)/float64(b.Paths), float64(a.Liquidated)/float64(a.Paths)),
		cmp.Compare(orInfinite(a.Key.CRatio), orInfinite(b.Key.CRatio)))
}

func orInfinite(ratio float64) float64 {
	if math.IsNaN(ratio) {
		return math.Inf(1)
	}
	return ratio
}

// csvFile is a table as text, written whole or not at all.
type csvFile struct {
	file    *durableFile
	out     *csv.Writer
	columns []column[PositionRow]
	rows    int64
	sealed  bool
}

func newCSVFile(opt Options, dir string, t table[PositionRow]) (*csvFile, error) {
	file, err := createDurable(opt.FS, filepath.Join(dir, PositionsCSV))
	if err != nil {
		return nil, err
	}
	f := &csvFile{file: file, out: csv.NewWriter(file), columns: t.columns}
	return f, f.out.Write(namesOf(t))
}

func (f *csvFile) add(r *PositionRow) error {
	f.rows++
	q := r.Quantiles
	return f.out.Write([]string{
		r.Scenario, strconv.Itoa(int(r.Point)), r.Position, r.Account, r.Pool, r.Collateral, r.Group,
		r.Amount.String(), r.DebtUSD.String(), number(r.CRatio), number(r.LiquidationPrice),
		strconv.FormatInt(r.Paths, 10), strconv.FormatInt(r.Liquidations, 10), number(r.Probability), number(r.Low), number(r.High),
		number(r.VaultLost), number(r.MeanSeconds), number(r.SoonestSeconds),
		number(q[0]), number(q[1]), number(q[2]), number(q[3]), number(q[4]),
		number(r.FinalDebtUSD), number(r.LossUSD), number(r.GreatestLossUSD),
	})
}

// number spells a float in the shortest way that tells it apart, nothing for NaN.
func number(x float64) string {
	if math.IsNaN(x) {
		return ""
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

func (f *csvFile) seal() (FileEntry, error) {
	f.out.Flush()
	if err := f.out.Error(); err != nil {
		return FileEntry{}, errors.Join(err, f.discard())
	}
	f.sealed = true
	entry, err := f.file.seal()
	entry.Rows = f.rows
	return entry, err
}

func (f *csvFile) publish() error { return f.file.publish() }

func (f *csvFile) discard() error {
	if f.sealed {
		return f.file.remove()
	}
	f.sealed = true
	return f.file.abandon()
}

// HasPositions says whether the run has results by position.
func (r *Reader) HasPositions() bool { return r.manifest.Positions != nil }

// Positions gives the results by position, in order of scenario, point and of
// the start, or of the likeliest. A run without them gives none.
func (r *Reader) Positions() iter.Seq2[PositionRow, error] {
	if !r.HasPositions() {
		return func(func(PositionRow, error) bool) {}
	}
	return rowsOf(r, positionTable())
}
