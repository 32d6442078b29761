package record

import (
	"encoding/binary"
	"math"
	"slices"
)

// Results by position: what became of each position of the start, over all paths.
// They are counted, not listed path by path: memory and files grow with the
// number of positions alone.

// PositionBins is how many classes of C-ratios a position has; each is
// positionStep times as wide as the one before.
const PositionBins = 96

// mostPositions bounds what a damaged file can make of a cell.
const mostPositions = 1 << 25

const (
	positionLow  = 0.5
	positionStep = 1.05
)

// PositionKey is a position and how it stood at the start.
type PositionKey struct {
	Scenario   string
	Point      int32
	Index      int32  // among the positions of its cell
	Position   string // POOL/COLLATERAL/ACCOUNT
	Name       string // as events call it
	Account    string
	Pool       string
	Collateral string
	Group      string // of LPs, empty for nobody's

	Amount           D18     // tokens
	DebtUSD          D18     // negative is credit
	CRatio           float64 // NaN without debt
	LiquidationPrice float64 // of its collateral, USD, other prices as they are; NaN without debt
}

// PositionTally counts what became of a position on some paths.
type PositionTally struct {
	Paths      int64
	Liquidated int64  // paths on which it was liquidated, by itself or with its vault
	Lost       int64  // paths on which its vault was liquidated as a whole while it was there
	Seconds    int64  // from the start to its first liquidation, summed over paths
	Soonest    int64  // the least of them
	NoDebt     int64  // paths at whose end it had no debt, or was gone
	Debt       Int128 // at the end, D18 USD, summed
	Loss       Int128 // fall of collateral value less debt, D18 USD, summed
	Worst      Int128 // the greatest loss of a path
	Bins       [PositionBins]uint32
}

// PositionSketch is a position with its counts.
type PositionSketch struct {
	Key PositionKey
	PositionTally
}

// positionEdges are the lower edges of the classes. They come from products
// alone, so that they are the same on every processor.
var positionEdges = func() (edges [PositionBins]float64) {
	edges[0] = positionLow
	for i := 1; i < PositionBins; i++ {
		edges[i] = float64(edges[i-1] * positionStep)
	}
	return edges
}()

// positionBin is the class of a C-ratio; the first and the last are open.
func positionBin(ratio float64) int {
	i, found := slices.BinarySearch(positionEdges[:], ratio)
	if !found {
		i--
	}
	return max(0, i)
}

// middleOfBin is what a C-ratio in a class is taken for: the root of the product
// of its edges.
const middleOfBin = 1.0246950765959598

// PositionEnd is what one path came to for a position.
type PositionEnd struct {
	LiquidatedSeconds int64 // by itself or with its vault; NoTimeSeconds if it was not
	Lost              bool
	CRatio            float64 // at the end; NaN without debt
	Debt, Loss        D18     // USD
}

// Add counts a path.
func (t *PositionTally) Add(e PositionEnd) {
	if t.Paths++; t.Paths == 1 || t.Worst.Cmp(Int128(e.Loss)) < 0 {
		t.Worst = Int128(e.Loss)
	}
	if e.LiquidatedSeconds != NoTimeSeconds {
		if t.Liquidated++; t.Liquidated == 1 || e.LiquidatedSeconds < t.Soonest {
			t.Soonest = e.LiquidatedSeconds
		}
		t.Seconds += e.LiquidatedSeconds
	}
	if e.Lost {
		t.Lost++
	}
	if math.IsNaN(e.CRatio) {
		t.NoDebt++
	} else {
		t.Bins[positionBin(e.CRatio)]++
	}
	t.Debt, _ = t.Debt.Add(Int128(e.Debt))
	t.Loss, _ = t.Loss.Add(Int128(e.Loss))
}

// Merge adds the paths of another tally.
func (t *PositionTally) Merge(o *PositionTally) {
	if o.Paths == 0 {
		return
	}
	if t.Paths == 0 || t.Worst.Cmp(o.Worst) < 0 {
		t.Worst = o.Worst
	}
	if o.Liquidated > 0 && (t.Liquidated == 0 || o.Soonest < t.Soonest) {
		t.Soonest = o.Soonest
	}
	t.Paths, t.Liquidated, t.Lost = t.Paths+o.Paths, t.Liquidated+o.Liquidated, t.Lost+o.Lost
	t.Seconds, t.NoDebt = t.Seconds+o.Seconds, t.NoDebt+o.NoDebt
	t.Debt, _ = t.Debt.Add(o.Debt)
	t.Loss, _ = t.Loss.Add(o.Loss)
	for i := range t.Bins {
		t.Bins[i] += o.Bins[i]
	}
}

// Quantile returns a quantile of the C-ratio at the end among paths with debt,
// within half a class; NaN without any.
func (t *PositionTally) Quantile(p float64) float64 {
	n := t.Paths - t.NoDebt
	if n <= 0 {
		return math.NaN()
	}
	rank, before := p*float64(n), 0.0
	for i, c := range t.Bins {
		if c == 0 {
			continue
		}
		if before += float64(c); before >= rank {
			return float64(positionEdges[i] * middleOfBin)
		}
	}
	return math.NaN()
}

func (p *sketchPacker) position(s *PositionSketch) {
	k := &s.Key
	p.name(k.Scenario)
	p.out = binary.AppendVarint(binary.AppendVarint(p.out, int64(k.Point)), int64(k.Index))
	p.out = appendText(appendText(appendText(p.out, k.Position), k.Name), k.Account)
	p.name(k.Pool)
	p.name(k.Collateral)
	p.name(k.Group)
	p.out = appendInt128(appendInt128(p.out, Int128(k.Amount)), Int128(k.DebtUSD))
	p.out = appendFloat(appendFloat(p.out, k.CRatio), k.LiquidationPrice)
	for _, n := range []int64{s.Paths, s.Liquidated, s.Lost, s.Seconds, s.Soonest, s.NoDebt} {
		p.out = binary.AppendVarint(p.out, n)
	}
	p.out = appendInt128(appendInt128(appendInt128(p.out, s.Debt), s.Loss), s.Worst)
	used, before := 0, 0
	for _, c := range s.Bins {
		if c > 0 {
			used++
		}
	}
	p.out = binary.AppendUvarint(p.out, uint64(used))
	for i, c := range s.Bins {
		if c > 0 {
			p.out = binary.AppendUvarint(binary.AppendUvarint(p.out, uint64(i-before)), uint64(c))
			before = i
		}
	}
}

// position reads what sketchPacker.position wrote.
func (d *sketchUnpacker) position(s *PositionSketch) {
	*s = PositionSketch{}
	k := &s.Key
	k.Scenario, k.Point, k.Index = d.name(), d.int32(), d.int32()
	if k.Index < 0 || k.Index > mostPositions {
		d.spoil()
	}
	k.Position, k.Name, k.Account = d.text(), d.text(), d.text()
	k.Pool, k.Collateral, k.Group = d.name(), d.name(), d.name()
	k.Amount, k.DebtUSD = D18(d.int128()), D18(d.int128())
	k.CRatio, k.LiquidationPrice = d.float(), d.float()
	for _, n := range []*int64{&s.Paths, &s.Liquidated, &s.Lost, &s.Seconds, &s.Soonest, &s.NoDebt} {
		*n = d.varint()
	}
	s.Debt, s.Loss, s.Worst = d.int128(), d.int128(), d.int128()
	at := uint64(0)
	for range d.count(2) {
		step, c := d.uvarint(), d.uvarint()
		if at += step; at >= PositionBins || c > math.MaxUint32 {
			d.spoil()
			return
		}
		s.Bins[at] = uint32(c)
	}
}
