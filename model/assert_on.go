//go:build assert

package model

const asserting = true
