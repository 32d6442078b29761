// Package markets holds the markets that a core market id can stand for, all
// of them [model.ExternalMarket]s: what the core asks of them is their
// reported debt and their minimum credit, and what they ask of the core are
// its exported operations (PROTOCOL.md §4.7, §4.8).
//
// The two markets of the protocol, exact to the wei, are in the packages spot
// and perps. Here are the ones that a study needs besides: [Simple] answers
// what it is told to, [Scripted] follows a recorded series, and [Failing]
// makes another market revert for a while.
package markets
