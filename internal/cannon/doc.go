// Package cannon reads the parameter files of deployments: TOML with includes,
// settings, templates, and calls of the contracts' functions ([Load]). What a
// number means follows from the function that it is an argument of and from its
// place there, never from a name that somebody chose ([Resolve]).
//
// Templates are expressions of JavaScript. Those that carry numbers are few, and
// are computed here; any other, where its value is needed, is an error that
// quotes it. A name that nobody defines is told, and ends nothing.
package cannon
