package chain

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"backtest/internal/chain/evm"
	"backtest/model"
	fp "backtest/model/fixedpoint"
)

// Checks counts the comparisons of the model's answers with the chain's.
type Checks struct {
	Calls      int            `json:"calls"`
	Values     int            `json:"values"`
	Reverts    int            `json:"reverts"` // calls of which both say that they fail
	Different  int            `json:"different"`
	Unanswered map[string]int `json:"unanswered,omitempty"` // calls that the node would not run, by function
	Functions  map[string]int `json:"functions"`            // calls by function
}

// Difference is an answer of the model that is not the chain's.
type Difference struct{ What, Chain, Model string }

// CheckError is a state that the model does not answer from as the chain does.
type CheckError struct {
	Checks      Checks
	Differences []Difference
}

func (e *CheckError) Error() string {
	lines := []string{fmt.Sprintf("the model does not answer as the chain does in %d of %d values:", e.Checks.Different, e.Checks.Values)}
	for _, d := range e.Differences {
		lines = append(lines, fmt.Sprintf("%s: the chain answers %s, the model %s", d.What, d.Chain, d.Model))
	}
	return joinLines(lines)
}

// checker compares answers.
type checker struct {
	*Reader
	d           *Deployment
	sys         *model.System
	types       map[evm.Address]model.CollateralID
	checks      Checks
	differences []Difference
}

// Check asks the getters about everything that was read, and the model the
// same. Any difference is a *CheckError.
func (s *Source) Check(ctx context.Context, d *Deployment, sys *model.System) (Checks, error) {
	var c *checker
	err := s.Read(ctx, "checks", func(r *Reader) {
		c = &checker{Reader: r, d: d, sys: sys, types: map[evm.Address]model.CollateralID{}}
		c.checks.Functions, c.checks.Unanswered = map[string]int{}, map[string]int{}
		for t, name := range d.Book.types {
			c.types[t], _ = sys.CollateralNamed(name)
		}
		c.markets()
		c.pools()
		c.accounts()
		c.tokens()
		c.spots()
		c.perps()
	})
	switch {
	case err != nil:
		return Checks{}, err
	case len(c.differences) > 0:
		return c.checks, &CheckError{c.checks, c.differences}
	}
	return c.checks, nil
}

// getter is a call whose answer the model has to meet.
type getter struct {
	to        evm.Address
	signature string
	args      []evm.Word
	decode    func(evm.Data) ([]evm.Word, error) // nil: the first words
}

func (g getter) String() string {
	name, _, _ := strings.Cut(g.signature, "(")
	args := make([]string, len(g.args))
	for i, a := range g.args {
		if args[i] = a.Int().String(); len(args[i]) > 30 {
			args[i] = a.Address().String()
		}
	}
	return name + "(" + strings.Join(args, ", ") + ")"
}

// same compares the answer of a getter with the model's.
func (c *checker) same(g getter, answer func() ([]evm.Word, error)) {
	name, _, _ := strings.Cut(g.signature, "(")
	o := c.TryView(g.to, g.signature, g.args...)
	switch {
	case o.Refused != "":
		c.checks.Unanswered[name]++
		return
	case !o.Known || !c.complete():
		return
	}
	c.checks.Calls++
	c.checks.Functions[name]++
	want, err := c.ask(answer)
	if o.Reverted || err != nil {
		c.sameFailure(g, o, want, err)
		return
	}
	got, err := g.words(o.Data, len(want))
	if err != nil {
		c.differ(g.String(), fmt.Sprintf("%d words", o.Data.Len()), fmt.Sprintf("%d", len(want)))
		return
	}
	if len(got) != len(want) {
		c.checks.Values++
		c.differ(g.String(), listText(got), listText(want))
		return
	}
	for i := range want {
		c.checks.Values++
		if got[i] != want[i] {
			what := g.String()
			if len(want) > 1 {
				what += fmt.Sprintf(", value %d", i+1)
			}
			c.differ(what, got[i].Int().String(), want[i].Int().String())
		}
	}
}

func listText(list []evm.Word) string {
	parts := make([]string, len(list))
	for i, w := range list {
		parts[i] = w.Int().String()
	}
	return "[" + strings.Join(parts, " ") + "]"
}

func (g getter) words(d evm.Data, n int) ([]evm.Word, error) {
	if g.decode != nil {
		return g.decode(d)
	}
	if !d.Has(n) {
		return nil, evm.ErrShort
	}
	list := make([]evm.Word, n)
	for i := range list {
		list[i] = d.Word(i)
	}
	return list, nil
}

// ask lets the model answer without a trace.
func (c *checker) ask(answer func() ([]evm.Word, error)) (list []evm.Word, err error) {
	var failed error
	err = c.sys.Static(func() { list, failed = answer() })
	if err == nil {
		err = failed
	}
	return list, err
}

func (c *checker) sameFailure(g getter, o Outcome, want []evm.Word, err error) {
	c.checks.Values++
	there, here := "fails with "+revertText(o.Data), listText(want)
	if !o.Reverted {
		there = "succeeds"
	}
	if err != nil {
		here = "fails with " + model.ErrorName(err)
	}
	if !o.Reverted || err == nil {
		c.differ(g.String(), there, here)
		return
	}
	c.checks.Reverts++
}

const mostDifferences = 200

func (c *checker) differ(what, chain, model string) {
	c.checks.Different++
	if len(c.differences) < mostDifferences {
		c.differences = append(c.differences, Difference{what, chain, model})
	}
}

// answers turns what the model answers into words.
func answers(values ...any) []evm.Word {
	list := make([]evm.Word, len(values))
	for i, v := range values {
		switch v := v.(type) {
		case fp.Uint256:
			list[i] = wordOf(v)
		case fp.Int256:
			list[i] = wordOf(fp.Uint256(v))
		case fp.Uint128:
			list[i] = wordOf(v.Wide())
		case fp.Int128:
			list[i] = wordOf(fp.Uint256(v.Wide()))
		case fp.D27:
			list[i] = wordOf(fp.Uint256(v.Raw.Wide()))
		case bool:
			if v {
				list[i] = evm.Uint(1)
			}
		case uint64:
			list[i] = evm.Uint(v)
		case uint32:
			list[i] = evm.Uint(uint64(v))
		default:
			panic(fmt.Sprintf("a %T is no answer", v))
		}
	}
	return list
}

// one is the answer of a view with a single value.
func one[T any](v T, err error) ([]evm.Word, error) {
	if err != nil {
		return nil, err
	}
	return answers(v), nil
}

// on makes a getter of the core.
func (c *checker) on(signature string, args ...evm.Word) getter {
	return getter{to: c.d.Addresses.Core, signature: signature, args: args}
}

// lists decodes an answer of several arrays of words into one list, each with
// its length before it.
func lists(n int) func(evm.Data) ([]evm.Word, error) {
	return func(d evm.Data) (all []evm.Word, err error) {
		for i := range n {
			list, err := d.List(i, 1)
			if err != nil {
				return nil, err
			}
			all = append(all, evm.Uint(uint64(len(list))))
			for _, e := range list {
				all = append(all, e.Word(0))
			}
		}
		return all, nil
	}
}

// listed is the model's side of lists.
func listed[T ~uint64](all ...[]T) (words []evm.Word) {
	for _, list := range all {
		words = append(words, evm.Uint(uint64(len(list))))
		for _, v := range list {
			words = append(words, evm.Uint(uint64(v)))
		}
	}
	return words
}

// vaults returns the vaults in order.
func (c *checker) vaults() []VaultKey {
	return slices.SortedFunc(maps.Keys(c.d.Keys.Positions), func(a, b VaultKey) int {
		if a.Pool != b.Pool {
			return int(int64(a.Pool) - int64(b.Pool))
		}
		return strings.Compare(a.Type.String(), b.Type.String())
	})
}
