package model

import (
	"strconv"
	"strings"
)

// namedPrefix stands before a name that reads like another actor.
const namedPrefix = "named:"

// StateText returns an actor as a state document spells it: as
// [Actor.String], but nobody is empty and no two actors share a text.
func (a Actor) StateText() string {
	switch {
	case a == Actor{}:
		return ""
	case a.Kind != NamedActor:
		return a.String()
	}
	if plain, ok := ParseActor(a.Name); ok && plain == a {
		return a.Name
	}
	return namedPrefix + a.Name
}

// ParseActor reads what [Actor.StateText] writes. It fails on account: and
// market: without a number.
func ParseActor(text string) (a Actor, ok bool) {
	switch text {
	case "", "zero":
		return Actor{}, true
	case "owner":
		return Owner, true
	case "core":
		return Core, true
	case "keeper":
		return Keeper, true
	}
	if name, named := strings.CutPrefix(text, namedPrefix); named {
		return Named(name), true
	}
	kind, id, numbered := strings.Cut(text, ":")
	switch {
	case !numbered || kind != "account" && kind != "market":
		return Named(text), true
	case kind == "account":
		a.Kind = AccountActor
	default:
		a.Kind = MarketActor
	}
	n, err := strconv.ParseUint(id, 10, 64)
	a.ID = n
	return a, err == nil && strconv.FormatUint(n, 10) == id
}
