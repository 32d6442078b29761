package rpc

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Options are how a node is asked. The zero value of each field but URL stands
// for its default.
type Options struct {
	URL         string
	Batch       int           // calls in one HTTP request, 100
	Parallel    int           // HTTP requests under way, 4
	Rate        float64       // calls a second, without limit
	MaxRequests int64         // calls in all, without limit
	Attempts    int           // of one HTTP request, 8
	Timeout     time.Duration // of one HTTP request, 30 s
	Pause       time.Duration // before the second attempt, doubled for each further one, 100 ms
	MaxAnswer   int64         // bytes, 64 MiB
	// Progress is told after each HTTP request, from any goroutine.
	Progress func(Usage)
}

// Usage is what has been asked so far.
type Usage struct {
	Calls    int64 // JSON-RPC calls sent, repeated ones counted again
	Requests int64 // HTTP requests
	Retries  int64 // of them repeated ones
	Answered int64 // calls
}

// maxPause bounds the time between two attempts.
const maxPause = 30 * time.Second

// Client asks one node.
type Client struct {
	options Options
	url     string
	secrets []string
	http    *http.Client
	limit   limiter
	batch   atomic.Int64 // present size
	ceiling atomic.Int64 // largest size that no node refused
	ids     atomic.Uint64
	usage   struct{ calls, requests, retries, answered atomic.Int64 }
	rest    struct {
		sync.Mutex
		until time.Time // nobody asks before
	}
}

// New returns a client of the node at a URL. It sends nothing yet.
func New(o Options) (*Client, error) {
	u, err := url.Parse(o.URL)
	// An error of url.Parse spells the URL out.
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fault(BadURL, "want http://HOST… or https://HOST…")
	}
	if o.Batch < 1 {
		o.Batch = 100
	}
	if o.Parallel < 1 {
		o.Parallel = 4
	}
	if o.Attempts < 1 {
		o.Attempts = 8
	}
	if o.Timeout <= 0 {
		o.Timeout = 30 * time.Second
	}
	if o.Pause <= 0 {
		o.Pause = 100 * time.Millisecond
	}
	if o.MaxAnswer <= 0 {
		o.MaxAnswer = 64 << 20
	}
	c := &Client{options: o, url: o.URL, secrets: secrets(u), limit: limiter{rate: o.Rate}}
	c.batch.Store(int64(o.Batch))
	c.ceiling.Store(int64(o.Batch))
	c.http = &http.Client{
		Transport: &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			DialContext:         (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
			TLSHandshakeTimeout: 10 * time.Second,
			MaxIdleConnsPerHost: o.Parallel,
			IdleConnTimeout:     30 * time.Second,
			ForceAttemptHTTP2:   true,
		},
		// A redirect would carry the question, and the URL as its referrer, to a
		// place that nobody named.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return c, nil
}

// Usage returns what has been asked so far.
func (c *Client) Usage() Usage {
	return Usage{c.usage.calls.Load(), c.usage.requests.Load(), c.usage.retries.Load(), c.usage.answered.Load()}
}

// Close gives the connections back.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// sleep waits, unless the context ends before.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// pauseFor returns the time before the next attempt (from 1 on).
func (c *Client) pauseFor(attempt int) time.Duration {
	d := c.options.Pause
	for range attempt - 1 {
		if d *= 2; d >= maxPause {
			return maxPause
		}
	}
	return d
}

// restFor makes everybody wait: a node that asks one worker to slow down means
// all of them.
func (c *Client) restFor(d time.Duration) {
	c.rest.Lock()
	defer c.rest.Unlock()
	if until := time.Now().Add(d); until.After(c.rest.until) {
		c.rest.until = until
	}
}

func (c *Client) awaitRest(ctx context.Context) error {
	c.rest.Lock()
	d := time.Until(c.rest.until)
	c.rest.Unlock()
	return sleep(ctx, d)
}

// retryAfter reads the header of that name, in seconds, within bounds.
func retryAfter(h http.Header) time.Duration {
	d, err := time.ParseDuration(strings.TrimSpace(h.Get("Retry-After")) + "s")
	if err != nil || d < 0 {
		return 0
	}
	return min(d, 2*maxPause)
}
