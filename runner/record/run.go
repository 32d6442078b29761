package record

// Run is several observations in one bucket of a [Sketch], neither of them an
// extreme of it.
type Run struct {
	Bucket int32
	n      int64
	sum    int64 // of the values, each rounded to 10^-9
	weight int64
	at     int // where the last bucket stood: runs of a pass come in ascending order
}

// runLimit keeps the sums of a run, of terms below 2^51, within an int64.
const runLimit = 1 << 61

// BucketOf returns the bucket that a number falls into; NaN has none.
func BucketOf(value float64) int32 { return bucketOf(value) }

// Add takes in an observation: its value in units of 10^-9, rounded to even,
// and its weight, both from 0 to 2^51. It reports whether there is room for
// another.
func (r *Run) Add(term, weight int64) bool {
	r.n++
	r.sum += term
	r.weight += weight
	return r.sum < runLimit && r.weight < runLimit
}

// AddRun takes in the observations of a run and empties it. All of them must
// lie between the extremes that the sketch already has.
func (s *Sketch) AddRun(r *Run) {
	if r.n == 0 {
		return
	}
	s.N += r.n
	s.addTo(&s.Weight, Int128Of(r.weight))
	s.addTo(&s.Sum, Int128Of(r.sum))
	if at := r.find(s.Bins); at < len(s.Bins) && s.Bins[at].Index == r.Bucket {
		s.addTo(&s.Bins[at].Count, Int128Of(r.weight))
	} else {
		s.addBin(Bin{Index: r.Bucket, Count: Int128Of(r.weight)})
	}
	r.n, r.sum, r.weight = 0, 0, 0
}

// nearBins is how many bins are looked at before the bucket is searched for.
const nearBins = 16

// find returns where the bucket stands, or anywhere when it is not near.
func (r *Run) find(bins []Bin) int {
	at := r.at
	if at >= len(bins) || bins[at].Index > r.Bucket {
		at = 0
	}
	for last := min(at+nearBins, len(bins)); at < last && bins[at].Index < r.Bucket; {
		at++
	}
	r.at = at
	return at
}
