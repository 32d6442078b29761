package report

import (
	"strings"
	"unicode/utf8"
)

// table is text in columns; the first row is the head.
type table struct {
	rows  [][]string
	right []bool // columns that are set flush right
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

func (t *table) widths() []int {
	widths := make([]int, len(t.rows[0]))
	for _, row := range t.rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	return widths
}

func (t *table) pad(cell string, column, width int) string {
	space := strings.Repeat(" ", max(0, width-utf8.RuneCountInString(cell)))
	if column < len(t.right) && t.right[column] {
		return space + cell
	}
	return cell + space
}

// text writes the table for a terminal, indented, without the head's rule.
func (t *table) text(indent string) string {
	var b strings.Builder
	widths := t.widths()
	for _, row := range t.rows {
		line := indent
		for i, cell := range row {
			if i > 0 {
				line += "  "
			}
			line += t.pad(cell, i, widths[i])
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

// markdown writes the table with its columns aligned in the source too.
func (t *table) markdown() string {
	for _, row := range t.rows {
		for i := range row {
			row[i] = EscapeMarkdown(row[i])
		}
	}
	var b strings.Builder
	widths := t.widths()
	for r, row := range t.rows {
		for i, cell := range row {
			b.WriteString("| " + t.pad(cell, i, widths[i]) + " ")
		}
		b.WriteString("|\n")
		if r == 0 {
			for i, width := range widths {
				b.WriteString("|" + t.rule(i, width))
			}
			b.WriteString("|\n")
		}
	}
	return b.String()
}

func (t *table) rule(column, width int) string {
	if column < len(t.right) && t.right[column] {
		return strings.Repeat("-", width+1) + ":"
	}
	return strings.Repeat("-", width+2)
}

// code sets text in a code span, which EscapeMarkdown leaves alone.
func code(text string) string { return "`" + strings.ReplaceAll(text, "`", "'") + "`" }

// EscapeMarkdown keeps names from configurations out of the markup.
func EscapeMarkdown(text string) string {
	if len(text) > 1 && strings.HasPrefix(text, "`") && strings.HasSuffix(text, "`") {
		return strings.NewReplacer("|", `\|`, "\n", " ").Replace(text)
	}
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "\n", " ", "`", "'", "*", `\*`).Replace(text)
}
