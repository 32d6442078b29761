package cannon

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	toml "github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// Pos is a place in a file.
type Pos struct {
	File string // as it was named, relative to the first file's folder
	Line int
}

func (p Pos) String() string {
	if p.File == "" {
		return "nowhere"
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// Problem is something in a file that cannot be read.
type Problem struct {
	At   Pos
	Text string
}

func (p Problem) Error() string { return fmt.Sprintf("%s: %s", p.At, p.Text) }

// Problems are all that were found.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, x := range p {
		lines[i] = x.Error()
	}
	return strings.Join(lines, "\n")
}

// kind of a value of a file.
type kind int

const (
	textValue kind = iota
	numberValue
	boolValue
	listValue
	tableValue
)

// node is a value of a file and where it stands.
type node struct {
	kind   kind
	text   string // as it is written, of numbers and truth values too
	list   []*node
	keys   []string // of a table, in order
	fields map[string]*node
	at     Pos
}

func table(at Pos) *node { return &node{kind: tableValue, fields: map[string]*node{}, at: at} }

func (n *node) set(key string, v *node) {
	if _, ok := n.fields[key]; !ok {
		n.keys = append(n.keys, key)
	}
	n.fields[key] = v
}

// get follows keys through tables, nil where there is nothing.
func (n *node) get(keys ...string) *node {
	for _, k := range keys {
		if n == nil || n.kind != tableValue {
			return nil
		}
		n = n.fields[k]
	}
	return n
}

// reader reads one file.
type reader struct {
	file  string
	lines []int    // offsets of line ends
	twice *Problem // the first key that is there twice
	p     unstable.Parser
}

// mostBytes bounds a file.
const mostBytes = 16 << 20

// parseFile reads a TOML file as a tree.
func parseFile(path, shown string) (*node, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, withoutPath(err)
	}
	if info.IsDir() || info.Size() > mostBytes {
		return nil, fmt.Errorf("it is a folder, or larger than %d bytes", mostBytes)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, withoutPath(err)
	}
	r := &reader{file: shown}
	for i, c := range text {
		if c == '\n' {
			r.lines = append(r.lines, i)
		}
	}
	root, err := r.read(text)
	if err == nil && r.twice != nil {
		return nil, *r.twice
	}
	// The strict reader finds values of a wrong form, and says where.
	var strict map[string]any
	if err := toml.Unmarshal(text, &strict); err != nil {
		line := 1
		if d, ok := err.(*toml.DecodeError); ok {
			line, _ = d.Position()
		}
		return nil, Problem{Pos{shown, line}, strings.TrimPrefix(err.Error(), "toml: ")}
	}
	return root, err
}

func withoutPath(err error) error {
	if p, ok := err.(*os.PathError); ok {
		return p.Err
	}
	return err
}

func (r *reader) pos(n *unstable.Node) Pos {
	return Pos{r.file, 1 + sort.SearchInts(r.lines, int(n.Raw.Offset))}
}

func (r *reader) read(text []byte) (*node, error) {
	root := table(Pos{r.file, 1})
	at := root
	r.p.Reset(text)
	for r.p.NextExpression() {
		e := r.p.Expression()
		switch e.Kind {
		case unstable.Table:
			at = r.descend(root, e, false)
		case unstable.ArrayTable:
			at = r.descend(root, e, true)
		case unstable.KeyValue:
			r.keyValue(at, e)
		}
	}
	return root, r.p.Error()
}

// descend returns the table that a header opens.
func (r *reader) descend(root *node, e *unstable.Node, array bool) *node {
	at := root
	for k := e.Key(); k.Next(); {
		key, pos, last := string(k.Node().Data), r.pos(k.Node()), k.IsLast()
		next := at.fields[key]
		if array && last {
			if next == nil {
				next = &node{kind: listValue, at: pos}
				at.set(key, next)
			}
			next.list = append(next.list, table(pos))
		} else if next == nil {
			next = table(pos)
			at.set(key, next)
		}
		if next.kind == listValue && len(next.list) > 0 {
			next = next.list[len(next.list)-1]
		}
		at = next
	}
	return at
}

func (r *reader) keyValue(at *node, e *unstable.Node) {
	for k := e.Key(); k.Next(); {
		key, pos := string(k.Node().Data), r.pos(k.Node())
		if k.IsLast() {
			if old := at.fields[key]; old != nil && r.twice == nil {
				r.twice = &Problem{pos, fmt.Sprintf("the key %s is there twice, first in line %d", key, old.at.Line)}
			}
			at.set(key, r.value(e.Value(), pos))
			return
		}
		next := at.fields[key]
		if next == nil || next.kind != tableValue {
			next = table(pos)
			at.set(key, next)
		}
		at = next
	}
}

func (r *reader) value(v *unstable.Node, at Pos) *node {
	if v.Raw.Length > 0 {
		at = r.pos(v)
	}
	switch v.Kind {
	case unstable.Array:
		n := &node{kind: listValue, at: at}
		for c := v.Children(); c.Next(); {
			n.list = append(n.list, r.value(c.Node(), at))
		}
		return n
	case unstable.InlineTable:
		n := table(at)
		for c := v.Children(); c.Next(); {
			r.keyValue(n, c.Node())
		}
		return n
	case unstable.Bool:
		return &node{kind: boolValue, text: string(v.Data), at: at}
	case unstable.Integer, unstable.Float:
		return &node{kind: numberValue, text: string(v.Data), at: at}
	}
	return &node{kind: textValue, text: string(v.Data), at: at}
}

// relative is how a file is shown: from the folder of the first one.
func relative(base, path string) string {
	if rel, err := filepath.Rel(base, path); err == nil {
		return filepath.ToSlash(rel)
	}
	return filepath.ToSlash(path)
}
