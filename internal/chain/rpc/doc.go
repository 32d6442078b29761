// Package rpc asks an Ethereum node over JSON-RPC: calls in batches and in
// parallel, with a limit on their rate and number, patience with what passes
// (429, 5xx, time-outs, dropped connections), and a clear error for what does
// not. Answers go into a [Store], so that what was asked once is never asked
// again, and everything can be repeated without a node.
//
// net/http and encoding/json are all it takes: the calls have four forms, and a
// library for Ethereum brings signing, transactions and an ABI compiler for
// them. The URL of a node may hold a key; neither errors nor files ever hold
// any part of it.
package rpc
