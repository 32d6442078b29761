package runner

import (
	"context"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write golden files anew")

// TestTrace: the worked example of exposure, step by step.
func TestTrace(t *testing.T) {
	l := loadText(t, strings.Replace(workedExample, "market: eth, weight: 250", "market: eth, weight: 250, max_debt_share_value: 0.0078125", 1))
	var out strings.Builder
	if _, err := Trace(context.Background(), l, nil, TraceQuestion{Scenario: "", Path: 0, SaveAt: -1}, &out); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/trace.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(out.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || out.String() != string(want) {
		t.Errorf("%v; trace is\n%s\nwant\n%s", err, out.String(), want)
	}
}

func TestTraceRefuses(t *testing.T) {
	l := loadText(t, workedExample)
	var out strings.Builder
	var input *InputError
	if _, err := Trace(context.Background(), l, nil, TraceQuestion{Scenario: "", Path: 1, SaveAt: -1}, &out); !errors.As(err, &input) || !strings.Contains(err.Error(), "found 1, allowed: 0 to 0") {
		t.Errorf("error is %v", err)
	}
	if _, err := Trace(context.Background(), l, nil, TraceQuestion{Scenario: "crash", Path: 0, SaveAt: -1}, &out); !errors.As(err, &input) || !strings.Contains(err.Error(), "found \"crash\", allowed: base") {
		t.Errorf("error is %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Trace(ctx, l, nil, TraceQuestion{Scenario: "base", Path: 0, SaveAt: -1}, &out); !errors.Is(err, ErrInterrupted) {
		t.Errorf("error is %v", err)
	}
}

// What cannot be read is told too.
func TestTraceOfAnOutage(t *testing.T) {
	l := loadText(t, strings.Replace(workedExample, "initial_supply: 1}", "initial_supply: 1, fail_from: 1h, fail_for: 1h}", 1))
	var out strings.Builder
	if _, err := Trace(context.Background(), l, nil, TraceQuestion{Scenario: "base", Path: 0, SaveAt: -1}, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"  market  eth does not answer: ",
		"  vault   p/USDC cannot be read: ",
		"  EVENT   pool_blocked (Unavailable) eth p, 0",
		"  EVENT   pool_unblocked () q, 0",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
}
