//go:build !assert

package model

// asserting is whether every transaction checks the invariants.
const asserting = false
