package evm

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/big"
	"math/bits"
	"strings"

	"golang.org/x/crypto/sha3"
)

// Word is a word of storage or of an answer, big-endian.
type Word [32]byte

// Address is the address of a contract or a person.
type Address [20]byte

// Hash is Keccak-256.
func Hash(parts ...[]byte) (w Word) {
	h := sha3.NewLegacyKeccak256()
	for _, p := range parts {
		h.Write(p) // never fails
	}
	h.Sum(w[:0])
	return w
}

// Uint returns a small number as a word.
func Uint(n uint64) (w Word) {
	binary.BigEndian.PutUint64(w[24:], n)
	return w
}

// Big returns a number of up to 256 bits as a word, a negative one in two's
// complement.
func Big(n *big.Int) (w Word) {
	if n.Sign() < 0 {
		n = new(big.Int).Add(n, new(big.Int).Lsh(big.NewInt(1), 256))
	}
	n.FillBytes(w[:])
	return w
}

// Text returns a short text as the contracts' bytes32: from the left, filled
// with zeros.
func Text(s string) (w Word) {
	copy(w[:], s)
	return w
}

// ParseWord reads 0x and up to 64 digits.
func ParseWord(s string) (w Word, err error) {
	digits, ok := strings.CutPrefix(s, "0x")
	if !ok || len(digits) > 64 {
		return w, fmt.Errorf("%.80q is no word of 32 bytes", s)
	}
	digits = strings.Repeat("0", 64-len(digits)) + digits
	if _, err := hex.Decode(w[:], []byte(digits)); err != nil {
		return w, fmt.Errorf("%.80q is no word of 32 bytes", s)
	}
	return w, nil
}

// ParseAddress reads 0x and 40 digits, in any case.
func ParseAddress(s string) (a Address, err error) {
	digits, ok := strings.CutPrefix(strings.ToLower(s), "0x")
	if !ok || len(digits) != 40 {
		return a, fmt.Errorf("%.80q is no address: want 0x and 40 digits", s)
	}
	if _, err := hex.Decode(a[:], []byte(digits)); err != nil {
		return a, fmt.Errorf("%.80q is no address: want 0x and 40 digits", s)
	}
	return a, nil
}

func (w Word) String() string { return "0x" + hex.EncodeToString(w[:]) }

func (a Address) String() string { return "0x" + hex.EncodeToString(a[:]) }

// Word returns the address as a word.
func (a Address) Word() (w Word) {
	copy(w[12:], a[:])
	return w
}

// IsZero reports whether all is 0.
func (w Word) IsZero() bool { return w == Word{} }

// IsZero reports whether this is nobody.
func (a Address) IsZero() bool { return a == Address{} }

// Address returns the low 160 bits.
func (w Word) Address() (a Address) {
	copy(a[:], w[12:])
	return a
}

// Uint returns the word as an unsigned number of 256 bits.
func (w Word) Uint() *big.Int { return new(big.Int).SetBytes(w[:]) }

// Lo returns the low 128 bits, as an unsigned number.
func (w Word) Lo() (z Word) {
	copy(z[16:], w[16:])
	return z
}

// Hi returns the high 128 bits, as an unsigned number.
func (w Word) Hi() (z Word) {
	copy(z[16:], w[:16])
	return z
}

// LoInt returns the low 128 bits, as a signed number.
func (w Word) LoInt() Word { return w.Lo().extend() }

// HiInt returns the high 128 bits, as a signed number.
func (w Word) HiInt() Word { return w.Hi().extend() }

// extend spreads the sign of the low 128 bits.
func (w Word) extend() Word {
	if w[16]&0x80 != 0 {
		for i := range 16 {
			w[i] = 0xff
		}
	}
	return w
}

// Int returns the word as a signed number of 256 bits.
func (w Word) Int() *big.Int {
	n := w.Uint()
	if w[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), 256))
	}
	return n
}

// Uint64 returns the low 64 bits.
func (w Word) Uint64() uint64 { return binary.BigEndian.Uint64(w[24:]) }

// Bits returns so many bits (at most 64) from a place on, counted from the
// lowest.
func (w Word) Bits(from, n int) uint64 {
	v := new(big.Int).Rsh(w.Uint(), uint(from))
	return v.Uint64() & (1<<n - 1)
}

// Text returns a short text without the zeros behind it.
func (w Word) Text() string { return strings.TrimRight(string(w[:]), "\x00") }

// Add returns the slot n places further, modulo 2^256.
func (w Word) Add(n uint64) Word {
	for i := 24; i >= 0; i -= 8 {
		sum, carry := bits.Add64(binary.BigEndian.Uint64(w[i:]), n, 0)
		binary.BigEndian.PutUint64(w[i:], sum)
		if n = carry; n == 0 {
			break
		}
	}
	return w
}

// In returns the slot of a key in the mapping at a slot.
func (w Word) In(key Word) Word { return Hash(key[:], w[:]) }

// Element returns the slot of an element of the array at a slot.
func (w Word) Element(i, size uint64) Word { return Hash(w[:]).Add(i * size) }
