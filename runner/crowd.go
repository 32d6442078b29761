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
	paths, events int64 // of all members, whole paths only
}

// join starts the members. They take paths after those of the first block, of
// so many that there are, until ctx is done.
func (c *crowd) join(ctx context.Context, w *world, members int, paths int64) {
	for member := range members {
		c.group.Go(func() {
			worker := newWorker(w)
			for i := int64(record.PathsPerBlock + member); ctx.Err() == nil; i += int64(members) {
				_ = worker.path(ctx, uint64(i%paths)) // a failure takes its time too
				if ctx.Err() == nil {
					c.add(1, int64(len(worker.state.Events)))
				}
			}
		})
	}
}

func (c *crowd) add(paths, events int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.paths += paths
	c.events += events
}
