package model

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	fp "backtest/model/fixedpoint"
)

var (
	randomRuns  = flag.Int("runs", 120, "random worlds to test")
	randomSteps = flag.Int("steps", 80, "commands in each of them")
	randomSeed  = flag.Uint64("seed", 1, "seed of the first of them")
)

// player runs commands under the audit.
type player struct {
	w     *world
	audit *audit
	ok    map[string]int // commands that succeeded, by name
	after func(w *world) error
}

func newPlayer() *player {
	w := newWorld()
	return &player{w: w, audit: newAudit(w), ok: map[string]int{}}
}

// play runs a line. It fails when an identity is broken, or when a command that
// failed left a trace.
func (p *player) play(line string) error {
	p.audit.allow()
	before, events := p.w.sys.Digest(), len(p.w.told.Events)
	_, err := p.w.run(line)
	switch {
	case errors.Is(err, errUsage):
		return nil
	case err != nil && p.w.sys.Digest() != before:
		return fmt.Errorf("%s: failed and changed the state: %w", line, err)
	case err != nil && len(p.w.told.Events) != events:
		return fmt.Errorf("%s: failed and left events: %w", line, err)
	case err != nil && ErrorName(err) == "RequireFailed":
		return fmt.Errorf("%s: an assertion failed: %w", line, err)
	}
	p.audit.allow()
	for _, e := range p.w.told.Events[events:] {
		p.audit.allowBump(e)
	}
	if err := p.audit.check(); err != nil {
		return fmt.Errorf("after %s: %w", line, err)
	}
	if err == nil {
		p.ok[strings.Fields(line)[0]]++
		if err := p.rebalanced(line); err != nil {
			return fmt.Errorf("after %s: %w", line, err)
		}
	}
	if p.after == nil {
		return nil
	}
	return p.after(p.w)
}

// rebalanced checks the pool and vault that a line has refreshed.
func (p *player) rebalanced(line string) error {
	w := strings.Fields(line)
	a := &arguments{w: p.w, line: line, words: w[1:]}
	switch w[0] {
	case "delegate", "mint", "burn", "liquidate", "liquidate-treasury":
		a.word()
		return p.w.rebalanced(a.pool(), a.collateral())
	case "liquidate-vault":
		return p.w.rebalanced(a.pool(), a.collateral())
	case "rebalance":
		if len(w) == 3 {
			return p.w.rebalanced(a.pool(), a.collateral())
		}
		return p.w.rebalanced(a.pool(), NoCollateral)
	case "debt", "position":
		a.word()
		return p.w.rebalanced(a.pool(), NoCollateral)
	}
	return nil
}

// playRandom draws and plays a world; it returns the lines and the failure.
func playRandom(c choices, steps int, p *player) (lines []string, err error) {
	g := &generator{c: c, w: p.w}
	for _, line := range g.setup() {
		lines = append(lines, line)
		if err := p.play(line); err != nil {
			return lines, err
		}
	}
	for range steps {
		line := g.step()
		lines = append(lines, line)
		if err := p.play(line); err != nil {
			return lines, err
		}
	}
	return lines, nil
}

// shrink returns a short script that still fails: lines that the failure does
// not need are left out, first many at a time, then one by one.
func shrink(lines []string, fails func(lines []string) bool) []string {
	for size := len(lines) / 2; size > 0; size /= 2 {
		for from := 0; from+size <= len(lines); {
			shorter := append(append([]string(nil), lines[:from]...), lines[from+size:]...)
			if fails(shorter) {
				lines = shorter
			} else {
				from += size
			}
		}
	}
	return lines
}

// replayScript plays fixed lines and returns the first failure.
func replayScript(lines []string, after func(w *world) error) error {
	p := newPlayer()
	p.after = after
	for _, line := range lines {
		if err := p.play(line); err != nil {
			return err
		}
	}
	return nil
}

// report shrinks a failing script and prints it.
func reportScript(t *testing.T, lines []string, after func(w *world) error, failure error) {
	t.Helper()
	short := shrink(lines, func(l []string) bool { return replayScript(l, after) != nil })
	if err := replayScript(short, after); err != nil {
		failure = err
	}
	t.Fatalf("%v\n%s", failure, strings.Join(short, "\n"))
}

// TestRandomCommands plays random worlds with the identities of
// PROTOCOL.md §9.4 checked after every command. -args -runs, -steps and -seed
// make it longer or repeat it.
func TestRandomCommands(t *testing.T) {
	succeeded, moved := map[string]int{}, map[EventKind]int{}
	for run := range uint64(*randomRuns) {
		seed := *randomSeed + run
		p := newPlayer()
		lines, err := playRandom(rand.New(rand.NewPCG(seed, 0)), *randomSteps, p)
		if err != nil {
			t.Logf("seed %d", seed)
			reportScript(t, lines, nil, err)
		}
		for name, n := range p.ok {
			succeeded[name] += n
		}
		for _, e := range p.w.told.Events {
			moved[e.Kind]++
		}
	}
	t.Logf("seeds %d to %d: %v, events %v", *randomSeed, *randomSeed+uint64(*randomRuns)-1, succeeded, moved)
	// The worlds reach what they are meant to test.
	for _, name := range []string{"delegate", "mint", "burn", "migrate", "associate", "liquidate", "liquidate-vault", "liquidate-treasury", "market-collateral", "pool-config", "distribute"} {
		if succeeded[name] == 0 && *randomRuns >= 100 {
			t.Errorf("no %s has succeeded", name)
		}
	}
	for _, kind := range []EventKind{PoolBumpedOut, PoolBumpedIn, PoolRebalancedOut, PoolRebalancedIn} {
		if moved[kind] == 0 && *randomRuns >= 100 {
			t.Errorf("no event of kind %d", kind)
		}
	}
}

// FuzzCommands lets the fuzzer draw the worlds.
func FuzzCommands(f *testing.F) {
	for seed := range uint64(8) {
		r := rand.New(rand.NewPCG(seed, 1))
		b := make([]byte, 300)
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		lines, err := playRandom(&byteChoices{b}, min(len(b)/4, 200), newPlayer())
		if err != nil {
			reportScript(t, lines, nil, err)
		}
	})
}

// TestAuditSeesDamage guards the audit itself: each kind of damage to a state
// is found.
func TestAuditSeesDamage(t *testing.T) {
	one, wei := fp.UnitI256.Int128(), fp.U128(1)
	damage := map[string]func(w *world){
		"supply": func(w *world) { w.sys.collaterals[USD].tokens.total = fp.U256(5) },
		"I1":     func(w *world) { w.sys.markets.rows[0].lastDistributed = one },
		"I3":     func(w *world) { w.sys.pools.rows[1].totalVaultDebts = one },
		"I4":     func(w *world) { w.sys.markets.rows[0].creditCapacity = one },
		"I5":     func(w *world) { w.sys.vaults.rows[0].totalConsolidatedDebt = one },
		"I7":     func(w *world) { w.sys.pools.rows[1].vaults.TotalShares = wei },
		"I8":     func(w *world) { w.sys.backings.rows[0].creditCapacity = wei },
		"I9":     func(w *world) { w.sys.collaterals[1].tokens.of.set(Core, fp.U256(5)) },
		"heap":   func(w *world) { w.sys.ranges[0].index[0] = 2 },
	}
	for name, harm := range damage {
		p := newPlayer()
		for _, line := range []string{"collateral X", "account a1", "market m1", "pool p1 p2", "pool-config p1 m1:1", "pool-config p2 m1:1",
			"deposit a1 X 100", "delegate a1 p1 X 10", "delegate a1 p2 X 10", "mint a1 p1 X 2"} {
			if err := p.play(line); err != nil {
				t.Fatal(err)
			}
		}
		harm(p.w)
		if err := p.audit.check(); err == nil {
			t.Errorf("%s: the damage was not found", name)
		}
	}
}
