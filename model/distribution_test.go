package model

import (
	"errors"
	"math/big"
	"math/rand/v2"
	"testing"

	fp "backtest/model/fixedpoint"
)

// naiveDistribution has no accumulator: every distribution loops over the
// actors and adds to what each has coming.
type naiveDistribution struct {
	shares map[int]*big.Int // wei
	coming map[int]*big.Int // D27 per share, since the actor was last paid
	total  *big.Int         // of all distributions, wei
	exact  *big.Rat         // what actors should have got
	paid   *big.Int
	loss   *big.Int // bound on the difference, wei
}

func newNaiveDistribution() *naiveDistribution {
	return &naiveDistribution{map[int]*big.Int{}, map[int]*big.Int{}, new(big.Int), new(big.Rat), new(big.Int), new(big.Int)}
}

func (n *naiveDistribution) totalShares() *big.Int {
	t := new(big.Int)
	for _, s := range n.shares {
		t.Add(t, s)
	}
	return t
}

func (n *naiveDistribution) distribute(x *big.Int) {
	t := n.totalShares()
	delta := mulQuo(x, bigPrecise, t)
	for actor, s := range n.shares {
		if s.Sign() > 0 {
			n.coming[actor] = add(n.coming[actor], delta)
		}
	}
	n.total.Add(n.total, x)
	n.loss.Add(n.loss, add(quo(t, bigPrecise), big.NewInt(1)))
}

// take pays an actor what it has coming.
func (n *naiveDistribution) take(actor int) *big.Int {
	x := new(big.Int)
	if n.shares[actor] != nil {
		x = mulQuo(n.coming[actor], n.shares[actor], bigPrecise)
	}
	n.coming[actor] = new(big.Int)
	n.paid.Add(n.paid, x)
	n.loss.Add(n.loss, big.NewInt(1))
	return x
}

// playDistribution runs random operations on both.
func playDistribution(t *testing.T, c choices, steps int) {
	t.Helper()
	var d Distribution
	actors := make([]DistributionActor, 6)
	naive := newNaiveDistribution()
	scale := oneOf(c, int64(1), 1_000, 1_000_000_000_000)
	draw := func() int64 { return int64(c.IntN(1_000_000)) * scale }
	for range steps {
		actor := c.IntN(len(actors))
		var got Int256
		var want *big.Int
		switch kind := c.IntN(4); {
		case kind == 0:
			got, want = d.AccumulateActor(&actors[actor]), naive.take(actor)
		case kind == 1:
			n := draw() * int64(c.IntN(4))
			got, want = d.SetActorShares(&actors[actor], fp.U256(uint64(n))), naive.take(actor)
			naive.shares[actor] = big.NewInt(n)
		case d.TotalShares.IsZero():
			if err := attempt(func() { d.DistributeValue(fp.I256(1)) }); !errors.Is(err, EmptyDistribution{}) {
				t.Fatalf("distributing to nobody: %v", err)
			}
			d.DistributeValue(Int256{})
			continue
		default:
			up, down := draw(), draw()
			x := up - down
			d.DistributeValue(fp.I256(x))
			naive.distribute(big.NewInt(x))
			continue
		}
		if bigI(got).Cmp(want) != 0 {
			t.Fatalf("actor %d got %v, want %v", actor, got, want)
		}
		if bigU128(d.TotalShares).Cmp(naive.totalShares()) != 0 {
			t.Fatalf("%v shares, want %v", d.TotalShares, naive.totalShares())
		}
		if actors[actor].Shares.IsZero() && actors[actor].LastValuePerShare != (D27{}) {
			t.Fatalf("actor %d has a past without shares", actor)
		}
	}
	for i := range actors {
		if got, want := d.AccumulateActor(&actors[i]), naive.take(i); bigI(got).Cmp(want) != 0 {
			t.Fatalf("actor %d got %v at last, want %v", i, got, want)
		}
	}
	if !near(naive.paid, naive.total, naive.loss) {
		t.Fatalf("paid %v of %v, more than %v are missing", naive.paid, naive.total, naive.loss)
	}
}

// attempt runs f as an operation and returns what it threw.
func attempt(f func()) (err error) {
	defer fp.Catch(&err)
	f()
	return nil
}

func TestDistributionAgainstNaive(t *testing.T) {
	for seed := range uint64(200) {
		t.Logf("seed %d", seed)
		playDistribution(t, rand.New(rand.NewPCG(seed, 0)), 150)
	}
}

func FuzzDistribution(f *testing.F) {
	f.Add([]byte("shares come and go while value is spread over them, both up and down"))
	f.Fuzz(func(t *testing.T, b []byte) { playDistribution(t, &byteChoices{b}, len(b)/3) })
}

// TestDistributionVector is the vector of PROTOCOL.md §2.1.
func TestDistributionVector(t *testing.T) {
	var d Distribution
	actors := make([]DistributionActor, 3)
	for i, shares := range []string{"3", "1", "3"} {
		d.SetActorShares(&actors[i], amount(shares))
	}
	d.DistributeValue(signedAmount("100"))
	if got := d.ValuePerShare.Raw.String(); got != "14285714285714285714285714285" {
		t.Errorf("value per share %s", got)
	}
	for i, want := range []string{"42857142857142857142", "14285714285714285714", "42857142857142857142"} {
		if got := d.Change(&actors[i]).String(); got != want {
			t.Errorf("actor %d: change %s, want %s", i, got, want)
		}
	}
	d.DistributeValue(signedAmount("-100"))
	if d.ValuePerShare != (D27{}) {
		t.Errorf("back and forth leaves %v", d.ValuePerShare)
	}
	// The value per share stays when the last shares leave.
	d.DistributeValue(signedAmount("7"))
	for i := range actors {
		d.SetActorShares(&actors[i], Uint256{})
	}
	if d.ValuePerShare.D18() != signedAmount("1").Int128() || !d.TotalShares.IsZero() {
		t.Errorf("empty: %+v", d)
	}
	if d.SetActorShares(&actors[0], amount("5")); actors[0].LastValuePerShare != d.ValuePerShare || !d.Change(&actors[0]).IsZero() {
		t.Errorf("a newcomer receives something of the past: %+v", actors[0])
	}
}

// TestDistributionLimits: what does not fit has the contracts' own names, in
// their order (PROTOCOL.md §1.3, §2.1).
func TestDistributionLimits(t *testing.T) {
	top := fp.MaxUint128.Wide()
	half := fp.MaxInt128.Wide().Uint256()
	tests := []struct {
		name string
		op   func(d *Distribution, a, b *DistributionActor)
		want error
	}{
		{"shares above 128 bits", func(d *Distribution, a, _ *DistributionActor) { d.SetActorShares(a, top.Add(fp.U256(1))) }, fp.OverflowUint256ToUint128},
		{"shares above 127 bits", func(d *Distribution, a, _ *DistributionActor) { d.SetActorShares(a, top) }, fp.OverflowUint128ToInt128},
		{"total above 128 bits before the shares' sign", func(d *Distribution, a, b *DistributionActor) {
			d.SetActorShares(b, fp.U256(1))
			d.SetActorShares(a, top)
		}, fp.PanicOverflow},
		{"total above 127 bits is allowed", func(d *Distribution, a, b *DistributionActor) {
			d.SetActorShares(a, half)
			d.SetActorShares(b, half)
		}, nil},
		{"total above 128 bits before the old shares leave", func(d *Distribution, a, b *DistributionActor) {
			d.SetActorShares(a, half)
			d.SetActorShares(b, half)
			d.SetActorShares(a, half)
		}, fp.PanicOverflow},
		{"value per share", func(d *Distribution, a, _ *DistributionActor) {
			d.SetActorShares(a, fp.U256(1))
			d.DistributeValue(signedAmount("1"))
		}, fp.OverflowInt256ToInt128},
		{"value at 256 bits", func(d *Distribution, a, _ *DistributionActor) {
			d.SetActorShares(a, fp.U256(1))
			d.DistributeValue(fp.MaxInt256)
		}, fp.PanicOverflow},
		{"difference at 128 bits", func(d *Distribution, a, _ *DistributionActor) {
			d.SetActorShares(a, fp.U256(1))
			a.LastValuePerShare = D27{Raw: fp.MinInt128}
			d.DistributeValue(fp.I256(5))
			d.Change(a)
		}, fp.PanicOverflow},
	}
	for _, test := range tests {
		var d Distribution
		var a, b DistributionActor
		if err := attempt(func() { test.op(&d, &a, &b) }); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
	}
}
