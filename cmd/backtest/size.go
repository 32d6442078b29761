package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// sizeFlag is a number of bytes, written with a unit: 512MiB, 2GB.
type sizeFlag int64

// sizeUnits are the units that a size may carry, the longer names first.
var sizeUnits = []struct {
	name  string
	bytes float64
}{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12},
}

// String writes the size as Set reads it; empty for none.
func (s *sizeFlag) String() string {
	if *s == 0 {
		return ""
	}
	return strings.ReplaceAll(bytesText(int64(*s)), " ", "")
}

// Set reads a size.
func (s *sizeFlag) Set(text string) error {
	for _, unit := range sizeUnits {
		digits, ok := strings.CutSuffix(text, unit.name)
		if !ok {
			continue
		}
		number, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
		if bytes := math.Floor(number * unit.bytes); err == nil && bytes >= 1 && bytes < math.MaxInt64 {
			*s = sizeFlag(bytes)
			return nil
		}
	}
	return errors.New("want a size with a unit, such as 512MiB or 2GiB")
}

// Type is what the help calls a value.
func (*sizeFlag) Type() string { return "size" }

// bytesText writes a size in binary units with three digits.
func bytesText(n int64) string {
	size, unit := float64(n), "B"
	for _, u := range sizeUnits[:4] {
		if float64(n) >= u.bytes {
			size, unit = float64(n)/u.bytes, u.name
		}
	}
	return fmt.Sprintf("%.3g %s", size, unit)
}
