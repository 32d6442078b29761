package runner

import (
	"math"
	"reflect"
	"runtime"
	"time"

	"backtest/runner/record"
	"backtest/runner/sim"
)

// needs is what the parts of a run take.
type needs struct {
	plan    record.Plan
	steps   int64 // of a path
	world   int64 // memory of one, bytes
	open    int   // worlds in memory from the start to the end
	study   bool  // every worker may have a world of its own beside them
	columns int   // extra ones of a path's row
	pilots  int64 // paths that choose the tilts of importance sampling
	shards  int64 // that the run is split into; they make no report
	samples []sample
}

// of returns the sample that stands for cell i of the plan.
func (n *needs) of(i int) *sample { return &n.samples[i*len(n.samples)/len(n.plan.Cells)] }

func (n *needs) estimate(workers int) Estimate {
	workers = int(min(int64(workers), n.plan.Blocks()))
	return Estimate{
		Paths: n.plan.Paths(), PathSteps: n.plan.Paths() * n.steps, Workers: workers,
		Elapsed: n.elapsed(workers), Processor: n.processor(workers), DiskBytes: n.disk(workers), MemoryBytes: programBytes + 2*n.live(workers),
	}
}

// elapsed: blocks are dealt to workers and written by them, then all are
// written again. What was only measured in processor time takes longer by as much as paths did.
func (n *needs) elapsed(workers int) time.Duration {
	longest := 0.0
	for i, c := range n.plan.Cells {
		longest = max(longest, float64(min(c.Paths, record.PathsPerBlock))*float64(n.of(i).each))
	}
	paths := n.computed(func(s *sample) time.Duration { return s.each })
	effort := n.computed(func(s *sample) time.Duration { return s.effort })
	parallel := float64(min(workers, runtime.GOMAXPROCS(0)))
	slow := max(1, paths/max(effort, 1))
	return time.Duration(max(paths/parallel, longest) + slow*float64(n.writing(workers)+n.presenting()))
}

// processor is the time that all processors together take.
func (n *needs) processor(workers int) time.Duration {
	effort := n.computed(func(s *sample) time.Duration { return s.effort })
	return time.Duration(effort) + n.writing(workers) + n.presenting()
}

// computed adds up what all paths take, those of pilot runs like the others.
func (n *needs) computed(path func(*sample) time.Duration) float64 {
	total := 0.0
	for i, c := range n.plan.Cells {
		total += float64(c.Paths) * float64(path(n.of(i)))
	}
	return total * (1 + float64(n.pilots)/float64(n.plan.Paths()))
}

// filesOf is how many files the blocks of cell i are written to: every worker
// writes at times that the policy of kept sets, and when it turns to
// another cell, but no block is cut.
func (n *needs) filesOf(i, workers int) float64 {
	c, s := n.plan.Cells[i], n.of(i)
	blocks := math.Ceil(float64(c.Paths) / record.PathsPerBlock)
	if s.figures*record.PathsPerBlock > sim.RowMemory {
		return blocks
	}
	elapsed := float64(c.Paths) * float64(s.each) / float64(workers)
	each := max(1, writes(time.Duration(elapsed), s.writing/2))
	return min(blocks, each*float64(workers))
}

// writing is the processor time of encoding, as blocks and as final files.
func (n *needs) writing(workers int) time.Duration {
	total := 0.0
	for i, c := range n.plan.Cells {
		s := n.of(i)
		total += s.blocks(c.Paths, n.filesOf(i, workers)) / float64(s.whole.Block) * float64(s.writing)
	}
	return time.Duration(total)
}

// disk: the final files are written before the blocks are removed.
func (n *needs) disk(workers int) int64 {
	total := 0.0
	for i, c := range n.plan.Cells {
		s := n.of(i)
		total += s.blocks(c.Paths, n.filesOf(i, workers)) + s.files(c.Paths)
		if i > 0 { // all cells are in the same files
			for _, head := range s.least.Files {
				total -= float64(head)
			}
		}
	}
	return int64(total)
}

// compressedRow is about what the row of a path takes, for want of several.
const compressedRow = 150

// compressedEvent is about what a row of events takes, for want of any.
const compressedEvent = 35.0

// What blocks and files take, as measured.
const (
	packedBin    = 2.0 // bytes of a further bin in a block
	packedEvents = 0.5 // of an event in a block, as a share of its row
	writtenBin   = 5.0 // bytes of a further bin of a C-ratio distribution in its file
)

// blocks returns the bytes of the blocks of so many paths, in so many files.
func (s *sample) blocks(paths int64, files float64) float64 {
	n := float64(paths)
	rows := files*float64(s.least.Block) + n*s.perPath(s.rows.Block, s.least.Block, compressedRow) + s.rareEvents(n)*packedEvents
	more := s.ratios.at(n/files) + s.series.at(n/files) - s.ratios.bins - s.series.bins
	return rows + files*(float64(s.whole.Block-s.rows.Block)+more*packedBin)
}

// rareEvents returns the bytes that so many paths have beyond what the events
// of the block let expect.
func (s *sample) rareEvents(paths float64) float64 {
	bytes := compressedEvent
	if events := (s.events - s.rare) * s.paths; events > 0 {
		bytes = float64(s.whole.Files[record.EventsTable]-s.least.Files[record.EventsTable]) / events
	}
	return paths * s.rare * bytes
}

// files returns the bytes that so many paths add to the final files.
func (s *sample) files(paths int64) float64 {
	n := float64(paths)
	total := 0.0
	for _, table := range record.Tables() {
		whole, least := s.whole.Files[table], s.least.Files[table]
		total += float64(least)
		switch table {
		case record.PathsTable:
			total += n * s.perPath(whole, least, compressedRow)
		case record.EventsTable:
			total += n*float64(whole-least)/s.paths + s.rareEvents(n)
		case record.CRatioTable:
			total += float64(whole-least) + (s.ratios.at(n)-s.ratios.bins)*writtenBin
		default:
			total += float64(whole-least) / min(1, s.paths)
		}
	}
	return total
}

// perPath is what every further path adds.
func (s *sample) perPath(whole, least int64, alone float64) float64 {
	if s.paths < 2 {
		return alone + float64(whole-least)/s.paths
	}
	return float64(whole-least) / (s.paths - 1)
}

const (
	// programBytes is what the process needs beside its data: its own code, the
	// runtime, what it has read and parsed.
	programBytes = 28 << 20
	// encodeBytes is what the compression of a block needs. It takes little of a
	// worker's time, so that not many are at it together.
	encodeBytes    = 9 << 20
	encodeTogether = 2
	// binBytes is a bin of a distribution, with the room that slices leave.
	binBytes = 36
)

// eventTextBytes is about what the names in a row of events take.
const eventTextBytes = 128

// eventBytes is a row of events in memory; path rows are few beside them.
var eventBytes = float64(reflect.TypeFor[record.EventRow]().Size()) + eventTextBytes

// live is the most memory that is in use at a time.
func (n *needs) live(workers int) int64 {
	return max(n.computing(workers), n.finishing(workers), n.reporting())
}

// computing is the live memory of worlds and workers.
func (n *needs) computing(workers int) int64 {
	return n.shared() + int64(workers)*n.perWorker(workers) + encodeBytes*int64(min(workers, encodeTogether))
}

func (n *needs) shared() int64 { return int64(n.open) * n.world }

// perWorker is the live memory of a worker that is about to write its blocks.
func (n *needs) perWorker(workers int) int64 {
	most := 0.0
	for i, c := range n.plan.Cells {
		s := n.of(i)
		paths := float64(c.Paths) / n.filesOf(i, workers)
		bins := s.ratios.at(paths) + s.series.at(paths) - s.ratios.bins - s.series.bins
		rows := max(min(paths, sim.RowsWait+record.PathsPerBlock)-s.paths, 0) * s.figures * 8
		block := s.events * min(paths, record.PathsPerBlock) * eventBytes
		events := min(s.events*paths*eventBytes, keptBytes+block) - (s.events-s.rare)*s.paths*eventBytes
		most = max(most, float64(s.worker)+bins*binBytes+rows+max(events, 0))
	}
	if n.study {
		most += float64(n.world)
	}
	return int64(most)
}

// finishing is the live memory while the final files are written: a block as
// it is read, the distributions of a cell in the sum of every worker and in a file that it reads, and the rows of
// each file that are written together.
func (n *needs) finishing(workers int) int64 {
	most := 0.0
	for i, c := range n.plan.Cells {
		s, paths := n.of(i), float64(c.Paths)
		ratios := s.ratios.at(paths)
		rows := min(s.events*paths, record.EventBatchRows) * 2 * eventBytes
		histograms := 2 * 16 * ratios * min(1, record.CRatioBatchRows/max(s.moments, 1))
		most = max(most, (ratios+s.series.at(paths))*binBytes*min(float64(workers), n.filesOf(i, workers))+rows+histograms)
	}
	return n.shared() + int64(workers)*n.perWorker(workers) + encodeBytes + int64(most)
}

// What the report and its pictures take, as measured: a number a column and
// path, and what is made of one column at a time.
const (
	fixedColumns      = 27
	valueBytes        = 9 // with the room that slices leave
	presentedPath     = 700
	pictureBytes      = 16 << 20
	presentingCell    = 300 * time.Millisecond
	presentingColumn  = 6 * time.Millisecond  // of those that a configuration adds
	presentingPerPath = 200 * time.Nanosecond // and column
)

// reporting is the live memory while the report is made.
func (n *needs) reporting() int64 {
	if n.shards > 1 {
		return 0
	}
	return pictureBytes + n.plan.Paths()*int64((fixedColumns+n.columns)*valueBytes+presentedPath)
}

func (n *needs) presenting() time.Duration {
	if n.shards > 1 {
		return 0
	}
	cells := time.Duration(len(n.plan.Cells)) * (presentingCell + time.Duration(n.columns)*presentingColumn)
	if n.study {
		cells = cells * 2 / 5 // points have no pages of their own
	}
	return cells + time.Duration(n.plan.Paths())*time.Duration(fixedColumns+n.columns)*presentingPerPath
}
