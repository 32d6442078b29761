// Package replay runs recorded histories of the Synthetix V3 contracts through
// the model and compares every value that was observed, to the wei.
//
// A trace is a list of transactions with what the contracts returned or
// reverted with, and what their storage and views held afterwards. The model
// must agree with all of it; after a failed transaction its state must also be
// what it was, to the byte.
package replay
