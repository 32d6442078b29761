package record

import (
	"errors"
	"fmt"
)

// Cell is one scenario at one parameter point, with the number of its paths.
type Cell struct {
	Scenario string `json:"scenario"`
	Point    int32  `json:"point"`
	Paths    int64  `json:"paths"`
}

// Plan is what a run computes: cells in order. Blocks are numbered through all cells; every cell begins a new block.
type Plan struct {
	Cells []Cell `json:"cells"`
}

// BlockSpec says which paths a block holds.
type BlockSpec struct {
	Index     int64
	Scenario  string
	Point     int32
	FirstPath int64
	Paths     int
}

// cell is the cell that the block is of.
func (b BlockSpec) cell() Cell { return Cell{Scenario: b.Scenario, Point: b.Point} }

// Shard is share Index of Count, 1 <= Index <= Count.
type Shard struct {
	Index int `json:"index"`
	Count int `json:"count"`
}

func (c Cell) blocks() int64 { return (c.Paths + PathsPerBlock - 1) / PathsPerBlock }

// Blocks is the number of blocks of all cells.
func (p Plan) Blocks() int64 {
	var total int64
	for _, c := range p.Cells {
		total += c.blocks()
	}
	return total
}

// Paths is the number of paths of all cells.
func (p Plan) Paths() int64 {
	var total int64
	for _, c := range p.Cells {
		total += c.Paths
	}
	return total
}

// Block gives the paths of block index; ok is false when the plan has no such block.
func (p Plan) Block(index int64) (spec BlockSpec, ok bool) {
	first := index
	for _, c := range p.Cells {
		if first >= 0 && first < c.blocks() {
			path := first * PathsPerBlock
			return BlockSpec{Index: index, Scenario: c.Scenario, Point: c.Point, FirstPath: path,
				Paths: int(min(PathsPerBlock, c.Paths-path))}, true
		}
		first -= c.blocks()
	}
	return BlockSpec{}, false
}

// mostPaths bounds what a damaged file can make of a cell.
const mostPaths = 1 << 40

func (p Plan) check() error {
	if len(p.Cells) == 0 {
		return errors.New("record: plan without cells")
	}
	seen := map[Cell]bool{}
	for _, c := range p.Cells {
		id := Cell{Scenario: c.Scenario, Point: c.Point}
		if c.Paths < 1 || c.Paths > mostPaths || seen[id] {
			return fmt.Errorf("record: plan: cell %q point %d has %d paths or is there twice", c.Scenario, c.Point, c.Paths)
		}
		seen[id] = true
	}
	return nil
}

// Has reports whether the share holds a block: blocks are dealt in turn, so that shares are of equal size in every cell.
// A nil shard holds all.
func (s *Shard) Has(block int64) bool {
	return s == nil || block%int64(s.Count) == int64(s.Index-1)
}

func (s *Shard) check() error {
	if s != nil && (s.Count < 1 || s.Index < 1 || s.Index > s.Count) {
		return fmt.Errorf("record: shard %d/%d", s.Index, s.Count)
	}
	return nil
}

// String is I/N, or "none".
func (s *Shard) String() string {
	if s == nil {
		return "none"
	}
	return fmt.Sprintf("%d/%d", s.Index, s.Count)
}
