package model

import (
	"fmt"
	"strconv"

	fp "backtest/model/fixedpoint"
)

// The protocol's integers, under short names.
type (
	Uint128 = fp.Uint128
	Int128  = fp.Int128
	Uint256 = fp.Uint256
	Int256  = fp.Int256
	D27     = fp.D27
)

// AccountID identifies an account. The contracts use 128 bits; ids chosen by
// users fit 64.
type AccountID uint64

// PoolID identifies a pool. Pool 0 always exists and has no markets
// (PROTOCOL.md §5.9).
type PoolID uint64

// MarketID identifies a market, numbered 1, 2, 3… in order of registration.
type MarketID uint64

// CollateralID is the index of a collateral type in its System, in order of
// [System.AddCollateral]. USD, the system's own stablecoin, is always 0.
type CollateralID int32

// USD is the system's own stablecoin, a collateral type like any other.
const USD CollateralID = 0

// NoCollateral stands for "no collateral type" where one is optional.
const NoCollateral CollateralID = -1

// NodeID identifies a node of the oracle manager. Collateral types are known
// here by their prices; only the node 0, of a type that was never configured,
// is ever told.
type NodeID [32]byte

// String returns the id in hexadecimal.
func (n NodeID) String() string { return fmt.Sprintf("0x%x", n[:]) }

// ActorKind tells what sort of address an [Actor] is.
type ActorKind uint8

// The kinds of actors.
const (
	Nobody ActorKind = iota
	OwnerActor
	CoreActor
	KeeperActor
	AccountActor
	MarketActor
	NamedActor
)

// Actor is an address: a wallet, and the sender of an operation.
type Actor struct {
	Kind ActorKind
	ID   uint64
	Name string
}

// The actors without a number: the owner of the system and of its pools, the
// core contract itself, and somebody without an account.
var (
	Owner  = Actor{Kind: OwnerActor}
	Core   = Actor{Kind: CoreActor}
	Keeper = Actor{Kind: KeeperActor}
)

// AccountOwner returns the actor who owns account id.
func AccountOwner(id AccountID) Actor { return Actor{Kind: AccountActor, ID: uint64(id)} }

// MarketAddress returns the actor that is the external market id.
func MarketAddress(id MarketID) Actor { return Actor{Kind: MarketActor, ID: uint64(id)} }

// Named returns an actor known by name alone, such as a fee collector.
func Named(name string) Actor { return Actor{Kind: NamedActor, Name: name} }

// String returns the actor as recorded traces spell it.
func (a Actor) String() string {
	switch a.Kind {
	case OwnerActor:
		return "owner"
	case CoreActor:
		return "core"
	case KeeperActor:
		return "keeper"
	case AccountActor:
		return "account:" + strconv.FormatUint(a.ID, 10)
	case MarketActor:
		return "market:" + strconv.FormatUint(a.ID, 10)
	case NamedActor:
		return a.Name
	}
	return "zero"
}
