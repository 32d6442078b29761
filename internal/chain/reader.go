package chain

import (
	"context"
	"encoding/json"
	"fmt"

	"backtest/internal/chain/evm"
	"backtest/internal/chain/rpc"
)

// Reader answers from what was fetched. What was not is noted and answered as
// if it were 0 or empty; the reading is then repeated with it.
type Reader struct {
	source   *Source
	missing  []rpc.Call
	problems []string
	used     map[string]string // answers by a short name of their question
}

// rounds bounds the repetitions; a reading goes a few references deep.
const rounds = 64

// Read runs f until nothing that it asks for is missing. The problems are those
// of the last time. f must do the same whenever it gets the same answers.
func (s *Source) Read(ctx context.Context, phase string, f func(r *Reader)) error {
	for range rounds {
		r := &Reader{source: s, used: map[string]string{}}
		f(r)
		if len(r.missing) == 0 {
			for key, value := range r.used {
				s.use(key, value)
			}
			return r.err()
		}
		if err := s.fetch(ctx, phase, r.missing); err != nil {
			return err
		}
	}
	return fmt.Errorf("%s: the references of the contracts do not end", phase)
}

// Missing runs f once and returns the number of answers that it lacks.
func (s *Source) Missing(f func(r *Reader)) int {
	r := &Reader{source: s, used: map[string]string{}}
	f(r)
	seen := map[rpc.Call]bool{}
	for _, c := range r.missing {
		seen[c] = true
	}
	return len(seen)
}

// ReadError is what could not be read, all at once.
type ReadError struct{ Problems []string }

func (e *ReadError) Error() string { return joinLines(e.Problems) }

func (r *Reader) err() error {
	if len(r.problems) == 0 {
		return nil
	}
	return &ReadError{r.problems}
}

// problem notes what makes the deployment unreadable.
func (r *Reader) problem(format string, args ...any) {
	r.problems = append(r.problems, fmt.Sprintf(format, args...))
}

// complete reports whether everything asked for so far was there.
func (r *Reader) complete() bool { return len(r.missing) == 0 }

func (r *Reader) get(c rpc.Call) (rpc.Answer, bool) {
	a, ok := r.source.store.Get(c)
	if !ok {
		r.missing = append(r.missing, c)
	}
	return a, ok
}

// text returns an answer that is a string of hex digits.
func text(a rpc.Answer) (string, error) {
	var s string
	if err := json.Unmarshal(a.Result, &s); err != nil {
		return "", fmt.Errorf("%.60q is no data", a.Result)
	}
	return s, nil
}

// Word returns a word of a contract's storage.
func (r *Reader) Word(at evm.Address, slot evm.Word) evm.Word {
	c := rpc.NewCall("eth_getStorageAt", at.String(), slot.String(), r.source.Block.tag())
	a, ok := r.get(c)
	if !ok {
		return evm.Word{}
	}
	if a.Err != nil {
		r.problem("word %s of %s: %v", slot, at, a.Err)
		return evm.Word{}
	}
	s, err := text(a)
	if err == nil {
		var w evm.Word
		if w, err = evm.ParseWord(s); err == nil {
			r.used["w "+at.String()+" "+slot.String()] = w.String()
			return w
		}
	}
	r.problem("word %s of %s: %v", slot, at, err)
	return evm.Word{}
}

// Outcome is what a call came to.
type Outcome struct {
	Data     evm.Data
	Known    bool   // it was answered, by a result or by a revert
	Reverted bool   // the contract reverted, Data is the error's
	Refused  string // the node did not run it, and why
}

// OK reports whether the call returned at least n words.
func (o Outcome) OK(n int) bool { return o.Known && !o.Reverted && o.Data.Has(n) }

// Try calls a function that may revert or not be there.
func (r *Reader) Try(to evm.Address, data string) Outcome {
	c := rpc.NewCall("eth_call", map[string]string{"to": to.String(), "data": data}, r.source.Block.tag())
	a, ok := r.get(c)
	if !ok {
		return Outcome{}
	}
	if a.Err != nil {
		if !a.Err.Reverted() {
			return Outcome{Refused: a.Err.Error()}
		}
		d, _ := evm.ParseData(a.Err.Data)
		r.used["c "+to.String()+" "+data] = "reverts " + a.Err.Data
		return Outcome{Known: true, Reverted: true, Data: d}
	}
	s, err := text(a)
	if err == nil {
		var d evm.Data
		if d, err = evm.ParseData(s); err == nil {
			r.used["c "+to.String()+" "+data] = s
			return Outcome{Known: true, Data: d}
		}
	}
	r.problem("%s of %s: %v", data[:10], to, err)
	return Outcome{}
}

// Call calls a function that must answer with at least n words.
func (r *Reader) Call(to evm.Address, what string, n int, data string) evm.Data {
	o := r.Try(to, data)
	switch {
	case o.Refused != "":
		r.problem("%s: the node does not answer: %s", what, o.Refused)
	case o.Known && o.Reverted:
		r.problem("%s: the contract at %s reverts (%s)", what, to, revertText(o.Data))
	case o.Known && !o.Data.Has(n):
		r.problem("%s: the contract at %s answers %d words, want %d", what, to, o.Data.Len(), n)
	case o.Known:
		return o.Data
	}
	return nil
}

// View is Call with the function's signature and words as arguments.
func (r *Reader) View(to evm.Address, signature string, n int, args ...evm.Word) evm.Data {
	return r.Call(to, signature, n, evm.Encode(signature, args...))
}

// TryView is Try with the function's signature and words as arguments.
func (r *Reader) TryView(to evm.Address, signature string, args ...evm.Word) Outcome {
	return r.Try(to, evm.Encode(signature, args...))
}

// Code reports whether there is a contract at an address.
func (r *Reader) Code(at evm.Address) bool {
	a, ok := r.get(rpc.NewCall("eth_getCode", at.String(), r.source.Block.tag()))
	if !ok {
		return true
	}
	if a.Err != nil {
		r.problem("code of %s: %v", at, a.Err)
		return true
	}
	s, err := text(a)
	r.used["k "+at.String()] = s
	return err == nil && len(s) > 2
}
