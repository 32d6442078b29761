// Package deploy holds what carries the program to other machines; its test
// keeps that in step with the rest of the project.
package deploy

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

func text(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func only(t *testing.T, content, pattern string) string {
	t.Helper()
	found := regexp.MustCompile(pattern).FindAllStringSubmatch(content, -1)
	if len(found) != 1 {
		t.Fatalf("%s is found %d times", pattern, len(found))
	}
	return found[0][1]
}

// TestContainer: the image is built with the compiler and the flags that the
// project is built with, and holds nothing but the program, which is not root.
func TestContainer(t *testing.T) {
	file := text(t, "Containerfile")
	if a, b := only(t, file, `golang:([0-9.]+)`), only(t, text(t, "../go.mod"), `(?m)^go ([0-9.]+)$`); a != b {
		t.Errorf("the image has Go %s, go.mod %s", a, b)
	}
	flags := func(content string) string {
		return strings.NewReplacer(`'`, `"`, "$(VERSION)", "$VERSION").Replace(only(t, content, `go build (.*) -o \S*/backtest ./cmd/backtest`))
	}
	if a, b := flags(file), flags(text(t, "../Makefile")); a != b {
		t.Errorf("the image is built with %s, make build with %s", a, b)
	}
	_, image, _ := strings.Cut(file, "FROM scratch\n")
	if image == "" || strings.Count(image, "COPY") != 1 || !strings.Contains(image, "USER 65532:65532") || !strings.Contains(file, "CGO_ENABLED=0") {
		t.Errorf("%s", file)
	}
}
