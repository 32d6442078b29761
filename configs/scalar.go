package configs

import (
	"cmp"
	"errors"
	"reflect"
	"strconv"
	"strings"
)

// scalar is how a type of single values is read, compared and written.
type scalar struct {
	noun    string
	parse   func(text string) (any, error)
	compare func(a, b any) int
	plain   func(v any) string // canonical text
	bare    bool               // written without quotes: a number or a word of YAML
}

func scalarOf[T any](noun string, bare bool, parse func(string) (T, error), compare func(a, b T) int, plain func(T) string) scalar {
	return scalar{
		noun:    noun,
		bare:    bare,
		parse:   func(text string) (any, error) { v, err := parse(text); return v, err },
		compare: func(a, b any) int { return compare(a.(T), b.(T)) },
		plain:   func(v any) string { return plain(v.(T)) },
	}
}

var errText = errors.New("not plain text")

const longestText = 1000

// parseText refuses what could disturb a terminal, a table or a page.
func parseText(text string) (string, error) {
	if len(text) > longestText || strings.ContainsFunc(text, func(r rune) bool {
		return r < ' ' && r != '\n' && r != '\t' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfffd
	}) {
		return "", errText
	}
	return text, nil
}

func parseBool(text string) (bool, error) {
	if text != "true" && text != "false" {
		return false, errText
	}
	return text == "true", nil
}

func compareBools(a, b bool) int {
	return cmp.Compare(strconv.FormatBool(a), strconv.FormatBool(b))
}

var scalars = map[reflect.Type]scalar{
	reflect.TypeFor[string]():   scalarOf("text of at most 1000 characters", false, parseText, strings.Compare, func(s string) string { return s }),
	reflect.TypeFor[bool]():     scalarOf("true or false", true, parseBool, compareBools, strconv.FormatBool),
	reflect.TypeFor[int64]():    scalarOf("a whole number", true, parseInt, cmp.Compare[int64], func(n int64) string { return strconv.FormatInt(n, 10) }),
	reflect.TypeFor[uint64]():   scalarOf("a whole number from 0 to 18446744073709551615", true, parseUint, cmp.Compare[uint64], func(n uint64) string { return strconv.FormatUint(n, 10) }),
	reflect.TypeFor[float64]():  scalarOf("a finite number", true, parseFloat, cmp.Compare[float64], func(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }),
	reflect.TypeFor[Initial]():  scalarOf("a finite number, or last for the last close of recorded prices", true, parseInitial, func(a, b Initial) int { return cmp.Compare(a.Price, b.Price) }, Initial.Plain),
	reflect.TypeFor[Decimal]():  scalarOf("a number with at most 18 decimals", false, ParseDecimal, Decimal.Cmp, Decimal.Plain),
	reflect.TypeFor[Ratio]():    scalarOf("a ratio such as 1.5 or 150%", false, ParseRatio, func(a, b Ratio) int { return a.Cmp(b.Decimal) }, func(r Ratio) string { return r.Plain() }),
	reflect.TypeFor[Duration](): scalarOf("a length of time with a unit, such as 1h or 30d, in whole seconds", false, ParseDuration, func(a, b Duration) int { return cmp.Compare(a.Duration, b.Duration) }, Duration.Plain),
	reflect.TypeFor[Value]():    scalarOf("a number, a ratio, a length of time with a unit, a word or an id", false, ParseValue, func(a, b Value) int { return strings.Compare(a.text, b.text) }, Value.Plain),
	reflect.TypeFor[Time]():     scalarOf("a time such as 2026-01-01T00:00:00Z, 2026-01-01 or Unix seconds, from 1970 to 2200", false, ParseTime, func(a, b Time) int { return a.Compare(b.Time) }, Time.Plain),
}

// check returns the value of a text, or what is allowed instead.
func (r *rule) check(text string) (value any, allowed string) {
	if r.enum != nil {
		for _, word := range r.enum {
			if text == word {
				return text, ""
			}
		}
		return nil, "one of " + strings.Join(r.enum, ", ")
	}
	if r.id && !plainName.MatchString(text) {
		return nil, "a name of at most 64 letters, digits, dots, dashes and underscores that begins with a letter or digit"
	}
	value, err := r.scalar.parse(text)
	if err != nil {
		return nil, r.allowed()
	}
	if r.min != nil && !r.min.below(r.scalar.compare(r.min.value, value)) || r.max != nil && !r.max.below(r.scalar.compare(value, r.max.value)) {
		return nil, r.span()
	}
	return value, ""
}

// below says whether a comparison of the lower with the higher is as it must be.
func (b *bound) below(comparison int) bool {
	return comparison < 0 || comparison == 0 && !b.exclusive
}

// allowed tells the type and the range of a value.
func (r *rule) allowed() string {
	text := r.scalar.noun
	if span := r.span(); span != "" {
		text += ", " + span
	}
	return text
}

// span tells the range, such as "more than 0 and at most 1e12 USD".
func (r *rule) span() string {
	var parts []string
	if r.min != nil {
		parts = append(parts, map[bool]string{true: "more than ", false: "at least "}[r.min.exclusive]+r.min.text)
	}
	if r.max != nil {
		parts = append(parts, map[bool]string{true: "less than ", false: "at most "}[r.max.exclusive]+r.max.text)
	}
	text := strings.Join(parts, " and ")
	if text != "" && r.unit != "" {
		text += " (" + r.unit + ")"
	}
	return text
}
