package sim

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"backtest/model"
)

// naiveRanking is a sorted list, made anew for every question.
type naiveRanking map[model.AccountID]rank

func (n naiveRanking) sorted() (list []rank) {
	for _, x := range n {
		list = append(list, x)
	}
	slices.SortFunc(list, worse)
	return list
}

// testRanks is an order of so many positions at the start, of which some have
// equal keys.
func testRanks(r *rand.Rand, n int) *ranks {
	b := &ranks{}
	for a := range model.AccountID(n) {
		b.sorted = append(b.sorted, testRank(r, a+1))
	}
	slices.SortFunc(b.sorted, worse)
	return b
}

func testRank(r *rand.Rand, id model.AccountID) rank {
	return rank{key: float64(r.IntN(100)) / 7, account: id}
}

// move does what change does, for positions that no system holds.
func (r *ranking) move(old []rank, x rank) {
	r.drop(old, x.account)
	r.moved.insert(x)
}

func (r *ranking) drop(old []rank, id model.AccountID) {
	if r.moved.remove(id) {
		return
	}
	if i := slices.IndexFunc(old, func(x rank) bool { return x.account == id }); i >= 0 {
		r.left.add(i)
	}
}

func (r *ranking) list() (all []rank) {
	w := walk{r: r}
	for x := w.next(); x != nil; x = w.next() {
		all = append(all, *x)
	}
	return all
}

// accounts returns who is in the order, ascending.
func (n naiveRanking) accounts() (all []model.AccountID) {
	for _, x := range n.sorted() {
		all = append(all, x.account)
	}
	slices.Sort(all)
	return all
}

func checkRanking(t *testing.T, r *ranking, naive naiveRanking) {
	t.Helper()
	want := naive.sorted()
	if got := r.list(); !slices.Equal(got, want) {
		t.Fatalf("order\n%v, want\n%v", got, want)
	}
	var accounts []model.AccountID
	r.runs(func(_ *lane, from, to int) {
		for _, x := range r.base.sorted[from:to] {
			accounts = append(accounts, x.account)
		}
	}, func(id model.AccountID) { accounts = append(accounts, id) })
	slices.Sort(accounts)
	if all := naive.accounts(); !slices.Equal(accounts, all) {
		t.Fatalf("runs of %v, want %v", accounts, all)
	}
	worst := r.worst()
	if len(want) == 0 {
		if worst != nil {
			t.Fatalf("worst %v of nobody", worst)
		}
		return
	}
	if *worst != want[0] {
		t.Fatalf("worst %v, want %v", *worst, want[0])
	}
}

// TestRankingAgainstNaive: random changes, of the worst most of all, over
// several paths.
func TestRankingAgainstNaive(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 0))
		n := []int{0, 1, 63, 64, 65, 300, 5000}[seed%7]
		base := testRanks(r, n)
		var order ranking
		for range 3 {
			order.reset(base)
			naive := naiveRanking{}
			for _, x := range base.sorted {
				naive[x.account] = x
			}
			checkRanking(t, &order, naive)
			for change := range 150 {
				id := model.AccountID(1 + r.IntN(n+20))
				if w := order.worst(); w != nil && r.IntN(2) == 0 {
					id = w.account
				}
				if r.IntN(2) == 0 {
					order.drop(base.sorted, id)
					delete(naive, id)
				} else {
					x := testRank(r, id)
					order.move(base.sorted, x)
					naive[id] = x
				}
				if n < 1000 || change%50 == 0 {
					checkRanking(t, &order, naive)
				}
			}
			if r.IntN(2) == 0 && n > 0 { // nobody of the start stays
				for _, x := range base.sorted {
					order.drop(base.sorted, x.account)
					delete(naive, x.account)
				}
				checkRanking(t, &order, naive)
			}
		}
	}
}

// TestRankingsShareTheirStart: paths change orders with the same start at the
// same time, each time the same way.
func TestRankingsShareTheirStart(t *testing.T) {
	base := testRanks(rand.New(rand.NewPCG(1, 0)), 2000)
	play := func(order *ranking) []rank {
		r := rand.New(rand.NewPCG(2, 0))
		order.reset(base)
		for range 500 {
			order.move(base.sorted, testRank(r, model.AccountID(1+r.IntN(2100))))
		}
		return order.list()
	}
	want := play(&ranking{})
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			var order ranking
			for range 5 {
				if !slices.Equal(play(&order), want) {
					t.Error("an order came out differently")
				}
			}
		})
	}
	group.Wait()
}

// TestRankingAllocatesNothing, once its memory has grown.
func TestRankingAllocatesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 0))
	base := testRanks(r, 3000)
	var order ranking
	path := func() {
		order.reset(base)
		for i := range 300 {
			order.left.add(i)
			order.moved.remove(model.AccountID(i))
			order.moved.insert(rank{key: float64(i * 7919 % 300), account: model.AccountID(i + 1)})
			if order.worst() == nil {
				t.Fatal("nobody")
			}
		}
	}
	path()
	if n := testing.AllocsPerRun(20, path); n != 0 {
		t.Errorf("a path allocates %v times", n)
	}
}

// TestDepartures: what is next and last, against a visit to every place.
func TestDepartures(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 0))
		var d departures
		for _, n := range []int{1 + r.IntN(9000), 1 + r.IntN(200), 64 * (1 + r.IntN(80)), 4096 * (1 + r.IntN(3)), 0} {
			d.reset(n)
			gone := make([]bool, n)
			for range 20 {
				if n == 0 {
					break
				}
				for i, end := r.IntN(n), r.IntN(n); i <= end; i++ {
					d.add(i)
					gone[i] = true
				}
				from := r.IntN(n + 1)
				want := from
				for want < n && gone[want] {
					want++
				}
				if got := d.next(from); got != want {
					t.Fatalf("seed %d: next of %d is %d, want %d of %d", seed, from, got, want, n)
				}
			}
			if n == 0 && d.next(0) != 0 {
				t.Fatal("something in nothing")
			}
		}
	}
}
