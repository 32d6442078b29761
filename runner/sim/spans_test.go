package sim

import "testing"

// TestSpellsJoinExits: an exit after the pool had been back for less than the gap
// is of the spell before.
func TestSpellsJoinExits(t *testing.T) {
	const day = 86400
	var r rangePart
	for _, c := range []struct {
		exit, back int64
		want       float64
	}{{0, day, 1}, {day + 3600, 2 * day, 1}, {3*day - 1, 3 * day, 1}, {4 * day, 5 * day, 2}, {9 * day, 10 * day, 3}} {
		r.exit(c.exit, day)
		r.out.begin(c.exit)
		r.out.end(c.back)
		r.back, r.hasReturned = c.back, true
		if r.spells != c.want {
			t.Errorf("%g spells after the exit at %d, want %g", r.spells, c.exit, c.want)
		}
	}
	if got, want := r.out.total, int64(day+(day-3600)+1+day+day); got != want {
		t.Errorf("%d s out of range, want %d", got, want)
	}
}

// TestSpanCountsTheUnion: the time in which at least one of several holds.
func TestSpanCountsTheUnion(t *testing.T) {
	var p span
	p.begin(10)
	p.begin(20)
	p.end(30)
	if got := p.share(0, 100); got != 0.9 {
		t.Errorf("open since 10 of 100 s: %g", got)
	}
	p.end(40)
	p.begin(90)
	if got := p.share(0, 100); got != 0.4 {
		t.Errorf("30 s and the last 10 of 100: %g", got)
	}
	if p := (span{}); p.share(5, 5) != 0 {
		t.Error("no time has a share")
	}
}
