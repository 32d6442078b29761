// Package data holds what comes with the program: a small generated price series
// to try things with, and the crashes that stress scenarios are made of.
//
// The series is generated, not observed: [Generate] makes it, a test keeps the
// embedded file equal to what it makes, and [Provenance] tells its parameters.
// The episodes carry the source of every figure.
package data
