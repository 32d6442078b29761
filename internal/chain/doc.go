// Package chain reads a deployment of the protocol from a node: what it is made
// of ([Discover]), every stored field as a state document ([Read]), and whether
// the model, once it holds that state, answers every getter as the contracts do
// ([Check]).
//
// A block is pinned before anything is read, and every question names it.
// Words of storage are read where the contracts keep them (the names and
// places stand in layout.go); what contracts compute, such as prices, is asked
// of them. Reading is written as if everything were at hand: what is not yet
// is noted, fetched in batches, and the reading begins again ([Reader]). So the
// order of requests, the size of batches and what a node refuses leave no trace
// in the result.
package chain
