package threshold

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// SyntaxError says where the text of a threshold cannot be read.
type SyntaxError struct {
	Text     string
	Position int // byte offset into Text, at most its length
	Reason   string
}

// Error gives the reason, and below it the text with a caret at the position.
func (e *SyntaxError) Error() string {
	column := utf8.RuneCountInString(e.Text[:e.Position])
	line := strings.Map(func(r rune) rune { // one column a rune, so that the caret stays in place
		if r < ' ' {
			return ' '
		}
		return r
	}, e.Text)
	return fmt.Sprintf("threshold, column %d: %s\n  %s\n  %s^", column+1, e.Reason, line, strings.Repeat(" ", column))
}

// Parse reads a threshold; see the package comment for the grammar. It is on
// the estimate and fails the run, until its options say otherwise. Errors are
// *SyntaxError.
func Parse(text string) (Threshold, error) {
	p := &parser{text: text}
	t := Threshold{On: OnEstimate, Severity: Fail}
	t.Figure = p.figure()
	t.Op = p.operator()
	t.Limit = p.limit()
	if p.skip(); p.err == nil && p.at < len(p.text) {
		p.fail(p.at, "nothing may follow the limit")
	}
	if p.err != nil {
		return Threshold{}, p.err
	}
	return t, nil
}

// ParseFigure reads the left side of a threshold alone.
func ParseFigure(text string) (Figure, error) {
	p := &parser{text: text}
	f := p.figure()
	if p.skip(); p.err == nil && p.at < len(p.text) {
		p.fail(p.at, "nothing may follow the figure")
	}
	if p.err != nil {
		return Figure{}, p.err
	}
	return f, nil
}

// parser keeps its first error; after it every part reads as empty.
type parser struct {
	text string
	at   int
	err  error
}

func (p *parser) fail(position int, format string, args ...any) {
	if p.err == nil {
		p.err = &SyntaxError{Text: p.text, Position: min(position, len(p.text)), Reason: fmt.Sprintf(format, args...)}
	}
}

func (p *parser) skip() {
	for p.at < len(p.text) && (p.text[p.at] == ' ' || p.text[p.at] == '\t') {
		p.at++
	}
}

// take consumes the token if it is next.
func (p *parser) take(token string) bool {
	p.skip()
	if p.err != nil || !strings.HasPrefix(p.text[p.at:], token) {
		return false
	}
	p.at += len(token)
	return true
}

func (p *parser) expect(token, why string) {
	if !p.take(token) {
		p.fail(p.at, "expected %q %s", token, why)
	}
}

func (p *parser) figure() Figure {
	p.skip()
	start := p.at
	word := p.leveled("a metric or a statistic")
	if p.take("(") {
		f := p.statistic(start, word)
		f.Metric = p.word("a metric")
		f.Selector = p.selector()
		p.expect(")", "after the metric")
		return f
	}
	selector := p.selector()
	var f Figure
	if p.take(".") {
		p.skip()
		start = p.at
		f = p.statistic(start, p.leveled("a statistic, such as probability"))
	}
	f.Metric, f.Selector = word, selector
	return f
}

// leveled is a word that may end in a level with a point, such as p99.9. A
// digit after the point tells it from that of metric.probability.
func (p *parser) leveled(what string) string {
	start := p.at
	p.word(what)
	if p.at+1 < len(p.text) && p.text[p.at] == '.' && isDigit(p.text[p.at+1]) {
		p.at++
		p.while(isDigit)
	}
	return p.text[start:p.at]
}

// statistic splits a word such as p99.9 into its name and its level.
func (p *parser) statistic(start int, word string) Figure {
	name := strings.TrimRight(word, "0123456789.")
	if name == word {
		return Figure{Statistic: word}
	}
	level, err := strconv.ParseFloat(word[len(name):], 64)
	if name == "" || err != nil {
		p.fail(start, "%q is no statistic", word)
	} else if !(level > 0 && level < 100) {
		p.fail(start+len(name), "a level lies between 0 and 100, both excluded")
	}
	return Figure{Statistic: name, Level: level}
}

func (p *parser) selector() string {
	if !p.take("[") {
		return ""
	}
	start := p.at
	p.while(func(c byte) bool { return c != ']' && c != '[' && c >= ' ' })
	text := strings.TrimSpace(p.text[start:p.at])
	if text == "" {
		p.fail(start, "the selector is empty")
	}
	p.expect("]", "after the selector")
	return text
}

func (p *parser) word(what string) string {
	p.skip()
	start := p.at
	if p.at < len(p.text) && isLetter(p.text[p.at]) {
		p.while(func(c byte) bool { return isLetter(c) || isDigit(c) })
	}
	if start == p.at {
		p.fail(start, "expected %s", what)
	}
	return p.text[start:p.at]
}

func (p *parser) while(is func(c byte) bool) {
	for p.at < len(p.text) && is(p.text[p.at]) {
		p.at++
	}
}

func (p *parser) operator() Op {
	for _, op := range []Op{LessEqual, GreaterEqual, Less, Greater} {
		if p.take(string(op)) {
			return op
		}
	}
	p.fail(p.at, "expected one of < <= > >=")
	return ""
}

func (p *parser) limit() Limit {
	p.skip()
	start := p.at
	if p.at < len(p.text) && (p.text[p.at] == '-' || p.text[p.at] == '+') {
		p.at++
	}
	p.digits()
	if p.at < len(p.text) && p.text[p.at] == '.' {
		p.at++
		p.digits()
	}
	p.exponent()
	text := p.text[start:p.at]
	percent := p.take("%")
	if p.err != nil {
		return Limit{}
	}
	value, err := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
	if err != nil {
		p.fail(start, "the number %s is out of range", text)
	}
	if percent {
		value /= 100
	}
	return Limit{Value: value + 0, Percent: percent, Of: p.of(percent)}
}

// of reads what a percentage is of, if that is said.
func (p *parser) of(percent bool) string {
	if !percent || !p.take("of") {
		return ""
	}
	p.skip()
	start := p.at
	if word := p.word("collateral"); word != OfCollateral {
		p.fail(start, "a percentage can be of collateral")
	}
	return OfCollateral
}

func (p *parser) exponent() {
	if p.at >= len(p.text) || (p.text[p.at] != 'e' && p.text[p.at] != 'E') {
		return
	}
	p.at++
	if p.at < len(p.text) && (p.text[p.at] == '-' || p.text[p.at] == '+') {
		p.at++
	}
	p.digits()
}

// digits takes at least one digit; an underscore stands between two of them.
func (p *parser) digits() {
	for start := p.at; ; {
		if p.at >= len(p.text) || !isDigit(p.text[p.at]) {
			if p.at > start {
				p.fail(p.at, "expected a digit after _")
			} else {
				p.fail(p.at, "expected a number")
			}
			return
		}
		p.while(isDigit)
		if p.at >= len(p.text) || p.text[p.at] != '_' {
			return
		}
		p.at++
	}
}

func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' }
