package study

import (
	"errors"
	"path/filepath"
	"strconv"

	"backtest/report"
)

// Names of the files that WriteFiles makes.
const (
	JSONName     = "study.json"
	ProposalName = "sccp.md"
)

// WriteFiles writes study.json and sccp.md into a folder, each under a
// temporary name first and renamed when whole.
func (s *Study) WriteFiles(dir string) error {
	text, err := s.JSON()
	if err != nil {
		return err
	}
	return errors.Join(
		report.WriteFile(filepath.Join(dir, JSONName), text),
		report.WriteFile(filepath.Join(dir, ProposalName), []byte(s.Proposal())),
	)
}

func confidenceText(c float64) string { return strconv.FormatFloat(100*c, 'g', 6, 64) }
