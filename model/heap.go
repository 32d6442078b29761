package model

// heapNode is a pool in one of the two heaps of a market. backing is the place
// of the pool's row in the market.
type heapNode struct {
	pool     PoolID
	backing  int32
	priority Int128 // D18
}

// limit returns the maximum value per share of a pool at the edge of the heap
// of pools in range (up) or out of range.
func (n heapNode) limit(up bool) Int128 {
	// The contracts negate in both directions; the least priority throws.
	negated := n.priority.Neg()
	if up {
		return negated
	}
	return n.priority
}

// heap is the contracts' own array max-heap of pools (PROTOCOL.md §3). Its
// order among equal priorities is observable, so the algorithm is replicated
// step by step. Index 0 is a dummy, the root is at 1. In range, the priority is
// minus the limit; out of range, the limit.
type heap struct {
	nodes table[heapNode]
	index []int32 // by backing: its position, 0 = absent
	seen  uint64  // how often nodes were undone when index was made
}

func (h *heap) size() int32 { return max(h.nodes.size()-1, 0) }

// max returns the root, or a zero node.
func (h *heap) max() heapNode {
	if h.size() == 0 {
		return heapNode{}
	}
	return *h.nodes.at(1)
}

// position returns the place of a pool, 0 when it is absent.
func (h *heap) position(backing int32) int32 {
	if int(backing) >= len(h.index) {
		return 0
	}
	return h.index[backing]
}

// reindex finds every pool again if the nodes were taken back.
func (h *heap) reindex() {
	if h.seen == h.nodes.undone {
		return
	}
	h.seen = h.nodes.undone
	clear(h.index)
	for i := int32(1); i < h.nodes.size(); i++ {
		h.find(h.nodes.at(i).backing, i)
	}
}

func (h *heap) find(backing, i int32) {
	for int(backing) >= len(h.index) {
		h.index = append(h.index, 0)
	}
	h.index[backing] = i
}

// priorityOf returns the priority of a pool, 0 when it is absent.
func (h *heap) priorityOf(backing int32) Int128 {
	if i := h.position(backing); i != 0 {
		return h.nodes.at(i).priority
	}
	return Int128{}
}

// insert adds a pool, or moves it when it is there already: it is extracted
// first, so equal priorities change their order.
func (h *heap) insert(j *Journal, n heapNode) {
	if i := h.position(n.backing); i != 0 {
		last := h.nodes.size() - 1
		switch {
		case i == last && (i == 1 || n.priority.Cmp(h.nodes.at(i/2).priority) <= 0):
			// The last one moves nobody when it leaves, nor when it comes back.
			h.set(j, i, n)
			return
		case last == 2:
			// Of two, the one that was not moved wins a tie.
			first := *h.nodes.at(3 - i)
			if n.priority.Cmp(first.priority) > 0 {
				n, first = first, n
			}
			h.set(j, 1, first)
			h.set(j, 2, n)
			return
		}
		h.extract(j, i)
	}
	h.push(j, n)
	h.siftUp(j, n, h.nodes.size()-1)
}

// remove takes a pool out and reports whether it was there.
func (h *heap) remove(j *Journal, backing int32) bool {
	i := h.position(backing)
	if i != 0 {
		h.extract(j, i)
	}
	return i != 0
}

// extract removes the node at a position. The tail takes its place, rises,
// and then whatever is at the place sinks.
func (h *heap) extract(j *Journal, i int32) heapNode {
	out, tail := *h.nodes.at(i), *h.nodes.at(h.nodes.size() - 1)
	h.nodes.pop(j)
	h.find(out.backing, 0)
	if i < h.nodes.size() {
		h.siftUp(j, tail, i)
		h.siftDown(j, *h.nodes.at(i), i)
	}
	return out
}

func (h *heap) siftUp(j *Journal, n heapNode, i int32) {
	for i != 1 && n.priority.Cmp(h.nodes.at(i/2).priority) > 0 {
		h.set(j, i, *h.nodes.at(i / 2))
		i /= 2
	}
	h.set(j, i, n)
}

func (h *heap) siftDown(j *Journal, n heapNode, i int32) {
	for {
		c := 2 * i
		if c >= h.nodes.size() {
			break
		}
		if c+1 < h.nodes.size() && h.nodes.at(c+1).priority.Cmp(h.nodes.at(c).priority) > 0 {
			c++
		}
		if h.nodes.at(c).priority.Cmp(n.priority) <= 0 {
			break
		}
		h.set(j, i, *h.nodes.at(c))
		i = c
	}
	h.set(j, i, n)
}

func (h *heap) set(j *Journal, i int32, n heapNode) {
	*h.nodes.edit(j, i) = n
	h.find(n.backing, i)
}

// push appends a node behind the dummy.
func (h *heap) push(j *Journal, n heapNode) {
	if h.nodes.size() == 0 {
		h.nodes.add(j, heapNode{})
	}
	h.find(n.backing, h.nodes.add(j, n))
}

// copyFrom makes h the same as another heap, in the memory that it has.
func (h *heap) copyFrom(from *heap) {
	h.nodes.copyFrom(&from.nodes)
	h.index, h.seen = append(h.index[:0], from.index...), h.nodes.undone
}
