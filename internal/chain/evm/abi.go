package evm

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
)

// NameSlot returns the slot of an object that the protocol stores under a name
// and further keys: keccak256(abi.encode(name, keys…)).
func NameSlot(name string, keys ...Word) Word {
	head := make([]byte, 0, 32*(len(keys)+3)+len(name))
	put := func(w Word) { head = append(head, w[:]...) }
	put(Uint(uint64(32 * (len(keys) + 1))))
	for _, k := range keys {
		put(k)
	}
	put(Uint(uint64(len(name))))
	head = append(head, name...)
	for len(head)%32 != 0 {
		head = append(head, 0)
	}
	return Hash(head)
}

// KeyOf returns the key of a configuration store that is made of a name and
// ids: keccak256(abi.encode(bytes32 name, ids…)).
func KeyOf(name string, ids ...Word) Word {
	text := Text(name)
	parts := [][]byte{text[:]}
	for i := range ids {
		parts = append(parts, ids[i][:])
	}
	return Hash(parts...)
}

var selectors sync.Map

// Selector returns the first four bytes of a call of a function with the given
// signature, such as owner().
func Selector(signature string) [4]byte {
	if s, ok := selectors.Load(signature); ok {
		return s.([4]byte)
	}
	h := Hash([]byte(signature))
	s := [4]byte(h[:4])
	selectors.Store(signature, s)
	return s
}

// Topic returns the first topic of an event with the given signature.
func Topic(signature string) Word { return Hash([]byte(signature)) }

// Encode returns the data of a call as a node takes it: static words alone.
func Encode(signature string, args ...Word) string {
	s := Selector(signature)
	data := s[:]
	for i := range args {
		data = append(data, args[i][:]...)
	}
	return "0x" + hex.EncodeToString(data)
}

// EncodeLists returns the data of a call of one word and lists of words.
func EncodeLists(signature string, first Word, lists ...[]Word) string {
	args := []Word{first}
	at := uint64(32 * (1 + len(lists)))
	for _, l := range lists {
		args = append(args, Uint(at))
		at += 32 * uint64(len(l)+1)
	}
	for _, l := range lists {
		args = append(args, Uint(uint64(len(l))))
		args = append(args, l...)
	}
	return Encode(signature, args...)
}

// Data is what a call answered, or an event carries: words.
type Data []byte

// ErrShort says that an answer ends too early.
var ErrShort = errors.New("the answer is too short")

// ParseData reads 0x and digits.
func ParseData(s string) (Data, error) {
	digits, ok := strings.CutPrefix(s, "0x")
	if !ok {
		return nil, fmt.Errorf("%.40q is no data", s)
	}
	b, err := hex.DecodeString(digits)
	if err != nil {
		return nil, fmt.Errorf("%.40q is no data", s)
	}
	return b, nil
}

// Len returns the number of whole words.
func (d Data) Len() int { return len(d) / 32 }

// Word returns a word; beyond the end it is 0. Callers that need to know ask
// Has before.
func (d Data) Word(i int) (w Word) {
	if i >= 0 && 32*(i+1) <= len(d) {
		copy(w[:], d[32*i:])
	}
	return w
}

// Has reports whether there are at least n words.
func (d Data) Has(n int) bool { return d.Len() >= n }

// offset returns where a dynamic part begins that word i points to.
func (d Data) offset(i int) (int, error) {
	w := d.Word(i)
	at := w.Uint64()
	if !d.Has(i+1) || w != Uint(at) || at%32 != 0 || at >= uint64(len(d)) {
		return 0, ErrShort
	}
	return int(at), nil
}

// Tail returns the data from where word i points to, in which further offsets
// count from there.
func (d Data) Tail(i int) (Data, error) {
	at, err := d.offset(i)
	if err != nil {
		return nil, err
	}
	return d[at:], nil
}

// List returns the array that word i points to, whose elements have so many
// words each.
func (d Data) List(i, size int) ([]Data, error) {
	tail, err := d.Tail(i)
	if err != nil {
		return nil, err
	}
	n := tail.Word(0)
	count := n.Uint64()
	if n != Uint(count) || count > uint64(tail.Len()) || !tail.Has(1+int(count)*size) {
		return nil, ErrShort
	}
	list := make([]Data, count)
	for k := range list {
		list[k] = tail[32*(1+k*size) : 32*(1+(k+1)*size)]
	}
	return list, nil
}

// String returns the text that word i points to.
func (d Data) String(i int) (string, error) {
	tail, err := d.Tail(i)
	if err != nil {
		return "", err
	}
	n := tail.Word(0)
	length := n.Uint64()
	if n != Uint(length) || length > uint64(len(tail)-32) {
		return "", ErrShort
	}
	return string(tail[32 : 32+length]), nil
}
