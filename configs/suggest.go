package configs

import (
	"slices"
	"strings"

	"backtest/internal/words"
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
	return words.Hint(word, known) + oneOf(known)
}
