package model

import (
	"math/rand/v2"
	"slices"
	"testing"

	fp "backtest/model/fixedpoint"
)

// naiveHeap is PROTOCOL.md §3 word by word on a plain slice; nodes[0] is the
// root, and ids are searched for.
type naiveHeap []HeapNode

func (h naiveHeap) find(id PoolID) int {
	return slices.IndexFunc(h, func(n HeapNode) bool { return n.Pool == id })
}

func (h naiveHeap) less(i, j int) bool { return h[i].Priority.Cmp(h[j].Priority) < 0 }

func (h naiveHeap) up(i int) {
	for i > 0 && h.less((i-1)/2, i) {
		h[i], h[(i-1)/2] = h[(i-1)/2], h[i]
		i = (i - 1) / 2
	}
}

func (h naiveHeap) down(i int) {
	for 2*i+1 < len(h) {
		c := 2*i + 1
		if c+1 < len(h) && h.less(c, c+1) {
			c++
		}
		if !h.less(i, c) {
			return
		}
		h[i], h[c] = h[c], h[i]
		i = c
	}
}

func (h *naiveHeap) insert(n HeapNode) {
	h.remove(n.Pool)
	*h = append(*h, n)
	h.up(len(*h) - 1)
}

func (h *naiveHeap) remove(id PoolID) {
	if i := h.find(id); i >= 0 {
		h.removeAt(i)
	}
}

func (h *naiveHeap) removeAt(i int) HeapNode {
	old := *h
	n, last := old[i], len(old)-1
	old[i] = old[last]
	*h = old[:last]
	if i < last {
		h.up(i)
		h.down(i)
	}
	return n
}

// TestHeapVector is the vector of PROTOCOL.md §3.
func TestHeapVector(t *testing.T) {
	var h heap
	j := &Journal{}
	insert := func(pool PoolID, priority int64) {
		h.insert(j, heapNode{pool, int32(pool), fp.I128(priority)})
	}
	if h.size() != 0 || h.max() != (heapNode{}) || h.priorityOf(7) != (Int128{}) {
		t.Fatal("an empty heap is not empty")
	}
	for _, n := range [][2]int64{{1, -5}, {2, -3}, {3, -3}, {4, -1}, {5, -3}} {
		insert(PoolID(n[0]), n[1])
	}
	expectIDs(t, &h, 4, 2, 3, 1, 5)
	insert(2, -3)
	expectIDs(t, &h, 4, 5, 3, 1, 2)
	if n := h.extract(j, 1); n.pool != 4 || n.priority != fp.I128(-1) {
		t.Fatalf("maximum %+v", n)
	}
	expectIDs(t, &h, 2, 5, 3, 1)
}

func expectIDs(t *testing.T, h *heap, want ...PoolID) {
	t.Helper()
	if got := h.ids(); !slices.Equal(got, want) {
		t.Fatalf("order %v, want %v", got, want)
	}
}

// playHeap runs random operations on the heap and on the naive one, in
// transactions of which some are taken back.
func playHeap(t *testing.T, c choices, steps int) {
	t.Helper()
	var h, copied heap
	var j Journal
	var naive naiveHeap
	for range steps {
		before := slices.Clone(naive)
		j.begin()
		for range 1 + c.IntN(4) {
			id := PoolID(1 + c.IntN(20))
			switch c.IntN(5) {
			case 0:
				h.remove(&j, int32(id))
				naive.remove(id)
			case 1:
				if len(naive) == 0 {
					continue
				}
				got, want := h.extract(&j, 1), naive.removeAt(0)
				if got.pool != want.Pool || got.priority != want.Priority {
					t.Fatalf("maximum %+v, want %+v", got, want)
				}
			default:
				p := fp.I128(int64(c.IntN(8) - 4))
				h.insert(&j, heapNode{id, int32(id), p})
				naive.insert(HeapNode{id, p})
			}
		}
		if c.IntN(3) == 0 {
			j.rollback()
			h.reindex()
			naive = before
		} else {
			j.commit()
		}
		if got := h.list(); !slices.Equal(got, naive) && len(got)+len(naive) > 0 {
			t.Fatalf("heap %v, want %v", got, naive)
		}
		if err := h.verify(); err != nil {
			t.Fatal(err)
		}
		copied.copyFrom(&h)
		if !slices.Equal(copied.list(), h.list()) || copied.verify() != nil {
			t.Fatalf("copy %v of %v", copied.list(), h.list())
		}
	}
}

func TestHeapAgainstNaive(t *testing.T) {
	for seed := range uint64(40) {
		t.Logf("seed %d", seed)
		playHeap(t, rand.New(rand.NewPCG(seed, 0)), 200)
	}
}

func FuzzHeap(f *testing.F) {
	f.Add([]byte("a heap of pools, of which some leave and some come back"))
	f.Fuzz(func(t *testing.T, b []byte) { playHeap(t, &byteChoices{b}, len(b)/3) })
}
