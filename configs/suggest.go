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

// nearest is the known word within a third of its length in edits; empty if none.
func nearest(word string, known []string) string {
	best, least := "", len(word)
	if len(word) > 64 {
		return ""
	}
	for _, candidate := range known {
		edits := distance(strings.ToLower(word), candidate)
		if edits < least && edits <= max(1, len(candidate)/3) {
			best, least = candidate, edits
		}
	}
	return best
}

// distance counts the insertions, deletions and substitutions of bytes between
// two words (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			substitute := diagonal
			if a[i] != b[j] {
				substitute++
			}
			diagonal = row[j+1]
			row[j+1] = min(substitute, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
