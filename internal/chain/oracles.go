package chain

import (
	"math/big"
	"strings"

	"backtest/internal/chain/evm"
)

// Kinds of oracle nodes: an external one may do anything with the size that it
// is asked about.
const externalNode = 2

// checkNode looks whether the price of a type may depend on the size asked for,
// which the model's does not.
func (r *deploymentReader) checkNode(name string, node evm.Word) {
	if !r.readsExternal(node, 0) {
		return
	}
	ask := func(size uint64) Outcome {
		return r.Try(r.a.OracleManager, evm.EncodeLists("processWithRuntime(bytes32,bytes32[],bytes32[])", node,
			[]evm.Word{evm.Text("size")}, []evm.Word{evm.Big(new(big.Int).Mul(new(big.Int).SetUint64(size), wordOf18()))}))
	}
	one, many := ask(1), ask(1_000_000)
	if one.OK(1) && many.OK(1) && one.Data.Word(0) != many.Data.Word(0) {
		r.note(name, "its oracle answers %s for 1 and %s for 1,000,000 tokens; the model takes the price of 1 for any size",
			decimal(u256(one.Data.Word(0))), decimal(u256(many.Data.Word(0))))
	}
}

func wordOf18() *big.Int { return unitAmount.Uint() }

// readsExternal reports whether an external node stands among those that a node
// reads.
func (r *deploymentReader) readsExternal(node evm.Word, depth int) bool {
	const deepest = 8
	o := r.TryView(r.a.OracleManager, "getNode(bytes32)", node)
	if !o.OK(4) || depth > deepest {
		return false
	}
	t, err := o.Data.Tail(0)
	if err != nil {
		return false
	}
	if t.Word(0).Uint64() == externalNode {
		return true
	}
	parents, _ := t.List(2, 1)
	found := false
	for _, p := range parents {
		found = r.readsExternal(p.Word(0), depth+1) || found
	}
	return found
}

// observeOthers notes what was found and is no part of the model.
func (r *deploymentReader) observeOthers() {
	if n := len(r.keys.Distributors); n > 0 {
		r.note("rewards", "%d reward distributors are registered; the model has no rewards, which move no debt", n)
	}
	if !r.complete() {
		return
	}
	for _, x := range []struct {
		what string
		n    int
	}{{"accounts", len(renumbered(r.book.accounts))}, {"perps accounts", len(renumbered(r.book.perps))}} {
		if x.n > 0 {
			r.note(x.what, "%d have another number in the model than on the chain; provenance.json tells which", x.n)
		}
	}
}

// compareDecimals compares two decimals as numbers.
func compareDecimals(a, b string) int {
	x, _ := new(big.Rat).SetString(a)
	y, _ := new(big.Rat).SetString(b)
	if x == nil || y == nil {
		return strings.Compare(a, b)
	}
	return x.Cmp(y)
}
