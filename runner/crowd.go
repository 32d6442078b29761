package runner

import (
	"context"
	"sync"

	"backtest/runner/record"
)

// crowd runs paths of a world on the other processors while a sampler is at
// work: its times are those of a busy machine then, and what happens on few
// paths is seen more often.
type crowd struct {
	group         sync.WaitGroup
	mu            sync.Mutex
	paths, events float64 // of all members, whole paths only
	cut           float64 // parts of paths that did not end in time
}

// join starts the members. They take paths after those of the first block, of
// so many that there are, until ctx is done.
func (c *crowd) join(ctx context.Context, w *world, members int, paths int64) {
	for member := range members {
		c.group.Go(func() {
			worker := newWorker(w)
			for i := int64(record.PathsPerBlock + member); ctx.Err() == nil; i += int64(members) {
				_ = worker.path(ctx, uint64(i%paths)) // a failure takes its time too
				c.add(worker, ctx.Err() == nil)
			}
		})
	}
}

// add counts the last path of a worker, as far as it got.
func (c *crowd) add(w *worker, whole bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !whole {
		c.cut += w.part()
		return
	}
	c.paths++
	c.events += float64(len(w.state.Events))
}
