package chain

import (
	"bytes"
	"fmt"
	"maps"
	"math/big"
	"slices"

	"backtest/internal/chain/evm"
	"backtest/model/state"
)

// Book gives addresses and ids of the chain the names and numbers that the
// model knows them by.
type Book struct {
	actors   map[evm.Address]string
	accounts map[evm.Word]state.ID // of the core
	perps    map[evm.Word]state.ID
	types    map[evm.Address]string // collateral types and other tokens
}

// Accounts that the contracts number themselves begin here; the ids of others
// lie below (PROTOCOL.md §1.1).
var firstAutomatic = evm.Big(new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 127), big.NewInt(1)))

// The model's ids have 64 bits. Ids up to 2^63 are kept; an automatic one
// counts from automaticIDs on, others from otherIDs on, and a perps account
// whose number belongs to somebody else in the core from perpsIDs on.
const (
	otherIDs     = 10_000_000_000_000_000_000
	automaticIDs = 12_000_000_000_000_000_000
	perpsIDs     = 14_000_000_000_000_000_000
)

// owned is an account and its owner.
type owned struct {
	id    evm.Word
	owner evm.Address
}

func newBook(a Addresses, core, perps []owned) *Book {
	b := &Book{actors: map[evm.Address]string{{}: ""}, accounts: map[evm.Word]state.ID{}, perps: map[evm.Word]state.ID{}, types: map[evm.Address]string{}}
	b.add(a.Core, "core")
	if !a.Spot.IsZero() {
		b.add(a.Spot, "spot")
	}
	if !a.Perps.IsZero() {
		b.add(a.Perps, "perps")
	}
	b.add(a.Owner, "owner")
	for _, m := range a.Markets {
		b.add(m.Address, fmt.Sprintf("market:%d", m.ID))
	}
	used := map[state.ID]bool{}
	assign(b.accounts, core, used)
	for _, x := range byID(core) {
		b.add(x.owner, fmt.Sprintf("account:%d", b.accounts[x.id]))
	}
	b.numberPerps(perps, used)
	return b
}

// add names an address that has no name yet.
func (b *Book) add(a evm.Address, name string) {
	if _, ok := b.actors[a]; !ok {
		b.actors[a] = name
	}
}

func byID(list []owned) []owned {
	return slices.SortedFunc(slices.Values(list), func(x, y owned) int { return bytes.Compare(x.id[:], y.id[:]) })
}

// assign gives each account its number in the model.
func assign(ids map[evm.Word]state.ID, list []owned, used map[state.ID]bool) {
	others := state.ID(otherIDs)
	for _, x := range byID(list) {
		id := state.ID(x.id.Uint64())
		switch {
		case x.id == evm.Uint(uint64(id)) && id < 1<<63:
		case bytes.Compare(x.id[:], firstAutomatic[:]) >= 0:
			k := new(big.Int).Sub(x.id.Uint(), firstAutomatic.Uint())
			id = automaticIDs + state.ID(k.Uint64())
		default:
			id = others
			others++
		}
		ids[x.id], used[id] = id, true
	}
}

// numberPerps numbers the perps accounts: each has its wallet under the
// account's number, so that a number of somebody else in the core will not do.
func (b *Book) numberPerps(list []owned, used map[state.ID]bool) {
	own, next := map[evm.Word]state.ID{}, state.ID(perpsIDs)
	assign(own, list, map[state.ID]bool{})
	taken := map[state.ID]bool{}
	for _, x := range byID(list) {
		id := own[x.id]
		name, known := b.actors[x.owner]
		var theirs state.ID
		n, _ := fmt.Sscanf(name, "account:%d", &theirs)
		switch {
		case known && name == fmt.Sprintf("account:%d", id):
		case known && n == 1 && !taken[theirs] && used[theirs]:
			id = theirs // the owner's own number in the core
		case used[id]:
			id = next
			next++
		}
		b.perps[x.id], taken[id], used[id] = id, true, true
		b.add(x.owner, fmt.Sprintf("account:%d", id))
	}
}

// Actor returns how a state document spells an address.
func (b *Book) Actor(a evm.Address) string {
	if name, ok := b.actors[a]; ok {
		return name
	}
	return a.String()
}

// Account returns the number of a core account; 0 stands for none.
func (b *Book) Account(id evm.Word) (state.ID, bool) {
	n, ok := b.accounts[id]
	return n, ok
}

// Type returns the name of a collateral type.
func (b *Book) Type(a evm.Address) string { return b.types[a] }

// Actors returns all addresses that have a name, by address.
func (b *Book) Actors() map[string]string {
	m := map[string]string{}
	for a, name := range b.actors {
		if !a.IsZero() {
			m[a.String()] = name
		}
	}
	return m
}

// Types returns the names of all tokens by address.
func (b *Book) Types() map[string]string {
	m := map[string]string{}
	for a, name := range b.types {
		m[a.String()] = name
	}
	return m
}

// renumbered returns the accounts whose number in the model is not their id,
// by their number.
func renumbered(ids map[evm.Word]state.ID) map[string]string {
	m := map[string]string{}
	for id, n := range ids {
		if id != evm.Uint(uint64(n)) {
			m[fmt.Sprint(uint64(n))] = id.Uint().String()
		}
	}
	return m
}

// sortedWords returns the keys of a map in order.
func sortedWords[V any](m map[evm.Word]V) []evm.Word {
	return slices.SortedFunc(maps.Keys(m), func(a, b evm.Word) int { return bytes.Compare(a[:], b[:]) })
}
