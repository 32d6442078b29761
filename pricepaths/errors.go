package pricepaths

import (
	"errors"
	"fmt"
	"math"

	"backtest/internal/warn"
)

// SpecError is one mistake in a Spec.
type SpecError struct {
	Field   string // where, for example "assets[2].process.annual_volatility"
	Found   any    // what stands there
	Allowed string // what may stand there
}

func (e *SpecError) Error() string {
	return fmt.Sprintf("%s: found %s, allowed: %s", e.Field, e.Text(), e.Allowed)
}

// Text is what stands there, as text.
func (e *SpecError) Text() string { return fmt.Sprint(e.Found) }

// validator collects every mistake and warning of a specification.
type validator struct {
	errs     []error
	warnings []warn.Warning
}

func (v *validator) fail(field string, found any, allowed string) {
	v.errs = append(v.errs, &SpecError{field, found, allowed})
}

func (v *validator) warn(w warn.Warning) { v.warnings = append(v.warnings, w) }

// keyOf is the key of the configuration for a field.
func keyOf(field string) string { return "prices." + field }

func (v *validator) err() error { return errors.Join(v.errs...) }

// check records a mistake unless ok.
func (v *validator) check(ok bool, field string, found any, allowed string) bool {
	if !ok {
		v.fail(field, found, allowed)
	}
	return ok
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

func (v *validator) finite(field string, x float64) bool {
	return v.check(finite(x), field, x, "a finite number")
}

func (v *validator) nonNegative(field string, x float64) bool {
	return v.check(finite(x) && x >= 0, field, x, "a finite number >= 0")
}

func (v *validator) positive(field string, x float64) bool {
	return v.check(finite(x) && x > 0, field, x, "a finite number > 0")
}

// within demands low <= x <= high.
func (v *validator) within(field string, x, low, high float64) bool {
	return v.check(x >= low && x <= high, field, x, fmt.Sprintf("from %g to %g", low, high))
}
