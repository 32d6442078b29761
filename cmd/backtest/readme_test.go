package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// root is the folder of the project.
var root = filepath.Join("..", "..")

// quickCommands are those whose examples are run; others are only parsed.
var quickCommands = map[string]bool{"replay": true}

// TestExamplesOfTheDocuments runs the examples that take no time and whose inputs
// come with the project, and compares what they print; of all others it checks
// that commands and flags exist.
func TestExamplesOfTheDocuments(t *testing.T) {
	leisurely(t)
	names, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, example := range documented(t, append(names, filepath.Join(root, "README.md"))) {
		args := words(example.command)
		if args[0] != "bin/backtest" && args[0] != "backtest" {
			continue
		}
		args = args[1:]
		cmd, rest, err := newRoot(Env{}).Find(args)
		if err != nil || cmd.ParseFlags(rest) != nil || cmd.ValidateArgs(cmd.Flags().Args()) != nil {
			t.Errorf("%s: not a command line of this program: %v", example.command, err)
			continue
		}
		inputs := cmd.Flags().Args()
		if start := cmd.Flags().Lookup("start"); start != nil && start.Value.String() != "" {
			inputs = append(inputs, start.Value.String())
		}
		if !quickCommands[args[0]] || !comesWithTheProject(inputs) {
			continue
		}
		ran++
		if o := run(t, root, args); o.code != exitDone || o.stdout != example.output {
			t.Errorf("%s: exit %d\ngot:\n%swant:\n%s%s", example.command, o.code, o.stdout, example.output, o.stderr)
		}
	}
	if ran == 0 {
		t.Error("no example was run")
	}
}

func comesWithTheProject(inputs []string) bool {
	for _, name := range inputs {
		if found, err := filepath.Glob(filepath.Join(root, name)); err != nil || len(found) == 0 {
			return false
		}
	}
	return true
}

// documented gives the examples of some documents.
func documented(t *testing.T, names []string) []example {
	t.Helper()
	var list []example
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, examples(string(text))...)
	}
	return list
}

// example is a command of a console block with what it prints.
type example struct{ command, output string }

func examples(text string) []example {
	var list []example
	console := false
	for line := range strings.Lines(text) {
		command, isCommand := strings.CutPrefix(line, "$ ")
		switch {
		case strings.HasPrefix(line, "```"):
			console = strings.TrimSpace(line) == "```console"
		case console && isCommand:
			command, _, _ = strings.Cut(command, "  #")
			list = append(list, example{command: strings.TrimSpace(command)})
		case console && len(list) > 0:
			list[len(list)-1].output += line
		}
	}
	return list
}

// words splits a command line as a shell does, as far as the examples need.
func words(line string) []string {
	var list []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			list = append(list, part)
			continue
		}
		list = append(list, strings.Fields(part)...)
	}
	return list
}
