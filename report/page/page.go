package page

import (
	"io"

	"backtest/report"
)

// mostCells is how many scenarios and parameter points get a section of their
// own; the overview has all of them.
const mostCells = 12

// Write writes report.html of a run. The same records give the same bytes, but for
// the facts of the run in its manifest.
func Write(w io.Writer, d *report.Data) error {
	view, err := newRunView(d)
	if err != nil {
		return err
	}
	body, err := execute("run", view)
	if err != nil {
		return err
	}
	return document{Title: d.Title() + ": backtest", Body: body, Data: view.Data}.write(w)
}
