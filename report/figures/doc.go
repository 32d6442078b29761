// Package figures draws the pictures of a run with gonum/plot. Every picture
// carries units on its axes and, below it, the number of paths, the interval
// and the warnings. Colours are those of Okabe and Ito (2008), which readers
// with a colour vision deficiency can tell apart.
package figures
