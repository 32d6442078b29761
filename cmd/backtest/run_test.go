package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"backtest/configs"
	"backtest/runner/record"
)

// small makes a run of the preset quick: 130 paths are three blocks.
var small = []string{"run", "quickstart", "--paths", "130", "--set", "horizon=2d", "--progress", "none"}

// leisurely leaves a test out of the short ones, which run under the race
// detector: it looks at files, not at goroutines.
func leisurely(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("a short run")
	}
	t.Parallel()
}

func with(args []string, more ...string) []string { return slices.Concat(args, more) }

func mustRun(t *testing.T, dir string, args ...string) outcome {
	t.Helper()
	o := run(t, dir, args)
	if o.code != exitDone {
		t.Fatalf("%v: exit %d\n%s", args, o.code, o.stderr)
	}
	return o
}

// fileNames are the files that a run leaves, without the pictures.
var fileNames = []string{"cratio.arrow", "events.arrow", "files.json", "junit.xml", "manifest.json", "paths.arrow", "report.html", "series.arrow", "summary.json", "summary.md"}

// sameBytes are the files that depend on the configuration and the seed alone.
var sameBytes = []string{"cratio.arrow", "events.arrow", "paths.arrow", "series.arrow", "summary.json"}

func content(t *testing.T, names ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(names...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func wantSameBytes(t *testing.T, a, b string) {
	t.Helper()
	for _, name := range sameBytes {
		if content(t, a, name) != content(t, b, name) {
			t.Errorf("%s differs between %s and %s", name, filepath.Base(a), filepath.Base(b))
		}
	}
}

func TestRunLeavesEveryFile(t *testing.T) {
	leisurely(t)
	dir := t.TempDir()
	o := mustRun(t, dir, small...)
	if !strings.Contains(o.stdout, "130 paths") || strings.Contains(o.stdout, "\x1b") || !strings.Contains(o.stderr, "130 paths in out/quickstart") {
		t.Errorf("%+v", o)
	}
	out := filepath.Join(dir, "out", "quickstart")
	for _, name := range fileNames {
		if content(t, out, name) == "" {
			t.Errorf("%s is empty", name)
		}
	}
	entries, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.Contains(fileNames, e.Name()) && e.Name() != plotsDir {
			t.Errorf("%s is left behind", e.Name())
		}
	}
	plots, err := filepath.Glob(filepath.Join(out, plotsDir, "*.png"))
	if err != nil || len(plots) < 5 {
		t.Errorf("%d plots, %v", len(plots), err)
	}
	if o := run(t, dir, small); o.code != exitInput || !strings.Contains(o.stderr, "already holds") {
		t.Errorf("a second run: %+v", o)
	}
}

func TestSameQuestionSameBytes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	one := mustRun(t, dir, with(small, "--workers", "1", "--out", "one", "--json")...)
	four := mustRun(t, dir, with(small, "--workers", "4", "--out", "four", "--json")...)
	wantSameBytes(t, filepath.Join(dir, "one"), filepath.Join(dir, "four"))
	for _, name := range []string{"report.html", "summary.md", "junit.xml"} {
		if content(t, dir, "one", name) != content(t, dir, "four", name) {
			t.Errorf("%s differs between two runs of the same question", name)
		}
	}
	if one.stdout != four.stdout || one.stdout != content(t, dir, "one", "summary.json") || !json.Valid([]byte(one.stdout)) {
		t.Error("--json does not print summary.json")
	}
	for _, shard := range []string{"1", "2"} {
		o := mustRun(t, dir, with(small, "--shard", shard+"/2", "--out", "shard"+shard)...)
		if o.stdout != "" || !strings.Contains(o.stderr, "backtest merge") {
			t.Errorf("shard %s: %+v", shard, o)
		}
	}
	mustRun(t, dir, "merge", "shard1", "shard2", "--out", "merged")
	wantSameBytes(t, filepath.Join(dir, "one"), filepath.Join(dir, "merged"))
	if o := run(t, dir, []string{"merge", "shard*", "shard1", "--out", "wrong"}); o.code != exitInput || !strings.Contains(o.stderr, "both shard 1/2") {
		t.Errorf("a shard twice: %+v", o)
	}
	if o := run(t, dir, []string{"merge", "shard1", "--out", "wrong"}); o.code != exitInput || !strings.Contains(o.stderr, "shard 2/2 is missing") {
		t.Errorf("a shard missing: %+v", o)
	}
	if testing.Short() {
		return
	}
	reseeded := mustRun(t, dir, with(small, "--seed", "2", "--out", "reseeded", "--json")...)
	if reseeded.stdout == one.stdout {
		t.Error("another seed gives the same summary")
	}
}

func TestInterruptedAndResumed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	long := []string{"run", "quickstart", "--paths", "320", "--set", "horizon=5d", "--progress", "none", "--workers", "2"}
	if testing.Short() {
		long[5] = "horizon=1d"
	}
	mustRun(t, dir, with(long, "--out", "whole")...)

	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(300*time.Millisecond, cancel)
	o := runContext(t, ctx, dir, with(long, "--out", "resumed"))
	if o.code != exitInterrupted || !strings.Contains(o.stderr, "--resume") || o.stdout != "" {
		t.Fatalf("%+v", o)
	}
	for _, name := range fileNames {
		if _, err := os.Stat(filepath.Join(dir, "resumed", name)); err == nil {
			t.Errorf("an interrupted run leaves %s", name)
		}
	}
	if o := run(t, dir, []string{"report", "resumed"}); o.code != exitInput || !strings.Contains(o.stderr, "unfinished") {
		t.Errorf("report of an unfinished run: %+v", o)
	}
	if o := run(t, dir, with(long, "--out", "resumed", "--resume", "--set", "confidence=90%")); o.code != exitInput || !strings.Contains(o.stderr, "confidence") {
		t.Errorf("resumed with another configuration: %+v", o)
	}
	mustRun(t, dir, with(long, "--out", "resumed", "--resume")...)
	wantSameBytes(t, filepath.Join(dir, "whole"), filepath.Join(dir, "resumed"))
	// Finished already: resuming it again changes nothing.
	mustRun(t, dir, with(long, "--out", "resumed", "--resume")...)
	wantSameBytes(t, filepath.Join(dir, "whole"), filepath.Join(dir, "resumed"))
}

func TestReportRebuildsTheSame(t *testing.T) {
	leisurely(t)
	dir := t.TempDir()
	first := mustRun(t, dir, with(small, "--out", "a")...)
	before := content(t, dir, "a", "summary.json")
	foreign := filepath.Join(dir, "a", plotsDir, "mine.png")
	for _, err := range []error{os.Remove(filepath.Join(dir, "a", "summary.json")), os.WriteFile(foreign, nil, 0o644)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	second := mustRun(t, dir, "report", "a")
	if second.stdout != first.stdout || content(t, dir, "a", "summary.json") != before {
		t.Error("the rebuilt report differs")
	}
	if _, err := os.Stat(foreign); err != nil {
		t.Error("a picture that this program did not write is removed")
	}
}

func TestDamagedRecordsAreRefused(t *testing.T) {
	leisurely(t)
	dir := t.TempDir()
	mustRun(t, dir, with(small, "--out", "a")...)
	name := filepath.Join(dir, "a", "events.arrow")
	bytes := []byte(content(t, name))
	bytes[len(bytes)/2] ^= 1
	if err := os.WriteFile(name, bytes, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"report", "a"}, {"compare", "a", "a"}} {
		if o := run(t, dir, args); o.code != exitInput || !strings.Contains(o.stderr, "events.arrow is damaged: checksum") || o.stdout != "" {
			t.Errorf("%v: %+v", args, o)
		}
	}
}

func TestThresholdDecidesTheExitCode(t *testing.T) {
	leisurely(t)
	dir := t.TempDir()
	breach := `thresholds=[{expression: "stop_loss_exit.probability > 101%"}]`
	o := run(t, dir, with(small, "--out", "a", "--set", breach), "GITHUB_ACTIONS=true", "GITHUB_STEP_SUMMARY=step.md")
	if o.code != exitGate || !strings.Contains(o.stderr, "1 of 1 thresholds are not kept") || !strings.Contains(o.stderr, "::error title=") {
		t.Errorf("%+v", o)
	}
	if !strings.Contains(content(t, dir, "step.md"), "Thresholds") || !strings.Contains(content(t, dir, "a", "junit.xml"), "<failure") {
		t.Error("the breach is not in the step summary and junit.xml")
	}
	if o := run(t, dir, []string{"report", "a"}); o.code != exitGate {
		t.Errorf("report: exit %d", o.code)
	}
	warned := `thresholds=[{expression: "stop_loss_exit.probability > 101%", severity: warn}]`
	mustRun(t, dir, with(small, "--out", "b", "--set", warned)...)
	unknown := `thresholds=[{expression: "fame > 1"}]`
	if o := run(t, dir, with(small, "--out", "c", "--set", unknown)); o.code != exitInput || !strings.Contains(o.stderr, "fame") {
		t.Errorf("unknown metric: %+v", o)
	}
	for _, figure := range []string{"vault_liquidation[typo].probability", "p5(c_ratio[main/typo])", "mean(lp_loss_usd[perps])", "mean(c_ratio)"} {
		misspelt := `thresholds=[{expression: "` + figure + ` < 1"}]`
		for _, args := range [][]string{{"validate", "quickstart", "--set", misspelt}, with(small, "--out", "c", "--set", misspelt)} {
			o := run(t, dir, args)
			if o.code != exitInput || !strings.Contains(o.stderr, "thresholds[0].expression: found "+figure) || !strings.Contains(o.stderr, "allowed: ") {
				t.Errorf("%s %s: %+v", args[0], figure, o)
			}
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "c")); err == nil {
		t.Error("a refused run left a folder")
	}
}

func TestCompareWithGates(t *testing.T) {
	leisurely(t)
	dir := t.TempDir()
	mustRun(t, dir, with(small, "--out", "a")...)
	mustRun(t, dir, with(small, "--out", "b", "--set", "system.min_liquidity_ratio=2")...)
	same := mustRun(t, dir, "compare", "a", "a", "--fail-on", "mean(lp_loss_usd) > +1%")
	if !strings.Contains(same.stdout, "same configuration") || !strings.Contains(same.stdout, "none of") {
		t.Errorf("%s", same.stdout)
	}
	gate := []string{"compare", "a", "b", "--fail-on", "stop_loss_exit.probability > -200%", "--junit", "gates.xml"}
	o := run(t, dir, gate)
	if o.code != exitGate || !strings.Contains(o.stdout, "system.min_liquidity_ratio") || !strings.Contains(o.stdout, "breach") {
		t.Errorf("%+v", o)
	}
	if !strings.Contains(content(t, dir, "gates.xml"), `failures="1"`) {
		t.Error("the breach is not in gates.xml")
	}
	if o := run(t, dir, with(gate, "--json")); o.code != exitGate || !json.Valid([]byte(o.stdout)) {
		t.Errorf("--json: %+v", o)
	}
	if o := run(t, dir, with(gate, "--markdown")); o.code != exitGate || !strings.HasPrefix(o.stdout, "# ") {
		t.Errorf("--markdown: %+v", o)
	}
}

func TestFormatParquet(t *testing.T) {
	leisurely(t)
	dir := t.TempDir()
	o := mustRun(t, dir, with(small, "--out", "p", "--format", "parquet")...)
	if again := mustRun(t, dir, "report", "p"); again.stdout != o.stdout {
		t.Error("report of Parquet records differs")
	}
	if !strings.HasPrefix(content(t, dir, "p", "paths.parquet"), "PAR1") {
		t.Error("paths.parquet is no Parquet file")
	}
}

func TestPrecedence(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	env := "BACKTEST_SEED=5"
	tests := []struct {
		args []string
		want string
	}{
		{nil, "seed: 5"},
		{[]string{"--set", "seed=6"}, "seed: 6"},
		{[]string{"--set", "seed=6", "--seed", "7"}, "seed: 7"},
	}
	for _, test := range tests {
		o := run(t, dir, with([]string{"validate", "quickstart", "--effective"}, test.args...), env, "BACKTEST_DEBUG=1")
		if o.code != exitDone || !strings.Contains(o.stdout, "\n"+test.want+"\n") {
			t.Errorf("%v: exit %d, want %q in\n%.300s%s", test.args, o.code, test.want, o.stdout, o.stderr)
		}
	}
}

func TestReportOptionsOfAConfiguration(t *testing.T) {
	l, err := configs.Load(configs.Source{Preset: "quickstart", Sets: []string{"confidence=90%"}})
	if err != nil {
		t.Fatal(err)
	}
	o, err := reportOptions(l.EffectiveJSON())
	if err != nil || o.Confidence != 0.9 || len(o.Thresholds) != len(l.Config.Thresholds) || len(o.Thresholds) == 0 {
		t.Errorf("%+v, %v", o, err)
	}
	for _, bad := range []string{`[`, `{"confidence":"much"}`, `{"thresholds":[{"expression":"x"}]}`} {
		if _, err := reportOptions(json.RawMessage(bad)); err == nil {
			t.Errorf("%s is accepted", bad)
		}
	}
}

func TestOutputFolderThatCannotBe(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if o := run(t, dir, with(small, "--out", "file")); o.code != exitFailed || !strings.Contains(o.stderr, "file") {
		t.Errorf("%+v", o)
	}
}

func TestShardFlag(t *testing.T) {
	var s shardFlag
	if s.String() != "" || s.Set("3/8") != nil || *s.Shard != (record.Shard{Index: 3, Count: 8}) || s.String() != "3/8" {
		t.Errorf("%+v", s)
	}
	for _, bad := range []string{"", "0/8", "-1/8", "9/8", "1", "a/b", "1/2/3", "1/"} {
		if s.Set(bad) == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}

func TestTraceRunsAPathAgain(t *testing.T) {
	leisurely(t)
	dir := t.TempDir()
	rows := "timestamp_unix,BTC,ETH\n"
	for hour := range 400 {
		rows += fmt.Sprintf("%d,%d,%d\n", 1_599_998_400+3600*hour, 9000-hour, 200+hour%7)
	}
	prices := filepath.Join(dir, "hourly.csv")
	if err := os.WriteFile(prices, []byte(rows), 0o644); err != nil {
		t.Fatal(err)
	}
	mustRun(t, dir, "run", "black-thursday", "--out", "a", "--set", "prices.history.files=["+prices+"]")
	o := mustRun(t, dir, "trace", "a", "--path", "0")
	if !strings.HasPrefix(o.stdout, "scenario base, point 0, path 0, seed 1\n") || strings.Count(o.stdout, "\nstep ") < 48 || o.stderr != "" {
		t.Errorf("%.400s%s", o.stdout, o.stderr)
	}
	for _, test := range []struct {
		args []string
		code int
		want string
	}{
		{nil, exitUsage, "--path is missing"},
		{[]string{"--path", "100000"}, exitInput, "path: found 100000"},
		{[]string{"--path", "0", "--scenario", "none"}, exitInput, "allowed: base"},
	} {
		if o := run(t, dir, with([]string{"trace", "a"}, test.args...)); o.code != test.code || !strings.Contains(o.stderr, test.want) {
			t.Errorf("%v: %+v", test.args, o)
		}
	}
	if err := os.WriteFile(prices, []byte(strings.Replace(rows, ",201\n", ",209\n", 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	if o := run(t, dir, []string{"trace", "a", "--path", "0"}); o.code != exitInput || !strings.Contains(o.stderr, "no longer hold") {
		t.Errorf("changed prices: %+v", o)
	}
}

func TestExposure(t *testing.T) {
	leisurely(t)
	o := mustRun(t, "", "exposure", "quickstart")
	if !strings.HasPrefix(o.stdout, "scenario base\n") || !strings.Contains(o.stdout, "hedge weight") {
		t.Errorf("%s", o.stdout)
	}
	var rows []map[string]any
	if err := json.Unmarshal([]byte(mustRun(t, "", "exposure", "quickstart", "--json").stdout), &rows); err != nil || len(rows) != strings.Count(o.stdout, "\n")-1 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}

func TestSizeFlag(t *testing.T) {
	for text, want := range map[string]int64{"2GiB": 2 << 30, "512MiB": 512 << 20, "1.5 KiB": 1536, "2GB": 2e9, "3TB": 3e12} {
		var s sizeFlag
		if err := s.Set(text); err != nil || int64(s) != want {
			t.Errorf("%q is %d, %v", text, s, err)
		}
	}
	for _, bad := range []string{"", "2", "GiB", "-1GiB", "0MB", "1e30GiB", "NaNGiB", "2 G"} {
		var s sizeFlag
		if s.Set(bad) == nil || s.String() != "" {
			t.Errorf("%q is accepted", bad)
		}
	}
	for n, want := range map[int64]string{0: "0 B", 900: "900 B", 2048: "2 KiB", 300 << 20: "300 MiB", 5 << 40: "5 TiB"} {
		if got := bytesText(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}
