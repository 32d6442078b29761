// Package fixedpoint holds the integers of the protocol: 128 and 256 bits wide,
// signed and unsigned, checked as the EVM's Solidity 0.8 arithmetic is checked
// (PROTOCOL.md §1.3).
//
// Amounts in USD, prices, ratios and tokens are D18: the integer divided by
// 10^18. Only a value per share and a scale modifier are D27; they have a type
// of their own so that the two scales cannot be mixed.
//
// The width of a value is part of the protocol: it decides which error a sum
// that does not fit raises. An operation that does not fit therefore throws
// the error of the contracts, a [Panic] or an [Overflow], the way a contract
// reverts; whoever runs an operation recovers it once with [Catch]. Nothing
// wraps around, and there is no float in this package.
//
// All divisions truncate toward zero.
package fixedpoint
