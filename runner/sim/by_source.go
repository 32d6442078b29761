package sim

import fp "backtest/model/fixedpoint"

func (b *bySource) total() (sum fp.Int256) {
	for _, x := range b {
		sum = sum.Add(x)
	}
	return sum
}

// only returns the single source that is not 0; not ok with several.
func (b *bySource) only() (source Source, ok bool) {
	found := 0
	for i := range b {
		if !b[i].IsZero() {
			source = Source(i)
			found++
		}
	}
	return source, found <= 1
}

// largest returns the source with the largest magnitude, the first of equals.
func (b *bySource) largest() (most Source) {
	for i := range b {
		if b[most].Magnitude().Less(b[i].Magnitude()) {
			most = Source(i)
		}
	}
	return most
}

// split returns an amount as part does it for every source that is not 0; the
// one with the largest magnitude takes what the roundings leave.
func (b *bySource) split(amount fp.Int256, part func(x fp.Int256) fp.Int256) (parts bySource) {
	most, rest := b.largest(), amount
	for i := range b {
		if Source(i) != most && !b[i].IsZero() {
			parts[i] = part(b[i])
			rest = rest.Sub(parts[i])
		}
	}
	parts[most] = rest
	return parts
}

func (b *bySource) add(x *bySource) {
	for i := range b {
		if !x[i].IsZero() {
			b[i] = b[i].Add(x[i])
		}
	}
}

func (b *bySource) sub(x *bySource) {
	for i := range b {
		if !x[i].IsZero() {
			b[i] = b[i].Sub(x[i])
		}
	}
}
