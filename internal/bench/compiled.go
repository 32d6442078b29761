package main

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

//go:embed kernel/kernel.c
var source string

// kernels are the ways in which kernel.c is compiled.
var kernels = []struct {
	name  string
	flags []string
}{
	{"C scalar", []string{"-DLANES=1"}},
	// GCC would unroll the loops over lanes before it could make vectors of them.
	{"C vector", []string{"-DLANES=8", "-ffast-math", "-mprefer-vector-width=512", "-O2", "-ftree-vectorize", "-fvect-cost-model=unlimited", "-fdisable-tree-cunrolli"}},
}

// compiled returns the kernels in C, none when there is no compiler.
func compiled(group, kind string, recorded bool) []*contestant {
	var list []*contestant
	cc, err := exec.LookPath("cc")
	if err != nil {
		return nil
	}
	what := "alone"
	if recorded {
		what = "recorded"
	}
	for _, k := range kernels {
		program, err := compile(cc, k.flags)
		c := &contestant{group: group, name: k.name, unit: "path-step", err: err}
		c.run = func() (float64, error) {
			out, err := exec.Command(program, kind, what, strconv.Itoa(8*floatPaths)).Output()
			if err != nil {
				return 0, fmt.Errorf("the compiled kernel: %w", err)
			}
			first, _, _ := strings.Cut(string(out), " ")
			return strconv.ParseFloat(first, 64)
		}
		list = append(list, c)
	}
	return list
}

// programs are the kernels compiled so far, by flags.
var programs = map[string]string{}

// removePrograms removes what was compiled.
func removePrograms() {
	for _, p := range programs {
		_ = os.RemoveAll(filepath.Dir(p)) // in the folder for temporary files
	}
}

func compile(cc string, flags []string) (string, error) {
	key := strings.Join(flags, " ")
	if p, ok := programs[key]; ok {
		return p, nil
	}
	dir, err := os.MkdirTemp("", "kernel")
	if err != nil {
		return "", err
	}
	file, program := filepath.Join(dir, "kernel.c"), filepath.Join(dir, "kernel")
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		return "", err
	}
	args := append([]string{"-O3", "-march=native"}, flags...)
	if out, err := exec.Command(cc, append(args, file, "-o", program, "-lm")...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("compiling the kernel: %w: %s", err, out)
	}
	programs[key] = program
	return program, nil
}
