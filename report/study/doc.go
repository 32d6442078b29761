// Package study tells what the points of a parameter study come to: what every
// metric is at each point, how it differs from the present parameters (point
// 0), which points no other one beats, which parameters matter, and which point
// keeps the constraints and serves the objective best.
//
// All points saw the same paths, so that differences are paired by path. It
// reads only what the records of a study hold.
package study
