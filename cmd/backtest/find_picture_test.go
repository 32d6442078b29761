package main

import "testing"

func TestShortKeysTellTheirThings(t *testing.T) {
	for key, want := range map[string]string{
		"system.min_liquidity_ratio":                     "system.min_liquidity_ratio",
		"prices.assets[ETH].process.annual_volatility":   "ETH: process.annual_volatility",
		"prices.episodes[0].drops[ETH].drop":             "episodes[0].drops[ETH].drop",
		"a_name_that_is_longer_than_a_label_may_ever_be": "a_name_that_is_longer_than_a_l…",
	} {
		if got := short(key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
}
