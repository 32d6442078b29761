package scenario

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	"backtest/model"
	fp "backtest/model/fixedpoint"
)

// Args are the words of a line. A getter notes the first word that is missing
// or makes no sense; the line then fails as a whole.
type Args struct {
	words []string
	named map[string]string
	used  map[string]bool
	taken int
	err   error
}

func newArgs(words []string) *Args {
	a := &Args{named: map[string]string{}, used: map[string]bool{}}
	for _, w := range words {
		if k, v, ok := strings.Cut(w, "="); ok {
			a.named[k] = v
		} else {
			a.words = append(a.words, w)
		}
	}
	return a
}

// check reports what was wrong or left over.
func (a *Args) check() error {
	if a.err == nil && a.taken < len(a.words) {
		a.err = fmt.Errorf("too many words")
	}
	for _, k := range a.Keys() {
		if a.err == nil && !a.used[k] {
			a.err = fmt.Errorf("unknown argument %s", k)
		}
	}
	return a.err
}

func (a *Args) fail(err error) {
	if a.err == nil {
		a.err = err
	}
}

// Keys returns the names of the named arguments in order.
func (a *Args) Keys() []string {
	keys := make([]string, 0, len(a.named))
	for k := range a.named {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// Has reports whether a named argument is there.
func (a *Args) Has(key string) bool { return a.named[key] != "" }

// Word returns the next positional word.
func (a *Args) Word() string {
	if a.taken == len(a.words) {
		a.fail(fmt.Errorf("a word is missing"))
		return ""
	}
	a.taken++
	return a.words[a.taken-1]
}

// Text returns a named argument, or what it is by default.
func (a *Args) Text(key, usual string) string {
	a.used[key] = true
	if v, ok := a.named[key]; ok {
		return v
	}
	return usual
}

// ID returns the next positional word as a number.
func (a *Args) ID() uint64 { return a.number(a.Word()) }

// Uint returns a named argument as a plain number, 0 by default.
func (a *Args) Uint(key string) uint64 { return a.number(a.Text(key, "0")) }

func (a *Args) number(s string) uint64 {
	v, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		a.fail(err)
	}
	return v
}

// Amount returns a named decimal number as D18, 0 by default.
func (a *Args) Amount(key string) fp.Uint256 { return a.amount(a.Text(key, "0")).Magnitude() }

// Signed returns a named decimal number as D18 with its sign, 0 by default.
func (a *Args) Signed(key string) fp.Int256 { return a.amount(a.Text(key, "0")) }

// Decimal returns the next positional word as D18 with its sign.
func (a *Args) Decimal() fp.Int256 { return a.amount(a.Word()) }

func (a *Args) amount(s string) fp.Int256 {
	v, err := ParseD18(s)
	if err != nil {
		a.fail(err)
	}
	return v
}

// Actor returns the owner of the account whose number is the next word, or the
// keeper.
func (a *Args) Actor() model.Actor { return a.actor(a.Word()) }

// NamedActor returns a named argument as an actor, nobody by default.
func (a *Args) NamedActor(key string) model.Actor {
	s := a.Text(key, "")
	if s == "" {
		return model.Actor{}
	}
	return a.actor(s)
}

func (a *Args) actor(s string) model.Actor {
	if s == "keeper" {
		return model.Keeper
	}
	return model.AccountOwner(model.AccountID(a.number(s)))
}

// ParseD18 reads a decimal number with up to 18 decimals.
func ParseD18(s string) (fp.Int256, error) {
	whole, fraction, _ := strings.Cut(s, ".")
	if len(fraction) > 18 {
		return fp.Int256{}, fmt.Errorf("%s has more than 18 decimals", s)
	}
	return fp.ParseInt256(whole + fraction + strings.Repeat("0", 18-len(fraction)))
}

// D18 is the shortest decimal text of a D18 number.
func D18(v fmt.Stringer) string {
	s, sign := v.String(), ""
	if strings.HasPrefix(s, "-") {
		s, sign = s[1:], "-"
	}
	if len(s) <= 18 {
		s = strings.Repeat("0", 19-len(s)) + s
	}
	s = strings.TrimRight(s[:len(s)-18]+"."+s[len(s)-18:], "0")
	return sign + strings.TrimSuffix(s, ".")
}
