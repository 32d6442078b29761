// Package calibrate fits price processes to log returns of a fixed step.
//
// Each model is fitted by maximum likelihood or by the method that its doc comment
// cites, and comes with standard errors, its log likelihood, how well it fits
// (Kolmogorov–Smirnov, Anderson–Darling, fitted against empirical quantiles), the
// data of a plot of both tails, and a fragment of configuration.
//
// Annual figures are for 365 days. annual_drift is the expected growth rate of the
// price, E[S(t)] = S(0)·exp(annual_drift·t), so that it means the same in every
// model; for garch, whose Student-t returns have no exponential moment, and for
// regime it is the mean log return plus half the variance.
package calibrate
