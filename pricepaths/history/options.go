package history

import "time"

// DateOrder says how dates such as 03/04/2021 are meant.
type DateOrder string

// The orders of a date with slashes.
const (
	OrderOfFile DateOrder = ""            // as the file itself tells, or refused
	MonthFirst  DateOrder = "month_first" // 03/04/2021 is the 4th of March
	DayFirst    DateOrder = "day_first"   // 03/04/2021 is the 3rd of April
)

// Options settle what a file leaves open. The zero value reads what can be read
// in one way only.
type Options struct {
	Columns    []string  // headers of the columns of prices; nil for every column that holds prices
	TimeColumn string    // header of the column of the time; "" to recognise it
	TimeFormat DateOrder // order of dates that can be read in two ways

	// Ticker is the symbol whose rows are taken where a file has a column of
	// symbols, and the name of the asset where a file with one price has none.
	Ticker string

	// Tolerance is how far a time may lie from the grid of the steps and still be
	// moved onto it; 0 for a hundredth of the step.
	Tolerance time.Duration
}

// Keys of the options as the configuration and the flags name them.
const (
	keyColumns    = "columns"
	keyTimeColumn = "time_column"
	keyTimeFormat = "time_format"
	keyTicker     = "ticker"
	keyTolerance  = "tolerance"
)

// single names the asset of a file with one column of prices and no symbol.
func (o Options) single(fallback string) string {
	if o.Ticker != "" {
		return o.Ticker
	}
	return fallback
}
