package record

import (
	"fmt"
	"math"
)

// Stop tells where a stopping rule ended a run. The plan of such a run holds the most paths that it may take; Paths of
// every cell were computed.
type Stop struct {
	Paths      int64   `json:"paths"`      // of every cell, a whole number of blocks
	Metric     string  `json:"metric"`     // that the rule is about
	Reached    bool    `json:"reached"`    // false when the most paths were too few
	Confidence float64 `json:"confidence"` // of the rule, over all looks together
	Looks      []Look  `json:"looks"`
}

// Look is what the rule saw after so many paths of every cell.
type Look struct {
	Paths      int64          `json:"paths"`
	Confidence float64        `json:"confidence"` // of the intervals of this look
	Estimates  []LookEstimate `json:"estimates"`
}

// LookEstimate is the metric of one cell. Value and ends that are unknown or open are NaN and infinite; they are left out
// of JSON.
type LookEstimate struct {
	Scenario string   `json:"scenario"`
	Point    int32    `json:"point"`
	Value    *float64 `json:"estimate"`
	Low      *float64 `json:"low"`
	High     *float64 `json:"high"`
}

// NewLookEstimate gives an estimate with its ends.
func NewLookEstimate(scenario string, point int32, value, low, high float64) LookEstimate {
	return LookEstimate{scenario, point, finite(value), finite(low), finite(high)}
}

func finite(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

// keep gives the blocks that a run computed; all without a stop.
func (s *Stop) keep(specs []BlockSpec) []BlockSpec {
	if s == nil {
		return specs
	}
	var out []BlockSpec
	for _, spec := range specs {
		if spec.FirstPath < s.Paths {
			out = append(out, spec)
		}
	}
	return out
}

// Stop ends the run at so many paths of every cell: later blocks are neither missed nor written. It is refused for a
// shard, which sees only its own paths, and within a block.
func (s *Store) Stop(at Stop) error {
	if s.id.Shard != nil {
		return fmt.Errorf("record: shard %s cannot stop by itself", s.id.Shard)
	}
	for _, c := range s.id.Plan.Cells {
		if at.Paths < 1 || at.Paths%PathsPerBlock != 0 && at.Paths < c.Paths {
			return fmt.Errorf("record: a stop after %d paths is within a block of %d", at.Paths, PathsPerBlock)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopped = &at
	return nil
}

// ReadBlock gives the rows of a block that was written, for those who look at a run in progress.
func (s *Store) ReadBlock(index int64) (*Block, error) {
	s.mu.Lock()
	p, ok := s.done.places[index]
	s.mu.Unlock()
	if !ok {
		return nil, &MissingError{Dir: s.dir, Blocks: []int64{index}}
	}
	return p.file.block(s.opt.FS, p.at, s.layout)
}

// Float gives a numeric column of rows of paths as Columns.Float does; false for a column that is text or not there.
func Float(rows []PathRow, extra []ExtraColumn, name string) ([]float64, bool) {
	for _, c := range pathTable(extra).columns {
		if c.field.Name != name || c.float == nil {
			continue
		}
		out := make([]float64, len(rows))
		for i := range rows {
			out[i] = c.float(&rows[i])
		}
		return out, true
	}
	return nil, false
}
