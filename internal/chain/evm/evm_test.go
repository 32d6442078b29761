package evm

import (
	"math/big"
	"testing"
)

func word(t *testing.T, s string) Word {
	t.Helper()
	w, err := ParseWord(s)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestKnownHashes compares with hashes that the interfaces of the contracts
// publish.
func TestKnownHashes(t *testing.T) {
	if got := Hash().String(); got != "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470" {
		t.Errorf("the hash of nothing is %s", got)
	}
	for signature, want := range map[string]string{
		"getUsdToken()": "0x21f1d9e5", "getPositionCollateral(uint128,uint128,address)": "0x33cc422b",
		"processWithRuntime(bytes32,bytes32[],bytes32[])": "0xdaa250be",
	} {
		if got := Encode(signature); got != want {
			t.Errorf("%s: got %s, want %s", signature, got, want)
		}
	}
	if got := Topic("Transfer(address,address,uint256)").String(); got != "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef" {
		t.Errorf("the topic of a transfer is %s", got)
	}
}

func TestHalvesOfWords(t *testing.T) {
	w := word(t, "0xfffffffffffffffffffffffffffffffe00000000000000000000000000000003")
	if got := w.HiInt().Int(); got.Int64() != -2 {
		t.Errorf("the high half is %s", got)
	}
	if got := w.LoInt().Int(); got.Int64() != 3 {
		t.Errorf("the low half is %s", got)
	}
	if got := w.Hi().Uint(); got.Cmp(new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 128), big.NewInt(2))) != 0 {
		t.Errorf("the high half without a sign is %s", got)
	}
	if got := Big(big.NewInt(-5)).Int(); got.Int64() != -5 {
		t.Errorf("-5 became %s", got)
	}
	if got := word(t, "0x1"+"00000000"+"0000000000000007"+"00000000000000000000000000000009").Bits(128, 64); got != 7 {
		t.Errorf("bits 128 to 191 are %d", got)
	}
	if got := word(t, "0xffffffffffffffffffffffffffffffff").Add(1); got != word(t, "0x100000000000000000000000000000000") {
		t.Errorf("a carry: %s", got)
	}
}

// TestAnswersOfBadForm: lengths and places out of bounds are errors, never
// panics.
func TestAnswersOfBadForm(t *testing.T) {
	huge := word(t, "0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")
	for name, words := range map[string][]Word{
		"nothing": nil, "place beyond": {Uint(64)}, "huge place": {huge}, "odd place": {Uint(33), {}, {}},
		"huge length": {Uint(32), huge}, "length beyond": {Uint(32), Uint(3), {}, {}},
	} {
		var d Data
		for i := range words {
			d = append(d, words[i][:]...)
		}
		if _, err := d.List(0, 1); err == nil {
			t.Errorf("%s is a list", name)
		}
		if s, err := d.String(0); err == nil && len(s) > len(d) {
			t.Errorf("%s is the text %q", name, s)
		}
	}
	d := Data{}
	for _, w := range []Word{Uint(32), Uint(2), Uint(5), Uint(6)} {
		d = append(d, w[:]...)
	}
	list, err := d.List(0, 1)
	if err != nil || len(list) != 2 || list[1].Word(0) != Uint(6) {
		t.Errorf("got %v, %v", list, err)
	}
}
