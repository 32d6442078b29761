package configs

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"backtest/internal/warn"
)

// Source is what a configuration is loaded from. Flags go before Sets, Sets before
// Env, Env before the file, the file before the preset, the preset before the
// defaults.
type Source struct {
	Preset string // name of an embedded preset
	File   string // path of a file
	Bytes  []byte // content instead of a file
	Name   string // of Bytes, in problems
	Dir    string // where relative names of files in Bytes start; "" is the working directory

	Env   []string          // NAME=value; those that begin with BACKTEST_SET_ (or, of older releases, BACKTEST_) are keys, nested with __
	Sets  []string          // key=value, see [Loaded.With]
	Flags map[string]string // configuration key to value

	// CheckExpression refuses an expression that no report could answer; nil takes all.
	// An error with a method Allowed() string tells by it what would be right.
	CheckExpression func(use Use, text string) error
}

// Use is what an expression is taken for.
type Use string

// Uses of expressions. The last two are figures without a limit.
const (
	ThresholdUse  Use = "threshold"
	ConstraintUse Use = "constraint"
	ObjectiveUse  Use = "objective"
	StoppingUse   Use = "stopping rule"
)

// Loaded is a valid configuration.
type Loaded struct {
	Config  *Config
	SHA256  string  // of CanonicalJSON, hexadecimal
	BaseDir string  // where relative names of files in the file start
	Inputs  []Input // files that the configuration names

	Warnings []warn.Warning // of the configuration itself

	source   Source
	question string // at the head of the topmost file that has one
	tree     *node
	where    map[string]origin

	canonical, effective, effectiveJSON []byte
}

// Load merges the layers of the source and validates the result. The error is
// [Problems], all of them at once; other errors are failures to read a file that
// is there.
func Load(source Source) (*Loaded, error) {
	l := &Loaded{source: source, BaseDir: cmp.Or(source.Dir, ".")}
	if source.File != "" {
		l.BaseDir = filepath.Dir(source.File)
	}
	c := newCollector()
	merged := newLayers(nil)
	for _, layer := range l.documents(c) {
		merged.merge(layer)
	}
	if len(c.list) > 0 && c.bad[""] {
		return nil, c.err() // a file that cannot be read says nothing about the rest
	}
	c.assignAll(merged, source)
	l.tree = merged.tree()
	if l.tree.file == "" {
		l.tree.file = "configuration"
	}
	config, d := l.validate(l.tree, c, true)
	if err := c.err(); err != nil {
		return nil, err
	}
	if config.Question == "" {
		config.Question = l.question
	}
	l.Config, l.where = config, d.where
	if l.scenarios(c, l.tree); len(c.list) > 0 {
		return nil, c.err()
	}
	return l, l.seal(d.inputs)
}

func (l *Loaded) validate(tree *node, c *collector, variants bool) (*Config, *decoder) {
	config, d := decode(tree, c)
	check := &checker{Config: config, decoder: d, hooks: l.source, tree: tree}
	check.contradictions(variants)
	config.derive()
	return config, d
}

// derive fills in what follows from other keys.
func (c *Config) derive() {
	for i := range c.Collaterals {
		if ct := &c.Collaterals[i]; ct.Asset == "" {
			ct.Asset = ct.ID
		}
	}
	for i := range c.Prices.Assets {
		asset := &c.Prices.Assets[i]
		recorded := asset.Process.Kind == "history" || asset.Process.Kind == "bootstrap"
		if recorded && asset.Process.Column == "" {
			asset.Process.Column = asset.ID
		}
		if fit := asset.Process.Calibrate; fit != nil && fit.Column == "" {
			fit.Column = asset.ID
		}
	}
}

// documents reads the preset and the file.
func (l *Loaded) documents(c *collector) []*node {
	var layers []*node
	add := func(content []byte, from origin) {
		if q := headQuestion(content); q != "" {
			l.question = q
			if preset := presetAsking(q); from.layer == fileLayer && preset != "" && !isPresetText(preset, content) {
				l.question = ""
				l.Warnings = append(l.Warnings, warn.New(warn.CopiedQuestion, "the question at the head is that of preset %s, and the file is another: what does it ask?", preset).At("question"))
			}
		}
		if tree := document(content, from, c); tree != nil {
			if tree = c.conform("", tree, root()); tree.kind == mapNode {
				layers = append(layers, tree)
			}
		}
	}
	if name := l.source.Preset; name != "" {
		from := origin{file: "preset " + name, layer: presetLayer}
		content, err := Preset(name)
		if err != nil {
			from.file = "preset"
			c.add(from, "", shown(name), suggest(name, presetNames()))
			return nil
		}
		add(content, from)
	}
	from := origin{file: l.source.File, layer: fileLayer, dir: l.BaseDir}
	switch {
	case l.source.File != "":
		content, err := readFile(l.source.File)
		if err != nil {
			c.add(from, "", err.Error(), "a file that can be read")
			return nil
		}
		add(content, from)
	case l.source.Bytes != nil:
		from.file = l.source.Name
		add(l.source.Bytes, from)
	}
	return layers
}

// readFile reads a regular file, and no more of it than shows that it is too
// large.
func readFile(path string) ([]byte, error) {
	if err := regular(path); err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, errors.Unwrap(err)
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, largestFile+1))
}

// seal computes the hashes of a valid configuration.
func (l *Loaded) seal(inputs []Input) error {
	for i := range inputs {
		if err := inputs[i].digest(); err != nil {
			return fmt.Errorf("reading an input: %w", err)
		}
	}
	l.Inputs = inputs
	l.write()
	return nil
}

// Position tells where a key was written, or the nearest section around it, for
// problems that show later.
func (l *Loaded) Position(key string) (file string, line, column int) {
	at := (&decoder{where: l.where}).near(key)
	return at.file, at.line, at.column
}

// Problem is a problem of a key of this configuration that showed after loading.
func (l *Loaded) Problem(key, found, allowed string) Problem {
	file, line, column := l.Position(key)
	return Problem{File: file, Line: line, Column: column, Key: clean(key), Found: clean(found), Allowed: clean(allowed)}
}
