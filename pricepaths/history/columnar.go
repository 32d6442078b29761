package history

import (
	"fmt"
	"slices"
)

// FromColumns makes a File of columns that were read elsewhere, from Arrow or
// Parquet for instance, under the same rules as [Read]: sorted, without
// duplicates, gaps counted. times are unix seconds of bar opens in any order,
// closes are [asset][row] with NaN for none. The arguments are not kept.
func FromColumns(name string, times []int64, assets []string, closes [][]float64) (*File, error) {
	if len(assets) == 0 || len(assets) != len(closes) {
		return nil, &Error{File: name, Found: fmt.Sprintf("%d names for %d columns", len(assets), len(closes)), Allowed: "a name a column, at least one", Err: ErrUnrecognised}
	}
	b := bars{closes: make([][]float64, len(assets))}
	for a, asset := range assets {
		if !assetName.MatchString(asset) || slices.Index(assets, asset) != a || len(closes[a]) != len(times) {
			return nil, &Error{File: name, Column: a + 1, Found: fmt.Sprintf("%s of %d rows", quote(asset), len(closes[a])),
				Allowed: fmt.Sprintf("distinct names of letters and digits, %d rows each", len(times)), Err: ErrUnrecognised}
		}
	}
	for i, t := range times {
		if err := b.addColumns(i, t, closes); err != nil {
			err.File = name
			return nil, err
		}
	}
	f := &File{Name: name, Format: "columns", Assets: slices.Clone(assets)}
	if len(b.times) == 0 {
		return nil, &Error{File: name, Allowed: "at least one price", Err: ErrEmpty}
	}
	b.tidy(f, 0)
	return f, nil
}

func (b *bars) addColumns(i int, t int64, closes [][]float64) *Error {
	b.rows++
	priced := false
	for a := range closes {
		price := closes[a][i]
		if price == price && !(price > 0 && price < 1e300) {
			return &Error{Line: i + 1, Column: a + 1, Found: fmt.Sprint(price), Allowed: "a positive number, or NaN for none", Err: ErrPrice}
		}
		priced = priced || price == price
	}
	if t < earliest || t > latest {
		return &Error{Line: i + 1, Found: fmt.Sprint(t), Allowed: "unix seconds from 1980 to 2100", Err: ErrTime}
	}
	if !priced {
		return nil
	}
	for a := range closes {
		b.closes[a] = append(b.closes[a], closes[a][i])
	}
	b.add(moment{at: t}, i+1)
	return nil
}
