package model

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
)

// drawWorld plays a random world and returns its lines.
func drawWorld(t *testing.T, seed uint64, steps int) []string {
	t.Helper()
	lines, err := playRandom(rand.New(rand.NewPCG(seed, 7)), steps, newPlayer())
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	return lines
}

// runAll runs lines, whether they fail or not.
func runAll(w *world, lines []string) {
	for _, line := range lines {
		_, _ = w.run(line)
	}
}

// reached returns the state after lines in a world of its own.
func reached(lines ...[]string) [32]byte {
	w := newWorld()
	for _, l := range lines {
		runAll(w, l)
	}
	return w.sys.Digest()
}

// TestCloneEvolvesAlone: an original, its copy and a copy of the copy go
// different ways; each ends where a world that never was copied ends.
func TestCloneEvolvesAlone(t *testing.T) {
	for seed := range uint64(30) {
		lines := drawWorld(t, seed, 120)
		cut := len(lines) - 90
		prefix, a, b, c := lines[:cut], lines[cut:cut+30], lines[cut+30:cut+60], lines[cut+60:]
		original := newWorld()
		runAll(original, prefix)
		copied := original.clone()
		if copied.sys.Digest() != original.sys.Digest() {
			t.Fatalf("seed %d: a copy differs", seed)
		}
		// Interleaved, so that each would see what the other shares with it.
		for i := range a {
			runAll(original, a[i:i+1])
			runAll(copied, b[i:i+1])
		}
		again := copied.clone()
		runAll(again, c)
		runAll(original, c)
		for name, want := range map[*world][32]byte{original: reached(prefix, a, c), copied: reached(prefix, b), again: reached(prefix, b, c)} {
			if name.sys.Digest() != want {
				t.Fatalf("seed %d: a world that was copied went another way\n%s", seed, strings.Join(lines, "\n"))
			}
		}
	}
}

// TestRestoreIsClone: whatever happened to a copy before, after a restore it is
// what a new copy is, and goes the same way. The system that it is restored
// from may be another one each time.
func TestRestoreIsClone(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 8))
		var originals []*world
		var lines [][]string
		for i := range uint64(3) {
			lines = append(lines, drawWorld(t, 100*seed+i, 120))
			w := newWorld()
			runAll(w, lines[i][:len(lines[i])-60])
			originals = append(originals, w)
		}
		used := originals[0].clone()
		for life := range 8 {
			from, rest := originals[0], lines[0]
			if life%3 == 2 {
				i := r.IntN(len(originals))
				from, rest = originals[i], lines[i]
			}
			rest = rest[len(rest)-60:]
			before := from.sys.Digest()
			fresh := from.clone()
			used = from.cloneInto(used.sys)
			if used.sys.Digest() != before || fresh.sys.Digest() != before {
				t.Fatalf("seed %d, life %d: a restored system differs", seed, life)
			}
			if used.sys.Changes() != 0 || len(used.told.Events) != 0 {
				t.Fatalf("seed %d, life %d: %d changes, %d events of an earlier life", seed, life, used.sys.Changes(), len(used.told.Events))
			}
			// An account that holds nothing of what comes first.
			_, _, _, _ = used.sys.AccountCollateral(AccountID(1000+life), 1)
			first := r.IntN(len(rest))
			rest = rest[first:min(first+1+r.IntN(40), len(rest))]
			for i := range rest {
				runAll(used, rest[i:i+1])
				runAll(fresh, rest[i:i+1])
			}
			if used.sys.Digest() != fresh.sys.Digest() {
				t.Fatalf("seed %d, life %d: a restored system went another way\n%s", seed, life, strings.Join(rest, "\n"))
			}
			if from.sys.Digest() != before {
				t.Fatalf("seed %d, life %d: the original changed", seed, life)
			}
		}
	}
}

// TestCopiesAtTheSameTime: copies of a copy are made, changed and restored side
// by side.
func TestCopiesAtTheSameTime(t *testing.T) {
	lines := drawWorld(t, 5, 160)
	prefix, rest := lines[:len(lines)-100], lines[len(lines)-100:]
	origin := newWorld()
	runAll(origin, prefix)
	origin = origin.clone()
	want := reached(prefix, rest)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			w := origin.clone()
			for range 10 {
				runAll(w, rest)
				if w.sys.Digest() != want {
					t.Error("a copy went another way")
				}
				w = origin.cloneInto(w.sys)
			}
		})
	}
	group.Wait()
}

// TestSameCommandsSameState: nothing but the commands decides.
func TestSameCommandsSameState(t *testing.T) {
	for seed := range uint64(20) {
		lines := drawWorld(t, seed, 60)
		once, again := reached(lines), reached(lines)
		if once != again {
			t.Fatalf("seed %d: two worlds differ", seed)
		}
	}
}

var errAbort = errors.New("abort")

// isOperation tells the commands that are transactions; the others set what
// surrounds the system.
func isOperation(line string) bool {
	switch strings.Fields(line)[0] {
	case "price", "now", "reported-debt", "minimum-credit", "collateral", "account", "market", "pool", "fund":
		return false
	}
	return true
}

// TestStaticLeavesNoTrace: commands one by one, and several at once, and
// aborted ones.
func TestStaticLeavesNoTrace(t *testing.T) {
	for seed := range uint64(30) {
		lines := drawWorld(t, seed, 100)
		w := newWorld()
		runAll(w, lines[:len(lines)-50])
		for i, line := range lines[len(lines)-50:] {
			if !isOperation(line) {
				_, _ = w.run(line)
				continue
			}
			events, before := len(w.told.Events), w.sys.Digest()
			_, staticErr := w.run("static " + line)
			rest := lines[len(lines)-50+i:]
			_ = w.sys.Static(func() { runOperations(w, rest) })
			_ = w.sys.Transact(func() {
				runOperations(w, rest[:min(2, len(rest))])
				panicAbort()
			})
			if w.sys.Digest() != before || len(w.told.Events) != events {
				t.Fatalf("seed %d: %s left a trace", seed, line)
			}
			if _, err := w.run(line); fmt.Sprint(err) != fmt.Sprint(staticErr) {
				t.Fatalf("seed %d: %s fails with %v, as a static call with %v", seed, line, err, staticErr)
			}
		}
	}
}

// TestOrderOfPositions: accounts are told in the order in which they came;
// coming in vain does not count.
func TestOrderOfPositions(t *testing.T) {
	w := ordinaryWorld(t, "account a3", "deposit a3 SNX 100")
	before := w.clone()
	for _, vain := range []string{"static delegate a3 p1 SNX 5", "static debt a3 p1 SNX", "delegate a3 p1 SNX 5 2"} {
		_, _ = w.run(vain)
	}
	if err := w.sys.Transact(func() {
		runOperations(w, []string{"delegate a3 p1 SNX 5", "delegate a2 p1 SNX 5"})
		panicAbort()
	}); !errors.Is(err, errAbort) {
		t.Fatal(err)
	}
	for _, x := range []*world{w, before} {
		runAll(x, []string{"delegate a2 p1 SNX 10", "delegate a3 p1 SNX 10"})
		var order []AccountID
		x.sys.EachPositionStorage(1, snx, func(a AccountID, _ PositionStorage) { order = append(order, a) })
		if fmt.Sprint(order) != "[1 2 3]" {
			t.Errorf("order %v", order)
		}
	}
}
