package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
)

// progressMode is how progress is shown.
type progressMode string

// Modes of progress.
const (
	progressAuto  progressMode = "auto"  // a bar on a terminal, lines elsewhere
	progressPlain progressMode = "plain" // lines
	progressNone  progressMode = "none"
)

func (m *progressMode) register(cmd *cobra.Command) {
	*m = progressAuto
	cmd.Flags().Var(m, "progress", "how progress is shown: auto, plain or none")
}

// String, Set and Type make it a flag.
func (m *progressMode) String() string { return string(*m) }

// Set takes a mode by its name.
func (m *progressMode) Set(text string) error {
	switch mode := progressMode(text); mode {
	case progressAuto, progressPlain, progressNone:
		*m = mode
		return nil
	}
	return fmt.Errorf("want auto, plain or none")
}

// Type is what the help calls a value.
func (m *progressMode) Type() string { return "mode" }

// amount is how far the work is.
type amount struct {
	phase       string // what is being done, empty for the whole command
	done, total int64
	steps       int64 // path-steps computed, 0 where there are none
	failed      int64
}

// progress shows how far the work is. Updates may come from any goroutine, and
// out of order.
type progress interface {
	update(amount)
	finish()
}

// newProgress shows progress of the given units, such as "paths", on stderr.
func newProgress(env Env, mode progressMode, units string) progress {
	switch {
	case mode == progressNone:
		return silence{}
	case mode == progressAuto && env.StderrTerminal && env.lookup("TERM") != "dumb":
		return &barProgress{w: env.Stderr, units: units}
	}
	return &lineProgress{w: env.Stderr, units: units, now: time.Now}
}

type silence struct{}

func (silence) update(amount) {}
func (silence) finish()       {}

// lineEvery is the time between two lines of progress.
const lineEvery = 5 * time.Second

// lineProgress writes a line every few seconds.
type lineProgress struct {
	w     io.Writer
	units string
	now   func() time.Time

	mu      sync.Mutex
	phase   string
	begun   amount    // first of the phase
	started time.Time // of the phase
	last    time.Time // last line
	over    bool
}

func (p *lineProgress) update(a amount) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if p.started.IsZero() || a.phase != p.phase {
		p.phase, p.begun, p.started = a.phase, a, now
		if p.last.IsZero() {
			p.last = now
		}
	}
	if p.over || now.Sub(p.last) < lineEvery {
		return
	}
	p.last = now
	fmt.Fprintln(p.w, p.line(a, now.Sub(p.started).Seconds()))
}

// line tells the amount, the rate since the phase began, and the time left.
// What had been done before, in an earlier run, is not in the rate.
func (p *lineProgress) line(a amount, seconds float64) string {
	var b strings.Builder
	if a.phase != "" {
		b.WriteString(a.phase + ": ")
	}
	fmt.Fprintf(&b, "%d of %d %s", a.done, a.total, p.units)
	if a.total > 0 {
		fmt.Fprintf(&b, " (%d %%)", 100*a.done/a.total)
	}
	if rate := float64(a.done-p.begun.done) / seconds; rate > 0 {
		fmt.Fprintf(&b, ", %.3g %s/s", rate, p.units)
		if steps := float64(a.steps-p.begun.steps) / seconds; steps > 0 {
			fmt.Fprintf(&b, ", %.3g path-steps/s", steps)
		}
		left := time.Duration(float64(a.total-a.done) / rate * float64(time.Second))
		fmt.Fprintf(&b, ", %s left", left.Round(time.Second))
	}
	if a.failed > 0 {
		fmt.Fprintf(&b, ", %d failed", a.failed)
	}
	return b.String()
}

func (p *lineProgress) finish() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = true
}

// barProgress draws a bar a phase, and leaves the terminal clean.
type barProgress struct {
	w     io.Writer
	units string

	mu     sync.Mutex
	bar    *progressbar.ProgressBar
	phase  string
	done   int64
	failed int64
	over   bool
}

func (p *barProgress) update(a amount) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		return
	}
	if p.bar == nil || a.phase != p.phase {
		p.clear()
		p.bar, p.phase, p.done, p.failed = p.newBar(a), a.phase, 0, a.failed
	}
	if a.done < p.done {
		return // an older update that arrived late
	}
	p.done = a.done
	// Each of these may draw, but not soon after another: the figures go first.
	// A terminal that cannot be drawn on is no reason to stop the work.
	_ = p.bar.Set64(a.done)
	if a.total != p.bar.GetMax64() {
		p.bar.ChangeMax64(a.total)
	}
	if a.failed != p.failed {
		p.failed = a.failed
		p.bar.Describe(describe(a))
	}
}

func describe(a amount) string {
	if a.failed > 0 {
		return strings.TrimSpace(fmt.Sprintf("%s (%d failed)", a.phase, a.failed))
	}
	return a.phase
}

func (p *barProgress) newBar(a amount) *progressbar.ProgressBar {
	return progressbar.NewOptions64(a.total,
		progressbar.OptionSetWriter(p.w),
		progressbar.OptionSetDescription(describe(a)),
		progressbar.OptionSetWidth(30),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionShowCount(),
		progressbar.OptionShowIts(),
		progressbar.OptionSetItsString(p.units),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionClearOnFinish(),
	)
}

func (p *barProgress) clear() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}

func (p *barProgress) finish() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.over {
		p.clear()
	}
	p.over = true
}
