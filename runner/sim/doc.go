// Package sim is one simulated path as the people in it see it: the system, the
// prices, the time, and the commands that they may give. What happens is
// recorded by the commands themselves, so an agent cannot forget to.
package sim
