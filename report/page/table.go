package page

// table is rows of values with intervals or ranges below them, for the template
// of that name.
type table struct {
	Caption string
	Label   string // for those who cannot see it; the caption where empty
	First   string // title of the first column
	Tight   bool   // many columns
	Rows    []tableRow
	Left    string // how many rows are not shown, empty for none
}

type tableRow struct {
	Name, Sub string
	Code      bool   // the name is a key of the configuration
	Class     string // strong for the row that stands out
	Values    []spanView
}

// spanView is a value with an interval or a range below it, under the title of
// its column. Plain text is set flush left.
type spanView struct {
	Name, Value, Span string
	Text              bool
	Class             string
}

// Titles are those of the columns after the first.
func (t table) Titles() []spanView {
	if len(t.Rows) == 0 {
		return nil
	}
	return t.Rows[0].Values
}

// Region names the table for those who cannot see it.
func (t table) Region() string {
	if t.Label != "" {
		return t.Label
	}
	return t.Caption
}

// mostRows is how long a table may be.
const mostRows = 300

// cut keeps at most so many rows.
func (t table) cut(most int) table {
	if n := len(t.Rows); n > most {
		t.Rows, t.Left = t.Rows[:most], counted(int64(n-most), "more row")
	}
	return t
}
