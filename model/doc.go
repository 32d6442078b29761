// Package model is the Synthetix V3 core, exact to the wei: the state machine
// of PROTOCOL.md §1–§9, with the contracts' own integers, order of effects,
// errors and rounding.
//
// A [System] holds collateral types, accounts, markets, pools and their
// vaults. Its exported operations carry the names of the protocol's own. Each
// runs as a transaction: it either applies as a whole or returns the
// protocol's error, typed and with its arguments, and leaves the state as it
// was. [System.Transact] groups several operations into one transaction, and
// [System.Static] runs them and takes everything back, as a static call of a
// mutating view does (PROTOCOL.md §8.2).
//
// Debts, prices, ratios, shares and amounts are D18 integers; values per share
// and scale modifiers are D27 and typed so. There is no float, clock,
// randomness, input, output, goroutine or log here: the same state and the
// same operation give the same result on every machine.
//
// A System may be used by one goroutine at a time. [System.Clone] branches it;
// the copy shares what neither side has changed since.
//
// Left out: reward distributors and cross-chain transfer of USD, neither of
// which changes a debt (PROTOCOL.md §9.5, §9.3).
package model
