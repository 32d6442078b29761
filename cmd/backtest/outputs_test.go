package main

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// put writes a file of the user.
func put(t *testing.T, text string, names ...string) {
	t.Helper()
	name := filepath.Join(names...)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func link(t *testing.T, target, name string) {
	t.Helper()
	if err := os.Symlink(target, name); err != nil {
		t.Fatal(err)
	}
}

// wantRefused: the command is refused as input, names what is in the way, and the
// user's file is as it was.
func wantRefused(t *testing.T, dir string, args []string, name, text string) {
	t.Helper()
	o := run(t, dir, args)
	if o.code != exitInput || !strings.Contains(o.stderr, filepath.Base(name)) || strings.Contains(o.stderr, "bug") {
		t.Errorf("%v: exit %d, want %s refused\n%s", args, o.code, name, o.stderr)
	}
	if have, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(have) != text {
		t.Errorf("%v: %s holds %q, %v", args, name, have, err)
	}
}

// TestTheFolderIsTheUsers: a file of the user under a name that a run would write
// is refused before anything is computed, others stay beside the results.
func TestTheFolderIsTheUsers(t *testing.T) {
	leisurely(t)
	for _, name := range []string{"report.html", "summary.md", "summary.json", "junit.xml", "study.json", "sccp.md", "paths.arrow", "manifest.json",
		"blocks/run.json", "blocks/00000000.block", "plots/survival.png"} {
		dir := t.TempDir()
		put(t, "mine", dir, "r", name)
		for _, force := range [][]string{nil, {"--force"}, {"--resume"}} {
			wantRefused(t, dir, with(small, append(force, "--out", "r")...), "r/"+name, "mine")
		}
		if _, err := os.Stat(filepath.Join(dir, "r", "series.arrow")); err == nil {
			t.Errorf("%s: it was computed all the same", name)
		}
	}
	dir := t.TempDir()
	beside := []string{"notes.txt", "plots/fund.png", "blocks/wood.block", "blocks/notes.txt", "summary.json.tmp"}
	for _, name := range beside {
		put(t, "mine", dir, "r", name)
	}
	mustRun(t, dir, with(small, "--out", "r")...)
	mustRun(t, dir, with(small, "--out", "r", "--force")...)
	mustRun(t, dir, "report", "r")
	for _, name := range beside {
		if content(t, dir, "r", name) != "mine" {
			t.Errorf("%s was changed", name)
		}
	}
	put(t, "my notes", dir, "r", "summary.md")
	for _, args := range [][]string{with(small, "--out", "r", "--force"), {"report", "r"}} {
		wantRefused(t, dir, args, "r/summary.md", "my notes")
	}
}

// TestInputsStay: no command writes over what it reads, whatever the name by which
// it is told to.
func TestInputsStay(t *testing.T) {
	leisurely(t)
	dir := t.TempDir()
	text := "preset: quickstart\npaths: 64\nhorizon: 6h\n"
	put(t, text, dir, "conf", "summary.md")
	wantRefused(t, dir, []string{"run", "conf/summary.md", "--out", "conf", "--force"}, "conf/summary.md", text)
	for _, shard := range []string{"1", "2"} {
		mustRun(t, dir, with(small, "--shard", shard+"/2", "--out", "s"+shard)...)
	}
	manifest := content(t, dir, "s1", "manifest.json")
	link(t, "s1", filepath.Join(dir, "link"))
	if o := run(t, dir, []string{"merge", "s1", "s2", "--out", "link", "--force"}); o.code != exitInput || content(t, dir, "s1", "manifest.json") != manifest {
		t.Errorf("a merge into a link to a shard: exit %d\n%s", o.code, o.stderr)
	}
	mustRun(t, dir, "merge", "s1", "s2", "--out", "f")
	for _, name := range []string{"f/manifest.json", "f/report.html", "f/summary.md"} {
		for _, flag := range []string{"--html", "--junit"} {
			wantRefused(t, dir, []string{"compare", "f", "f", flag, name}, name, content(t, dir, name))
		}
	}
	for range 2 { // its own it replaces
		mustRun(t, dir, "compare", "f", "f", "--html", "drift.html", "--junit", "drift.xml")
	}
	put(t, content(t, dir, "drift.html")+"mine", dir, "drift.html")
	wantRefused(t, dir, []string{"compare", "f", "f", "--html", "drift.html"}, "drift.html", content(t, dir, "drift.html"))
}

// TestLinksAreNotFollowed for what is written.
func TestLinksAreNotFollowed(t *testing.T) {
	leisurely(t)
	for _, name := range []string{".lock", "summary.md", "files.json", "paths.arrow", "plots/survival.png", "blocks/run.json"} {
		dir := t.TempDir()
		put(t, "mine", dir, "target")
		put(t, "mine", dir, "r", filepath.Dir(name), "x")
		link(t, filepath.Join(dir, "target"), filepath.Join(dir, "r", name))
		o := run(t, dir, with(small, "--out", "r", "--force"))
		if o.code != exitInput || !strings.Contains(o.stderr, name) || content(t, dir, "target") != "mine" {
			t.Errorf("%s: exit %d\n%s", name, o.code, o.stderr)
		}
		if target, err := os.Readlink(filepath.Join(dir, "r", name)); err != nil || target != filepath.Join(dir, "target") {
			t.Errorf("%s: the link is gone: %v", name, err)
		}
	}
	dir := t.TempDir()
	put(t, "mine", dir, "r", ".lock")
	wantRefused(t, dir, with(small, "--out", "r", "--force"), "r/.lock", "mine")
	link(t, "target", filepath.Join(dir, "quickstart.yaml"))
	if o := run(t, dir, []string{"init", "--force"}); o.code != exitInput {
		t.Errorf("init through a link: exit %d\n%s", o.code, o.stderr)
	}
}

// TestOneCommandAFolder: of commands that write into one folder at once some may
// be turned away; what is there in the end is whole.
func TestOneCommandAFolder(t *testing.T) {
	leisurely(t)
	dir := t.TempDir()
	mustRun(t, dir, with(small, "--out", "r")...)
	want := content(t, dir, "r", "report.html")
	for _, args := range [][]string{{"report", "r"}, {"paths", "quickstart", "--paths", "64", "--set", "horizon=1d", "--out", "p"}} {
		var at sync.WaitGroup
		outcomes := make([]outcome, 6)
		for i := range outcomes {
			at.Go(func() { outcomes[i] = run(t, dir, args) })
		}
		at.Wait()
		done := 0
		for _, o := range outcomes {
			if o.code == exitDone {
				done++
			} else if o.code != exitFailed || !strings.Contains(o.stderr, "in use") {
				t.Errorf("%v: exit %d\n%s", args, o.code, o.stderr)
			}
		}
		if done == 0 {
			t.Errorf("%v: none of six was done", args)
		}
	}
	if content(t, dir, "r", "report.html") != want {
		t.Error("the page differs")
	}
	for _, pattern := range []string{"*/*tmp*", "*/.lock", "*/*/*tmp*"} {
		if found, err := filepath.Glob(filepath.Join(dir, pattern)); err != nil || len(found) > 0 {
			t.Errorf("%v are left, %v", found, err)
		}
	}
}

// TestPicturesOfOtherCommandsStay: what one command wrote is not removed by another.
func TestPicturesOfOtherCommandsStay(t *testing.T) {
	leisurely(t)
	dir := t.TempDir()
	mustRun(t, dir, with(small, "--out", "r")...)
	mustRun(t, dir, "paths", "quickstart", "--paths", "64", "--set", "horizon=1d", "--out", "r")
	mustRun(t, dir, with(small, "--out", "r", "--force")...)
	for _, name := range []string{"prices.arrow", "plots/prices_ETH.png", "plots/survival.png", "paths.arrow"} {
		if content(t, dir, "r", name) == "" {
			t.Errorf("%s is empty", name)
		}
	}
}
