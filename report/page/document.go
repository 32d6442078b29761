package page

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"strings"
)

//go:embed assets
var assets embed.FS

// document is a page: what is particular to it, to be put into the frame that
// all pages share.
type document struct {
	Title string
	Nav   []navItem
	Body  template.HTML
	Data  any // for the charts
}

// navItem is an entry of the bar at the top.
type navItem struct {
	Label  string
	Anchor string
	Each   bool // there is such a part in every section of the page
}

// frame is what the outermost template shows.
type frame struct {
	document
	Policy string
	Style  template.CSS
	Script template.JS
	JSON   template.JS
}

// write puts the document into the frame. The policy allows the one style sheet
// and the one script of the page, by their hashes, and nothing else.
func (doc document) write(w io.Writer) error {
	data, err := json.Marshal(doc.Data) // escapes <, > and &
	if err != nil {
		return fmt.Errorf("page: data: %w", err)
	}
	f := frame{document: doc, Style: template.CSS(style), Script: template.JS(script), JSON: template.JS(data)}
	f.Policy = "default-src 'none'; script-src " + source(script) + "; style-src " + source(style) +
		"; img-src data:; base-uri 'none'; form-action 'none'"
	if err := templates.ExecuteTemplate(w, "document", f); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	return nil
}

// source names a text in a policy.
func source(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

var (
	templates = template.Must(template.New("").Funcs(template.FuncMap{"tied": tied, "loose": loose}).ParseFS(assets, "assets/*.html"))
	style     = asset("uplot/uPlot.min.css") + "\n" + asset("page.css")
	script    = "/*\nuPlot, " + asset("uplot/LICENSE") + "*/\n" + asset("uplot/uPlot.iife.min.js") + "\n" + ownScript()
)

// tied keeps numbers and their units on one line.
func tied(text string) string {
	return strings.NewReplacer(" %", "\u00a0%", " pp", "\u00a0pp", " d", "\u00a0d", " h", "\u00a0h").Replace(text)
}

// loose lets long names break between their words.
func loose(text string) string {
	return strings.NewReplacer("_", "_\u200b", ".", ".\u200b", "(", "(\u200b", "[", "[\u200b").Replace(text)
}

// ownScript joins the scripts of this package, in order of their names.
func ownScript() string {
	names, err := fs.Glob(assets, "assets/js/*.js")
	if err != nil {
		panic(err) // a pattern that does not change
	}
	var b strings.Builder
	b.WriteString("(function () {\n\"use strict\";\n")
	for _, name := range names {
		b.WriteString(asset(strings.TrimPrefix(name, "assets/")) + "\n")
	}
	b.WriteString("})();\n")
	return b.String()
}

// asset reads an embedded file.
func asset(name string) string {
	content, err := assets.ReadFile("assets/" + name)
	if err != nil {
		panic(err) // embedded at build
	}
	return string(content)
}

// execute fills one template, for use within others.
func execute(name string, data any) (template.HTML, error) {
	var b strings.Builder
	if err := templates.ExecuteTemplate(&b, name, data); err != nil {
		return "", fmt.Errorf("page: %w", err)
	}
	return template.HTML(b.String()), nil
}
