package main

import (
	"fmt"
	"slices"
	"strings"

	"backtest/configs"
)

// ownVariables are about the program and its tests, not the configuration.
var ownVariables = []string{"BACKTEST_DEBUG", "BACKTEST_RPC_URL", "BACKTEST_REQUIRE_BASELINE",
	"BACKTEST_TRACES", "BACKTEST_PRICES", "BACKTEST_CHAINS", "BACKTEST_NODE_MODULES", "BACKTEST_PICTURES"}

// environmentHelp tells of variables in the help of the program.
const environmentHelp = `Environment: BACKTEST_SET_<KEY> sets a key of the configuration, nested with __
(BACKTEST_SET_PRICES__ORACLE__LATENCY=5); flags and --set come before it, the
file after it. BACKTEST_RPC_URL names a node for snapshot, BACKTEST_DEBUG=1 shows
where a bug is, NO_COLOR leaves colours out.`

// configEnviron gives the variables that set keys of the configuration. Names
// without SET are those of older releases. Any other name of ours is told and
// ignored: Kubernetes, for one, makes some up for every service called backtest.
func configEnviron(env Env) []string {
	var keys, old, others []string
	for _, entry := range env.Environ {
		name, _, _ := strings.Cut(entry, "=")
		switch {
		case slices.Contains(ownVariables, name) || !strings.HasPrefix(name, "BACKTEST_"):
			continue
		case configs.IsEnvironmentSet(name):
			keys = append(keys, entry)
		case configs.OldEnvironmentKey(name):
			keys, old = append(keys, entry), append(old, plainText(name))
		default:
			others = append(others, plainText(name))
		}
	}
	if len(old) > 0 {
		fmt.Fprintf(env.Stderr, "backtest: keys in the environment are called BACKTEST_SET_… now; this release still reads %s\n", strings.Join(old, ", "))
	}
	if len(others) > 0 {
		fmt.Fprintf(env.Stderr, "backtest: ignored variables of the environment, none of which sets a key (BACKTEST_SET_…): %s\n", strings.Join(others, ", "))
	}
	return keys
}
