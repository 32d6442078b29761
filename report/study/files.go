package study

import (
	"strconv"

	"backtest/runner/record"
)

// Names of the files that Files makes.
const (
	JSONName     = "study.json"
	ProposalName = "sccp.md"
)

// Files makes study.json and sccp.md.
func (s *Study) Files() ([]record.Content, error) {
	text, err := s.JSON()
	if err != nil {
		return nil, err
	}
	return []record.Content{{Name: JSONName, Bytes: text}, {Name: ProposalName, Bytes: []byte(s.Proposal())}}, nil
}

func confidenceText(c float64) string { return strconv.FormatFloat(100*c, 'g', 6, 64) }
