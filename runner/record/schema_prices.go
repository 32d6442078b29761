package record

import (
	"cmp"
	"context"
	"errors"
	"iter"
)

// PricesTable is the file of price paths; it stands alone, without a manifest.
const PricesTable = "prices"

// PriceRow is the price of an asset at a point of a path: a row of prices.arrow.
type PriceRow struct {
	Path      int64
	Step      int32
	Time      int64 // Unix seconds
	Asset     string
	MarketUSD float64
	OracleUSD float64 // as published at that time
}

// PriceBatchRows is the number of prices that are written together.
const PriceBatchRows = 1 << 15

func priceTable() table[PriceRow] {
	return table[PriceRow]{name: PricesTable, batchRows: PriceBatchRows, columns: []column[PriceRow]{
		int64Column("path", func(r *PriceRow) *int64 { return &r.Path }),
		int32Column("step", func(r *PriceRow) *int32 { return &r.Step }),
		timeColumn("time", func(r *PriceRow) *int64 { return &r.Time }),
		textColumn("asset", func(r *PriceRow) *string { return &r.Asset }),
		floatColumn("market_price_usd", func(r *PriceRow) *float64 { return &r.MarketUSD }),
		floatColumn("oracle_price_usd", func(r *PriceRow) *float64 { return &r.OracleUSD }),
	}}
}

// PricesName is the name of the file of prices in a format.
func PricesName(format Format) string { return fileName("prices", cmp.Or(format, Arrow)) }

// WritePrices writes prices.arrow, or prices.parquet, into a folder, where the name was found to be free or the program's own. The file has its name only when it is whole. A
// cancelled context leaves none.
func WritePrices(ctx context.Context, folder *Folder, format Format, rows iter.Seq[PriceRow]) (FileEntry, error) {
	if format == "" {
		format = Arrow
	}
	var opt Options
	if err := opt.fill(); err != nil {
		return FileEntry{}, err
	}
	w, err := newTableWriter(opt, folder.dir, priceTable(), format)
	if err != nil {
		return FileEntry{}, err
	}
	some := make([]PriceRow, 0, rowsTogether)
	add := func() error {
		err := errors.Join(ctx.Err(), w.append(some...))
		some = some[:0]
		return err
	}
	for row := range rows {
		if some = append(some, row); len(some) == cap(some) {
			if err := add(); err != nil {
				return FileEntry{}, errors.Join(err, w.discard())
			}
		}
	}
	if err := add(); err != nil {
		return FileEntry{}, errors.Join(err, w.discard())
	}
	entry, err := w.seal()
	if err == nil {
		err = folder.note("prices", entry)
	}
	if err == nil {
		return entry, w.publish()
	}
	return entry, errors.Join(err, w.discard())
}
