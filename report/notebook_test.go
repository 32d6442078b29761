package report_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"backtest/report/internal/synthetic"
	"backtest/runner/record"
)

// snippet gives the code of a language in docs/notebook.md.
func snippet(t *testing.T, language string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "docs", "notebook.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "```"+language+"\n")
	code, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		t.Fatalf("docs/notebook.md shows no %s", language)
	}
	return code
}

// notebookFolder is a working folder with a run where the document has it.
func notebookFolder(t *testing.T, format record.Format) string {
	t.Helper()
	dir := t.TempDir()
	run := filepath.Join(dir, "out", "quickstart")
	if err := os.MkdirAll(run, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := synthetic.Write(run, synthetic.World{Name: "quickstart", Paths: 150, Seed: 9, Drop: 0.7, Failed: 2, Format: format}); err != nil {
		t.Fatal(err)
	}
	return dir
}

// node runs a script of a folder and gives what it prints.
func node(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("node", args...)
	cmd.Dir = dir
	var complaint strings.Builder
	cmd.Stderr = &complaint
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, complaint.String())
	}
	return string(text)
}

func TestTheNotebookQueriesRun(t *testing.T) {
	modules := nodeModules(t, "@duckdb/node-api")
	dir := notebookFolder(t, record.Parquet)
	if err := os.WriteFile(filepath.Join(dir, "queries.sql"), []byte(snippet(t, "sql")), 0o644); err != nil {
		t.Fatal(err)
	}
	script, err := filepath.Abs(filepath.Join("testdata", "readers", "sql.mjs"))
	if err != nil {
		t.Fatal(err)
	}
	var answers [][]map[string]any
	text := node(t, dir, script, modules, "queries.sql")
	if err := json.Unmarshal([]byte(text), &answers); err != nil || len(answers) != 3 {
		t.Fatalf("%v: %s", err, text)
	}
	if first := answers[0]; len(first) != 1 || first[0]["paths"] != "148" {
		t.Errorf("paths that ended well: %v", first)
	}
	for i, rows := range answers {
		if len(rows) == 0 {
			t.Errorf("query %d gives nothing", i+1)
		}
	}
}

func TestTheNotebookScriptRuns(t *testing.T) {
	modules := nodeModules(t, "apache-arrow")
	dir := notebookFolder(t, record.Arrow)
	if err := os.Symlink(modules, filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "notebook.mjs"), []byte(snippet(t, "js")), 0o644); err != nil {
		t.Fatal(err)
	}
	if text := node(t, dir, "notebook.mjs"); !strings.HasPrefix(text, "150 ") || !strings.Contains(text, "'lp_pnl_usd'") {
		t.Errorf("the script prints %s", text)
	}
}
