package cannon_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"backtest/internal/cannon"
)

// fixed copies the odd deployment with a text replaced.
func fixed(t *testing.T, file, from, to string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "odd"))); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, filepath.FromSlash(file))
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), from) {
		t.Fatalf("%s does not contain %q", file, from)
	}
	if err := os.WriteFile(name, []byte(strings.ReplaceAll(string(text), from, to)), 0o644); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "omnibus.toml")
}

// TestUnknownExpressionIsQuoted: what is needed and not understood ends the
// import, with file, line and the expression.
func TestUnknownExpressionIsQuoted(t *testing.T) {
	p, err := cannon.Load(filepath.Join("testdata", "odd", "omnibus.toml"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = cannon.Resolve(p)
	var problems cannon.Problems
	if !errors.As(err, &problems) || len(problems) != 1 {
		t.Fatalf("got %v", err)
	}
	for _, part := range []string{"parts/perps.toml:15", "setFundingParameters argument 3", "String(BigInt(9)) + '0'.replace"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%v does not contain %q", err, part)
		}
	}
}

func TestOtherSpellings(t *testing.T) {
	d := load(t, fixed(t, "parts/perps.toml", "String(BigInt(9)) + '0'.replace", "9n * settings.one"))
	got := map[string]cannon.Value{}
	for _, v := range d.Report.Taken {
		got[v.Of+" "+v.Key] = v
	}
	for key, want := range map[string][2]string{
		"snx issuance_ratio":        {"4", "parts/core.toml:9"},
		"snx liquidation_ratio":     {"1.5", "parts/core.toml:12"},
		"snx liquidation_reward":    {"0", "parts/core.toml:9"},
		"snx min_delegation":        {"1", "parts/core.toml:9"},
		"system withdraw_timeout_s": {"604800s", "parts/core.toml:18"},
		"PEPE skew_scale":           {"1000000500", "parts/perps.toml:15"},
		"PEPE max_funding_velocity": {"9", "omnibus.toml:8"},
		"PEPE maker_fee":            {"0", "omnibus.toml:6"},
		"sUSDX atomic_fixed_fee":    {"0.00005", "omnibus.toml:6"},
	} {
		if v := got[key]; v.Value != want[0] || v.At != want[1] {
			t.Errorf("%s: got %s at %s, want %s at %s", key, v.Value, v.At, want[0], want[1])
		}
	}
	if len(d.Instruments) != 1 || d.Instruments[0].Key != "4700" {
		t.Errorf("instruments: %+v", d.Instruments)
	}
	if names := d.Report.UndefinedNames(); len(names) != 1 || names[0] != "settings.nobody_knows" {
		t.Errorf("undefined: %v", names)
	}
	if len(d.Pools) != 1 || d.Pools[0].Market != "extras.usd_market" || d.Pools[0].Weight.String() != "3000000000000000000" {
		t.Errorf("pools: %+v", d.Pools)
	}
	told := false
	for _, m := range d.Report.NotRepresentable {
		told = told || strings.Contains(m.What, "setCustomTransactorFees")
	}
	if !told {
		t.Errorf("not representable: %v", d.Report.NotRepresentable)
	}
}

// TestFilesThatCannotBeRead: each is told with its place.
func TestFilesThatCannotBeRead(t *testing.T) {
	for name, x := range map[string]struct{ file, from, to, want string }{
		"missing include": {"omnibus.toml", "parts/perps.toml", "parts/none.toml", "omnibus.toml:3: includes parts/none.toml, which does not exist"},
		"cycle":           {"parts/perps.toml", "[invoke.a]", "include = [\"../omnibus.toml\"]\n[invoke.a]", "includes itself"},
		"broken TOML":     {"parts/core.toml", "[invoke.days]", "[invoke.days", "parts/core.toml:15"},
		"key twice":       {"parts/core.toml", "snx = \"0x", "snx_liquidation = \"0x", "parts/core.toml:13: the key snx_liquidation is there twice, first in line 12"},
	} {
		if _, err := cannon.Load(fixed(t, x.file, x.from, x.to)); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: got %v, want %q", name, err, x.want)
		}
	}
	if _, err := cannon.Load(filepath.Join("testdata", "cycle.toml")); err == nil {
		t.Error("a file that includes itself is accepted")
	}
	for _, x := range []struct{ from, to, want string }{
		{"parseEther(String(1e9 + 500))", "settings.loop", "made of itself"},
		{"parseEther(String(1e9 + 500))", "1 / 0", "division by 0"},
		{"parseEther(String(1e9 + 500))", "parseEther('1.0000000000000000001')", "more than 18 decimals"},
		{"parseEther(String(1e9 + 500))", "'a' - 1", "computing with"},
		{"parseEther(String(1e9 + 500))", "Math.round(2)", "Math.round"},
		{"parseEther(String(1e9 + 500))", "2 ** 300", "want an integer of 256 bits"},
		{"parseEther(String(1e9 + 500))", "0.5", "want an integer of 256 bits"},
	} {
		path := fixed(t, "parts/perps.toml", x.from, x.to)
		text, _ := os.ReadFile(path)
		if err := os.WriteFile(path, append(text, []byte("loop = \"<%= settings.loop %>\"\n")...), 0o644); err != nil {
			t.Fatal(err)
		}
		p, err := cannon.Load(path)
		if err == nil {
			_, err = cannon.Resolve(p)
		}
		if err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: got %v, want %q", x.to, err, x.want)
		}
	}
}
