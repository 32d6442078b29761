// Package evm has what reading a contract's storage and answers takes: words,
// addresses, the hash, the places of fields, and the encoding of calls and
// answers. All it knows of Ethereum's ABI are static words, dynamic arrays of
// static words and texts, which is all that the protocol's views use.
package evm
