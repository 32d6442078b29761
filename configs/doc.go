// Package configs holds the configuration of a run or a study: its types, its
// loader, its JSON Schema and the presets that come with the program.
//
// [Load] merges flags, --set, environment, file, preset and defaults, tells every
// problem at once, each with its place and what is allowed, and hashes what decides
// the results. Files are untrusted: size, depth, keys and aliases are bounded before
// anything is built from them.
package configs
