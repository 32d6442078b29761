package sim

import "backtest/model"

// rankTree holds positions in the order of their keys: a treap, whose shape
// follows from the accounts in it, with its nodes in one slice that is used
// again. Insertion and removal take O(log n). Nodes are named by their place;
// 0 is none.
type rankTree struct {
	nodes       []rankNode
	root        int32
	first, last int32
	free        int32 // list of nodes to be used again, by next
	places      map[model.AccountID]int32
}

type rankNode struct {
	rank
	left, right int32
	before      int32 // neighbours in the order
	next        int32
	priority    uint32
}

// manyPlaces is how many accounts make a map too large to be emptied again and
// again.
const manyPlaces = 1024

func (t *rankTree) reset() {
	if len(t.nodes) > 1 {
		t.nodes = t.nodes[:1]
		if len(t.places) > manyPlaces {
			t.places = nil
		}
		clear(t.places)
	}
	t.root, t.first, t.last, t.free = 0, 0, 0, 0
}

// priorityOf mixes the bits of an account (the finaliser of splitmix64).
func priorityOf(id model.AccountID) uint32 {
	x := uint64(id)
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return uint32(x ^ x>>31)
}

// insert adds a position whose account is not there.
func (t *rankTree) insert(x rank) {
	n := t.node(x)
	t.places[x.account] = n
	t.link(n)
	at := &t.root
	for *at != 0 && t.nodes[*at].priority >= t.nodes[n].priority {
		at = t.towards(*at, &x)
	}
	t.split(*at, n)
	*at = n
}

// node takes a free node, or makes one.
func (t *rankTree) node(x rank) int32 {
	if len(t.nodes) == 0 {
		t.nodes = append(t.nodes, rankNode{})
	}
	if t.places == nil {
		t.places = map[model.AccountID]int32{}
	}
	n := t.free
	if n == 0 {
		n = int32(len(t.nodes))
		t.nodes = append(t.nodes, rankNode{})
	} else {
		t.free = t.nodes[n].next
	}
	t.nodes[n] = rankNode{rank: x, priority: priorityOf(x.account)}
	return n
}

// towards returns where the search for a position goes on below a node.
func (t *rankTree) towards(n int32, x *rank) *int32 {
	if worse(*x, t.nodes[n].rank) < 0 {
		return &t.nodes[n].left
	}
	return &t.nodes[n].right
}

// link puts a new node between its neighbours in the order.
func (t *rankTree) link(n int32) {
	x := &t.nodes[n]
	for i := t.root; i != 0; {
		if worse(x.rank, t.nodes[i].rank) < 0 {
			x.next, i = i, t.nodes[i].left
		} else {
			x.before, i = i, t.nodes[i].right
		}
	}
	*t.after(x.before), *t.ahead(x.next) = n, n
}

// after is what holds the node after another, ahead the one before.
func (t *rankTree) after(n int32) *int32 {
	if n == 0 {
		return &t.first
	}
	return &t.nodes[n].next
}

func (t *rankTree) ahead(n int32) *int32 {
	if n == 0 {
		return &t.last
	}
	return &t.nodes[n].before
}

// split divides the tree below i into what goes before node n and what goes
// after it, its children.
func (t *rankTree) split(i, n int32) {
	left, right := &t.nodes[n].left, &t.nodes[n].right
	for i != 0 {
		if worse(t.nodes[n].rank, t.nodes[i].rank) < 0 {
			*right, right = i, &t.nodes[i].left
			i = *right
		} else {
			*left, left = i, &t.nodes[i].right
			i = *left
		}
	}
	*left, *right = 0, 0
}

// remove takes an account out and reports whether it was there.
func (t *rankTree) remove(id model.AccountID) bool {
	n, ok := t.places[id]
	if !ok {
		return false
	}
	delete(t.places, id)
	x := t.nodes[n]
	*t.after(x.before), *t.ahead(x.next) = x.next, x.before
	at := &t.root
	for *at != n {
		at = t.towards(*at, &x.rank)
	}
	t.join(at, x.left, x.right)
	t.nodes[n].next, t.free = t.free, n
	return true
}

// join puts two trees, one before the other, in one place.
func (t *rankTree) join(at *int32, left, right int32) {
	for left != 0 && right != 0 {
		if t.nodes[left].priority >= t.nodes[right].priority {
			*at, at = left, &t.nodes[left].right
			left = *at
		} else {
			*at, at = right, &t.nodes[right].left
			right = *at
		}
	}
	*at = left + right
}
