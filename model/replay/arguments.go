package replay

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"backtest/model"
	fp "backtest/model/fixedpoint"
)

// arguments reads the arguments of a step. It keeps the first error; what it
// returns after that is of no use.
type arguments struct {
	env *environment
	raw map[string]json.RawMessage
	err error
}

func (a *arguments) fail(key, found, want string) {
	if a.err == nil {
		a.err = fmt.Errorf("argument %s is %s, want %s", key, found, want)
	}
}

func (a *arguments) has(key string) bool { _, ok := a.raw[key]; return ok }

func (a *arguments) text(key string) string {
	var s string
	if raw, ok := a.raw[key]; !ok {
		a.fail(key, "missing", "a string")
	} else if json.Unmarshal(raw, &s) != nil {
		a.fail(key, string(raw), "a string")
	}
	return s
}

func (a *arguments) flag(key string) bool {
	var b bool
	if raw, ok := a.raw[key]; !ok {
		a.fail(key, "missing", "true or false")
	} else if json.Unmarshal(raw, &b) != nil {
		a.fail(key, string(raw), "true or false")
	}
	return b
}

func (a *arguments) uint(key string) model.Uint256 {
	s := a.text(key)
	v, err := fp.ParseUint256(s)
	if err != nil {
		a.fail(key, strconv.Quote(s), "an unsigned integer of 256 bits")
	}
	return v
}

func (a *arguments) int(key string) model.Int256 {
	s := a.text(key)
	v, err := fp.ParseInt256(s)
	if err != nil {
		a.fail(key, strconv.Quote(s), "a signed integer of 256 bits")
	}
	return v
}

func (a *arguments) uint64(key string) uint64 {
	s := a.text(key)
	v, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		a.fail(key, strconv.Quote(s), "an unsigned integer of 64 bits")
	}
	return v
}

// count reads a number of things, of 256 bits, as one of 64: there are never
// more.
func (a *arguments) count(key string) uint64 {
	if n, ok := a.uint(key).Uint64(); ok {
		return n
	}
	return math.MaxUint64
}

func (a *arguments) account(key string) model.AccountID { return model.AccountID(a.uint64(key)) }
func (a *arguments) pool(key string) model.PoolID       { return model.PoolID(a.uint64(key)) }
func (a *arguments) market(key string) model.MarketID   { return model.MarketID(a.uint64(key)) }

// collateral returns a known collateral type.
func (a *arguments) collateral(key string) model.CollateralID {
	s := a.text(key)
	ct, ok := a.env.collaterals[s]
	if !ok {
		a.fail(key, strconv.Quote(s), "a token of the setup")
	}
	return ct
}

// collaterals returns a list of known collateral types.
func (a *arguments) collaterals(key string) []model.CollateralID {
	var names []string
	if json.Unmarshal(a.raw[key], &names) != nil {
		a.fail(key, string(a.raw[key]), "a list of tokens")
	}
	list := make([]model.CollateralID, len(names))
	for i, name := range names {
		ct, ok := a.env.collaterals[name]
		if !ok {
			a.fail(key, strconv.Quote(name), "tokens of the setup")
		}
		list[i] = ct
	}
	return list
}

// optionalCollateral returns one collateral type; the empty string stands for none.
func (a *arguments) optionalCollateral(key string) model.CollateralID {
	if a.text(key) == "" {
		return model.NoCollateral
	}
	return a.collateral(key)
}

func (a *arguments) actor(key string) model.Actor {
	s := a.text(key)
	actor, ok := a.env.parseActor(s)
	if !ok {
		a.fail(key, strconv.Quote(s), "an actor")
	}
	return actor
}

// sender returns the sender of the step, by default the given one.
func (a *arguments) sender(usual model.Actor) model.Actor {
	if a.has("sender") {
		return a.actor("sender")
	}
	return usual
}

func (e *environment) parseActor(s string) (model.Actor, bool) {
	switch s {
	case "owner":
		return model.Owner, true
	case "core":
		return model.Core, true
	case "keeper":
		return model.Keeper, true
	case "zero":
		return model.Actor{}, true
	}
	kind, id, ok := strings.Cut(s, ":")
	n, err := strconv.ParseUint(id, 10, 64)
	switch {
	case ok && err == nil && kind == "account":
		return model.AccountOwner(model.AccountID(n)), true
	case ok && err == nil && kind == "market":
		return model.MarketAddress(model.MarketID(n)), true
	case e.named[s]:
		return model.Named(s), true
	}
	return model.Actor{}, false
}
