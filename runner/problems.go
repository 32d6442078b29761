package runner

import (
	"errors"
	"strings"

	"backtest/configs"
	"backtest/pricepaths"
)

// problem is something wrong with a key whose place [located] finds.
func problem(key, found, allowed string) configs.Problems {
	return configs.Problems{{Key: key, Found: found, Allowed: allowed}}
}

// located adds to problems where their keys were written.
func located(l *configs.Loaded, err error) error {
	var problems configs.Problems
	if !errors.As(err, &problems) {
		return err
	}
	out := make(configs.Problems, len(problems))
	for i, p := range problems {
		out[i] = p
		if p.File == "" {
			out[i] = l.Problem(p.Key, p.Found, p.Allowed)
		}
	}
	return out
}

// priceProblems are the mistakes that the price paths find in their
// specification, under the keys of the configuration.
func priceProblems(err error) error {
	var out configs.Problems
	for _, e := range flat(err) {
		var wrong *pricepaths.SpecError
		if !errors.As(e, &wrong) {
			return err
		}
		out = append(out, configs.Problem{Key: priceKey(wrong.Field), Found: wrong.Text(), Allowed: wrong.Allowed})
	}
	return out
}

// flat lists what an error joins.
func flat(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []error
		for _, e := range joined.Unwrap() {
			all = append(all, flat(e)...)
		}
		return all
	}
	return []error{err}
}

// ownKeys are the keys of what the price paths know under another name.
var ownKeys = map[string]string{"steps": "horizon", "step_seconds": "step", "paths": "paths", "sampling.replicates": "prices.replicates"}

// priceKey is the key of a field of the specification of price paths.
func priceKey(field string) string {
	if key, ok := ownKeys[field]; ok {
		return key
	}
	if asset, inPanel := strings.CutSuffix(field, ".process.panel"); inPanel && asset != "" {
		return "prices.history.files"
	}
	field = strings.Replace(field, "common_jumps[0]", "common_jumps", 1)
	if strings.HasSuffix(field, ".mean_block") {
		return "prices.history.mean_block"
	}
	if strings.HasSuffix(field, ".process.from") {
		return "prices.history.from"
	}
	for prefix, key := range map[string]string{"correlation[": "correlation", "regimes.transition": "regimes.mean_durations", "correlation_stress.correlation[": "correlation_stress.correlation"} {
		if strings.HasPrefix(field, prefix) {
			field = key
		}
	}
	if strings.HasPrefix(field, "tilt.") {
		return "rare.assets"
	}
	return "prices." + field
}

// refusedAt makes it a problem of a key that the protocol, or the program, does not
// take what stands there. What knows its key better stays.
func refusedAt(key string, err error) error {
	var known configs.Problems
	var input *InputError
	if err == nil || errors.As(err, &known) || errors.As(err, &input) {
		return err
	}
	return problem(key, "what cannot be built: "+err.Error(), "values that the protocol takes together with those of the other keys")
}
