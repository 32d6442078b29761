// Command bench measures a path-step of the standard world (configs/bench)
// against reference kernels of the same arithmetic: float64 in Go, scalar and
// vectorised C where a compiler is at hand, and math/big. It is run by make
// bench.
//
// Everything is measured in one run, the contestants taking turns, in
// processor time of this process or of the compiled kernel: other programs on
// the machine disturb ratios of medians little. The kernels answer the same
// questions of the same world, but keep nothing of what makes an answer exact
// or explains it.
package main
