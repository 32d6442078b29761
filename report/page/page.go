package page

import (
	"bytes"
	"fmt"
	"io"

	"backtest/report"
)

// Limits of a page.
const (
	mostBytes = 3 << 20
	mostCells = 10 // that get a section of their own
)

// Write writes report.html of a run. The same records give the same bytes, but for
// the facts of the run in its manifest. Where many scenarios and parameter points
// would make it too large, the first of them get a section of their own; the
// overview has all.
func Write(w io.Writer, d *report.Data) error {
	var sizes []int
	for cells := min(mostCells, max(1, len(d.Cells))); cells > 0; cells /= 2 {
		sizes = append(sizes, cells)
	}
	return writeFitting(w, sizes, func(w io.Writer, cells int) error { return render(w, d, cells) })
}

// writeFitting writes the first page that is not too large, of those that
// ever stricter limits make, or the last.
func writeFitting[L any](w io.Writer, limits []L, render func(io.Writer, L) error) error {
	var page bytes.Buffer
	for _, l := range limits {
		page.Reset()
		if err := render(&page, l); err != nil {
			return err
		}
		if page.Len() <= mostBytes {
			break
		}
	}
	if _, err := w.Write(page.Bytes()); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	return nil
}

func render(w io.Writer, d *report.Data, cells int) error {
	view, err := newRunView(d, cells)
	if err != nil {
		return err
	}
	body, err := execute("run", view)
	if err != nil {
		return err
	}
	return document{Title: d.Title(), Nav: runNav(len(view.Cells) > 0), Body: body, Data: view.Data}.write(w)
}

// runNav lists the parts of a run's page.
func runNav(sections bool) []navItem {
	nav := []navItem{{"Verdict", "verdict", false}}
	if sections {
		nav = append(nav, navItem{"Figures", "headline", true}, navItem{"C-ratios", "cratios", true}, navItem{"Events", "events", true},
			navItem{"Profit and loss", "money", true}, navItem{"Debt chain", "chain", true}, navItem{"Exposure", "exposure", true},
			navItem{"Worst paths", "worst", true})
	}
	return append(nav, navItem{"Method", "method", false})
}
