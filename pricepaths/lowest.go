package pricepaths

import "math"

// lowestKnown is the lowest price of an asset that is known before anything is
// drawn: where it starts, or the lowest of its records or points.
func lowestKnown(a *Asset, s *Spec, n int) float64 {
	lowest := math.Inf(1)
	first := 0.0
	note := func(price float64) {
		if first == 0 && price > 0 {
			first = price
		}
		if price > 0 && price < lowest {
			lowest = price
		}
	}
	switch p := a.Process.(type) {
	case Scripted:
		for _, point := range p.Points {
			note(point.Price)
		}
	case HistoryReplay:
		p.Panel.each(seriesName(s, n, p.Series), note)
	case HistoryWindows:
		p.Panel.each(seriesName(s, n, p.Series), note)
	default:
		return a.Initial
	}
	if a.Initial > 0 {
		return lowest * a.Initial / first
	}
	return lowest
}
