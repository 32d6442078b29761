package model

import (
	"errors"
	"math/big"
	"math/rand/v2"
	"testing"

	fp "backtest/model/fixedpoint"
)

// naiveMapping keeps the amounts themselves, as fractions, and loops over them
// to scale.
type naiveMapping struct {
	shares  []*big.Int
	amounts []*big.Rat
	factor  *big.Rat
}

func (n *naiveMapping) total() *big.Int { return add(n.shares...) }

// set gives the actor an amount; its shares are rounded down.
func (n *naiveMapping) set(i int, amount *big.Int) {
	shares := new(big.Rat).Quo(new(big.Rat).SetInt(amount), n.factor)
	n.shares[i] = quo(shares.Num(), shares.Denom())
	n.amounts[i] = new(big.Rat).Mul(new(big.Rat).SetInt(n.shares[i]), n.factor)
}

// scale adds x to all amounts, pro rata. The factor has 27 places.
func (n *naiveMapping) scale(x *big.Int) {
	delta := new(big.Rat).SetFrac(mulQuo(x, bigPrecise, n.total()), bigPrecise)
	n.factor = new(big.Rat).Add(n.factor, delta)
	for i, s := range n.shares {
		n.amounts[i] = new(big.Rat).Mul(new(big.Rat).SetInt(s), n.factor)
	}
}

// playMapping runs random operations on both.
func playMapping(t *testing.T, c choices, steps int) {
	t.Helper()
	var m ScalableMapping
	shares := make([]Uint128, 5)
	naive := &naiveMapping{make([]*big.Int, 5), make([]*big.Rat, 5), big.NewRat(1, 1)}
	for i := range naive.shares {
		naive.shares[i], naive.amounts[i] = new(big.Int), new(big.Rat)
	}
	unit := oneOf(c, int64(1), 1_000_000, 1_000_000_000_000)
	for range steps {
		i := c.IntN(len(shares))
		if c.IntN(3) > 0 {
			x := int64(c.IntN(1_000_000)) * unit
			if c.IntN(4) == 0 {
				x = 0
			}
			shares[i] = m.Set(shares[i], fp.U256(uint64(x)))
			naive.set(i, big.NewInt(x))
			if got := bigU(m.Get(shares[i])); got.Cmp(big.NewInt(x)) > 0 {
				t.Fatalf("set %d, get %v", x, got)
			}
		} else if m.TotalShares.IsZero() {
			if err := attempt(func() { m.Scale(fp.I256(1)) }); !errors.Is(err, CannotScaleEmptyMapping{}) {
				t.Fatalf("scaling nothing: %v", err)
			}
			m.Scale(Int256{})
		} else {
			x := mulQuo(bigU(m.TotalAmount()), big.NewInt(int64(c.IntN(200)-90)), big.NewInt(100))
			m.Scale(signedAmount(x.String() + "wei"))
			if x.Sign() != 0 {
				naive.scale(x)
			}
		}
		compareMapping(t, &m, shares, naive)
		if m.ScaleModifier.D18().Cmp(signedAmount("1000").Int128()) > 0 || m.ScaleModifier.D18().Cmp(signedAmount("-0.999").Int128()) < 0 {
			return
		}
	}
}

// compareMapping: shares agree exactly; an amount reads its fraction rounded
// down twice: by less than 1 for itself, and by its part of what the total
// lost.
func compareMapping(t *testing.T, m *ScalableMapping, shares []Uint128, naive *naiveMapping) {
	t.Helper()
	for i, s := range shares {
		if bigU128(s).Cmp(naive.shares[i]) != 0 {
			t.Fatalf("actor %d has %v shares, want %v", i, s, naive.shares[i])
		}
		got := new(big.Rat).SetInt(bigU(m.Get(s)))
		short := new(big.Rat).Sub(naive.amounts[i], got)
		if short.Sign() < 0 || short.Cmp(big.NewRat(2, 1)) >= 0 {
			t.Fatalf("actor %d has %v, want %v rounded down", i, got, naive.amounts[i])
		}
	}
	if bigU128(m.TotalShares).Cmp(naive.total()) != 0 {
		t.Fatalf("%v shares, want %v", m.TotalShares, naive.total())
	}
}

func TestMappingAgainstNaive(t *testing.T) {
	for seed := range uint64(200) {
		t.Logf("seed %d", seed)
		playMapping(t, rand.New(rand.NewPCG(seed, 0)), 100)
	}
}

func FuzzScalableMapping(f *testing.F) {
	f.Add([]byte("amounts are set one by one and scaled all at once, up or down"))
	f.Fuzz(func(t *testing.T, b []byte) { playMapping(t, &byteChoices{b}, len(b)/3) })
}

// TestMappingVector is the vector of PROTOCOL.md §2.2.
func TestMappingVector(t *testing.T) {
	var m ScalableMapping
	a := m.Set(Uint128{}, amount("100"))
	b := m.Set(Uint128{}, amount("50"))
	m.Scale(signedAmount("25"))
	c := m.Set(Uint128{}, amount("100"))
	got := []string{m.ScaleModifier.Raw.String(), c.String(), m.Get(c).String()}
	m.Set(c, Uint256{})
	got = append(got, m.TotalAmount().String(), m.Get(a).String(), m.Get(b).String())
	want := []string{"166666666666666666666666666", "85714285714285714285", "99999999999999999999",
		"174999999999999999999", "116666666666666666666", "58333333333333333333"}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("value %d is %s, want %s", i, got[i], want[i])
		}
	}
}

// TestMappingLimits: down to nothing, and not below (PROTOCOL.md §2.2).
func TestMappingLimits(t *testing.T) {
	var m ScalableMapping
	if !m.Get(fp.U128(5)).IsZero() {
		t.Error("an empty mapping holds something")
	}
	a := m.Set(Uint128{}, amount("100"))
	if err := attempt(func() { n := m; n.Scale(signedAmount("-100.000000000000000001")) }); !errors.Is(err, InsufficientMappedAmount{}) {
		t.Errorf("below nothing: %v", err)
	}
	m.Scale(signedAmount("-100"))
	if !m.TotalAmount().IsZero() || !m.Get(a).IsZero() {
		t.Errorf("total %v, amount %v", m.TotalAmount(), m.Get(a))
	}
	if err := attempt(func() { m.Set(a, amount("1")) }); !errors.Is(err, fp.PanicDivisionByZero) {
		t.Errorf("setting what is worth nothing: %v", err)
	}
	m.ScaleModifier.Raw = m.ScaleModifier.Raw.Sub(fp.I128(1))
	if err := attempt(func() { m.TotalAmount() }); !errors.Is(err, fp.OverflowInt256ToUint256) {
		t.Errorf("negative total: %v", err)
	}
	if err := attempt(func() { new(ScalableMapping).Set(Uint128{}, fp.MaxUint128.Wide().Add(fp.U256(1))) }); !errors.Is(err, fp.OverflowUint256ToUint128) {
		t.Errorf("more than 128 bits: %v", err)
	}
}
