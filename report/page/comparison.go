package page

import (
	"bytes"
	"fmt"
	"io"
	"strconv"

	"backtest/internal/warn"
	"backtest/report"
	"backtest/runner/record"
)

// comparisonView is what the body of a page about two runs shows.
type comparisonView struct {
	Title      string
	Verdict    string
	Class      string // good, warn or bad
	Gates      []gateView
	Changed    table // keys of the configuration
	Runs       table // both of them
	Confidence string
	Cells      []comparedView
	Left       int
	Alone      []string // sentences about scenarios that only one run has
	Methods    []string
	Notices    []warn.Warning
	Data       comparisonData
}

// comparedView is the section of a scenario and point that both runs have.
type comparedView struct {
	Index    int
	Label    string
	Scope    string
	Headline gauges
	Sure     table  // that surely moved
	Moved    table  // the others that moved
	Still    string // figures that did not move
	Fans     *chartView
	Survival *chartView
}

// WriteComparison writes the page of the difference between two runs.
func WriteComparison(w io.Writer, c *report.Comparison, base, next *report.Data) error {
	var page bytes.Buffer
	for cells := min(mostCells, max(1, len(c.Cells))); cells > 0; cells /= 2 {
		page.Reset()
		view := newComparisonView(c, base, next, cells)
		body, err := execute("comparison", view)
		if err != nil {
			return err
		}
		nav := []navItem{{"Verdict", "verdict", false}, {"Configuration", "configuration", false}}
		if len(view.Cells) > 0 {
			nav = append(nav, navItem{"Headline", "headline", true}, navItem{"Through time", "time", true}, navItem{"All figures", "figures", true})
		}
		if err := (document{Title: view.Title, Nav: append(nav, navItem{"Method", "method", false}), Body: body, Data: view.Data}).write(&page); err != nil {
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

func newComparisonView(c *report.Comparison, base, next *report.Data, cells int) *comparisonView {
	v := &comparisonView{
		Title: c.Next + " compared with " + c.Base, Confidence: percentText(c.Confidence), Changed: changedKeys(c.Configuration),
		Runs: bothRuns(c, base.Manifest, next.Manifest), Class: "good", Notices: c.NamedNotices(),
	}
	v.Gates, v.Class = gateViews(c.Gates())
	v.Verdict = map[string]string{"good": "all held", "warn": "held, some within the uncertainty", "bad": "not all held"}[v.Class]
	for _, label := range c.OnlyBase {
		v.Alone = append(v.Alone, "Only in "+c.Base+": "+label)
	}
	for _, label := range c.OnlyNext {
		v.Alone = append(v.Alone, "Only in "+c.Next+": "+label)
	}
	shown := c.Cells[:min(cells, len(c.Cells))]
	v.Left = len(c.Cells) - len(shown)
	for i, cell := range shown {
		data := dataOfComparison(base.Cell(cell.Scenario, cell.Point), next.Cell(cell.Scenario, cell.Point), len(shown))
		v.Cells, v.Data.Cells = append(v.Cells, newComparedView(i, cell, data)), append(v.Data.Cells, data)
	}
	v.methods(c)
	return v
}

func newComparedView(index int, cell report.ComparedCell, data comparedData) comparedView {
	v := comparedView{
		Index: index, Label: cell.Label(), Scope: cell.Scope(), Headline: drifts(cell.Changes),
		Sure:  changedFigures(cell.Changes, "Figures that surely moved: the interval of the change leaves zero out", report.Change.Certain),
		Moved: changedFigures(cell.Changes, "Figures that moved within the interval of their change", func(c report.Change) bool { return !c.Certain() }),
	}
	v.Still = report.Count(int64(len(cell.Changes) - len(v.Sure.Rows) - len(v.Moved.Rows)))
	v.Sure, v.Moved = v.Sure.cut(mostRows), v.Moved.cut(mostRows)
	if len(data.Fans) > 0 {
		v.Fans = &chartView{Kind: "overlay", Title: "Recorded figures through time, before and after"}
	}
	if len(data.Survival) > 0 {
		v.Survival = &chartView{Kind: "survivals", Title: "Share of paths without an event so far, before and after"}
	}
	return v
}

// changedKeys tells the configurations' difference key by key.
func changedKeys(list []record.Difference) table {
	t := table{Caption: "Keys of the configuration that differ", First: "key"}
	value := func(name, text string) spanView {
		if text == "" {
			text = "(absent)"
		}
		return spanView{Name: name, Value: text, Text: true}
	}
	for _, d := range list {
		t.Rows = append(t.Rows, tableRow{Name: d.Key, Code: true, Values: []spanView{value("before", d.Old), value("after", d.New)}})
	}
	return t.cut(mostRows)
}

// bothRuns sets what is known of the runs side by side.
func bothRuns(c *report.Comparison, base, next record.Manifest) table {
	t := table{Caption: "The two runs", First: "fact"}
	add := func(name, before, after string) {
		row := tableRow{Name: name, Values: []spanView{{Name: "before", Value: before, Text: true}, {Name: "after", Value: after, Text: true}}}
		if before != after {
			row.Class = "strong"
		}
		t.Rows = append(t.Rows, row)
	}
	add("Name", c.Base, c.Next)
	add("Seed", strconv.FormatUint(base.Seed, 10), strconv.FormatUint(next.Seed, 10))
	add("Paths", report.Count(base.Paths), report.Count(next.Paths))
	add("Failed paths", report.Count(base.FailedPaths), report.Count(next.FailedPaths))
	add("Program", base.ProgramVersion, next.ProgramVersion)
	add("Configuration SHA-256", base.ConfigSHA256, next.ConfigSHA256)
	return t
}

// methods lists how differences were estimated, once each.
func (v *comparisonView) methods(c *report.Comparison) {
	seen := map[string]bool{}
	for _, cell := range c.Cells {
		for _, change := range cell.Changes {
			if method := change.Difference.Method; method != "" && !seen[method] {
				seen[method] = true
				v.Methods = append(v.Methods, method)
			}
		}
	}
}
