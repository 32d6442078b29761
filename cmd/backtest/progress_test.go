package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestProgressMode(t *testing.T) {
	var b bytes.Buffer
	tests := []struct {
		mode progressMode
		env  Env
		want string
	}{
		{progressAuto, Env{Stderr: &b, StderrTerminal: true}, "bar"},
		{progressAuto, Env{Stderr: &b, StderrTerminal: true, Environ: []string{"TERM=dumb"}}, "lines"},
		{progressAuto, Env{Stderr: &b, StdoutTerminal: true}, "lines"},
		{progressPlain, Env{Stderr: &b, StderrTerminal: true}, "lines"},
		{progressNone, Env{Stderr: &b, StderrTerminal: true}, "none"},
	}
	for _, test := range tests {
		got := "none"
		switch newProgress(test.env, test.mode, "paths").(type) {
		case *barProgress:
			got = "bar"
		case *lineProgress:
			got = "lines"
		}
		if got != test.want {
			t.Errorf("%s: %s, want %s", test.mode, got, test.want)
		}
	}
}

func TestLinesOfProgress(t *testing.T) {
	var b bytes.Buffer
	now := time.Unix(0, 0)
	p := &lineProgress{w: &b, units: "paths", now: func() time.Time { return now }}
	at := func(seconds int64, a amount) {
		now = time.Unix(seconds, 0)
		p.update(a)
	}
	at(0, amount{phase: "paths", done: 100, total: 1100, steps: 0}) // found done at a resume
	at(2, amount{phase: "paths", done: 200, total: 1100, steps: 7200})
	at(5, amount{phase: "paths", done: 350, total: 1100, steps: 36000})
	at(6, amount{phase: "paths", done: 400, total: 1100, steps: 40000})
	at(10, amount{phase: "paths", done: 600, total: 1100, steps: 72000, failed: 2})
	at(20, amount{phase: "writing", done: 1100, total: 1100})
	p.finish()
	at(40, amount{phase: "paths", done: 1100, total: 1100})
	want := `paths: 350 of 1100 paths (31 %), 50 paths/s, 7.2e+03 path-steps/s, 15s left
paths: 600 of 1100 paths (54 %), 50 paths/s, 7.2e+03 path-steps/s, 10s left, 2 failed
writing: 1100 of 1100 paths (100 %)
`
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

func TestBarLeavesTheTerminalClean(t *testing.T) {
	var b bytes.Buffer
	p := &barProgress{w: &b, units: "paths"}
	const betweenDraws = 150 * time.Millisecond // it is drawn ten times a second at most
	p.update(amount{phase: "paths", done: 10, total: 100})
	time.Sleep(betweenDraws)
	p.update(amount{phase: "paths", done: 50, total: 100, failed: 3})
	time.Sleep(betweenDraws)
	p.update(amount{phase: "paths", done: 40, total: 100}) // late, and older
	p.update(amount{phase: "paths", done: 60, total: 100, failed: 3})
	p.update(amount{phase: "writing", done: 0, total: 100})
	p.finish()
	drawn := b.String()
	p.update(amount{phase: "writing", done: 100, total: 100})
	if b.String() != drawn {
		t.Error("drawn after the end")
	}
	for _, want := range []string{"50/100", "60/100", "paths/s", "(3 failed)", "writing"} {
		if !strings.Contains(drawn, want) {
			t.Errorf("no %q in %q", want, drawn)
		}
	}
	lines := strings.Split(drawn, "\r")
	if last := lines[len(lines)-1]; strings.TrimSpace(last) != "" || strings.Contains(drawn, "40/100") {
		t.Errorf("left on the terminal: %q of %q", last, drawn)
	}
}
