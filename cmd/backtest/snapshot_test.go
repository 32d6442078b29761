package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"backtest/internal/chain/chaintest"
)

const (
	recordedFolder = "../../internal/chain/testdata"
	nodeKey        = "k3y-Of-The-Node"
)

// node serves the small recorded deployment; url holds a key.
func node(t *testing.T) (n *chaintest.Node, url, core string) {
	t.Helper()
	n = &chaintest.Node{Recorded: chaintest.Load(t, filepath.Join(recordedFolder, "chain_harbour.json.gz"))}
	url = strings.Replace(n.Serve(t), "http://", "http://user:"+nodeKey+"@", 1) + "/v3/" + nodeKey
	return n, url, n.Addresses["core"]
}

// contents returns the files of a folder by name.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(text)
	}
	return files
}

func TestSnapshotRunsReplaysAndRepeats(t *testing.T) {
	n, url, core := node(t)
	dir := t.TempDir()
	first := run(t, dir, []string{"snapshot", "--core", core, "--out", "a"}, "BACKTEST_RPC_URL="+url)
	if first.code != exitDone || !strings.Contains(first.stdout, "347 values, 0 different") {
		t.Fatalf("exit %d\n%s%s", first.code, first.stdout, first.stderr)
	}
	files := contents(t, filepath.Join(dir, "a"))
	for _, name := range []string{"config.yaml", "state.json.gz", "positions.csv", "provenance.json"} {
		if files[name] == "" {
			t.Errorf("%s is missing", name)
		}
	}
	recorded, err := filepath.Abs(filepath.Join(recordedFolder, "chain_harbour.json.gz"))
	if err != nil {
		t.Fatal(err)
	}
	replayed := run(t, dir, []string{"replay", "--start", "a", recorded})
	if replayed.code != exitDone || !strings.Contains(replayed.stdout, "151 steps") || !strings.Contains(replayed.stdout, "0 mismatches") {
		t.Errorf("exit %d\n%s%s", replayed.code, replayed.stdout, replayed.stderr)
	}
	if checked := run(t, dir, []string{"validate", "--effective", "a/config.yaml"}); checked.code != exitDone {
		t.Errorf("the configuration: exit %d\n%s", checked.code, checked.stderr)
	}
	// What was kept is enough, also for a folder of another name.
	asked := n.Requests.Load()
	again := run(t, dir, []string{"snapshot", "--core", core, "--out", "b", "--cache", "a.cache"})
	if again.code != exitDone || n.Requests.Load() != asked {
		t.Fatalf("exit %d after %d requests\n%s", again.code, n.Requests.Load()-asked, again.stderr)
	}
	for name, text := range contents(t, filepath.Join(dir, "b")) {
		if files[name] != text {
			t.Errorf("%s differs", name)
		}
	}
	kept := contents(t, filepath.Join(dir, "a.cache"))
	for _, text := range []string{first.stdout, first.stderr, again.stdout, again.stderr, strings.Join(values(files), ""), strings.Join(values(kept), "")} {
		if strings.Contains(text, nodeKey) {
			t.Error("the key of the URL was written")
		}
	}
}

func values(m map[string]string) (list []string) {
	for _, v := range m {
		list = append(list, v)
	}
	slices.Sort(list)
	return list
}

func TestSnapshotRefuses(t *testing.T) {
	n, url, core := node(t)
	for _, x := range []struct {
		name, line, want string
		code             int
	}{
		{"no node", "--core " + core + " --out o", "--rpc or BACKTEST_RPC_URL", exitInput},
		{"no core", "--rpc " + url + " --out o", "--core is missing", exitUsage},
		{"no folder", "--rpc " + url + " --core " + core, "--out is missing", exitUsage},
		{"no address", "--rpc " + url + " --core 0x12 --out o", "no address", exitUsage},
		{"no block", "--rpc " + url + " --core " + core + " --out o --block newest", "want a number, latest, safe or finalized", exitUsage},
		{"block to come", "--rpc " + url + " --core " + core + " --out o --block 999", "does not know that block", exitInput},
		{"old block", "--rpc " + url + " --core " + core + " --out o --block 5", "no state of that block", exitInput},
		{"late logs", "--rpc " + url + " --core " + core + " --out o --from-block 20", "is after block", exitInput},
		{"no perps", "--rpc " + url + " --core " + core + " --out o --perps " + core, "no market of the core", exitInput},
		{"no URL", "--rpc ws://x/" + nodeKey + " --core " + core + " --out o", "the URL cannot be used", exitInput},
		{"money", "--rpc " + url + " --core " + core + " --out o --max-requests 50", "--max-requests allows 50", exitInput},
	} {
		dir := t.TempDir()
		before := n.Asked.Load()
		got := run(t, dir, append([]string{"snapshot"}, strings.Fields(x.line)...))
		if got.code != x.code || !strings.Contains(got.stderr, x.want) || strings.Contains(got.stderr, nodeKey) {
			t.Errorf("%s: exit %d, %s", x.name, got.code, got.stderr)
		}
		if _, err := os.Stat(filepath.Join(dir, "o")); err == nil {
			t.Errorf("%s: a folder was left", x.name)
		}
		if !strings.Contains(x.line, "--rpc http") && n.Asked.Load() != before {
			t.Errorf("%s: the node was asked", x.name)
		}
		if x.name == "money" && n.Asked.Load()-before > 50 {
			t.Errorf("%d requests were sent", n.Asked.Load()-before)
		}
	}
}

// TestSnapshotGoesOnWithinLimits: what was paid for is not asked again.
func TestSnapshotGoesOnWithinLimits(t *testing.T) {
	n, url, core := node(t)
	dir := t.TempDir()
	estimate := run(t, dir, []string{"snapshot", "--rpc", url, "--core", core, "--cache", "kept", "--estimate"})
	if estimate.code != exitDone || !strings.Contains(estimate.stdout, "requests more") {
		t.Fatalf("exit %d\n%s%s", estimate.code, estimate.stdout, estimate.stderr)
	}
	for i := range 100 {
		got := run(t, dir, []string{"snapshot", "--rpc", url, "--core", core, "--cache", "kept", "--out", "o", "--max-requests", "150", "--batch", "30"})
		if got.code == exitDone {
			break
		}
		if i == 99 || !strings.Contains(got.stderr, "--max-requests") {
			t.Fatalf("exit %d, %s", got.code, got.stderr)
		}
	}
	if asked := n.Asked.Load(); asked > 800 {
		t.Errorf("%d questions in all", asked)
	}
}

func TestSnapshotLeavesForeignFiles(t *testing.T) {
	n, url, core := node(t)
	dir := t.TempDir()
	mine := filepath.Join(dir, "o", "config.yaml")
	if err := os.MkdirAll(filepath.Dir(mine), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(mine, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	got := run(t, dir, []string{"snapshot", "--rpc", url, "--core", core, "--out", "o", "--force"})
	if text, _ := os.ReadFile(mine); got.code != exitInput || string(text) != "mine" || n.Asked.Load() > 0 {
		t.Errorf("exit %d, %q, %d questions\n%s", got.code, text, n.Asked.Load(), got.stderr)
	}
}

func TestImportCannon(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "odd"), os.DirFS("../../internal/cannon/testdata/odd")); err != nil {
		t.Fatal(err)
	}
	bad := run(t, dir, []string{"import", "cannon", "odd/omnibus.toml", "--out", "o"})
	if bad.code != exitInput || !strings.Contains(bad.stderr, "parts/perps.toml:15") || !strings.Contains(bad.stderr, "'0'.replace") {
		t.Errorf("exit %d, %s", bad.code, bad.stderr)
	}
	perps := filepath.Join(dir, "odd", "parts", "perps.toml")
	text, err := os.ReadFile(perps)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(perps, []byte(strings.Replace(string(text), "String(BigInt(9)) + '0'.replace", "parseEther('9')", 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	got := run(t, dir, []string{"import", "cannon", "odd/omnibus.toml", "--out", "o"})
	if got.code != exitDone || !strings.Contains(got.stdout, "1 perps market, 1 synth, 1 collateral type") || !strings.Contains(got.stderr, "undefined: settings.nobody_knows") {
		t.Fatalf("exit %d\n%s%s", got.code, got.stdout, got.stderr)
	}
	if checked := run(t, dir, []string{"validate", "--effective", "o/config.yaml"}); checked.code != exitDone {
		t.Errorf("the configuration: exit %d\n%s\n%s", checked.code, checked.stderr, contents(t, filepath.Join(dir, "o"))["config.yaml"])
	}
	if err := os.WriteFile(filepath.Join(dir, "odd", "parts.csv"), []byte("a,b\n1,2\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]string{
		"odd/omnibus.toml --out p --markets DOGE":        "there is no such market; there are PEPE",
		"odd/none.toml --out p":                          "no such file",
		"odd/omnibus.toml --out p --pools odd/parts.csv": "the column pool is missing",
		"odd/parts/deep/../../../cycle.toml --out p":     "no such file",
	} {
		got := run(t, dir, append([]string{"import", "cannon"}, strings.Fields(line)...))
		if got.code != exitInput || !strings.Contains(got.stderr, want) {
			t.Errorf("%s: exit %d, %s", line, got.code, got.stderr)
		}
	}
}

// TestImportOfBase imports the parameters of Base, with pools and a history of
// changes, where they are there.
func TestImportOfBase(t *testing.T) {
	chains := os.Getenv("BACKTEST_CHAINS")
	folder := filepath.Join(filepath.Dir(chains), "deployments")
	if _, err := os.Stat(folder); chains == "" || err != nil {
		t.Skip("no deployments")
	}
	base := filepath.Join(folder, "cannon", "base-2025-04.toml")
	dir := t.TempDir()
	for out, more := range map[string][]string{
		"all":     nil,
		"some":    {"--markets", "ETH,BTC"},
		"pools":   {"--pools", filepath.Join(folder, "pools.csv")},
		"changes": {"--markets", "ETH,BTC,SNX,SOL", "--history", filepath.Join(folder, "perps-base-history-ETH-BTC-SNX-SOL.csv")},
	} {
		got := run(t, dir, append([]string{"import", "cannon", base, "--out", out}, more...))
		if got.code != exitDone || !strings.Contains(got.stdout, " 0 undefined") {
			t.Fatalf("%s: exit %d\n%s%s", out, got.code, got.stdout, got.stderr)
		}
		if checked := run(t, dir, []string{"validate", "--effective", out + "/config.yaml"}); checked.code != exitDone {
			t.Errorf("%s: exit %d\n%.2000s", out, checked.code, checked.stderr)
		}
	}
}
