package history

import "fmt"

// findStep takes the most common distance of two times as the step; of two that
// are equally common the shorter.
func (f *File) findStep() {
	counts := map[int64]int{}
	for i := 1; i < len(f.Times); i++ {
		counts[f.Times[i]-f.Times[i-1]]++
	}
	most := 0
	for step, n := range counts {
		if n > most || (n == most && step < f.StepSeconds) {
			most, f.StepSeconds = n, step
		}
	}
}

// openFromClose turns times that close a bar into times that open it.
func (f *File) openFromClose() {
	for i := range f.Times {
		f.Times[i] -= f.StepSeconds
	}
	for i := range f.Conflicts {
		f.Conflicts[i].Time -= f.StepSeconds
	}
	f.Notes = append(f.Notes, "the file's times close their bars; reported are the opens")
	if f.StepSeconds == 0 {
		f.Notes = append(f.Notes, "a single bar: its step, and so its open, is unknown")
	}
}

// findGaps lists the runs of missing bars. Distances are rounded to whole steps,
// since days in local time may have 23 or 25 hours.
func (f *File) findGaps() {
	if f.StepSeconds == 0 {
		return
	}
	off := 0
	for i := 1; i < len(f.Times); i++ {
		distance := f.Times[i] - f.Times[i-1]
		if distance%f.StepSeconds != 0 {
			off++
		}
		if missing := int((distance+f.StepSeconds/2)/f.StepSeconds) - 1; missing > 0 {
			f.Gaps = append(f.Gaps, Gap{After: f.Times[i-1], Before: f.Times[i], Missing: missing})
			f.Missing += missing
		}
	}
	if off > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("%d times are not a whole number of steps after the one before", off))
	}
}
