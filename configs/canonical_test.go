package configs

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

func baseLoaded(t *testing.T, edits ...string) *Loaded {
	t.Helper()
	return mustLoad(t, Source{Bytes: []byte(strings.NewReplacer(edits...).Replace(base)), Name: "base.yaml"})
}

// The hash of a configuration is what runs are compared by: it may change only
// together with the format.
func TestHashGolden(t *testing.T) {
	const golden = "0a117037d9192b3289a192064c65b2958b9b5c20d8efab479ba74cd373e19c02"
	if got := baseLoaded(t).SHA256; got != golden {
		t.Errorf("hash of the base is %s, want %s", got, golden)
	}
}

// Spelling, order of keys, comments, name and question change no result.
func TestHashIgnores(t *testing.T) {
	want := baseLoaded(t).SHA256
	for name, edits := range map[string][]string{
		"name":             {"name: base", "name: other"},
		"question":         {"question: is it valid?\n", ""},
		"comment":          {"seed: ", "# a comment\nseed: "},
		"unit":             {"horizon: 30d", "horizon: 720h"},
		"ratio":            {"issuance_ratio: 500%", "issuance_ratio: 5.0"},
		"underscores":      {"skew_scale: 300_000", "skew_scale: 3e5"},
		"quotes":           {"initial: 90000", `initial: "90_000.0"`},
		"default left out": {"  sampling: plain\n", ""},
		"default given":    {"wallet_usd: 5000", "wallet_usd: 5000\n    check_every: 1d"},
		"derived":          {"    asset: SNX\n    decimals", "    decimals"},
		"date":             {"start: 2026-01-01", "start: 2026-01-01T01:00:00+01:00"},
		"pair":             {"assets: [SNX, ETH]", "assets: [ETH, SNX]"},
		"order of keys":    {"paths: 64\nstart: 2026-01-01\n", "start: 2026-01-01\npaths: 64\n"},
		"order of pairs":   {"    - assets: [BTC, ETH]\n      value: 0.84\n    - assets: [SNX, ETH]\n      value: 0.7\n", "    - assets: [SNX, ETH]\n      value: 0.7\n    - assets: [BTC, ETH]\n      value: 0.84\n"},
	} {
		if got := baseLoaded(t, edits...).SHA256; got != want {
			t.Errorf("%s changes the hash", name)
		}
	}
}

// Every key but name and question changes the hash: each is given the first
// other value that the loader takes.
func TestHashCoversEveryKey(t *testing.T) {
	want := baseLoaded(t).SHA256
	tree := document([]byte(base), origin{}, newCollector())
	changed := 0
	for _, l := range leaves("", tree, root()) {
		present, allowed := l.rule.check(l.node.text)
		if allowed != "" || l.rule.label || l.rule.id {
			continue
		}
		for _, text := range append(l.rule.enum, "0.9", "1", "2", "3", "70", "99%", "2h", "2d", "true", "false", "2026-02-02", "es99(other) < 2") {
			value, allowed := l.rule.check(text)
			if allowed != "" || l.rule.scalar.plain(value) == l.rule.scalar.plain(present) {
				continue
			}
			other, err := loadText(l.spoilt(text))
			if err != nil {
				continue
			}
			if changed++; (other.SHA256 == want) != (l.key == "question") {
				t.Errorf("%s: %s instead of %s: equal hash is %t", l.key, text, l.node.text, other.SHA256 == want)
			}
			break
		}
	}
	if changed < 130 {
		t.Errorf("only %d keys could be changed", changed)
	}
}

// Scenarios and points of the effective configuration load as they are.
func TestEffectiveLoadsAgain(t *testing.T) {
	sources := []Source{{Bytes: []byte(base)}}
	for _, preset := range Presets() {
		sources = append(sources, Source{Preset: preset.Name})
	}
	for _, source := range sources {
		first := mustLoad(t, source)
		for _, content := range [][]byte{first.Effective(), first.EffectiveJSON()} {
			again := mustLoad(t, Source{Bytes: content})
			if again.SHA256 != first.SHA256 || !bytes.Equal(again.Effective(), first.Effective()) {
				t.Errorf("%s: effective configuration differs when loaded again", first.Config.Name)
			}
		}
		if !json.Valid(first.EffectiveJSON()) || !json.Valid(first.CanonicalJSON()) {
			t.Error("not JSON")
		}
	}
}

func TestEffectiveIsWhole(t *testing.T) {
	effective := string(baseLoaded(t).Effective())
	for _, text := range []string{"name: base\n", "seed: 18446744073709551615\n", `initial_supply: "1000.000000000000000001"`, `confidence: "0.95"`, "horizon: 30d\n", "question: is it valid?", "mean_durations: [20d, 5d]"} {
		if !strings.Contains(effective, text) {
			t.Errorf("effective configuration lacks %s", text)
		}
	}
	for _, text := range []string{"column:", "history:", "points: 0", "mint_above: 0"} {
		if strings.Contains(effective, text) {
			t.Errorf("effective configuration has %s", text)
		}
	}
}
