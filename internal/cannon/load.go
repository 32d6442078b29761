package cannon

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
)

// Project is a deployment's files, put together.
type Project struct {
	Name     string
	Files    []string
	settings map[string]*node
	invokes  []*invoke
	outputs  map[string]output // by extras.NAME
	problems Problems
}

// invoke is a call of a contract's function.
type invoke struct {
	name    string
	target  string
	fn      string // without its types
	types   string // (uint256), if it is written
	args    []*node
	depends []string
	at      Pos
}

// output is a value that a call leaves for others.
type output struct {
	invoke, event string
	arg           string
}

// mostFiles bounds what includes may bring.
const mostFiles = 10_000

// Load reads a file and all that it includes. What cannot be read is a
// [Problems].
func Load(path string) (*Project, error) {
	p := &Project{settings: map[string]*node{}, outputs: map[string]output{}}
	l := loader{Project: p, base: filepath.Dir(path), seen: map[string]bool{}}
	l.file(path, Pos{}, nil)
	if len(p.problems) > 0 {
		return nil, p.problems
	}
	p.order()
	return p, nil
}

type loader struct {
	*Project
	base string
	seen map[string]bool
}

// file reads a file after those that it includes, so that what it says itself
// is the last word. A file that comes twice is read once.
func (l *loader) file(path string, from Pos, within []string) {
	clean := filepath.Clean(path)
	shown := relative(l.base, clean)
	switch {
	case slices.Contains(within, clean):
		l.problem(from, "%s includes itself", shown)
		return
	case l.seen[clean]:
		return
	case len(l.Files) >= mostFiles:
		l.problem(from, "more than %d files", mostFiles)
		return
	}
	l.seen[clean] = true
	root, err := parseFile(clean, shown)
	var bad Problem
	switch {
	case errors.As(err, &bad):
		l.problems = append(l.problems, bad)
		return
	case errors.Is(err, fs.ErrNotExist) && from.File != "":
		l.problem(from, "includes %s, which does not exist", shown)
		return
	case err != nil:
		l.problem(Pos{shown, 1}, "%v", err)
		return
	}
	l.Files = append(l.Files, shown)
	if include := root.get("include"); include != nil {
		list := include.list
		if include.kind == textValue {
			list = []*node{include}
		}
		for _, n := range list {
			if n.kind != textValue {
				l.problem(n.at, "include wants names of files")
				continue
			}
			l.file(filepath.Join(filepath.Dir(clean), filepath.FromSlash(n.text)), n.at, append(within, clean))
		}
	}
	if name := root.get("name"); name != nil && len(within) == 0 {
		l.Name = name.text
	}
	l.sections(root)
}

func (l *loader) problem(at Pos, format string, args ...any) {
	l.problems = append(l.problems, Problem{at, fmt.Sprintf(format, args...)})
}

// sections takes what a file says: settings under setting and var, calls under
// invoke. Other actions build contracts and carry no parameters.
func (l *loader) sections(root *node) {
	if s := root.get("setting"); s != nil && s.kind == tableValue {
		for _, name := range s.keys {
			v := s.fields[name].get("defaultValue")
			if v == nil {
				if _, there := l.settings[name]; there {
					continue
				}
			}
			l.settings[name] = v // nil: somebody has to give it
		}
	}
	if s := root.get("var"); s != nil && s.kind == tableValue {
		for _, group := range s.keys {
			g := s.fields[group]
			if g.kind != tableValue {
				l.settings[group] = g
				continue
			}
			for _, name := range g.keys {
				if name != "depends" && name != "description" {
					l.settings[name] = g.fields[name]
				}
			}
		}
	}
	if s := root.get("invoke"); s != nil && s.kind == tableValue {
		for _, name := range s.keys {
			if n := s.fields[name]; n.kind == tableValue {
				l.invoke(name, n)
			}
		}
	}
}

func (l *loader) invoke(name string, n *node) {
	i := &invoke{name: name, at: n.at}
	if fn := n.get("func"); fn != nil {
		i.fn, i.types = signature(fn.text)
		i.at = fn.at
	}
	if args := n.get("args"); args != nil && args.kind == listValue {
		i.args = args.list
	}
	if t := n.get("target"); t != nil {
		i.target = t.text
		if len(t.list) > 0 {
			i.target = t.list[0].text
		}
	}
	if d := n.get("depends"); d != nil {
		for _, x := range d.list {
			i.depends = append(i.depends, x.text)
		}
	}
	for _, section := range []string{"extra", "var"} {
		outputs := n.get(section)
		if outputs == nil || outputs.kind != tableValue {
			continue
		}
		for _, key := range outputs.keys {
			o := output{invoke: name}
			if event := outputs.fields[key].get("event"); event != nil {
				o.event = event.text
			}
			if arg := outputs.fields[key].get("arg"); arg != nil {
				o.arg = arg.text
			}
			l.outputs["extras."+key] = o
		}
	}
	for k, old := range l.invokes {
		if old.name == name { // a later file says it anew
			l.invokes[k] = i
			return
		}
	}
	l.invokes = append(l.invokes, i)
}

func signature(text string) (name, types string) {
	for i, c := range text {
		if c == '(' {
			return text[:i], text[i:]
		}
	}
	return text, ""
}

// order puts the calls in the order in which they run: as they stand in the
// files, but after what they depend on.
func (p *Project) order() {
	byName := map[string]*invoke{}
	for _, i := range p.invokes {
		byName["invoke."+i.name] = i
	}
	done, list := map[*invoke]int{}, make([]*invoke, 0, len(p.invokes))
	var visit func(i *invoke)
	visit = func(i *invoke) {
		if done[i] != 0 {
			return
		}
		done[i] = 1
		for _, d := range i.depends {
			if other := byName[d]; other != nil && done[other] == 0 {
				visit(other)
			}
		}
		list = append(list, i)
	}
	for _, i := range p.invokes {
		visit(i)
	}
	p.invokes = list
}
