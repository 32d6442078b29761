package architecture_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	linkPattern    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	headingPattern = regexp.MustCompile(`(?m)^#+ +(.+?) *$`)
	notInAnchors   = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// anchors gives the names under which a document's headings can be linked to,
// as the forges that show Markdown make them.
func anchors(markdown string) map[string]bool {
	set := map[string]bool{}
	for _, heading := range headingPattern.FindAllStringSubmatch(markdown, -1) {
		name := notInAnchors.ReplaceAllString(strings.ToLower(heading[1]), "")
		set[strings.ReplaceAll(name, " ", "-")] = true
	}
	return set
}

func documents(t *testing.T) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (name == ".git" || entry.Name() == "testdata" || entry.Name() == "out" || entry.Name() == "bin"):
			return filepath.SkipDir
		case filepath.Ext(name) == ".md":
			names = append(names, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// TestLinksLead checks every link between the project's documents: the file is
// there, and so is the heading that it names.
func TestLinksLead(t *testing.T) {
	links := 0
	for _, name := range documents(t) {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range linkPattern.FindAllStringSubmatch(string(content), -1) {
			target, anchor, _ := strings.Cut(match[1], "#")
			if strings.Contains(target, ":") {
				continue // another site
			}
			links++
			file := name
			if target != "" {
				file = filepath.Join(filepath.Dir(name), target)
			}
			linked, err := os.ReadFile(file)
			if info, statErr := os.Stat(file); statErr == nil && info.IsDir() {
				err = nil
			}
			if err != nil {
				t.Errorf("%s links to %s, which is not there", name, match[1])
				continue
			}
			if anchor != "" && !anchors(string(linked))[anchor] {
				t.Errorf("%s links to %s, which has no such heading", name, match[1])
			}
		}
	}
	if links < 20 {
		t.Errorf("only %d links were found", links)
	}
}

// TestEveryDocumentIsIndexed: a reader finds each page of docs from its index.
func TestEveryDocumentIsIndexed(t *testing.T) {
	index, err := os.ReadFile("docs/README.md")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		if base := filepath.Base(page); base != "README.md" && !strings.Contains(string(index), "("+base+")") {
			t.Errorf("docs/README.md does not link to %s", base)
		}
	}
}
