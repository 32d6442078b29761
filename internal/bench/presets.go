package main

import (
	"bufio"
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
)

// Presets are what users run. The program of today and an earlier one run the
// same paths of the same configurations, those of the earlier one, in turn, on
// one core; what counts is the ratio of their times in each pair of turns.

// earlier is the commit of the program that presets are compared with.
const earlier = "9c88fa1"

// pace is the program that both run as; see its comment.
//
//go:embed pace/main.go
var pace embed.FS

const pacePackage = "./internal/bench/pace"

// presetRounds is how many pairs of turns make a median, presetTurn how long a
// turn of the earlier program takes about, in nanoseconds.
const (
	presetRounds = 7
	presetTurn   = 300e6
)

// presetRow is what was measured of a preset.
type presetRow struct {
	name        string
	old, new    []float64 // ns a path-step, by turn
	allocations float64   // of today's program a path-step
	err         error
}

// presets measures all presets and studies whose names begin with a word, and
// prints a row for each.
func presets(only string) error {
	dir, err := os.MkdirTemp("", "presets")
	if err != nil {
		return fmt.Errorf("a folder for programs: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // in the folder for temporary files
	tree := filepath.Join(dir, "tree")
	before, now := filepath.Join(dir, "before"), filepath.Join(dir, "now")
	if err := buildPace(".", now); err != nil {
		return err
	}
	err = extract(tree)
	if err == nil {
		err = buildPace(tree, before)
	}
	if err != nil {
		before, tree = "", "."
	}
	var rows []presetRow
	for _, name := range presetNames(filepath.Join(tree, "configs")) {
		if strings.HasPrefix(name, only) {
			rows = append(rows, comparePaces(name, tree, before, now))
		}
	}
	return printPresets(rows, before != "")
}

// extract writes the tree of the earlier commit into a folder, with the program
// that measures it.
func extract(tree string) error {
	if err := os.MkdirAll(filepath.Join(tree, pacePackage), 0o700); err != nil {
		return fmt.Errorf("a folder for %s: %w", earlier, err)
	}
	archive, err := exec.Command("git", "archive", earlier).Output()
	if err != nil {
		return fmt.Errorf("%s from the history: %w", earlier, err)
	}
	tar := exec.Command("tar", "x", "-C", tree)
	tar.Stdin = bytes.NewReader(archive)
	source, readErr := pace.ReadFile("pace/main.go")
	return errors.Join(tar.Run(), readErr, os.WriteFile(filepath.Join(tree, pacePackage, "main.go"), source, 0o600))
}

func buildPace(tree, program string) error {
	cmd := exec.Command("go", "build", "-o", program, pacePackage)
	cmd.Dir = tree
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building %s: %w: %s", pacePackage, err, out)
	}
	return nil
}

// presetNames returns the configurations that users find: presets, then studies.
func presetNames(configs string) (names []string) {
	for _, folder := range []string{"", "studies"} {
		files, _ := filepath.Glob(filepath.Join(configs, folder, "*.yaml")) // the pattern is well formed
		slices.Sort(files)
		for _, f := range files {
			names = append(names, filepath.Join(folder, strings.TrimSuffix(filepath.Base(f), ".yaml")))
		}
	}
	return names
}

// comparePaces lets two programs run the same paths in turn; before may be "".
// A configuration that today's program refuses is compared with today's of the
// same name, which its row says.
func comparePaces(name, tree, before, now string) (row presetRow) {
	row.name = name
	file := filepath.Join("configs", name+".yaml")
	today, err := startPace(now, filepath.Join(tree, file))
	if err != nil {
		row.name += " (changed)"
		today, err = startPace(now, file)
	}
	if row.err = err; err != nil {
		return row
	}
	defer today.stop()
	running := []*pacing{today}
	if before != "" {
		earlier, err := startPace(before, filepath.Join(tree, file))
		if err != nil {
			row.err = err
			return row
		}
		defer earlier.stop()
		running = append(running, earlier)
	}
	row.err = row.takeTurns(running)
	return row
}

// takeTurns warms up, finds how many paths fill a turn, and measures.
func (row *presetRow) takeTurns(running []*pacing) error {
	count := 1
	for _, r := range running {
		first, err := r.ask(0, 2)
		if err != nil {
			return err
		}
		count = max(1, min(4096, int(2*presetTurn/first.ns)))
	}
	for turn := range presetRounds {
		for k, r := range running {
			a, err := r.ask(2+turn*count, count)
			if err != nil {
				return err
			}
			if k == 0 {
				row.new, row.allocations = append(row.new, a.ns/a.steps), a.allocations/a.steps
			} else {
				row.old = append(row.old, a.ns/a.steps)
			}
		}
	}
	return nil
}

// pacing is a running program that measures paths.
type pacing struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Scanner
	errors bytes.Buffer
}

func startPace(program, file string) (*pacing, error) {
	p := &pacing{cmd: exec.Command(program, file)}
	p.cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	p.cmd.Stderr = &p.errors
	in, inErr := p.cmd.StdinPipe()
	out, outErr := p.cmd.StdoutPipe()
	if err := errors.Join(inErr, outErr); err != nil {
		return nil, fmt.Errorf("measuring %s: %w", file, err)
	}
	p.in, p.out = in, bufio.NewScanner(out)
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("measuring %s: %w", file, err)
	}
	if _, err := p.ask(0, 0); err != nil { // it has its world once it answers
		return nil, err
	}
	return p, nil
}

// paceAnswer is what paths took.
type paceAnswer struct{ ns, steps, allocations float64 }

func (p *pacing) ask(first, count int) (a paceAnswer, err error) {
	if _, err = fmt.Fprintln(p.in, first, count); err == nil && !p.out.Scan() {
		err = errors.New("no answer")
	}
	if err == nil {
		_, err = fmt.Sscan(p.out.Text(), &a.ns, &a.steps, &a.allocations)
	}
	if err != nil {
		p.stop()
		return a, fmt.Errorf("%w: %s", err, bytes.TrimSpace(p.errors.Bytes()))
	}
	return a, nil
}

func (p *pacing) stop() {
	_ = p.in.Close()
	_ = p.cmd.Wait() // its answers have been read
}

// ratios returns earlier time over today's, by turn.
func (row *presetRow) ratios() (list []float64) {
	for k := range row.old {
		list = append(list, row.old[k]/row.new[k])
	}
	return list
}

func printPresets(rows []presetRow, compared bool) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "ns a path-step\tnow\t%s\ttimes as fast\tfrom\tto\tallocations\t\n", earlier)
	for _, r := range rows {
		switch {
		case r.err != nil:
			fmt.Fprintf(w, "%s\t%v\t\t\t\t\t\t\n", r.name, r.err)
		case len(r.old) == 0:
			fmt.Fprintf(w, "%s\t%.0f\t-\t-\t-\t-\t%.2f\t\n", r.name, median(r.new), r.allocations)
		default:
			x := r.ratios()
			fmt.Fprintf(w, "%s\t%.0f\t%.0f\t%.2f\t%.2f\t%.2f\t%.2f\t\n", r.name, median(r.new), median(r.old), median(x), slices.Min(x), slices.Max(x), r.allocations)
		}
	}
	if !compared {
		fmt.Fprintf(w, "left out: %s, which is not in this history\t\t\t\t\t\t\t\n", earlier)
	}
	return w.Flush()
}
