package chain

import (
	"context"
	"fmt"

	"backtest/internal/chain/evm"
	"backtest/model/state"
)

// Deployment is what was read: the state, and what it was read from.
type Deployment struct {
	Block     Block
	FromBlock uint64
	Addresses Addresses
	Keys      Keys
	Book      *Book
	State     *state.State
	Notes     []Note
	Nodes     map[string]evm.Word // oracle nodes of collateral types, by name
	Names     Naming
}

// Note tells what of a deployment the model holds differently, or not at all.
type Note struct {
	About string `json:"about"`
	Text  string `json:"text"`
}

// deploymentReader reads a deployment into a state document.
type deploymentReader struct {
	*Reader
	a     Addresses
	keys  Keys
	book  *Book
	notes []Note
	types []evm.Address // collateral types and tokens, in the order of the document
	conf  map[evm.Address]evm.Data
	nodes map[string]evm.Word
	time  uint64
}

func (r *deploymentReader) note(about, format string, args ...any) {
	r.notes = append(r.notes, Note{about, fmt.Sprintf(format, args...)})
}

// ReadState reads every stored field.
func (s *Source) ReadState(ctx context.Context, a Addresses, keys Keys) (*Deployment, error) {
	d := &Deployment{Block: s.Block, Addresses: a, Keys: keys}
	err := s.Read(ctx, "state", func(r *Reader) {
		x := newDeploymentReader(r, a, keys)
		d.State, d.Book = x.state(), x.book
		d.Names = x.naming()
		d.Notes, d.Nodes = x.notes, x.nodes
	})
	return d, err
}

func newDeploymentReader(r *Reader, a Addresses, keys Keys) *deploymentReader {
	return &deploymentReader{Reader: r, a: a, keys: keys, time: r.source.Block.Time, nodes: map[string]evm.Word{}}
}

func (r *deploymentReader) state() *state.State {
	r.book = newBook(r.a, r.owners(), r.perpsOwners())
	r.findTypes()
	d := &state.State{Format: state.Format, Release: release, Now: r.time}
	d.Source = state.Source{Chain: r.source.Block.ChainID, Block: r.source.Block.Number}
	for _, t := range r.types {
		d.Collaterals = append(d.Collaterals, r.collateral(t))
	}
	for _, m := range r.a.Markets {
		d.Markets = append(d.Markets, r.market(m))
	}
	d.Pools = r.pools()
	d.Accounts = r.accounts()
	d.Settings = r.settings()
	r.observeOthers()
	return d
}

// core reads a word of the core.
func (r *deploymentReader) core(slot evm.Word) evm.Word { return r.Word(r.a.Core, slot) }

// words reads an array of words; an element has so many.
func (r *deploymentReader) words(at evm.Address, slot evm.Word, size uint64) [][]evm.Word {
	length := r.Word(at, slot)
	n := length.Uint64()
	const most = 1_000_000
	if length != evm.Uint(n) || n > most {
		r.problem("the array at %s of %s has no length: the contracts there are not those of commit %s", slot, at, release)
		return nil
	}
	list := make([][]evm.Word, n)
	for i := range n {
		for k := range size {
			list[i] = append(list[i], r.Word(at, slot.Element(i, size).Add(k)))
		}
	}
	return list
}

func (r *deploymentReader) owners() (list []owned) {
	for _, id := range r.keys.Accounts {
		list = append(list, owned{id, r.core(accountSlot(id).Add(accountOwner)).Address()})
	}
	return list
}

func (r *deploymentReader) perpsOwners() (list []owned) {
	for _, id := range r.keys.PerpsAccounts {
		list = append(list, owned{id, r.View(r.a.Perps, "getAccountOwner(uint128)", 1, id).Word(0).Address()})
	}
	return list
}
