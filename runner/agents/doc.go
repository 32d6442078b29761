// Package agents is the people around the protocol: liquidity providers,
// traders, liquidators, keepers and governance.
//
// An agent sees the state of a path and gives commands to it. Each has a
// random stream of its own, so that adding one changes no other's draws. A
// command that the protocol refuses is part of the story; an agent returns
// only errors that end the path.
package agents
