package model

// heapNode is a pool in one of the two heaps of a market. slot is the pool's
// place among the market's entries.
type heapNode struct {
	pool     PoolID
	slot     int32
	priority Int128 // D18
}

// heap is the contracts' own array max-heap of pools (PROTOCOL.md §3). Its
// order among equal priorities is observable, so the algorithm is replicated
// step by step. Index 0 is a dummy, the root is at 1.
type heap struct {
	nodes []heapNode
	index []int32 // slot -> position, 0 = absent
	log   []heapChange
	stamp uint64
}

// heapChange is the inverse of one write: a node to put back at a position,
// a node to push, or (push == false, at == 0) one to pop.
type heapChange struct {
	at   int32
	push bool
	node heapNode
}

func (h *heap) size() int {
	if len(h.nodes) == 0 {
		return 0
	}
	return len(h.nodes) - 1
}

// max returns the root, or a zero node.
func (h *heap) max() heapNode {
	if h.size() == 0 {
		return heapNode{}
	}
	return h.nodes[1]
}

// position returns the place of a pool, 0 when it is absent.
func (h *heap) position(slot int32) int32 {
	if int(slot) >= len(h.index) {
		return 0
	}
	return h.index[slot]
}

// priorityOf returns the priority of a pool, 0 when it is absent.
func (h *heap) priorityOf(slot int32) Int128 {
	if i := h.position(slot); i != 0 {
		return h.nodes[i].priority
	}
	return Int128{}
}

// insert adds a pool, or moves it when it is there already: it is extracted
// first, so equal priorities change their order.
func (h *heap) insert(j *Journal, n heapNode) {
	if i := h.position(n.slot); i != 0 {
		if h.stays(n, i) {
			h.set(j, i, n)
			return
		}
		h.extract(j, i)
	}
	h.push(j, n)
	h.siftUp(j, n, int32(len(h.nodes)-1))
}

// stays reports whether a node at a position would come back there: as the
// last one, it moves nobody when it leaves, and nobody when it returns below
// its parent.
func (h *heap) stays(n heapNode, i int32) bool {
	return int(i) == len(h.nodes)-1 && (i == 1 || n.priority.Cmp(h.nodes[i/2].priority) <= 0)
}

func (h *heap) remove(j *Journal, slot int32) { h.extract(j, h.position(slot)) }

// extract removes the node at a position. The tail takes its place, rises,
// and then whatever is at the place sinks.
func (h *heap) extract(j *Journal, i int32) heapNode {
	if i == 0 {
		return heapNode{}
	}
	out := h.nodes[i]
	tail := h.pop(j)
	h.index[out.slot] = 0
	if int(i) < len(h.nodes) {
		h.set(j, i, tail)
		h.siftUp(j, tail, i)
		h.siftDown(j, h.nodes[i], i)
	}
	return out
}

func (h *heap) siftUp(j *Journal, n heapNode, i int32) {
	for i != 1 && n.priority.Cmp(h.nodes[i/2].priority) > 0 {
		h.set(j, i, h.nodes[i/2])
		i /= 2
	}
	h.set(j, i, n)
}

func (h *heap) siftDown(j *Journal, n heapNode, i int32) {
	for {
		c := 2 * i
		if int(c) >= len(h.nodes) {
			break
		}
		if int(c+1) < len(h.nodes) && h.nodes[c+1].priority.Cmp(h.nodes[c].priority) > 0 {
			c++
		}
		if h.nodes[c].priority.Cmp(n.priority) <= 0 {
			break
		}
		h.set(j, i, h.nodes[c])
		i = c
	}
	h.set(j, i, n)
}

func (h *heap) touch(j *Journal) {
	if h.stamp != j.stamp {
		h.stamp = j.stamp
		j.touched = append(j.touched, h)
	}
}

func (h *heap) set(j *Journal, i int32, n heapNode) {
	h.touch(j)
	h.log = append(h.log, heapChange{at: i, node: h.nodes[i]})
	h.place(i, n)
}

func (h *heap) place(i int32, n heapNode) {
	h.nodes[i] = n
	h.index[n.slot] = i
}

func (h *heap) push(j *Journal, n heapNode) {
	h.touch(j)
	if len(h.nodes) == 0 {
		h.nodes = append(h.nodes, heapNode{})
	}
	for int(n.slot) >= len(h.index) {
		h.index = append(h.index, 0)
	}
	h.log = append(h.log, heapChange{})
	h.nodes = append(h.nodes, n)
	h.index[n.slot] = int32(len(h.nodes) - 1)
}

func (h *heap) pop(j *Journal) heapNode {
	h.touch(j)
	n := h.nodes[len(h.nodes)-1]
	h.log = append(h.log, heapChange{push: true, node: n})
	h.nodes = h.nodes[:len(h.nodes)-1]
	h.index[n.slot] = 0
	return n
}

func (h *heap) undo() {
	for i := len(h.log) - 1; i >= 0; i-- {
		switch c := h.log[i]; {
		case c.push:
			h.nodes = append(h.nodes, c.node)
			h.index[c.node.slot] = int32(len(h.nodes) - 1)
		case c.at != 0:
			h.place(c.at, c.node)
		default:
			h.index[h.nodes[len(h.nodes)-1].slot] = 0
			h.nodes = h.nodes[:len(h.nodes)-1]
		}
	}
}

func (h *heap) forget() { h.log = h.log[:0] }
