// Package warn is the one place where warnings are made: what a program did otherwise than it was asked, or what a reader has to know
// before trusting a result.
//
// A package that changes, leaves out or cannot follow something makes a warning of one of the declared codes,
//
//	warn.New(warn.CorrelationNearest, "%s is not positive semidefinite: the nearest matrix is used", field).
//		At("prices.correlation").Change("0.9 -> 0.48", distance, "Frobenius distance")
//
// and gives it to its caller. The carrier is the same for all: pricepaths.Generator.Warnings, the reading of price files and the building of the
// world hand theirs to the runner, which records them in the manifest (record.Identity.Warnings); the command tells them on stderr, and summary,
// page, study, comparison and search show them from there. A new code is declared in codes.go; a test makes each of them arrive everywhere.
package warn

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Warning is one thing to know.
type Warning struct {
	Code      Code     `json:"code"`
	Text      string   `json:"text"`                // a sentence without its full stop
	Key       string   `json:"key,omitempty"`       // of the configuration, or a file
	Scenarios []string `json:"scenarios,omitempty"` // in which it applies; none for all
	Changed   string   `json:"changed,omitempty"`   // what was changed, old -> new
	By        float64  `json:"by,omitempty"`        // by how much, in Unit
	Unit      string   `json:"unit,omitempty"`
}

// New makes a warning of a declared code.
func New(code Code, format string, args ...any) Warning {
	if _, declared := meanings[code]; !declared {
		panic("warn: undeclared code " + string(code)) // a mistake in the caller, found by any test
	}
	return Warning{Code: code, Text: fmt.Sprintf(format, args...)}
}

// At tells which key of the configuration, or which file, the warning is about.
func (w Warning) At(key string) Warning {
	w.Key = key
	return w
}

// Change tells what was changed, and by how much of a unit.
func (w Warning) Change(what string, by float64, unit string) Warning {
	w.Changed, w.By, w.Unit = what, by, unit
	return w
}

// In tells the scenario in which the warning applies.
func (w Warning) In(scenario string) Warning {
	w.Scenarios = []string{scenario}
	return w
}

// String is the warning in one line, without its code.
func (w Warning) String() string {
	var b strings.Builder
	if len(w.Scenarios) > 0 {
		b.WriteString("scenario " + strings.Join(w.Scenarios, ", ") + ": ")
	}
	if w.Key != "" && !strings.Contains(w.Text, w.Key) {
		b.WriteString(w.Key + ": ")
	}
	b.WriteString(w.Text)
	var notes []string
	if w.Changed != "" {
		notes = append(notes, w.Changed)
	}
	if w.Unit != "" && w.Unit != "seconds" && !strings.HasSuffix(w.Changed, w.Unit) { // otherwise the change tells it
		notes = append(notes, w.Unit+" "+strconv.FormatFloat(w.By, 'g', 3, 64))
	}
	if len(notes) > 0 {
		b.WriteString(" (" + strings.Join(notes, "; ") + ")")
	}
	return b.String()
}

// Join puts lists of warnings together, each warning once: of one that several scenarios share, all of them are told, and none where it holds
// without a scenario.
func Join(lists ...[]Warning) []Warning {
	var out []Warning
	for _, w := range slices.Concat(lists...) {
		i := slices.IndexFunc(out, w.same)
		switch {
		case i < 0:
			w.Scenarios = slices.Clone(w.Scenarios)
			out = append(out, w)
		case len(w.Scenarios) == 0:
			out[i].Scenarios = nil
		case len(out[i].Scenarios) > 0:
			for _, s := range w.Scenarios {
				if !slices.Contains(out[i].Scenarios, s) {
					out[i].Scenarios = append(out[i].Scenarios, s)
				}
			}
		}
	}
	return out
}

// same says whether two warnings differ in their scenarios alone.
func (w Warning) same(other Warning) bool {
	return cmp.Or(cmp.Compare(w.Code, other.Code), cmp.Compare(w.Text, other.Text), cmp.Compare(w.Key, other.Key), cmp.Compare(w.Changed, other.Changed),
		cmp.Compare(w.By, other.By), cmp.Compare(w.Unit, other.Unit)) == 0
}

// Everywhere forgets the scenarios of warnings that hold in all of so many.
func Everywhere(list []Warning, scenarios int) []Warning {
	for i := range list {
		if len(list[i].Scenarios) == scenarios {
			list[i].Scenarios = nil
		}
	}
	return list
}
