package runner

import (
	"context"
	"runtime"
	"time"

	"backtest/runner/record"
)

// sample is what the first paths of a world took.
type sample struct {
	paths   float64       // below 1 when the time was up before the first one ended
	each    time.Duration // a path, while others were computed
	effort  time.Duration // processor time of a path, with its part of collecting garbage
	writing time.Duration // processor time of encoding all of them, as a block and in the final files
	worker  int64         // live memory that a worker held after them, bytes
	events  float64       // of a path, on average over all that were seen
	moments float64       // C-ratio distributions in the final files
	figures float64       // series of a path
	ratios  growth        // of C-ratio distributions
	series  growth        // of series

	whole record.Size // of all that was recorded
	rows  record.Size // without distributions
	least record.Size // of one path without events
	rare  float64     // events of a path beyond those of the block
}

// sampler runs the first paths of a world as a run would.
type sampler struct {
	w     *worker
	block record.Block
	times []time.Duration // since the start, at the end of each path
	out   sample
}

// busyFactor is how much longer than planned a sample may take where other
// processes leave it little of the processors.
const busyFactor = 8

// spend gives a context that ends when so many processors have worked for the
// budget.
func spend(budget time.Duration, processors int) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.Background(), busyFactor*budget)
	enough := record.ProcessorTime() + budget*time.Duration(processors)
	go func() {
		tick := time.NewTicker(budget / 50)
		defer tick.Stop()
		for ctx.Err() == nil && record.ProcessorTime() < enough {
			select {
			case <-tick.C:
			case <-ctx.Done():
			}
		}
		cancel()
	}()
	return ctx, cancel
}

// take runs paths of a world, of so many that there are, until the time is up
// or a block is full. Others run at the same time on the other processors that
// the workers of the run would use.
func take(w *world, id record.Identity, paths int64, workers int, budget time.Duration) (sample, error) {
	before := liveBytes()
	s := &sampler{w: newWorker(w), out: sample{
		ratios: growth{exponent: newRatios, slows: ratioSlow}, series: growth{exponent: newSeries, slows: seriesSlow}}}
	s.w.collect.Reset()
	s.crowded(paths, min(workers, runtime.GOMAXPROCS(0))-1, budget)
	s.w.collect.Into(&s.block)
	s.out.moments, s.out.figures = float64(2*len(s.block.CRatio)), float64(len(s.block.Series))
	s.out.ratios, s.out.series = s.out.ratios.now(s.ratioBins(), s.out.paths), s.out.series.now(s.seriesBins(), s.out.paths)
	s.out.worker = max(liveBytes()-before, 0)
	err := s.out.measure(id, &s.block)
	runtime.KeepAlive(s)
	return s.out, err
}

// crowded runs paths among others, and counts events over all of them.
func (s *sampler) crowded(paths int64, others int, budget time.Duration) {
	ctx, cancel := spend(budget, others+1)
	defer cancel()
	before := record.ProcessorTime()
	var c crowd
	c.join(ctx, s.w.world, others, paths)
	s.run(ctx, min(paths, record.PathsPerBlock))
	cancel()
	c.group.Wait()
	s.out.paths, s.out.each = s.done(), s.each()
	s.out.effort = time.Duration(float64(record.ProcessorTime()-before) / (s.out.paths + c.paths + c.cut))
	block := float64(len(s.block.Events))
	s.out.events = (block + float64(c.events)) / (s.out.paths + c.paths)
	s.out.rare = s.out.events - block/s.out.paths
}

// run also looks how full the distributions are, each time the number of paths
// has doubled.
func (s *sampler) run(ctx context.Context, paths int64) {
	started := time.Now()
	for i := range paths {
		failure := s.w.path(ctx, uint64(i))
		if ctx.Err() != nil && i > 0 {
			return
		}
		s.times = append(s.times, time.Since(started))
		row := s.w.state.Row
		if failure != nil {
			fail(&row, s.w.columns, failure)
		}
		s.block.Paths = append(s.block.Paths, row)
		s.block.Events = append(s.block.Events, s.w.state.Events...)
		if ctx.Err() != nil {
			return
		}
		if i&(i+1) == 0 {
			s.w.collect.Into(&s.block)
			s.out.ratios, s.out.series = s.out.ratios.next(s.ratioBins()), s.out.series.next(s.seriesBins())
		}
	}
}

// done is the number of whole paths, or the part of the first one.
func (s *sampler) done() float64 {
	if part := s.w.part(); len(s.times) == 1 && part < 1 {
		return part
	}
	return float64(len(s.times))
}

// part is how much of its last path a worker has run.
func (w *worker) part() float64 {
	return float64(w.state.Step+1) / float64(len(w.world.Grid))
}

// each is the time of a path. The first one, which also warms up, counts only
// when it is alone.
func (s *sampler) each() time.Duration {
	n := len(s.times)
	if n > 1 {
		return (s.times[n-1] - s.times[0]) / time.Duration(n-1)
	}
	return time.Duration(float64(s.times[0]) / s.done())
}

func (s *sampler) ratioBins() (bins float64) {
	for i := range s.block.CRatio {
		bins += float64(len(s.block.CRatio[i].ByPosition.Bins) + len(s.block.CRatio[i].ByDebt.Bins))
	}
	return bins
}

func (s *sampler) seriesBins() (bins float64) {
	for i := range s.block.Series {
		bins += float64(len(s.block.Series[i].Values.Bins))
	}
	return bins
}

// measure encodes the block, and less and less of it.
func (s *sample) measure(id record.Identity, b *record.Block) (err error) {
	before := record.ProcessorTime()
	if s.whole, err = record.Measure(id, b); err != nil {
		return err
	}
	s.writing = record.ProcessorTime() - before
	if s.rows, err = record.Measure(id, &record.Block{Paths: b.Paths, Events: b.Events}); err != nil {
		return err
	}
	s.least, err = record.Measure(id, &record.Block{Paths: b.Paths[:1]})
	return err
}

// liveBytes is the memory that is in use.
func liveBytes() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
