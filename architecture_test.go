// Package architecture_test keeps the rooms of the project apart: which
// package may import which, and what must not be found in them. The reasons
// are in ARCHITECTURE.md.
package architecture_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "backtest/"

// file is a source file of the project.
type file struct {
	path string // relative to the root, with slashes
	dir  string
	test bool
	ast  *ast.File
	set  *token.FileSet
}

func sources(t *testing.T) []file {
	t.Helper()
	var files []file
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(name) != ".go" {
			return err
		}
		set := token.NewFileSet()
		tree, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		name = filepath.ToSlash(name)
		files = append(files, file{name, path.Dir(name), strings.HasSuffix(name, "_test.go"), tree, set})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 100 {
		t.Fatalf("only %d source files found", len(files))
	}
	return files
}

// imports gives the paths that a file imports.
func (f file) imports() []string {
	var list []string
	for _, spec := range f.ast.Imports {
		name, _ := strconv.Unquote(spec.Path.Value)
		list = append(list, name)
	}
	return list
}

// in says whether a package lies in one of the folders.
func in(pkg string, folders ...string) bool {
	return slices.ContainsFunc(folders, func(folder string) bool {
		return pkg == folder || strings.HasPrefix(pkg, folder+"/")
	})
}

// rooms tells, for each folder, which folders of the project it may import
// beside itself. The most particular folder decides.
var rooms = map[string][]string{
	"model":           {},
	"pricepaths":      {"internal/warn"},
	"data":            {"pricepaths"},
	"configs":         {"data", "pricepaths", "internal/words", "internal/warn"},
	"runner/record":   {"internal/warn"},
	"runner":          {"model", "pricepaths", "configs", "data", "internal/warn"},
	"report":          {"runner/record", "pricepaths/portable", "internal/words", "internal/warn"},
	"cmd":             {"configs", "runner", "report", "model/replay", "model/state", "pricepaths", "data", "internal/warn", "internal/start", "internal/chain", "internal/cannon"},
	"internal/bench":  {"configs", "runner", "model"},
	"internal/words":  {},
	"internal/warn":   {},
	"internal/chain":  {"model", "internal/start"},
	"internal/start":  {},
	"internal/cannon": {"internal/start"},
	"model/replay":    {"model"},
	"model/markets":   {"model"},
	"runner/sim":      {"model", "pricepaths", "runner"},
	"report/figures":  {"report", "runner/record"},
}

func roomOf(dir string) (room string, known bool) {
	for name := range rooms {
		if in(dir, name) && len(name) > len(room) {
			room, known = name, true
		}
	}
	return room, known
}

func TestImportsGoOneWay(t *testing.T) {
	for _, f := range sources(t) {
		if f.test || f.dir == "." {
			continue
		}
		room, known := roomOf(f.dir)
		if !known {
			t.Errorf("%s is in no room of the house", f.path)
			continue
		}
		for _, name := range f.imports() {
			pkg, ours := strings.CutPrefix(name, module)
			if ours && !in(pkg, append(rooms[room], room)...) {
				t.Errorf("%s imports %s; %s may import only %v of this project", f.path, name, room, rooms[room])
			}
		}
	}
}

// TestLibrariesStayInTheirRoom keeps each library behind the package that it
// serves, in tests as well.
func TestLibrariesStayInTheirRoom(t *testing.T) {
	owners := map[string][]string{
		"github.com/apache/arrow":       {"runner/record"},
		"github.com/spf13/viper":        {"configs"},
		"github.com/spf13/cobra":        {"cmd"},
		"github.com/schollz":            {"cmd"},
		"golang.org/x/term":             {"cmd"},
		"gonum.org/v1/plot":             {"report"},
		"github.com/santhosh-tekuri":    {"configs"},
		"golang.org/x/sync":             {"runner", "cmd", "report"},
		"github.com/klauspost/compress": {"runner/record", "pricepaths/history"},
		"golang.org/x/crypto":           {"internal/chain"},
		"github.com/pelletier/go-toml":  {"internal/cannon"},
	}
	for _, f := range sources(t) {
		for _, name := range f.imports() {
			for library, folders := range owners {
				if in(name, library) && !in(f.dir, folders...) {
					t.Errorf("%s imports %s, which belongs to %v", f.path, name, folders)
				}
			}
		}
	}
}

// scenarioRunner reads the scenario files of tests, and nothing else uses it.
const scenarioRunner = "model/markets/internal/scenario"

// TestModelIsPure: no clock, input, output, goroutine, float, randomness or log
// in the protocol. Replay, which reads files, may use readers.
func TestModelIsPure(t *testing.T) {
	forbidden := []string{"time", "os", "io", "log", "net", "math", "math/rand", "context", "sync", "unsafe", "runtime", "bufio"}
	allowed := []string{"math/bits"}
	for _, f := range sources(t) {
		if f.test || !in(f.dir, "model") {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Ident:
				if n.Name == "float64" || n.Name == "float32" {
					t.Errorf("%s: a float in the model", f.set.Position(n.Pos()))
				}
			case *ast.BasicLit:
				if n.Kind == token.FLOAT {
					t.Errorf("%s: the float %s in the model", f.set.Position(n.Pos()), n.Value)
				}
			case *ast.GoStmt, *ast.SelectStmt, *ast.ChanType:
				t.Errorf("%s: concurrency in the model", f.set.Position(n.Pos()))
			}
			return true
		})
		for _, name := range f.imports() {
			if in(name, forbidden...) && !in(name, allowed...) && !in(f.dir, "model/replay", "model/state/statefile", scenarioRunner) {
				t.Errorf("%s imports %s", f.path, name)
			}
			if name == "backtest/"+scenarioRunner {
				t.Errorf("%s imports %s, which is for tests", f.path, name)
			}
		}
	}
}

// TestRandomnessIsSeeded: whatever draws, draws from a source that somebody
// seeded, in tests as well; the functions of package rand itself draw from the
// process's.
func TestRandomnessIsSeeded(t *testing.T) {
	sourced := []string{"New", "NewPCG", "NewChaCha8", "NewZipf", "Rand", "Source", "PCG", "ChaCha8", "Zipf"}
	for _, f := range sources(t) {
		for _, name := range f.imports() {
			if name == "math/rand" {
				t.Errorf("%s imports math/rand, which math/rand/v2 replaced", f.path)
			}
			if name == "crypto/rand" {
				t.Errorf("%s imports crypto/rand", f.path)
			}
			if name != "math/rand/v2" {
				continue
			}
			ast.Inspect(f.ast, func(n ast.Node) bool {
				call, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				if pkg, ok := call.X.(*ast.Ident); ok && pkg.Name == "rand" && !slices.Contains(sourced, call.Sel.Name) {
					t.Errorf("%s: rand.%s draws from the process's source", f.set.Position(n.Pos()), call.Sel.Name)
				}
				return true
			})
		}
	}
}

// TestFloatsBecomeIntegersInOnePlace: of the simulation, only package units
// makes the protocol's integers from raw words, text or parts of a float.
func TestFloatsBecomeIntegersInOnePlace(t *testing.T) {
	makers := map[string][]string{
		"fp":   {"FromWords", "ParseUint256", "ParseInt256", "Uint128", "Int128"},
		"math": {"Frexp", "Ldexp", "Float64bits"},
	}
	found := 0
	for _, f := range sources(t) {
		if f.test || !in(f.dir, "runner") || in(f.dir, "runner/record") {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			var made ast.Expr
			switch n := n.(type) {
			case *ast.CallExpr:
				made = n.Fun
			case *ast.CompositeLit:
				if len(n.Elts) > 0 { // a zero is made of nothing
					made = n.Type
				}
			}
			selector, ok := made.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, ok := selector.X.(*ast.Ident)
			if !ok || !slices.Contains(makers[pkg.Name], selector.Sel.Name) {
				return true
			}
			found++
			if f.path != "runner/units/units.go" {
				t.Errorf("%s: %s.%s belongs into runner/units/units.go", f.set.Position(n.Pos()), pkg.Name, selector.Sel.Name)
			}
			return true
		})
	}
	if found == 0 {
		t.Error("runner/units/units.go makes no integers: this test looks for the wrong names")
	}
}
