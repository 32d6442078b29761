package sim

import "math/bits"

// departures is a set of places in an order, of which the first
// that are not in it are found quickly, however many are: a bit a place, and
// above every 64 of them one that tells whether all are in the set.
type departures struct {
	n      int        // number of places
	levels [][]uint64 // made with the first departure
	gone   []int      // the places in the set
}

const wordBits = 64

// reset empties the set and prepares it for n places.
func (d *departures) reset(n int) {
	for _, i := range d.gone {
		for _, words := range d.levels {
			i /= wordBits
			words[i] = 0
		}
	}
	d.gone = d.gone[:0]
	if len(d.levels) > 0 && (n+wordBits-1)/wordBits > len(d.levels[0]) {
		d.levels = nil
	}
	d.n = n
}

// add takes a place into the set.
func (d *departures) add(i int) {
	if d.levels == nil {
		d.makeLevels()
	}
	if d.levels[0][i/wordBits]>>(i%wordBits)&1 != 0 {
		return
	}
	d.gone = append(d.gone, i)
	for _, words := range d.levels {
		words[i/wordBits] |= 1 << (i % wordBits)
		if ^words[i/wordBits] != 0 {
			return
		}
		i /= wordBits
	}
}

func (d *departures) makeLevels() {
	for n := d.n; ; {
		n = (n + wordBits - 1) / wordBits
		d.levels = append(d.levels, make([]uint64, n))
		if n <= 1 {
			return
		}
	}
}

// next returns the first place from i on that is not in the set, n when there
// is none.
func (d *departures) next(i int) int {
	if len(d.gone) == 0 {
		return min(i, d.n)
	}
	for k, words := range d.levels {
		if i/wordBits >= len(words) {
			break
		}
		if rest := ^words[i/wordBits] >> (i % wordBits); rest != 0 {
			return min(d.descend(k, i+bits.TrailingZeros64(rest)), d.n)
		}
		i = i/wordBits + 1
	}
	return d.n
}

// descend follows a place of a level, below which something is missing, down to
// the places themselves.
func (d *departures) descend(level, i int) int {
	for ; level > 0; level-- {
		if i >= len(d.levels[level-1]) {
			return d.n
		}
		i = i*wordBits + bits.TrailingZeros64(^d.levels[level-1][i])
	}
	return i
}
