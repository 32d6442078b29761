// Package state is the whole state of the protocol as a document: every stored
// field of the core and of its markets, under the names that the contracts
// store them by. It knows nothing of how package model works; [State] is what
// model.System.Save returns and model.Load takes, and what a file holds.
//
// Integers are decimal strings. Amounts of USD and tokens, prices and ratios
// are D18 (10^18 is 1), values per share and scale modifiers D27, times are
// Unix seconds. What is absent is 0, as in the contracts' storage. Collateral
// types go by name. The keys of every object are in ascending order; so are
// lists of which the contracts know no order, while the others keep theirs:
// heaps as arrays with the root first, sets and lists in stored order.
//
// Actors are spelled as recorded histories spell them: owner, core, keeper,
// account:N, market:N, or a name; nobody is the empty string. A name that reads
// like one of the others is written named:NAME.
package state

import (
	"fmt"
	"strconv"
)

// Format is the version of the document.
const Format = "1"

// Release is the release of the contracts whose storage the document holds:
// a commit of the Synthetix V3 repository.
const Release = "23585f7"

// ID is the id of an account, pool, market, instrument or strategy.
type ID uint64

// MarshalText implements [encoding.TextMarshaler].
func (id ID) MarshalText() ([]byte, error) { return strconv.AppendUint(nil, uint64(id), 10), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (id *ID) UnmarshalText(b []byte) error {
	n, err := strconv.ParseUint(string(b), 10, 64)
	if err != nil {
		return fmt.Errorf("%q is not an integer from 0 to 2^64-1", b)
	}
	*id = ID(n)
	return nil
}
