package page

import (
	"fmt"
	"html"
	"html/template"
	"strings"
)

// drawing is an SVG being written. Its colours are classes of the style sheet, so
// that it follows the theme.
type drawing struct {
	body          strings.Builder
	width, height float64
}

// el adds an element; text within it, a tooltip first, is escaped.
func (d *drawing) el(name, attributes, tooltip, content string) {
	fmt.Fprintf(&d.body, "<%s %s>", name, attributes)
	if tooltip != "" {
		fmt.Fprintf(&d.body, "<title>%s</title>", html.EscapeString(tooltip))
	}
	fmt.Fprintf(&d.body, "%s</%s>", html.EscapeString(content), name)
}

func (d *drawing) rect(class string, x, y, w, h float64, tooltip string) {
	d.el("rect", fmt.Sprintf(`class="%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="3"`, class, x, y, max(w, 1), h), tooltip, "")
}

// text writes a line; anchor is start, middle or end.
func (d *drawing) text(class, anchor string, x, y float64, content string) {
	d.el("text", fmt.Sprintf(`class="%s" text-anchor="%s" x="%.1f" y="%.1f"`, class, anchor, x, y), "", content)
}

func (d *drawing) line(class string, x1, y1, x2, y2 float64) {
	d.el("line", fmt.Sprintf(`class="%s" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"`, class, x1, y1, x2, y2), "", "")
}

// done gives the whole picture; label says what it shows to those who cannot
// see it.
func (d *drawing) done(class, label string) template.HTML {
	return template.HTML(fmt.Sprintf(`<svg class="drawing %s" viewBox="0 0 %.0f %.0f" role="img" aria-label="%s">%s</svg>`,
		class, d.width, d.height, html.EscapeString(label), d.body.String()))
}

// short cuts a name that would not fit.
func short(name string, most int) string {
	letters := []rune(name)
	if len(letters) <= most {
		return name
	}
	return string(letters[:most-1]) + "…"
}
