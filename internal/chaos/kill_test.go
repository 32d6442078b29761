package chaos

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// TestKilledAtAnyMoment kills a run at random moments, with a signal that it
// cannot catch, and resumes it until it is done.
func TestKilledAtAnyMoment(t *testing.T) { stopAtAnyMoment(t, *kills, syscall.SIGKILL) }

// TestInterruptedAtAnyMoment does the same with signals that it answers to.
func TestInterruptedAtAnyMoment(t *testing.T) {
	stopAtAnyMoment(t, (*kills+9)/10, syscall.SIGINT, syscall.SIGTERM)
}

// stopAtAnyMoment stops runs so many times; those that end must have the bytes
// of one that was left alone.
func stopAtAnyMoment(t *testing.T, times int, signals ...syscall.Signal) {
	want := whole(t)
	r := rand.New(rand.NewPCG(*seed, uint64(len(signals))))
	dir, stopped, finished := filepath.Join(t.TempDir(), "out"), 0, 0
	phases := map[string]int{}
	for stopped < times || finished == 0 {
		p := start(t, small(dir, "--resume")...)
		if stopped < times {
			s := signals[r.IntN(len(signals))]
			forget := strike(p, s, r, dir)
			code := p.end(t)
			forget()
			if code < 0 || code == exitInterrupted && s != syscall.SIGKILL {
				stopped++
				phases[phase(dir)]++
				wantUnfinished(t, dir)
				if code == exitInterrupted {
					wantLetGo(t, dir)
				}
				continue
			}
			if code != exitDone {
				t.Fatalf("seed %d, stopped %d times: exit %d\n%s", *seed, stopped, code, p.stderr.String())
			}
		} else {
			p.wants(t, exitDone)
		}
		finished++
		wantSame(t, want, dir)
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("seed %d: stopped %d times by %v (%v), %d runs finished with the same bytes; one takes %v", *seed, stopped, signals, phases, finished, uninterrupted.took)
}

// strike sends a signal at a random moment: anywhere in the time that a run
// takes, or soon after a file has come that marks one of the short phases in
// which names are given and taken away.
func strike(p *process, s syscall.Signal, r *rand.Rand, dir string) (forget func()) {
	ctx, cancel := context.WithCancel(context.Background())
	mark := []string{"", "*.arrow.backtest-tmp", "series.arrow", "manifest.json"}[r.IntN(4)]
	delay := time.Duration(r.Float64() * 1.1 * float64(uninterrupted.took))
	if mark != "" {
		delay = time.Duration(r.Float64() * float64(100*time.Millisecond))
	}
	go func() {
		for found := mark == ""; !found && ctx.Err() == nil; {
			names, _ := filepath.Glob(filepath.Join(dir, mark))
			found = len(names) > 0
			time.Sleep(time.Millisecond)
		}
		select {
		case <-ctx.Done():
		case <-time.After(delay):
			_ = p.cmd.Process.Signal(s)
		}
	}()
	return cancel
}

// wantLetGo: a run that was asked to end leaves neither a lock nor a part of a
// block.
func wantLetGo(t *testing.T, dir string) {
	t.Helper()
	for _, pattern := range []string{".lock", "blocks/*-tmp"} {
		if found, err := filepath.Glob(filepath.Join(dir, pattern)); err != nil || len(found) > 0 {
			t.Errorf("an interrupted run leaves %v, %v", found, err)
		}
	}
}

// phase tells how far a killed run was, by what it left.
func phase(dir string) string {
	there := func(pattern string) bool {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		return err == nil && len(found) > 0
	}
	switch {
	case there("manifest.json"):
		return "reporting"
	case there("*.arrow*"):
		return "writing"
	case there("blocks/*.block"):
		return "computing"
	}
	return "starting"
}

// TestSignals: Ctrl-C and SIGTERM end a run within a second, of processors since
// others may have them, and leave nothing under a name of the final files.
func TestSignals(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		dir := filepath.Join(t.TempDir(), "out")
		p := start(t, endless(dir)...)
		waitFor(t, filepath.Join(dir, "blocks", "*.block"))
		before := p.processors(t)
		p.signal(t, s)
		p.wants(t, exitInterrupted, "--resume")
		state := p.cmd.ProcessState
		if late := state.UserTime() + state.SystemTime() - before; late > time.Duration(runtime.NumCPU())*time.Second {
			t.Errorf("%v: took %v more", s, late)
		}
		for _, pattern := range []string{"*.arrow*", "*.json", "*.md", "*.html", "*.xml", "blocks/*-tmp", ".lock"} {
			if found, err := filepath.Glob(filepath.Join(dir, pattern)); err != nil || len(found) > 0 {
				t.Errorf("%v leaves %v, %v", s, found, err)
			}
		}
		wantUnfinished(t, dir)
	}
}
