package record

import "fmt"

// Units of columns, and of the figures that are made of them.
const (
	UnitUSD     = "usd"
	UnitRatio   = "ratio"   // 1 = 100 %: a share, a C-ratio, a price relative to another
	UnitSeconds = "seconds" // from the start of a path
	UnitCount   = "count"
)

// ColumnKind is the type of an extra column of paths.arrow.
type ColumnKind string

// Kinds of extra columns.
const (
	DecimalColumn ColumnKind = "decimal" // decimal128(38, 18)
	FloatColumn   ColumnKind = "float"   // float64, NaN is null
)

// ExtraColumn declares a column that one run adds to paths.arrow. All that readers know of it stands here; its name means nothing.
//
// A column with a Figure is an entity's part of that figure of the whole system; one without is a figure of its own. One with a Sum is what its
// Source brought to that: those of one entity add up to the one whose source is [SourceTotal], or to the figure itself.
type ExtraColumn struct {
	Name       string     `json:"name"`
	Kind       ColumnKind `json:"kind"`
	Unit       string     `json:"unit,omitempty"`        // one of the units above
	Zero       bool       `json:"always_zero,omitempty"` // nothing in the run's world can make it other than zero
	Figure     string     `json:"figure,omitempty"`      // what it is a part of, such as pnl_usd; empty for a column that is no part
	Sum        string     `json:"sum,omitempty"`         // what it is a term of, one of the sums below
	Source     string     `json:"source,omitempty"`      // what brought it, such as price, fees, minted
	Pool       string     `json:"pool,omitempty"`
	Collateral string     `json:"collateral,omitempty"` // with Pool: of a vault
	Market     string     `json:"market,omitempty"`
	Asset      string     `json:"asset,omitempty"`
	Position   string     `json:"position,omitempty"` // POOL/COLLATERAL/ACCOUNT
	Group      string     `json:"group,omitempty"`    // of LPs
}

// Alone says whether the column is a figure by itself rather than an entity's part of one.
func (x ExtraColumn) Alone() bool { return x.Figure == "" }

// Sums that columns by source add up to: the change of the debt of a pool and of a vault over the path, and the profit of all LPs.
const (
	PoolDebtChange  = "pool_debt_change_usd"
	VaultDebtChange = "vault_debt_change_usd"
	LPProfit        = "lp_pnl_usd"
)

// SourceTotal marks the sum itself among its terms.
const SourceTotal = "total"

// Figures of the columns by asset: the market price at the end of a path relative to that at its start, and what is expected
// of it, null where that has no closed form.
const (
	FinalPriceRatio    = "final_price_ratio"
	ExpectedPriceRatio = "expected_price_ratio"
)

// PathColumns declares the columns that paths.arrow has in every run, with their units; identifiers and texts have none.
func PathColumns() []ExtraColumn {
	var out []ExtraColumn
	for _, c := range pathTable(nil).columns {
		x := ExtraColumn{Name: c.field.Name, Kind: FloatColumn, Unit: c.unit}
		if c.decimal != nil {
			x.Kind = DecimalColumn
		}
		out = append(out, x)
	}
	return out
}

// completed gives columns of a manifest that an earlier release wrote, which did not say their units, the unit that it meant: its amounts
// were USD.
func completed(columns []ExtraColumn) []ExtraColumn {
	for i, x := range columns {
		if x.Unit == "" && x.Kind == DecimalColumn {
			columns[i].Unit = UnitUSD
		}
	}
	return columns
}

// checkUnit refuses a column of no known unit.
func (x ExtraColumn) checkUnit() error {
	switch x.Unit {
	case UnitUSD, UnitRatio, UnitSeconds, UnitCount:
		return nil
	}
	return fmt.Errorf("record: extra column %q: unit %q: want usd, ratio, seconds or count", x.Name, x.Unit)
}
