package start_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"backtest/internal/start"
)

func folder(config string) []start.File {
	files := []start.File{{Name: start.ConfigFile, Content: []byte(config)}}
	text, _ := json.Marshal(map[string]any{"files": start.Entries(files)})
	return append(files, start.File{Name: start.ProvenanceFile, Content: text})
}

func TestWhatSomebodyElseWroteStays(t *testing.T) {
	var occupied *start.OccupiedError
	dir := t.TempDir()
	name := filepath.Join(dir, start.ConfigFile)
	if err := os.WriteFile(name, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, force := range []bool{false, true} {
		if err := start.Write(dir, folder("a: 1\n"), force); !errors.As(err, &occupied) {
			t.Errorf("force %v: %v", force, err)
		}
	}
	if text, _ := os.ReadFile(name); string(text) != "mine" {
		t.Errorf("the file is now %q", text)
	}
	if list, _ := os.ReadDir(dir); len(list) != 1 {
		t.Errorf("left behind: %v", list)
	}
}

func TestOwnFilesAreReplacedUnlessTheyWereChanged(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	for _, text := range []string{"a: 1\n", "a: 2\n"} {
		if err := start.Write(dir, folder(text), false); err != nil {
			t.Fatal(err)
		}
	}
	name := filepath.Join(dir, start.ConfigFile)
	if err := os.WriteFile(name, []byte("a: 3 # mine\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	var occupied *start.OccupiedError
	if err := start.Write(dir, folder("a: 4\n"), false); !errors.As(err, &occupied) {
		t.Errorf("a changed file: %v", err)
	}
	if err := start.Write(dir, folder("a: 4\n"), true); err != nil {
		t.Errorf("with force: %v", err)
	}
}

func TestYAML(t *testing.T) {
	s := &start.Section{Comment: "What is it?"}
	s.Set("name", "x", "")
	e := s.Add("markets")
	e.Comment = "the first"
	e.Set("id", "a", "")
	e.Set("fee", "0.1", "getFee(1)")
	e.Sub("keeper").Set("min", "1", "")
	s.Add("markets").Set("id", "b", "")
	want := "# What is it?\n\nname: x\n\nmarkets:\n  # the first\n  - id: a\n    fee: 0.1 # getFee(1)\n    keeper:\n      min: 1\n  - id: b\n"
	if got := string(s.YAML()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
