package runner

import (
	"time"
	"unsafe"

	"backtest/runner/record"
	"backtest/runner/sim"
)

// kept are the finished blocks of a worker that are not written yet. They are
// written together, since the distributions over their paths are hardly larger
// than those of one block. When they are is a matter of time, which leaves no trace: the
// final files are the same whatever is written together.
type kept struct {
	store   *record.Store
	started time.Time // of the run
	collect *sim.Collector
	blocks  []*record.Block // the first count of them are in use
	count   int
	bytes   int
	since   time.Time     // of the last writing
	took    time.Duration // by it
}

// A run that is killed loses what was not written: at most an eighth of its
// time, and lateWrite of each worker. Writing takes a hundredth of a worker's
// time at most. A block that takes longer is written at once.
const (
	firstWrite   = time.Second / 4
	lateWrite    = 20 * time.Second
	writtenShare = 8
	writingShare = 100
	keptBytes    = 16 << 20
)

func newKept(store *record.Store, started time.Time) *kept {
	return &kept{store: store, started: started, since: time.Now()}
}

// gatherFrom changes the collector whose paths are kept.
func (k *kept) gatherFrom(c *sim.Collector) error {
	err := k.write()
	k.collect = c
	return err
}

// next returns a block to fill, with the memory of one that was written.
func (k *kept) next() *record.Block {
	if k.count == len(k.blocks) {
		k.blocks = append(k.blocks, new(record.Block))
	}
	return k.blocks[k.count]
}

// wait is how long blocks may wait, so long after the start of the run.
func (k *kept) wait(elapsed time.Duration) time.Duration {
	return max(min(max(firstWrite, elapsed/writtenShare), lateWrite), k.took*writingShare)
}

// writes is how many files a worker writes in so much time, if writing one
// takes so long.
func writes(elapsed, took time.Duration) (n float64) {
	k := kept{took: took}
	for at := time.Duration(0); at < elapsed; n++ {
		if at >= lateWrite*writtenShare { // from here on they are evenly spaced
			return n + float64(elapsed-at)/float64(k.wait(at))
		}
		at += k.wait(at)
	}
	return n
}

// add keeps the block that next gave, and writes all when it is time to.
func (k *kept) add() error {
	b, now := k.blocks[k.count], time.Now()
	k.collect.EndBlock()
	k.count++
	k.bytes += bytesOf(b)
	if k.bytes < keptBytes && !k.collect.Full() && now.Sub(k.since) < k.wait(now.Sub(k.started)) {
		return nil
	}
	return k.write()
}

// bytesOf is the memory of the rows of a block, without their names.
func bytesOf(b *record.Block) (n int) {
	n = len(b.Events) * int(unsafe.Sizeof(record.EventRow{}))
	for i := range b.Paths {
		p := &b.Paths[i]
		n += int(unsafe.Sizeof(*p)) + len(p.Exact)*int(unsafe.Sizeof(record.D18{})) + len(p.Floats)*int(unsafe.Sizeof(float64(0)))
	}
	return n
}

// write makes all blocks durable; a block that was begun is forgotten.
func (k *kept) write() error {
	if k.count == 0 {
		return nil
	}
	began := time.Now()
	blocks := k.blocks[:k.count]
	k.count, k.bytes = 0, 0
	k.collect.DropBlock()
	k.collect.Into(blocks[0])
	k.collect.Reset()
	err := k.store.Write(blocks...)
	k.since = time.Now()
	k.took = k.since.Sub(began)
	return err
}
