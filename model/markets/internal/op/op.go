// Package op holds what the operations of the markets have in common.
package op

import (
	"slices"

	fp "backtest/model/fixedpoint"
)

// Must aborts the running operation with err unless it is nil.
func Must(err error) {
	if err != nil {
		fp.Throw(err)
	}
}

// Remove returns a copy of a set without v: the last element takes the place
// of the removed one, as in the contracts' sets.
func Remove[T comparable](set []T, v T) []T {
	i := slices.Index(set, v)
	if i < 0 {
		return set
	}
	c := slices.Clone(set)
	c[i] = c[len(c)-1]
	return c[:len(c)-1]
}

// Insert returns a copy of a set with v at its end, unless it is there.
func Insert[T comparable](set []T, v T) []T {
	if slices.Contains(set, v) {
		return set
	}
	return append(slices.Clip(set), v)
}

// Min returns the smaller of x and y.
func Min(x, y fp.Uint256) fp.Uint256 {
	if y.Less(x) {
		return y
	}
	return x
}

// Max returns the larger of x and y.
func Max(x, y fp.Uint256) fp.Uint256 {
	if x.Less(y) {
		return y
	}
	return x
}
