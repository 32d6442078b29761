package configs

import (
	"slices"
	"strings"
)

func contains(list []string, word string) bool { return slices.Contains(list, word) }

func indexOf(list []string, word string) int { return slices.Index(list, word) }

// mostListed words are told of what could have been meant.
const mostListed = 40

func oneOf(list []string) string {
	switch {
	case len(list) == 0:
		return "nothing, for there is none"
	case len(list) > mostListed:
		return "one of " + strings.Join(list[:mostListed], ", ") + ", …"
	}
	return "one of " + strings.Join(list, ", ")
}

// suggest tells the word that was probably meant, and all there are.
func suggest(word string, known []string) string {
	if best := nearest(word, known); best != "" {
		return "did you mean " + best + "? " + oneOf(known)
	}
	return oneOf(known)
}

// nearest is the known word within a third of its length in edits, or that begins
// with the word; empty if none.
func nearest(word string, known []string) string {
	best, least := "", len(word)
	if len(word) > 64 {
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
