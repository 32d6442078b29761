package runner

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"backtest/configs"
	"backtest/runner/record"
)

// inputs lists the files that a run reads, of all scenarios and points, each
// with what is in it: with another content it is another question.
func (w *worlds) inputs() ([]record.Input, error) {
	var all []record.Input
	add := func(in record.Input) {
		if !slices.Contains(all, in) {
			all = append(all, in)
		}
	}
	for _, v := range w.variants {
		for _, in := range v.prices.inputs {
			add(in)
		}
	}
	for _, name := range w.scripts() {
		in, err := readInput(name)
		if err != nil {
			return nil, err
		}
		add(in)
	}
	return all, nil
}

// scripts are the files of scripted markets and of starts.
func (w *worlds) scripts() []string {
	var names []string
	for _, v := range w.variants {
		names = append(names, scriptsOf(v.cfg)...)
	}
	if w.study == nil {
		return names
	}
	for a, axis := range w.study.Axes {
		if strings.HasSuffix(axis.Key, "].file") {
			for _, point := range w.study.Points {
				names = append(names, point[a])
			}
		}
	}
	return names
}

func scriptsOf(cfg *configs.Config) []string {
	var names []string
	for _, m := range cfg.Markets {
		if m.File != "" {
			names = append(names, m.File)
		}
	}
	if s := cfg.State; s != nil {
		for _, name := range []string{s.File, s.Positions} {
			if name != "" {
				names = append(names, name)
			}
		}
		if s.Perps != nil {
			names = append(names, s.Perps.Positions)
		}
	}
	return names
}

// readInput digests a file.
func readInput(name string) (record.Input, error) {
	f, err := os.Open(name)
	if err != nil {
		return record.Input{}, &InputError{"file", err}
	}
	sum := sha256.New()
	size, err := io.Copy(sum, f)
	if err = errors.Join(err, f.Close()); err != nil {
		return record.Input{}, fmt.Errorf("%s: %w", filepath.Base(name), err)
	}
	return record.Input{Name: filepath.Base(name), Bytes: size, SHA256: hex.EncodeToString(sum.Sum(nil))}, nil
}
