package chain

import (
	"math/big"
	"testing"

	"backtest/internal/chain/evm"
)

func someone(n byte) evm.Address { return evm.Address{19: n} }

// TestNumbersOfAccounts: ids that the contracts gave do not fit the model's, and
// an account of the perps system has its wallet under its number, so that this
// must not be somebody else's in the core.
func TestNumbersOfAccounts(t *testing.T) {
	automatic := evm.Big(new(big.Int).Add(firstAutomatic.Uint(), big.NewInt(3)))
	chosen := evm.Big(new(big.Int).Lsh(big.NewInt(1), 100))
	core := []owned{{evm.Uint(5), someone(1)}, {evm.Uint(9), someone(1)}, {automatic, someone(2)}, {chosen, someone(3)}}
	perps := []owned{{evm.Uint(5), someone(4)}, {evm.Uint(7), someone(1)}, {automatic, someone(2)}, {evm.Uint(8), someone(5)}}
	b := newBook(Addresses{Roots: Roots{Core: someone(100)}, Owner: someone(101)}, core, perps)
	for i, want := range []uint64{5, 9, automaticIDs + 3, otherIDs} {
		if got := uint64(b.accounts[core[i].id]); got != want {
			t.Errorf("core account %s is %d, want %d", core[i].id.Uint(), got, want)
		}
	}
	for i, want := range []uint64{perpsIDs, 5, automaticIDs + 3, 8} {
		if got := uint64(b.perps[perps[i].id]); got != want {
			t.Errorf("perps account %s is %d, want %d", perps[i].id.Uint(), got, want)
		}
	}
	for who, want := range map[byte]string{1: "account:5", 2: "account:12000000000000000003", 4: "account:14000000000000000000", 5: "account:8", 100: "core", 101: "owner"} {
		if got := b.Actor(someone(who)); got != want {
			t.Errorf("%d is %s, want %s", who, got, want)
		}
	}
	if m := renumbered(b.accounts); len(m) != 2 || m["12000000000000000003"] != automatic.Uint().String() {
		t.Errorf("renumbered: %v", m)
	}
}
