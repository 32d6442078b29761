package perps

import fp "backtest/model/fixedpoint"

// alarms are accounts by the limit of a figure, the lowest limit at the root of
// a heap. Those that no longer count are dropped when they are met, or when
// they may be many.
type alarms struct {
	heap []alarm
	room int // to grow before those that do not count are swept out
}

// alarm goes off when a figure rises above its limit.
type alarm struct {
	limit fp.Int128
	seat  uint32
	stamp uint32 // of the seat when it was set
}

// set sets an alarm for the account of a seat.
func (l *alarms) set(w *watch, limit fp.Int256, n int) {
	if len(l.heap) >= max(l.room, 64) {
		l.sweep(w)
	}
	l.heap = append(l.heap, alarm{limit.Int128(), uint32(n), w.seats[n].stamp})
	for i := len(l.heap) - 1; i > 0; {
		parent := (i - 1) / 2
		if l.heap[parent].limit.Cmp(l.heap[i].limit) <= 0 {
			break
		}
		l.heap[i], l.heap[parent] = l.heap[parent], l.heap[i]
		i = parent
	}
}

// ring lets all alarms below a figure go off.
func (l *alarms) ring(w *watch, figure fp.Int256) {
	for len(l.heap) > 0 && l.heap[0].limit.Wide().Less(figure) {
		first, last := l.heap[0], len(l.heap)-1
		l.heap[0] = l.heap[last]
		l.heap = l.heap[:last]
		l.sink(0)
		if w.counts(first) {
			w.alarm(int(first.seat))
		}
	}
}

func (w *watch) counts(a alarm) bool {
	s := &w.seats[a.seat]
	return s.safe && s.stamp == a.stamp
}

func (l *alarms) sink(i int) {
	for {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(l.heap); child++ {
			if l.heap[child].limit.Cmp(l.heap[least].limit) < 0 {
				least = child
			}
		}
		if least == i {
			return
		}
		l.heap[i], l.heap[least] = l.heap[least], l.heap[i]
		i = least
	}
}

// sweep drops the alarms that do not count.
func (l *alarms) sweep(w *watch) {
	kept := l.heap[:0]
	for _, a := range l.heap {
		if w.counts(a) {
			kept = append(kept, a)
		}
	}
	l.heap, l.room = kept, 2*len(kept)
	for i := len(kept)/2 - 1; i >= 0; i-- {
		l.sink(i)
	}
}

func (l *alarms) reset() { l.heap, l.room = l.heap[:0], 0 }
