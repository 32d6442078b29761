package cannon

import (
	"fmt"
	"math/big"
	"strings"
)

// Param is a parameter: the integer that the contract gets, and where it comes
// from.
type Param struct {
	Raw  *big.Int
	unit unit
	At   Pos    // where the number stands
	Call string // the function and the place among its arguments
}

// Subject is something that parameters are set of: an instrument, a synth, a
// collateral type.
type Subject struct {
	Key    string // what the files call it: an id, or a name of the chain's answer
	Symbol string
	Name   string
	At     Pos
	Params map[string]Param
	// Address of a token, text flags and other words, by name.
	Words map[string]string
}

// Deployment is what the files set.
type Deployment struct {
	Name                 string
	Files                []string
	Core, Perps          *Subject
	Instruments, Synths  []*Subject
	Collaterals, Margins []*Subject
	Caps                 []*Subject // of market and collateral type
	Pools                []PoolWeight
	Oracles              []*Subject // nodes that refuse old prices
	Report               Report
	HasPerps             bool
}

// PoolWeight is a market in the list of a pool.
type PoolWeight struct {
	Pool, Market      string
	Weight            *big.Int
	MaxDebtShareValue *big.Int // D18
	At                Pos
}

// Mention is a place at which something is said.
type Mention struct {
	What string `json:"what"`
	For  string `json:"for,omitempty"`
	At   string `json:"at"`
}

// Value is a parameter that was taken.
type Value struct {
	Of    string `json:"of"`
	Key   string `json:"key"`
	Value string `json:"value"`
	At    string `json:"at"`
	Call  string `json:"call"`
}

// Report tells what became of everything that the files say.
type Report struct {
	Taken            []Value   `json:"taken"`
	Defaulted        []Value   `json:"defaulted"`
	Undefined        []Mention `json:"undefined"`
	NotRepresentable []Mention `json:"notRepresentable"`
}

// resolver runs the calls of a project.
type resolver struct {
	evaluator
	d        *Deployment
	subjects map[string]*Subject // scope and key
}

// Resolve computes what the calls set. Expressions that are not understood are
// [Problems], all at once.
func Resolve(p *Project) (*Deployment, error) {
	r := &resolver{evaluator: evaluator{Project: p}, subjects: map[string]*Subject{}}
	r.d = &Deployment{Name: p.Name, Files: p.Files, Core: subject("system", Pos{}), Perps: subject("perps", Pos{})}
	// Markets come first: what belongs to which follows from their ids.
	for _, i := range p.invokes {
		r.create(i)
	}
	for _, i := range p.invokes {
		r.run(i)
	}
	if len(p.problems) > 0 {
		return nil, p.problems
	}
	r.d.finish()
	return r.d, nil
}

func subject(key string, at Pos) *Subject {
	return &Subject{Key: key, At: at, Params: map[string]Param{}, Words: map[string]string{}}
}

// find returns the subject of a key, a new one if there is none.
func (r *resolver) find(s scope, key string, at Pos) *Subject {
	name := string(s) + " " + key
	x := r.subjects[name]
	if x == nil {
		x = subject(key, at)
		r.subjects[name] = x
		switch s {
		case instrument:
			r.d.Instruments = append(r.d.Instruments, x)
		case spot:
			r.d.Synths = append(r.d.Synths, x)
		case collateral:
			r.d.Collaterals = append(r.d.Collaterals, x)
		}
	}
	return x
}

// argument computes an argument of a call; a problem is told once.
func (r *resolver) argument(i *invoke, at int) (value, bool) {
	if at >= len(i.args) {
		return value{}, false
	}
	v, err := r.of(i.args[at])
	if err != nil {
		r.problems = append(r.problems, Problem{i.args[at].at, fmt.Sprintf("argument %d of %s: %v", at+1, i.fn, err)})
		return value{}, false
	}
	return v, true
}

func (r *resolver) create(i *invoke) {
	switch {
	case i.fn == "createMarket" && len(i.args) == 3:
		v, ok := r.argument(i, 0)
		if !ok {
			return
		}
		s := r.find(instrument, v.key(), i.at)
		if name, ok := r.argument(i, 1); ok {
			s.Name = name.spelled()
		}
		if symbol, ok := r.argument(i, 2); ok {
			s.Symbol = symbol.spelled()
		}
		r.undefined(i, v, "the id of "+s.Symbol)
		r.d.HasPerps = true
	case i.fn == "createSynth" && len(i.args) >= 2:
		key := "invoke." + i.name
		for name, o := range r.outputs {
			if o.invoke == i.name && o.event == "SynthRegistered" && o.arg == "0" {
				key = name
			}
		}
		s := r.find(spot, key, i.at)
		if name, ok := r.argument(i, 0); ok {
			s.Name = name.spelled()
		}
		if symbol, ok := r.argument(i, 1); ok {
			s.Symbol = symbol.spelled()
		}
		for name, o := range r.outputs {
			if o.invoke == i.name && o.event == "SynthRegistered" && o.arg == "1" {
				s.Words["token"] = name
			}
		}
	}
}

func (r *resolver) undefined(i *invoke, v value, what string) bool {
	if v.undefined == "" {
		return false
	}
	at := v.at
	if at == (Pos{}) {
		at = i.at
	}
	r.d.Report.Undefined = append(r.d.Report.Undefined, Mention{v.undefined, what, at.String()})
	return true
}

// run takes the parameters that a call sets.
func (r *resolver) run(i *invoke) {
	key := fmt.Sprintf("%s/%d", i.fn, len(i.args))
	f, known := functions[key]
	switch {
	case known && f.scope == collateral:
		r.collateral(i, f)
	case known && f.scope == core:
		r.take(i, f, r.d.Core)
	case known && f.scope == perps:
		r.d.HasPerps = true
		r.take(i, f, r.d.Perps)
	case known:
		r.market(i, f)
	case i.fn == "addSettlementStrategy" && len(i.args) == 2, i.fn == "setSettlementStrategy" && len(i.args) == 3:
		r.strategy(i)
	default:
		r.other(i)
	}
}

// market takes the parameters of an instrument or a synth.
func (r *resolver) market(i *invoke, f function) {
	v, ok := r.argument(i, 0)
	if !ok {
		return
	}
	s := r.find(f.scope, v.key(), i.at)
	if s.Symbol == "" {
		r.undefined(i, v, "the market of "+i.fn)
	}
	if i.fn == "setWrapper" {
		if t, ok := r.argument(i, 1); ok {
			s.Words["wrapper"] = strings.ToLower(t.spelled())
		}
	}
	if i.fn == "setMaxLiquidationParameters" {
		if t, ok := r.argument(i, 4); ok && !nobody(t) {
			s.Words["endorsed"] = t.spelled()
		}
	}
	r.take(i, f, s)
}

// nobody reports whether a value is the null address or is not known.
func nobody(v value) bool { return v.num != nil && v.num.Sign() == 0 || v.undefined != "" }

// strategy takes a settlement strategy: of an instrument or a synth, as the
// fields or the market tell.
func (r *resolver) strategy(i *invoke) {
	v, ok := r.argument(i, 0)
	if !ok {
		return
	}
	last := len(i.args) - 1
	s, f := instrument, function{instrument, perpsStrategy(last)}
	_, isSynth := r.subjects[string(spot)+" "+v.key()]
	_, isInstrument := r.subjects[string(instrument)+" "+v.key()]
	target := strings.ToLower(i.target)
	switch given := i.args[last]; {
	case given.get("commitmentPriceDelay") != nil:
	case given.get("minimumUsdExchangeAmount") != nil, given.get("maxRoundingLoss") != nil,
		isSynth && !isInstrument, !isInstrument && strings.Contains(target, "spot"):
		s, f = spot, function{spot, spotStrategy(last)}
	}
	x := r.find(s, v.key(), i.at)
	if i.fn == "setSettlementStrategy" {
		if id, ok := r.argument(i, 1); ok && id.num != nil && id.num.Sign() > 0 {
			r.cannot(i, fmt.Sprintf("settlement strategy %s of %s: one a market", id.spelled(), x.Symbol))
			return
		}
	}
	if d := i.args[last].get("disabled"); d != nil && d.text == "true" {
		r.cannot(i, "a settlement strategy of "+x.Symbol+" that is disabled")
		return
	}
	r.take(i, f, x)
}

// take sets the parameters of a call on its subject.
func (r *resolver) take(i *invoke, f function, s *Subject) {
	for _, a := range f.args {
		n := i.args[a.at]
		call := fmt.Sprintf("%s argument %d", i.fn, a.at+1)
		if a.field != "" {
			call += " " + a.field
			switch {
			case n.kind == listValue && a.index < len(n.list):
				n = n.list[a.index]
			case n.kind == tableValue:
				n = n.get(a.field)
			default:
				n = nil
			}
			if n == nil {
				continue // an older struct has fewer fields
			}
		}
		v, err := r.of(n)
		if err != nil {
			r.problems = append(r.problems, Problem{n.at, fmt.Sprintf("%s: %v", call, err)})
			continue
		}
		if r.undefined(i, v, strings.TrimSpace(s.label()+" "+a.name)) {
			continue
		}
		r.set(i, s, a, v, call)
	}
}

func (s *Subject) label() string {
	if s.Symbol != "" {
		return s.Symbol
	}
	return s.Key
}

// word256 bounds what an argument can be.
var word256 = new(big.Int).Lsh(big.NewInt(1), 256)

func (r *resolver) set(i *invoke, s *Subject, a arg, v value, call string) {
	at := v.at
	if at == (Pos{}) {
		at = i.at
	}
	if v.num == nil || !v.num.IsInt() || v.num.Num().CmpAbs(word256) >= 0 {
		r.problems = append(r.problems, Problem{at, fmt.Sprintf("%s of %s is %q, want an integer of 256 bits", call, s.label(), v.spelled())})
		return
	}
	s.Params[a.name] = Param{new(big.Int).Set(v.num.Num()), a.unit, at, call}
}

func (r *resolver) cannot(i *invoke, what string) {
	r.d.Report.NotRepresentable = append(r.d.Report.NotRepresentable, Mention{what, "", i.at.String()})
}

// collateral takes a collateral type.
func (r *resolver) collateral(i *invoke, f function) {
	n := i.args[0]
	word := func(field string, index int) string {
		x := n.get(field)
		if n.kind == listValue && index < len(n.list) {
			x = n.list[index]
		}
		v, err := r.of(x)
		if x == nil || err != nil {
			return ""
		}
		return v.spelled()
	}
	token := word("tokenAddress", 5)
	key := strings.ToLower(token)
	if key == "" || strings.HasPrefix(key, "settings.") {
		key = "invoke." + i.name
	}
	s := r.find(collateral, key, i.at)
	s.Symbol = collateralName(i.name)
	s.Words["token"], s.Words["oracle"], s.Words["depositing"] = token, word("oracleNodeId", 4), word("depositingEnabled", 0)
	r.take(i, f, s)
}

// collateralName makes a name of a collateral type out of that of its call,
// leaving the words that say what the call does.
func collateralName(call string) string {
	words := strings.FieldsFunc(splitCamel(call), func(c rune) bool { return c == '_' || c == '-' || c == ' ' || c == '.' })
	var kept []string
	for _, w := range words {
		switch strings.ToLower(w) {
		case "core", "proxy", "coreproxy", "configure", "config", "collateral", "collaterals", "set", "system", "synthetix", "type", "init", "initial":
			continue
		}
		kept = append(kept, w)
	}
	return strings.Join(kept, "-")
}

// splitCamel sets the words of configureSnxCollateral apart.
func splitCamel(s string) string {
	var b strings.Builder
	for i, c := range s {
		if i > 0 && c >= 'A' && c <= 'Z' && s[i-1] >= 'a' && s[i-1] <= 'z' {
			b.WriteByte('_')
		}
		b.WriteRune(c)
	}
	return b.String()
}
