// Package words finds the word that was probably meant.
package words

import "strings"

// longest word that is looked at, in bytes.
const longest = 64

// Nearest is the known word within a third of its length in edits, or that begins
// with the word; empty if none.
func Nearest(word string, known []string) string {
	best, least := "", len(word)
	if len(word) > longest {
		return ""
	}
	word = strings.ToLower(word)
	for _, candidate := range known {
		edits := distance(word, strings.ToLower(candidate))
		if edits < least && edits <= max(1, (len(candidate)+1)/3) {
			best, least = candidate, edits
		}
	}
	if best == "" && len(word) > 2 {
		for _, candidate := range known {
			if strings.HasPrefix(strings.ToLower(candidate), word) {
				return candidate
			}
		}
	}
	return best
}

// Hint asks whether the nearest word was meant; empty if none is near.
func Hint(word string, known []string) string {
	if best := Nearest(word, known); best != "" {
		return "did you mean " + best + "? "
	}
	return ""
}

// distance counts the insertions, deletions, substitutions and exchanges of
// neighbours between two words in bytes (optimal string alignment).
func distance(a, b string) int {
	before, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		next := make([]int, len(b)+1)
		next[0] = i + 1
		for j := range len(b) {
			substitute := row[j]
			if a[i] != b[j] {
				substitute++
			}
			next[j+1] = min(substitute, next[j]+1, row[j+1]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}
