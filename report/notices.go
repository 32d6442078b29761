package report

import (
	"fmt"
	"strings"

	"backtest/internal/warn"
)

// Notices are the warnings of the whole run: what was done otherwise than it was
// asked, failed paths, and paths that depend on one another. Those of single figures
// are with the figures (see [Cell.Warnings]).
func (d *Data) Notices() []warn.Warning {
	all := [][]warn.Warning{d.Manifest.Warnings, d.failedNotice()}
	for _, c := range d.Cells {
		if c.dependence != "" {
			all = append(all, []warn.Warning{warn.New(warn.DependentPaths, "%s", c.dependence)})
		}
	}
	return warn.Join(all...)
}

// mostNamed cells are named of those with failed paths.
const mostNamed = 8

func (d *Data) failedNotice() []warn.Warning {
	var failed, all int64
	var where []string
	for _, c := range d.Cells {
		all += c.Paths + c.Failed
		if failed += c.Failed; c.Failed > 0 {
			where = append(where, c.Label())
		}
	}
	if failed == 0 {
		return nil
	}
	w := warn.New(warn.FailedPaths, "%s left out of every figure", plural(failed, "failed path is", "failed paths are")).
		Change(fmt.Sprintf("%d -> %d paths", all, all-failed), float64(failed), "paths")
	if n := len(where); n > mostNamed {
		where = append(where[:mostNamed:mostNamed], fmt.Sprintf("%d more", n-mostNamed))
	}
	if len(d.Cells) > 1 {
		w.Scenarios = where
	}
	return []warn.Warning{w}
}

// noticeList writes warnings as Markdown under a head; empty without any.
func noticeList(head string, list []warn.Warning) string {
	if len(list) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("\n" + head + "\n\n")
	for _, w := range list {
		fmt.Fprintf(&b, "- %s: %s\n", code(string(w.Code)), EscapeMarkdown(w.String()))
	}
	return b.String()
}

// NoticeList is the same for other documents.
func NoticeList(head string, list []warn.Warning) string { return noticeList(head, list) }

// noticeText writes warnings for a terminal.
func noticeText(list []warn.Warning, s Style) string {
	var b strings.Builder
	for _, w := range list {
		b.WriteString(s.paint(yellow, "! "+w.String()) + "\n")
	}
	return b.String()
}
