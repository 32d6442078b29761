package configs

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"time"
)

var (
	errNoUnit      = errors.New("no unit")
	errNotDuration = errors.New("not a length of time")
	errNotTime     = errors.New("not a point in time")
	durationSyntax = regexp.MustCompile(`^(?:\d{1,12}(?:\.\d{1,9})?[smhdwy])+$`)
	durationPart   = regexp.MustCompile(`(\d+(?:\.\d+)?)([smhdwy])`)
	unixSyntax     = regexp.MustCompile(`^\d{1,11}$`)
)

// secondsOf a unit; a day is 24 hours, a year 365 days.
var secondsOf = map[string]int64{"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400, "y": 365 * 86400}

// longestDuration keeps sums of durations far from the end of int64 nanoseconds.
const longestDuration = 100 * 365 * 86400

// ParseDuration reads a length of time: numbers with a unit out of s, m, h, d,
// w, y, such as 30d, 1d12h or 1.5h, together a whole number of seconds of at
// most 100 years.
func ParseDuration(text string) (Duration, error) {
	if numberSyntax.MatchString(text) {
		return Duration{}, fmt.Errorf("%.80q: %w", text, errNoUnit)
	}
	if len(text) > longestNumber || !durationSyntax.MatchString(text) {
		return Duration{}, fmt.Errorf("%.80q: %w", text, errNotDuration)
	}
	total := new(big.Rat)
	for _, part := range durationPart.FindAllStringSubmatch(text, -1) {
		amount, _ := new(big.Rat).SetString(part[1])
		total.Add(total, amount.Mul(amount, new(big.Rat).SetInt64(secondsOf[part[2]])))
	}
	if !total.IsInt() || total.Cmp(new(big.Rat).SetInt64(longestDuration)) > 0 {
		return Duration{}, fmt.Errorf("%.80q: %w of whole seconds and at most 100 years", text, errNotDuration)
	}
	return Duration{time.Duration(total.Num().Int64()) * time.Second}, nil
}

func plainSeconds(seconds int64) string {
	for _, unit := range []string{"d", "h", "m"} {
		if size := secondsOf[unit]; seconds != 0 && seconds%size == 0 {
			return strconv.FormatInt(seconds/size, 10) + unit
		}
	}
	return strconv.FormatInt(seconds, 10) + "s"
}

// Points in time that make sense for prices of tokens.
var (
	earliest = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
)

// ParseTime reads RFC 3339, a date (midnight UTC), or Unix seconds, between the
// years 1970 and 2200.
func ParseTime(text string) (Time, error) {
	at, err := parseInstant(text)
	if err != nil || at.Before(earliest) || at.After(latest) || at.Nanosecond() != 0 {
		return Time{}, fmt.Errorf("%.80q: %w", text, errNotTime)
	}
	return Time{at.UTC()}, nil
}

func parseInstant(text string) (time.Time, error) {
	if unixSyntax.MatchString(text) {
		seconds, err := strconv.ParseInt(text, 10, 64)
		return time.Unix(seconds, 0), err
	}
	if at, err := time.Parse(time.DateOnly, text); err == nil {
		return at, nil
	}
	return time.Parse(time.RFC3339, text)
}
