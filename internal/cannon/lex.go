package cannon

import (
	"fmt"
	"math/big"
	"strings"
)

// token is a piece of an expression.
type token struct {
	kind byte // n number, s text, i name, or the sign itself; 0 is the end
	text string
	num  *big.Rat
}

// tokens takes an expression apart.
func tokens(text string) ([]token, error) {
	var list []token
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case c == '\'' || c == '"' || c == '`':
			end := strings.IndexByte(text[i+1:], c)
			if end < 0 {
				return nil, fmt.Errorf("a text does not end")
			}
			s := text[i+1 : i+1+end]
			if strings.Contains(s, "${") || strings.Contains(s, `\`) {
				return nil, fmt.Errorf("a text with parts to be computed")
			}
			list = append(list, token{kind: 's', text: s})
			i += end + 2
		case c >= '0' && c <= '9' || c == '.' && i+1 < len(text) && isDigit(text[i+1]):
			j := i
			for j < len(text) && (isWord(text[j]) || text[j] == '.' || (text[j] == '-' || text[j] == '+') && (text[j-1] == 'e' || text[j-1] == 'E') && !strings.HasPrefix(text[i:], "0x")) {
				j++
			}
			n, ok := number(text[i:j])
			if !ok {
				return nil, fmt.Errorf("%q is no number", text[i:j])
			}
			list = append(list, token{kind: 'n', text: text[i:j], num: n})
			i = j
		case isWord(c) || c == '$':
			j := i
			for j < len(text) && (isWord(text[j]) || text[j] == '.' || text[j] == '$') {
				j++
			}
			list = append(list, token{kind: 'i', text: text[i:j]})
			i = j
		case strings.IndexByte("+-*/()[],", c) >= 0:
			if c == '*' && i+1 < len(text) && text[i+1] == '*' {
				list = append(list, token{kind: '^'})
				i += 2
				continue
			}
			list = append(list, token{kind: c})
			i++
		default:
			return nil, fmt.Errorf("the sign %q", c)
		}
	}
	return append(list, token{}), nil
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isWord(c byte) bool {
	return isDigit(c) || c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// number reads a number as JavaScript spells one: digits with underscores, a
// fraction, an exponent, hexadecimal, and n behind big ones.
func number(text string) (*big.Rat, bool) {
	clean := strings.ReplaceAll(strings.TrimSpace(text), "_", "")
	clean = strings.TrimSuffix(clean, "n")
	if hex, ok := strings.CutPrefix(clean, "0x"); ok {
		n, ok := new(big.Int).SetString(hex, 16)
		if !ok || len(hex) > 64 {
			return nil, false
		}
		return new(big.Rat).SetInt(n), true
	}
	if clean == "" || len(clean) > 100 || strings.ContainsAny(clean, "/pPxX") {
		return nil, false
	}
	// An exponent beyond all numbers of the contracts would only take memory.
	if e := strings.IndexAny(clean, "eE"); e >= 0 && len(clean)-e > 4 {
		return nil, false
	}
	return new(big.Rat).SetString(clean)
}
