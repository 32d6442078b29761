package configs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Bounds of a file. The marks that start a value are counted before anything is
// parsed, since the parser's tree takes a hundred times the room of the text.
const (
	largestFile = 4 << 20
	mostMarks   = 100_000
	mostNodes   = 100_000 // with aliases expanded
	mostKeys    = 200     // of a section
	deepest     = 24
)

// document reads one YAML document into a node; nil after a problem.
func document(data []byte, from origin, c *collector) *node {
	if found, allowed := unreadable(data); found != "" {
		c.add(from, "", found, allowed)
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var doc, second yaml.Node
	if err := decoder.Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		c.add(from.moved(lineOf(err), 0), "", "text that is not YAML ("+strings.TrimPrefix(err.Error(), "yaml: ")+")", "a YAML document")
		return nil
	}
	if doc.Kind == 0 {
		c.add(from.moved(1, 1), "", "nothing", "a YAML document with a section of keys")
		return nil
	}
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		c.add(from.moved(max(second.Line, lineOf(err)), 0), "", "more than one document", "one YAML document")
		return nil
	}
	reader := treeReader{from: from, budget: mostNodes}
	tree, err := reader.node(doc.Content[0], 0)
	if err != nil {
		c.add(from.moved(reader.line, reader.column), "", err.found, err.allowed)
		return nil
	}
	return tree
}

// unreadable tells what makes bytes unfit for parsing.
func unreadable(data []byte) (found, allowed string) {
	if len(data) > largestFile {
		return fmt.Sprintf("%d bytes", len(data)), fmt.Sprintf("at most %d bytes", largestFile)
	}
	if !utf8.Valid(data) {
		return "bytes that are not UTF-8", "UTF-8 text"
	}
	marks := 0
	for _, b := range data {
		if strings.IndexByte("[{,:?-\n&*!", b) >= 0 {
			marks++
		}
	}
	if marks > mostMarks {
		return fmt.Sprintf("%d marks that may start a value", marks), fmt.Sprintf("at most %d of new lines, commas, colons, dashes and brackets together", mostMarks)
	}
	return "", ""
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

func lineOf(err error) int {
	if err == nil {
		return 0
	}
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		n, _ := strconv.Atoi(m[1])
		return n
	}
	return 1
}

type treeError struct{ found, allowed string }

var tooManyKeys = treeError{"more than " + strconv.Itoa(mostKeys) + " keys in a section", "fewer keys"}

// treeReader turns the parser's nodes into ours and expands aliases, within
// bounds.
type treeReader struct {
	from         origin
	budget       int
	line, column int // last node seen
}

func (r *treeReader) node(y *yaml.Node, depth int) (*node, *treeError) {
	r.line, r.column = y.Line, y.Column
	r.budget--
	switch {
	case depth > deepest:
		return nil, &treeError{"more than " + strconv.Itoa(deepest) + " levels", "fewer levels, and no anchor within itself"}
	case r.budget < 0:
		return nil, &treeError{"more than " + strconv.Itoa(mostNodes) + " values", "fewer values, with the aliases expanded"}
	case y.Style&yaml.TaggedStyle != 0:
		return nil, &treeError{"the tag " + shown(y.Tag), "no tags"}
	}
	n := &node{origin: r.from.moved(y.Line, y.Column)}
	switch y.Kind {
	case yaml.AliasNode:
		return r.node(y.Alias, depth+1)
	case yaml.SequenceNode:
		n.kind = listNode
		return n, r.items(n, y, depth)
	case yaml.MappingNode:
		n.kind = mapNode
		return n, r.entries(n, y, depth)
	case yaml.ScalarNode:
		if y.Tag != "!!null" {
			n.kind, n.text = scalarNode, y.Value
		}
	}
	return n, nil
}

func (r *treeReader) items(n *node, y *yaml.Node, depth int) *treeError {
	for _, content := range y.Content {
		item, err := r.node(content, depth+1)
		if err != nil {
			return err
		}
		n.items = append(n.items, item)
	}
	return nil
}

func (r *treeReader) entries(n *node, y *yaml.Node, depth int) *treeError {
	if len(y.Content) > 2*mostKeys {
		return &tooManyKeys
	}
	var merged []*node
	for i := 0; i+1 < len(y.Content); i += 2 {
		name := y.Content[i]
		if name.Kind != yaml.ScalarNode {
			r.line, r.column = name.Line, name.Column
			return &treeError{"a key that is not a word", "words as keys"}
		}
		value, err := r.node(y.Content[i+1], depth+1)
		if err != nil {
			return err
		}
		if name.Tag == "!!merge" {
			merged = append(merged, value)
			continue
		}
		n.entries = append(n.entries, entry{name.Value, r.from.moved(name.Line, name.Column), value})
	}
	return r.merge(n, merged)
}

// merge adds what the merge keys (<<) bring; keys of the map itself go before.
func (r *treeReader) merge(n *node, merged []*node) *treeError {
	for len(merged) > 0 {
		from := merged[0]
		merged = merged[1:]
		switch from.kind {
		case listNode:
			merged = append(append([]*node(nil), from.items...), merged...)
		case mapNode:
			for _, e := range from.entries {
				if n.get(e.name) == nil {
					n.entries = append(n.entries, e)
				}
			}
			if len(n.entries) > mostKeys {
				return &tooManyKeys
			}
		default:
			return &treeError{"<< with " + from.found(), "<< with an alias of a section"}
		}
	}
	return nil
}
