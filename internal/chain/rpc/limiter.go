package rpc

import (
	"context"
	"sync"
	"time"
)

// limiter lets so many calls a second pass, 0 meaning any number.
type limiter struct {
	rate float64
	mu   sync.Mutex
	next time.Time
}

// wait returns when n calls may be sent.
func (l *limiter) wait(ctx context.Context, n int) error {
	if l.rate <= 0 {
		return ctx.Err()
	}
	l.mu.Lock()
	now := time.Now()
	if l.next.Before(now) {
		l.next = now
	}
	at := l.next
	l.next = at.Add(time.Duration(float64(n) / l.rate * float64(time.Second)))
	l.mu.Unlock()
	return sleep(ctx, at.Sub(now))
}

// most returns the largest number of calls to send at once, at most n.
func (l *limiter) most(n int) int {
	if l.rate <= 0 {
		return n
	}
	return max(1, min(n, int(l.rate)))
}
