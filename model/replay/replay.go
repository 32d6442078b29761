package replay

import (
	"encoding/json"
	"fmt"
	"sort"
	"strconv"
)

// Result is what the replay of one trace found.
type Result struct {
	Steps        int
	Reverts      int // failed transactions, each compared with its arguments
	Observations int // values compared
	Mismatches   int
	First        *Mismatch // nil without a mismatch
}

// Mismatch is a difference between the contracts and the model.
type Mismatch struct {
	Step     int
	Op       string
	What     string // the observed key, "outcome", "returns" or "state"
	Expected string
	Got      string
}

func (m *Mismatch) String() string {
	return fmt.Sprintf("step %d %s: %s: expected %s, got %s", m.Step, m.Op, m.What, m.Expected, m.Got)
}

// ReplayTrace runs a trace through a new system and compares everything that
// was recorded. An error is always an *InputError: a trace that cannot be
// understood. Differences are in the result, not an error.
func ReplayTrace(t *Trace) (Result, error) {
	p, err := newPlayer(t)
	if err != nil {
		return Result{}, err
	}
	err = p.play(t.Steps)
	return p.result, err
}

func newPlayer(t *Trace) (*player, error) {
	env, err := newEnvironment(t.Setup)
	return &player{env: env, known: map[string]*observation{}}, err
}

// play runs steps. An error is an *InputError.
func (p *player) play(steps []Step) error {
	for i := range steps {
		if err := p.step(&steps[i]); err != nil {
			return &InputError{steps[i].Index, steps[i].Op, err}
		}
	}
	return nil
}

// player is a replay in progress.
type player struct {
	env    *environment
	known  map[string]*observation
	order  []*observation // by key
	result Result
}

// observation is a key with the value last recorded for it.
type observation struct {
	key      string
	expected string
	light    bool
	probe    *probe
	field    int
}

func (p *player) compare(s *Step, what, expected, got string) {
	p.result.Observations++
	if expected == got {
		return
	}
	p.result.Mismatches++
	if p.result.First == nil {
		p.result.First = &Mismatch{s.Index, s.Op, what, expected, got}
	}
}

func (p *player) step(s *Step) error {
	now, err := strconv.ParseUint(s.Now, 10, 64)
	if err != nil {
		return fmt.Errorf("now is %q, want seconds", s.Now)
	}
	op, ok := operations[s.Op]
	if !ok {
		return fmt.Errorf("unknown operation")
	}
	var before [32]byte
	if !s.OK {
		before = p.env.digest()
	}
	args := &arguments{env: p.env, raw: s.Args}
	returns, failed := op(p.env, args)
	if args.err != nil {
		return args.err
	}
	p.result.Steps++
	if err := p.compareOutcome(s, returns, failed); err != nil {
		return err
	}
	if !s.OK && failed != nil {
		p.compare(s, "state", fmt.Sprintf("%x", before), fmt.Sprintf("%x", p.env.digest()))
	}
	if p.env.sys.Now() != now {
		p.compare(s, "now", s.Now, fmt.Sprint(p.env.sys.Now()))
	}
	return p.observe(s)
}

// compareOutcome compares success, or the error with its arguments, and what
// was returned.
func (p *player) compareOutcome(s *Step, returns map[string]any, failed error) error {
	const fine = "success"
	expected, got := fine, fine
	if !s.OK {
		p.result.Reverts++
		text, err := s.Revert.text()
		if err != nil {
			return fmt.Errorf("revert: %w", err)
		}
		expected = text
	}
	if failed != nil {
		got = errorText(failed)
	}
	p.compare(s, "outcome", expected, got)
	if s.OK && failed == nil {
		return p.compareReturns(s, returns)
	}
	return nil
}

func (p *player) compareReturns(s *Step, returns map[string]any) error {
	for _, k := range sortedKeys(s.Returns) {
		expected, err := recordedText(s.Returns[k])
		if err != nil {
			return fmt.Errorf("returns.%s: %w", k, err)
		}
		got, ok := returns[k]
		if !ok {
			return fmt.Errorf("returns.%s is unknown for this operation", k)
		}
		p.compare(s, "returns."+k, expected, valueText(got))
	}
	return nil
}

// observe merges what was recorded after the step and compares every key that
// is current.
func (p *player) observe(s *Step) error {
	if err := p.merge(s.Observed); err != nil {
		return err
	}
	if s.Obs == "none" {
		return nil
	}
	for _, o := range p.order {
		if s.Obs == "light" && !o.light {
			continue
		}
		got, err := o.probe.read(p.result.Steps, o.field)
		if err != nil {
			return fmt.Errorf("observed %s: %w", o.key, err)
		}
		p.compare(s, o.key, o.expected, got)
	}
	return nil
}

func (p *player) merge(observed map[string]json.RawMessage) error {
	added := false
	for _, k := range sortedKeys(observed) {
		text, err := recordedText(observed[k])
		if err != nil {
			return fmt.Errorf("observed %s: %w", k, err)
		}
		o, ok := p.known[k]
		if !ok {
			if o, err = p.env.newObservation(k); err != nil {
				return err
			}
			p.known[k] = o
			p.order = append(p.order, o)
			added = true
		}
		o.expected = text
	}
	if added {
		sort.Slice(p.order, func(i, j int) bool { return p.order[i].key < p.order[j].key })
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
