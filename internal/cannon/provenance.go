package cannon

import (
	"encoding/json"
	"fmt"

	"backtest/internal/start"
)

// Provenance tells where a start folder comes from.
type Provenance struct {
	Format      int           `json:"format"`
	Kind        string        `json:"kind"`
	Deployment  string        `json:"deployment"`
	Sources     []string      `json:"sources"` // the files that were read
	Markets     int           `json:"markets"`
	Report      Report        `json:"report"`
	Assumptions []string      `json:"assumptions"`
	Files       []start.Entry `json:"files"`
}

// assumptions are what no file of a deployment tells.
func (o Options) assumptions() []string {
	list := []string{
		"initial prices: an instrument's limit on value over its limit on size, 1 for what has neither",
		"prices move by geometric Brownian motion of 80 % a year, dollars return to 1, without correlation",
		"providers, traders, liquidators and keepers, their numbers and sizes",
		"decimals of tokens, and the asset behind each collateral type and synth",
		"keepers' costs",
	}
	if o.Pools == nil {
		list = append(list, "pool weights and max_debt_share_value, unless the files set them")
	} else {
		list = append(list, "pool weights and max_debt_share_value are those of "+o.PoolsFile)
	}
	return list
}

// StartFolder returns the files of a start folder. It completes the report.
func (d *Deployment) StartFolder(o Options) ([]start.File, error) {
	files := []start.File{{Name: start.ConfigFile, Content: d.Config(o)}}
	if d.Report.Defaulted == nil {
		d.Report.Defaulted = []Value{}
	}
	if d.Report.Undefined == nil {
		d.Report.Undefined = []Mention{}
	}
	if d.Report.NotRepresentable == nil {
		d.Report.NotRepresentable = []Mention{}
	}
	text, err := json.MarshalIndent(Provenance{
		Format: 1, Kind: "cannon", Deployment: d.Name, Sources: d.Files, Markets: len(d.Instruments) + len(d.Synths),
		Report: d.Report, Assumptions: o.assumptions(), Files: start.Entries(files),
	}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", start.ProvenanceFile, err)
	}
	return append(files, start.File{Name: start.ProvenanceFile, Content: append(text, '\n')}), nil
}
