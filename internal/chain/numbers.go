package chain

import (
	"encoding/binary"

	"backtest/internal/chain/evm"
	fp "backtest/model/fixedpoint"
	"backtest/model/state"
)

// release is the commit of the contracts whose storage is read.
const release = state.Release

// The protocol's integers out of words.

func u256(w evm.Word) fp.Uint256 {
	return fp.FromWords([4]uint64{
		binary.BigEndian.Uint64(w[24:]), binary.BigEndian.Uint64(w[16:]),
		binary.BigEndian.Uint64(w[8:]), binary.BigEndian.Uint64(w[:]),
	})
}

func i256(w evm.Word) fp.Int256 { return fp.Int256(u256(w)) }

// lo and hi are the halves of a word, which always fit.
func lo(w evm.Word) fp.Uint128 { return u256(w.Lo()).Uint128() }
func hi(w evm.Word) fp.Uint128 { return u256(w.Hi()).Uint128() }

func loInt(w evm.Word) fp.Int128 { return i256(w.LoInt()).Int128() }
func hiInt(w evm.Word) fp.Int128 { return i256(w.HiInt()).Int128() }

func hi27(w evm.Word) fp.D27 { return fp.D27{Raw: hiInt(w)} }

// wordOf is the inverse of u256.
func wordOf(x fp.Uint256) (w evm.Word) {
	for i, part := range x.Words() {
		binary.BigEndian.PutUint64(w[24-8*i:], part)
	}
	return w
}
