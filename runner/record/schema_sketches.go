package record

import "fmt"

// Percents are the quantiles that cratio and series files hold: columns q01 to q99.
var Percents = [9]int{1, 5, 10, 25, 50, 75, 90, 95, 99}

// Bases of a C-ratio distribution.
const (
	BasisPosition = "position" // every position counts once
	BasisDebt     = "debt"     // every position counts with its debt
)

// CRatioRow is the C-ratio distribution of one vault at one recorded step: a row of cratio.arrow. Quantiles are within
// SketchRelativeError; Low and High are exact. All of them are NaN (null in the file) when no position has debt.
type CRatioRow struct {
	Scenario     string
	Point        int32
	Step         int32
	Time         int64 // Unix seconds
	Pool         string
	Collateral   string
	Basis        string
	N            int64   // positions with debt, over all paths
	Weight       float64 // what the bins add up to: positions, or USD of debt, each times the path's likelihood ratio
	ZeroDebt     int64   // positions without debt, in none of the quantiles
	Liquidatable int64
	Quantiles    [9]float64 // at Percents
	Low          float64
	High         float64
	BinLow       []float64 // lower edge of every bin that holds something, ascending
	BinWeight    []float64 // positions, or USD of debt, in it, likewise
}

// SeriesRow is the distribution of one figure over paths at one recorded step: a row of series.arrow. Mean is exact to
// 10^-9 per path; it is NaN (null) where a path has an infinite value.
type SeriesRow struct {
	Scenario  string
	Point     int32
	Step      int32
	Time      int64 // Unix seconds
	Figure    string
	Entity    string
	Unit      string
	N         int64 // paths with a value
	Missing   int64 // paths without one
	Mean      float64
	Quantiles [9]float64 // at Percents
	Low       float64
	High      float64
}

// CRatioBatchRows is the number of C-ratio distributions that are written together.
const CRatioBatchRows = 1 << 11

func cRatioTable() table[CRatioRow] {
	columns := []column[CRatioRow]{
		textColumn("scenario", func(r *CRatioRow) *string { return &r.Scenario }),
		int32Column("point", func(r *CRatioRow) *int32 { return &r.Point }),
		int32Column("step", func(r *CRatioRow) *int32 { return &r.Step }),
		timeColumn("time", func(r *CRatioRow) *int64 { return &r.Time }),
		textColumn("pool", func(r *CRatioRow) *string { return &r.Pool }),
		textColumn("collateral", func(r *CRatioRow) *string { return &r.Collateral }),
		textColumn("basis", func(r *CRatioRow) *string { return &r.Basis }),
		int64Column("n", func(r *CRatioRow) *int64 { return &r.N }),
		floatColumn("weight", func(r *CRatioRow) *float64 { return &r.Weight }),
		int64Column("zero_debt_positions", func(r *CRatioRow) *int64 { return &r.ZeroDebt }),
		int64Column("liquidatable_positions", func(r *CRatioRow) *int64 { return &r.Liquidatable }),
	}
	columns = append(columns, quantileColumns(func(r *CRatioRow) *[9]float64 { return &r.Quantiles })...)
	columns = append(columns,
		floatColumn("min", func(r *CRatioRow) *float64 { return &r.Low }),
		floatColumn("max", func(r *CRatioRow) *float64 { return &r.High }),
		listColumn("bin_low", func(r *CRatioRow) *[]float64 { return &r.BinLow }),
		listColumn("bin_weight", func(r *CRatioRow) *[]float64 { return &r.BinWeight }))
	return table[CRatioRow]{name: CRatioTable, columns: columns, batchRows: CRatioBatchRows}
}

func seriesTable() table[SeriesRow] {
	columns := []column[SeriesRow]{
		textColumn("scenario", func(r *SeriesRow) *string { return &r.Scenario }),
		int32Column("point", func(r *SeriesRow) *int32 { return &r.Point }),
		int32Column("step", func(r *SeriesRow) *int32 { return &r.Step }),
		timeColumn("time", func(r *SeriesRow) *int64 { return &r.Time }),
		textColumn("figure", func(r *SeriesRow) *string { return &r.Figure }),
		textColumn("entity", func(r *SeriesRow) *string { return &r.Entity }),
		textColumn("unit", func(r *SeriesRow) *string { return &r.Unit }),
		int64Column("n", func(r *SeriesRow) *int64 { return &r.N }),
		int64Column("missing", func(r *SeriesRow) *int64 { return &r.Missing }),
		floatColumn("mean", func(r *SeriesRow) *float64 { return &r.Mean }),
	}
	columns = append(columns, quantileColumns(func(r *SeriesRow) *[9]float64 { return &r.Quantiles })...)
	columns = append(columns,
		floatColumn("min", func(r *SeriesRow) *float64 { return &r.Low }),
		floatColumn("max", func(r *SeriesRow) *float64 { return &r.High }))
	return table[SeriesRow]{name: SeriesTable, columns: columns, batchRows: 1 << 13}
}

func quantileColumns[T any](at func(*T) *[9]float64) []column[T] {
	var out []column[T]
	for i, percent := range Percents {
		out = append(out, floatColumn(fmt.Sprintf("q%02d", percent), func(r *T) *float64 { return &at(r)[i] }))
	}
	return out
}

// rows gives the two rows of a C-ratio sketch: by position and by debt.
func (s *CRatioSketch) rows() [2]CRatioRow {
	return [2]CRatioRow{s.row(BasisPosition, &s.ByPosition, s.positionUnit()), s.row(BasisDebt, &s.ByDebt, s.DebtUnit)}
}

func (s *CRatioSketch) row(basis string, from *Sketch, unit float64) CRatioRow {
	k := s.Key
	out := CRatioRow{Scenario: k.Scenario, Point: k.Point, Step: k.Step, Time: k.Time, Pool: k.Pool, Collateral: k.Collateral,
		Basis: basis, N: from.N, Weight: float64(from.Weight.Float64() * unit), ZeroDebt: s.ZeroDebt, Liquidatable: s.Liquidatable,
		Low: from.Quantile(0), High: from.Quantile(100), Quantiles: from.nine()}
	for _, b := range from.Bins {
		if b.Count.Hi < 0 {
			continue // debts too small for the unit
		}
		out.BinLow = append(out.BinLow, BucketLow(b.Index))
		out.BinWeight = append(out.BinWeight, float64(b.Count.Float64()*unit))
	}
	return out
}

func (s *SeriesSketch) row() SeriesRow {
	k, v := s.Key, &s.Values
	return SeriesRow{Scenario: k.Scenario, Point: k.Point, Step: k.Step, Time: k.Time, Figure: k.Figure, Entity: k.Entity, Unit: k.Unit,
		N: v.N, Missing: v.Missing, Mean: v.Mean(), Quantiles: v.nine(), Low: v.Quantile(0), High: v.Quantile(100)}
}

// nine gives the quantiles at Percents.
func (s *Sketch) nine() (out [9]float64) {
	s.quantiles(Percents[:], out[:])
	return out
}
