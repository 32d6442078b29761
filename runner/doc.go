// Package runner turns a configuration into simulated paths.
//
// A path is a pure function of (configuration, seed, path index): prices are
// drawn, the oracle publishes them, the people of package agents act, and
// package sim records what happens. Everything else here plans the paths in
// blocks, runs blocks in parallel, and hands them to a durable store, so that a
// run can stop, resume and be split into shards without changing a byte of its
// result.
package runner
