package cannon

import (
	"cmp"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"backtest/internal/start"
)

// spelled is a parameter as people read it.
func (p Param) spelled() string {
	switch p.unit {
	case seconds:
		return p.Raw.String() + "s"
	case plain:
		return p.Raw.String()
	}
	return start.Decimal(p.Raw, 18)
}

// source tells where a parameter comes from.
func (p Param) source() string { return fmt.Sprintf("%s, %s", p.At, p.Call) }

// finish lists what was taken, and what instruments leave to the contracts'
// defaults.
func (d *Deployment) finish() {
	d.take("system", d.Core)
	if d.HasPerps {
		d.take("perps", d.Perps)
	}
	for _, list := range [][]*Subject{d.Collaterals, d.Synths, d.Instruments, d.Margins, d.Caps, d.Oracles} {
		for _, s := range list {
			name := s.label()
			if s.Words["market"] != "" {
				name = "maximum of " + s.Words["market"] + " in " + s.Words["token"]
			}
			d.take(name, s)
		}
	}
	for _, s := range d.Instruments {
		for _, name := range instrumentParameters {
			if _, ok := s.Params[name]; !ok {
				d.Report.Defaulted = append(d.Report.Defaulted, Value{Of: s.label(), Key: name, Value: "the configuration's default", At: s.At.String()})
			}
		}
	}
	for _, s := range d.Collaterals {
		for _, name := range []string{"issuance_ratio", "liquidation_ratio", "liquidation_reward", "min_delegation"} {
			if _, ok := s.Params[name]; !ok {
				d.Report.Defaulted = append(d.Report.Defaulted, Value{Of: s.label(), Key: name, Value: "assumed", At: s.At.String()})
			}
		}
	}
	slices.SortStableFunc(d.Report.Undefined, func(a, b Mention) int { return cmp.Compare(a.What, b.What) })
	d.Report.Undefined = slices.Compact(d.Report.Undefined)
}

func (d *Deployment) take(of string, s *Subject) {
	for _, name := range slices.Sorted(maps.Keys(s.Params)) {
		p := s.Params[name]
		d.Report.Taken = append(d.Report.Taken, Value{of, name, p.spelled(), p.At.String(), p.Call})
	}
}

// UndefinedNames are the names that nobody defines, each once.
func (r *Report) UndefinedNames() (names []string) {
	for _, m := range r.Undefined {
		if !slices.Contains(names, m.What) {
			names = append(names, m.What)
		}
	}
	return names
}

// PickError says that a market was asked for which the files do not have.
type PickError struct {
	Name string
	Near []string
}

func (e *PickError) Error() string {
	return fmt.Sprintf("--markets %s: there is no such market; there are %s", e.Name, strings.Join(e.Near, ", "))
}

// Pick keeps the instruments of the given symbols or ids.
func (d *Deployment) Pick(names []string) error {
	var kept []*Subject
	for _, name := range names {
		i := slices.IndexFunc(d.Instruments, func(s *Subject) bool { return strings.EqualFold(s.Symbol, name) || s.Key == name })
		if i < 0 {
			e := &PickError{Name: name}
			for _, s := range d.Instruments {
				if len(e.Near) < 12 {
					e.Near = append(e.Near, s.label())
				}
			}
			if len(d.Instruments) > len(e.Near) {
				e.Near = append(e.Near, fmt.Sprintf("and %d more", len(d.Instruments)-len(e.Near)))
			}
			return e
		}
		if !slices.Contains(kept, d.Instruments[i]) {
			kept = append(kept, d.Instruments[i])
		}
	}
	d.Instruments = kept
	of := map[string]bool{"system": true, "perps": true}
	for _, s := range d.Instruments {
		of[s.label()] = true
	}
	for _, list := range [][]*Subject{d.Collaterals, d.Synths, d.Margins, d.Oracles} {
		for _, s := range list {
			of[s.label()] = true
		}
	}
	drop := func(v Value) bool { return !of[v.Of] && !strings.HasPrefix(v.Of, "maximum of") }
	d.Report.Taken = slices.DeleteFunc(d.Report.Taken, drop)
	d.Report.Defaulted = slices.DeleteFunc(d.Report.Defaulted, drop)
	return nil
}

// raw returns a parameter's integer, nil without one.
func (s *Subject) raw(name string) *big.Int {
	if p, ok := s.Params[name]; ok {
		return p.Raw
	}
	return nil
}
