package configs

import "strings"

// Names of variables of the environment. The plain prefix is that of older releases.
const (
	environmentPrefix    = "BACKTEST_"
	environmentSetPrefix = "BACKTEST_SET_"
)

// environmentName gives what names the key in a variable's name.
func environmentName(name string) (key string, ok bool) {
	if key, ok = strings.CutPrefix(name, environmentSetPrefix); ok {
		return key, true
	}
	return strings.CutPrefix(name, environmentPrefix)
}

// OldEnvironmentKey reports whether a variable without SET in its name begins with a key of the configuration.
func OldEnvironmentKey(name string) bool {
	key, ok := strings.CutPrefix(name, environmentPrefix)
	first, _, _ := strings.Cut(key, "__")
	return ok && root().section.field(strings.ToLower(first)) != nil
}

// IsEnvironmentSet reports whether a variable sets a key: BACKTEST_SET_PRICES__ORACLE__LATENCY.
func IsEnvironmentSet(name string) bool { return strings.HasPrefix(name, environmentSetPrefix) }
