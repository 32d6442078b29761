package chain

import (
	"context"
	"maps"
	"slices"

	"backtest/internal/chain/evm"
)

// Keys are the ids and keys that occur in the events of a deployment: what is
// to be read.
type Keys struct {
	Pools          []uint64                      // in order of creation, 0 first
	Accounts       []evm.Word                    // of the core, in order of creation
	Positions      map[VaultKey][]evm.Word       // accounts, in the order in which they first came
	Holdings       map[evm.Word][]evm.Address    // the types that an account may hold
	MarketPools    map[uint64][]uint64           // pools that a market ever had
	MarketCaps     map[uint64][]evm.Address      // types with a maximum
	PoolTypes      map[uint64][]evm.Address      // types that a pool configured
	ConfigKeys     []evm.Word                    //
	Features       []string                      // flags that were ever set
	Granted        []evm.Word                    // accounts with permissions
	Distributors   []evm.Address                 // reward distributors
	Holders        map[evm.Address][]evm.Address // of each own token
	PerpsAccounts  []evm.Word
	PerpsGranted   []evm.Word
	PerpsPositions map[evm.Word][]evm.Word // the instruments that an account ever traded
	SpotTraders    map[uint64][]evm.Address
	SpotReferrers  map[uint64][]evm.Address
	PerpsReferrers []evm.Address
	Mentioned      []evm.Address // everybody who occurs in an event
}

// VaultKey is a vault.
type VaultKey struct {
	Pool uint64
	Type evm.Address
}

// handler takes what it needs from an event.
type handler func(k *keys, l Log)

// keys collects without repetition, in the order of appearance.
type keys struct {
	Keys
	seen map[any]bool
}

// once reports whether a key appears for the first time.
func (k *keys) once(key any) bool {
	if k.seen[key] {
		return false
	}
	k.seen[key] = true
	return true
}

type (
	holdingKey struct {
		account evm.Word
		ct      evm.Address
	}
	positionKey struct {
		vault   VaultKey
		account evm.Word
	}
	pairKey struct {
		kind string
		a, b any
	}
)

func (k *keys) holding(account evm.Word, ct evm.Address) {
	if k.once(holdingKey{account, ct}) {
		k.Holdings[account] = append(k.Holdings[account], ct)
	}
}

func (k *keys) position(account evm.Word, pool uint64, ct evm.Address) {
	v := VaultKey{pool, ct}
	if k.once(positionKey{v, account}) {
		k.Positions[v] = append(k.Positions[v], account)
	}
	k.holding(account, ct)
}

func appendOnce[K comparable, V any](k *keys, kind string, m map[K][]V, key K, value V) {
	if k.once(pairKey{kind, key, any(value)}) {
		m[key] = append(m[key], value)
	}
}

// mention collects what may be an address: configuration keys are made of them.
func (k *keys) mention(l Log) {
	words := slices.Clone(l.Topics)
	for i := range l.Data.Len() {
		words = append(words, l.Data.Word(i))
	}
	for _, w := range words {
		a := w.Address()
		if w == a.Word() && [4]byte(a[:4]) != [4]byte{} && k.once(pairKey{"mentioned", a, nil}) {
			k.Mentioned = append(k.Mentioned, a)
		}
	}
}

func (k *keys) pool(id uint64) {
	if k.once(pairKey{"pool", id, nil}) {
		k.Pools = append(k.Pools, id)
	}
}

// topic returns a topic, 0 when it is not there.
func (l Log) topic(i int) (w evm.Word) {
	if i < len(l.Topics) {
		w = l.Topics[i]
	}
	return w
}

// coreEvents are the events of the core that name something to read.
var coreEvents = map[string]handler{
	"PoolCreated(uint128,address,address)": func(k *keys, l Log) { k.pool(l.topic(1).Uint64()) },
	"AccountCreated(uint128,address)": func(k *keys, l Log) {
		if k.once(pairKey{"account", l.topic(1), nil}) {
			k.Accounts = append(k.Accounts, l.topic(1))
		}
	},
	"Deposited(uint128,address,uint256,address)": func(k *keys, l Log) { k.holding(l.topic(1), l.topic(2).Address()) },
	"DelegationUpdated(uint128,uint128,address,uint256,uint256,address)": func(k *keys, l Log) {
		k.position(l.topic(1), l.topic(2).Uint64(), l.Data.Word(0).Address())
	},
	"DebtAssociated(uint128,uint128,address,uint128,uint256,int256)": func(k *keys, l Log) {
		k.position(l.Data.Word(0), l.topic(2).Uint64(), l.topic(3).Address())
	},
	"Liquidation(uint128,uint128,address,(uint256,uint256,uint256),uint128,address)": func(k *keys, l Log) {
		k.position(l.topic(1), l.topic(2).Uint64(), l.topic(3).Address())
		k.holding(l.Data.Word(3), l.topic(3).Address())
	},
	"VaultLiquidation(uint128,address,(uint256,uint256,uint256),uint128,address)": func(k *keys, l Log) {
		k.holding(l.Data.Word(3), l.topic(2).Address())
	},
	"UsdMinted(uint128,uint128,address,uint256,address)": func(k *keys, l Log) {
		k.position(l.topic(1), l.topic(2).Uint64(), l.Data.Word(0).Address())
		k.holding(l.topic(1), evm.Address{}) // USD
	},
	"PoolConfigurationSet(uint128,(uint128,uint128,int128)[],address)": func(k *keys, l Log) {
		list, _ := l.Data.List(0, 3)
		for _, m := range list {
			appendOnce(k, "market pool", k.MarketPools, m.Word(0).Uint64(), l.topic(1).Uint64())
		}
	},
	"MaximumMarketCollateralConfigured(uint128,address,uint256,address)": func(k *keys, l Log) {
		appendOnce(k, "cap", k.MarketCaps, l.topic(1).Uint64(), l.topic(2).Address())
	},
	"PoolCollateralConfigurationUpdated(uint128,address,(uint256,uint256))": func(k *keys, l Log) {
		appendOnce(k, "pool type", k.PoolTypes, l.topic(1).Uint64(), l.Data.Word(0).Address())
	},
	"ConfigSet(bytes32,bytes32)": func(k *keys, l Log) {
		if k.once(pairKey{"config", l.topic(1), nil}) {
			k.ConfigKeys = append(k.ConfigKeys, l.topic(1))
		}
	},
	"FeatureFlagAllowAllSet(bytes32,bool)": func(k *keys, l Log) {
		if name := l.topic(1).Text(); k.once(pairKey{"feature", name, nil}) {
			k.Features = append(k.Features, name)
		}
	},
	"PermissionGranted(uint128,bytes32,address,address)": func(k *keys, l Log) {
		if k.once(pairKey{"granted", l.topic(1), nil}) {
			k.Granted = append(k.Granted, l.topic(1))
		}
	},
	"RewardsDistributorRegistered(uint128,address,address)": func(k *keys, l Log) {
		if a := l.topic(3).Address(); k.once(pairKey{"distributor", a, nil}) {
			k.Distributors = append(k.Distributors, a)
		}
	},
}

// spotEvents are those of the spot system.
var spotEvents = map[string]handler{
	"TransactorFixedFeeSet(uint256,address,uint256)": func(k *keys, l Log) {
		appendOnce(k, "transactor", k.SpotTraders, l.topic(1).Uint64(), l.Data.Word(0).Address())
	},
	"ReferrerShareUpdated(uint128,address,uint256)": func(k *keys, l Log) {
		appendOnce(k, "spot referrer", k.SpotReferrers, l.topic(1).Uint64(), l.Data.Word(0).Address())
	},
}

// perpsEvents are those of the perps system.
var perpsEvents = map[string]handler{
	"AccountCreated(uint128,address)": func(k *keys, l Log) {
		if k.once(pairKey{"perps account", l.topic(1), nil}) {
			k.PerpsAccounts = append(k.PerpsAccounts, l.topic(1))
		}
	},
	"OrderSettled(uint128,uint128,uint256,int256,int256,int128,int128,uint256,uint256,uint256,uint256,bytes32,address)": func(k *keys, l Log) {
		appendOnce(k, "perps position", k.PerpsPositions, l.topic(2), l.topic(1))
	},
	"ReferrerShareUpdated(address,uint256)": func(k *keys, l Log) {
		if a := l.Data.Word(0).Address(); k.once(pairKey{"perps referrer", a, nil}) {
			k.PerpsReferrers = append(k.PerpsReferrers, a)
		}
	},
	"PermissionGranted(uint128,bytes32,address,address)": func(k *keys, l Log) {
		if k.once(pairKey{"perps granted", l.topic(1), nil}) {
			k.PerpsGranted = append(k.PerpsGranted, l.topic(1))
		}
	},
}

// transfer is the event of tokens; accounts are tokens too, and are left out.
const transfer = "Transfer(address,address,uint256)"

func takeTransfer(k *keys, l Log) {
	for i := 1; i <= 2; i++ {
		if a := l.topic(i).Address(); !a.IsZero() && len(l.Topics) == 3 {
			appendOnce(k, "holder", k.Holders, l.Address, a)
		}
	}
}

// Discover finds from the events up to the block what is to be read.
func (s *Source) Discover(ctx context.Context, a Addresses, from uint64) (Keys, error) {
	tables := map[evm.Address]map[evm.Word]handler{a.Core: topicsOf(coreEvents)}
	if !a.Spot.IsZero() {
		tables[a.Spot] = topicsOf(spotEvents)
	}
	if !a.Perps.IsZero() {
		tables[a.Perps] = topicsOf(perpsEvents)
	}
	tokens := map[evm.Word]handler{evm.Topic(transfer): takeTransfer}
	tables[a.USD] = tokens
	for _, m := range a.Markets {
		if m.Kind == SpotMarket {
			tables[m.Synth] = tokens
		}
	}
	topics := map[evm.Word]bool{}
	for _, table := range tables {
		for t := range table {
			topics[t] = true
		}
	}
	logs, err := s.Logs(ctx, from, slices.Collect(maps.Keys(tables)), slices.Collect(maps.Keys(topics)))
	if err != nil {
		return Keys{}, err
	}
	k := &keys{seen: map[any]bool{}, Keys: Keys{
		Positions: map[VaultKey][]evm.Word{}, Holdings: map[evm.Word][]evm.Address{}, MarketPools: map[uint64][]uint64{},
		MarketCaps: map[uint64][]evm.Address{}, PoolTypes: map[uint64][]evm.Address{}, Holders: map[evm.Address][]evm.Address{},
		PerpsPositions: map[evm.Word][]evm.Word{}, SpotTraders: map[uint64][]evm.Address{}, SpotReferrers: map[uint64][]evm.Address{},
	}}
	k.pool(0)
	for _, l := range logs {
		k.mention(l)
		if take := tables[l.Address][l.topic(0)]; take != nil {
			take(k, l)
		}
	}
	return k.Keys, nil
}

func topicsOf(events map[string]handler) map[evm.Word]handler {
	t := make(map[evm.Word]handler, len(events))
	for signature, take := range events {
		t[evm.Topic(signature)] = take
	}
	return t
}
