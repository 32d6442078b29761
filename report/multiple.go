package report

import "backtest/report/stats"

// Marks of a difference: how surely it is none of chance.
const (
	MarkRaw      = "*"   // its own interval leaves zero out
	MarkHochberg = "**"  // so does Benjamini and Hochberg's correction at the same level
	MarkHolm     = "***" // and Holm's
)

// Mark tells how surely a figure differs, "" where its interval holds zero.
func (c Change) Mark() string {
	level := 1 - c.Difference.Confidence
	switch {
	case !c.Certain():
		return ""
	case c.Holm < level:
		return MarkHolm
	case c.Hochberg < level:
		return MarkHochberg
	}
	return MarkRaw
}

// correct fills the p-values that allow for how many figures are looked at. The
// headline figures of all cells are one family, all figures are the other;
// figures that are equal on every path are no test.
func correct(changes []*Change) {
	var headline, all []*Change
	for _, c := range changes {
		c.Holm, c.Hochberg = 1, 1
		if !c.Difference.Known() || c.Difference.Method == EqualOnEveryPath {
			continue
		}
		if all = append(all, c); c.Headline {
			headline = append(headline, c)
		}
	}
	for _, family := range [][]*Change{all, headline} {
		p := make([]float64, len(family))
		for i, c := range family {
			p[i] = c.Difference.PValue()
		}
		holm, hochberg := stats.Holm(p), stats.BenjaminiHochberg(p)
		for i, c := range family {
			c.Holm, c.Hochberg = holm[i], hochberg[i]
		}
	}
}

// Correct corrects the differences of several cells that one table shows, such as
// the points of a study, for how many there are.
func Correct(changes []*Change) { correct(changes) }
