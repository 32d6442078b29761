package history

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
)

// dated is the date at the end of the name of a file, as downloads by month or
// day have it.
var dated = regexp.MustCompile(`[-_. ]?(?:19|20)\d\d(?:[-_.]?(?:0[1-9]|1[0-2])(?:[-_.]?[0-3]\d)?)?$`)

// Join joins files of the same asset: those that give it the same name, and
// those that have the name of their file and differ by the date at its end
// alone. Prices that overlap must agree. Other files stay as they are, in order.
func Join(files []*File) ([]*File, error) {
	var out []*File
	for _, f := range commonNames(files) {
		at := slices.IndexFunc(out, func(o *File) bool {
			return slices.ContainsFunc(f.Assets, func(a string) bool { return slices.Contains(o.Assets, a) })
		})
		if at < 0 {
			out = append(out, f)
			continue
		}
		joined, err := out[at].join(f)
		if err != nil {
			return nil, err
		}
		out[at] = joined
	}
	for i, f := range out {
		for _, o := range out[:i] {
			if slices.ContainsFunc(f.Assets, func(a string) bool { return slices.Contains(o.Assets, a) }) {
				return nil, fmt.Errorf("%w: %s and %s share some of their assets through another file", ErrMisaligned, o.Name, f.Name)
			}
		}
	}
	return out, nil
}

// commonNames gives files whose names differ by their date one asset's name.
func commonNames(files []*File) []*File {
	count := map[string]int{}
	for _, f := range files {
		if f.byFile {
			count[undated(f.Assets[0])]++
		}
	}
	out := slices.Clone(files)
	for i, f := range files {
		if !f.byFile || count[undated(f.Assets[0])] < 2 {
			continue
		}
		named := *f
		name := undated(f.Assets[0])
		named.Assets, named.Synonyms = []string{name}, map[string]string{f.Assets[0]: name}
		out[i] = &named
	}
	return out
}

func undated(name string) string {
	if short := dated.ReplaceAllString(name, ""); short != "" {
		return short
	}
	return name
}

// join lays another file of the same assets over this one.
func (f *File) join(o *File) (*File, error) {
	if f.StepSeconds != o.StepSeconds && f.StepSeconds > 0 && o.StepSeconds > 0 {
		return nil, fmt.Errorf("%w: %s and %s both hold %s, with steps of %s and %s", ErrMisaligned, f.Name, o.Name, f.Assets[0], span(f.StepSeconds), span(o.StepSeconds))
	}
	a, b := f.asOpens(), o.asOpens()
	out := *a
	out.Assets = slices.Clone(a.Assets)
	for _, asset := range b.Assets {
		if !slices.Contains(out.Assets, asset) {
			out.Assets = append(out.Assets, asset)
		}
	}
	out.StepSeconds = max(a.StepSeconds, b.StepSeconds)
	out.Name, out.SHA256 = a.Name+" and "+b.Name, ""
	if strings.Contains(a.Name, " and ") {
		out.Name = strings.Replace(a.Name, " and ", ", ", 1) + " and " + b.Name
	}
	out.Rows, out.Priced, out.Duplicates, out.Conflicting = a.Rows+b.Rows, a.Priced+b.Priced, a.Duplicates+b.Duplicates, a.Conflicting+b.Conflicting
	out.Moved, out.LeftOut = a.Moved+b.Moved, a.LeftOut+b.LeftOut
	out.Conflicts, out.Notes = slices.Concat(a.Conflicts, b.Conflicts), slices.Concat(a.Notes, b.Notes)
	out.Synonyms = map[string]string{}
	for _, from := range []*File{a, b} {
		for other, asset := range from.Synonyms {
			out.Synonyms[other] = asset
		}
	}
	shared, err := out.merge(a, b)
	if err != nil {
		return nil, err
	}
	out.Duplicates += shared
	out.Unique = len(out.Times)
	out.findGaps()
	out.Notes = append(out.Notes, fmt.Sprintf("%s joined as %s, %d bars in both agree", out.Name, strings.Join(out.Assets, ", "), shared))
	return &out, samePhase([]*File{a, b}, max(out.StepSeconds, 1))
}

// asOpens is the file with the opens of its bars as times.
func (f *File) asOpens() *File {
	if f.Stamp != Instant {
		return f
	}
	out := *f
	out.Stamp, out.Times = BarOpen, slices.Clone(f.Times)
	for i := range out.Times {
		out.Times[i] -= f.StepSeconds
	}
	return &out
}

// merge interleaves the bars of two files and counts those that both have. An
// asset that one of them lacks has what the other gives.
func (f *File) merge(a, b *File) (shared int, err error) {
	f.Times, f.Closes = nil, make([][]float64, len(f.Assets))
	clashes, first := 0, ""
	for i, j := 0, 0; i < len(a.Times) || j < len(b.Times); {
		inA := i < len(a.Times) && (j >= len(b.Times) || a.Times[i] <= b.Times[j])
		inB := j < len(b.Times) && (i >= len(a.Times) || b.Times[j] <= a.Times[i])
		t := int64(0)
		if inA {
			t = a.Times[i]
		} else {
			t = b.Times[j]
		}
		f.Times = append(f.Times, t)
		for n, asset := range f.Assets {
			x, y := a.closeOf(asset, i, inA), b.closeOf(asset, j, inB)
			if x != y && x == x && y == y {
				if clashes++; first == "" {
					first = fmt.Sprintf("%s at %s: %v and %v", asset, utc(t), x, y)
				}
			}
			if math.IsNaN(x) {
				x = y
			}
			f.Closes[n] = append(f.Closes[n], x)
		}
		if inA && inB {
			shared++
		}
		if inA {
			i++
		}
		if inB {
			j++
		}
	}
	if clashes > 0 {
		return 0, fmt.Errorf("%w: %s and %s contradict each other at %d bars, the first %s", ErrMisaligned, a.Name, b.Name, clashes, first)
	}
	return shared, nil
}

// closeOf is the close of an asset at a bar, NaN for none.
func (f *File) closeOf(asset string, i int, there bool) float64 {
	if a := slices.Index(f.Assets, asset); a >= 0 && there {
		return f.Closes[a][i]
	}
	return math.NaN()
}
