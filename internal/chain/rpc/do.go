package rpc

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
)

// Do asks all calls, in batches and in parallel, and gives each answer to got
// as soon as it is there, one at a time. An answer holds a result or an error
// that asking again would not change; faults of the node end the whole.
func (c *Client) Do(ctx context.Context, calls []Call, got func(i int, a Answer) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	work := &queue{client: c, calls: calls, got: got}
	all := make(span, len(calls))
	for i := range all {
		all[i] = i
	}
	work.push(all)
	var workers sync.WaitGroup
	for range c.options.Parallel {
		workers.Go(func() {
			for {
				s, ok := work.take(ctx)
				if !ok {
					return
				}
				err := work.ask(ctx, s)
				if IsKind(err, Limit) {
					work.stop(err) // what is under way is paid for, and comes home
				} else if err != nil {
					cancel(err)
				}
				work.done()
			}
		})
	}
	workers.Wait()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return work.stopped
}

// One asks a single call.
func (c *Client) One(ctx context.Context, call Call) (answer Answer, err error) {
	err = c.Do(ctx, []Call{call}, func(_ int, a Answer) error { answer = a; return nil })
	return answer, err
}

// span is some of the calls, by their places.
type span []int

// queue hands out spans of calls.
type queue struct {
	client *Client
	calls  []Call
	got    func(int, Answer) error
	mu     sync.Mutex
	told   sync.Mutex
	spans  []span
	busy   int
	wake   chan struct{}
	// stopped is why nothing more is handed out.
	stopped error
}

// stop hands nothing more out.
func (q *queue) stop(why error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.stopped == nil {
		q.stopped = why
	}
}

func (q *queue) push(s span) {
	if len(s) > 0 {
		q.spans = append(q.spans, s)
	}
}

// take returns the next span, at most a batch; ok is false when nothing is
// left or the context has ended.
func (q *queue) take(ctx context.Context) (s span, ok bool) {
	for {
		q.mu.Lock()
		if ctx.Err() != nil || q.stopped != nil || len(q.spans) == 0 && q.busy == 0 {
			q.mu.Unlock()
			return nil, false
		}
		if n := len(q.spans); n > 0 {
			s = q.spans[n-1]
			size := q.client.limit.most(int(q.client.batch.Load()))
			if len(s) > size {
				q.spans[n-1], s = s[size:], s[:size]
			} else {
				q.spans = q.spans[:n-1]
			}
			q.busy++
			q.mu.Unlock()
			return s, true
		}
		if q.wake == nil {
			q.wake = make(chan struct{})
		}
		wake := q.wake
		q.mu.Unlock()
		select {
		case <-ctx.Done():
		case <-wake:
		}
	}
}

func (q *queue) done() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.busy--
	if q.wake != nil {
		close(q.wake)
		q.wake = nil
	}
}

// give hands an answer over.
func (q *queue) give(i int, a Answer) error {
	q.told.Lock()
	defer q.told.Unlock()
	q.client.usage.answered.Add(1)
	return q.got(i, a)
}

// ask asks a span until it is answered, or splits it.
func (q *queue) ask(ctx context.Context, left span) error {
	c := q.client
	for attempt := 1; ; attempt++ {
		again, err := q.attempt(ctx, left)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err == nil && len(again) == 0:
			c.grow(len(left))
			return nil
		case err == nil:
			left, err = again, errSome
		case shrinking(err) && len(left) > 1:
			c.shrink(len(left), IsKind(err, TooLarge))
			q.mu.Lock()
			q.push(left[len(left)/2:])
			q.push(left[:len(left)/2])
			q.mu.Unlock()
			return nil
		case !passing(err):
			return err
		}
		if attempt >= c.options.Attempts {
			return giveUp(err, q.last(again), attempt)
		}
		c.usage.retries.Add(1)
		if err := sleep(ctx, c.pauseFor(attempt)); err != nil {
			return err
		}
	}
}

// errSome says that some answers of a request were errors that may pass.
var errSome = errors.New("some calls failed")

func (q *queue) last(again span) error {
	if len(again) == 0 {
		return nil
	}
	return fault(Failing, "%s", q.calls[again[0]].Method)
}

func giveUp(err, last error, attempts int) error {
	if err == errSome {
		err = last
	}
	var f *Fault
	if errors.As(err, &f) {
		return &Fault{f.Kind, join(f.Detail, "given up after", attempts)}
	}
	return err
}

func join(detail, text string, attempts int) string {
	tail := fault("", "%s %d attempts", text, attempts).Detail
	if detail == "" {
		return tail
	}
	return detail + "; " + tail
}

// attempt sends one HTTP request and hands over the answers that are final. It
// returns the calls to ask again.
func (q *queue) attempt(ctx context.Context, left span) (again span, err error) {
	c := q.client
	calls := make([]Call, len(left))
	for k, i := range left {
		calls[k] = q.calls[i]
	}
	if err := c.admit(ctx, len(calls)); err != nil {
		return nil, err
	}
	answers, after, err := c.exchange(ctx, calls)
	if IsKind(err, RateLimited) || after > 0 {
		c.restFor(max(after, c.options.Pause))
	}
	if err == nil {
		again, err = q.accept(left, answers)
	}
	if c.options.Progress != nil {
		c.options.Progress(c.Usage())
	}
	return again, err
}

// admit waits until calls may be sent and counts them.
func (c *Client) admit(ctx context.Context, n int) error {
	if err := c.awaitRest(ctx); err != nil {
		return err
	}
	if err := c.limit.wait(ctx, n); err != nil {
		return err
	}
	if most := c.options.MaxRequests; most > 0 {
		if sent := c.usage.calls.Add(int64(n)); sent > most {
			c.usage.calls.Add(int64(-n))
			return fault(Limit, "%d calls were sent and %d more are needed at once, --max-requests allows %d", sent-int64(n), n, most)
		}
	} else {
		c.usage.calls.Add(int64(n))
	}
	c.usage.requests.Add(1)
	return nil
}

// accept hands over final answers.
func (q *queue) accept(left span, answers []Answer) (again span, err error) {
	for k, a := range answers {
		i := left[k]
		final, err := judge(q.calls[i], a)
		if err != nil {
			return nil, err
		}
		if !final {
			again = append(again, i)
			if k, ok := classify(a.Err.Message); ok && k == RateLimited {
				q.client.restFor(q.client.options.Pause)
			}
			continue
		}
		if err := q.give(i, a); err != nil {
			return nil, err
		}
	}
	return again, nil
}

// judge tells whether an answer is final, or a fault for which there is no
// help. Ranges of logs that a node refuses are for the caller to divide.
func judge(call Call, a Answer) (final bool, err error) {
	if a.Err == nil || a.Err.Reverted() {
		return true, nil
	}
	k, known := classify(a.Err.Message)
	switch {
	case a.Err.Code == 429:
		return false, nil
	case known && (k == Pruned || k == UnknownBlock || k == Refused):
		return false, fault(k, "%s", a.Err.Message)
	case call.Method == "eth_getLogs" && !(known && k == RateLimited):
		return true, nil
	case known && (k == RateLimited || k == TooSlow):
		return false, nil
	case a.Err.Code == -32603:
		return false, nil
	}
	return true, nil
}

// shrink halves the size of batches: for good where a node refuses it, until it
// has grown again where one is slow.
func (c *Client) shrink(refused int, forGood bool) {
	half := max(1, int64(refused)/2)
	if forGood {
		lower(&c.ceiling, half)
	}
	lower(&c.batch, half)
}

func lower(to *atomic.Int64, n int64) {
	for {
		now := to.Load()
		if now <= n || to.CompareAndSwap(now, n) {
			return
		}
	}
}

// grow lets batches become larger again after one that was answered.
func (c *Client) grow(answered int) {
	now := c.batch.Load()
	if most := c.ceiling.Load(); int64(answered) >= now && now < most {
		c.batch.CompareAndSwap(now, min(most, now+now/2+1))
	}
}
