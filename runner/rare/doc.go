// Package rare estimates the probability that a path ever reaches a rare state
// by multilevel splitting: paths that come near are branched, so that most of
// the work is done where the event is decided (Kahn and Harris 1951; Glasserman
// et al. 1999, "Multilevel splitting for estimating rare event probabilities",
// Operations Research 47). It needs no change of measure, and so serves events
// that no tilt of the prices makes frequent.
package rare
