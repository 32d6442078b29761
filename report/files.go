package report

import (
	"bytes"

	"backtest/runner/record"
)

// Names of the files that Files makes.
const (
	SummaryJSONName     = "summary.json"
	SummaryMarkdownName = "summary.md"
	JUnitName           = "junit.xml"
)

// Files makes summary.json, summary.md and junit.xml.
func (d *Data) Files() ([]record.Content, error) {
	summary, err := d.Summary().JSON()
	if err != nil {
		return nil, err
	}
	var junit bytes.Buffer
	if err := WriteJUnit(&junit, d.Title(), d.Gates()); err != nil {
		return nil, err
	}
	return []record.Content{
		{Name: SummaryJSONName, Bytes: summary},
		{Name: SummaryMarkdownName, Bytes: []byte(d.Markdown())},
		{Name: JUnitName, Bytes: junit.Bytes()},
	}, nil
}
