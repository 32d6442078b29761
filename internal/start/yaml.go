package start

import (
	"bytes"
	"fmt"
	"strings"
)

// Section is a mapping of a configuration: its fields in order.
type Section struct {
	Comment string // above it, a line each
	fields  []field
}

type field struct {
	key, value, comment string
	list                []*Section
	section             *Section
}

// Set adds a value and where it comes from.
func (s *Section) Set(key, value, comment string) {
	s.fields = append(s.fields, field{key: key, value: value, comment: comment})
}

// Add adds an element to the list under a key.
func (s *Section) Add(key string) *Section {
	e := &Section{}
	for i := range s.fields {
		if f := &s.fields[i]; f.key == key {
			f.list = append(f.list, e)
			return e
		}
	}
	s.fields = append(s.fields, field{key: key, list: []*Section{e}})
	return e
}

// Sub adds a mapping under a key.
func (s *Section) Sub(key string) *Section {
	e := &Section{}
	s.fields = append(s.fields, field{key: key, section: e})
	return e
}

// YAML returns the text. Sections on the first level stand apart.
func (s *Section) YAML() []byte {
	var b bytes.Buffer
	comment(&b, s.Comment, "")
	if s.Comment != "" {
		b.WriteByte('\n')
	}
	s.write(&b, "", true)
	return b.Bytes()
}

func comment(b *bytes.Buffer, text, indent string) {
	if text == "" {
		return
	}
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		b.WriteString(strings.TrimRight(indent+"# "+line, " ") + "\n")
	}
}

// write writes the fields; the first one stands on the line of its element's
// dash when indented already.
func (s *Section) write(b *bytes.Buffer, indent string, top bool) {
	for i, f := range s.fields {
		if top && i > 0 && f.value == "" {
			b.WriteByte('\n')
		}
		switch {
		case f.section != nil:
			comment(b, f.section.Comment, indent)
			b.WriteString(indent + f.key + ":\n")
			f.section.write(b, indent+"  ", false)
		case f.list != nil:
			b.WriteString(indent + f.key + ":\n")
			for _, e := range f.list {
				e.element(b, indent+"  ")
			}
		default:
			b.WriteString(indent + f.key + ": " + f.value)
			if f.comment != "" {
				b.WriteString(" # " + strings.ReplaceAll(f.comment, "\n", " "))
			}
			b.WriteByte('\n')
		}
	}
}

func (s *Section) element(b *bytes.Buffer, indent string) {
	comment(b, s.Comment, indent)
	var inner bytes.Buffer
	s.write(&inner, indent+"  ", false)
	text := inner.Bytes()
	copy(text[len(indent):], "- ")
	b.Write(text)
}

// Name returns a text as an id of a configuration: letters, digits, dots, dashes
// and underscores.
func Name(text string) string {
	clean := strings.Map(func(c rune) rune {
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '.', c == '_', c == '-':
			return c
		}
		return '-'
	}, text)
	clean = strings.Trim(clean, ".-_")
	if most := 60; len(clean) > most {
		clean = clean[:most]
	}
	return clean
}

// Names gives each thing a name of its own.
type Names map[string]bool

// Take returns the text as a name, with a number behind it when the name is
// taken. Names that differ in their letters' case alone are the same.
func (n Names) Take(text, otherwise string) string {
	name := Name(text)
	if name == "" {
		name = otherwise
	}
	unique := name
	for i := 2; n[strings.ToLower(unique)]; i++ {
		unique = fmt.Sprintf("%s-%d", name, i)
	}
	n[strings.ToLower(unique)] = true
	return unique
}
