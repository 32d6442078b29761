package data

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Move is a figure of an episode: by how much a price fell within how long.
type Move struct {
	Asset  string        // MeanOfFive for all that have no figure of their own
	Fall   float64       // fraction of the price before, close to close
	Over   time.Duration // length of the window
	End    time.Time     // end of the window, UTC
	Source string
}

// MeanOfFive is the asset of a figure that is the mean over BTC, ETH, LINK, SNX and SOL.
const MeanOfFive = "mean of BTC, ETH, LINK, SNX, SOL"

// Recovery is how far a price came back.
type Recovery struct {
	Asset  string
	To     float64 // fraction of the price before the episode
	Within time.Duration
	Source string
}

// Episode is a crash that really happened.
type Episode struct {
	Name       string
	Title      string
	Start      time.Time     // of the longest window of the moves, UTC
	Duration   time.Duration // of that window
	Moves      []Move
	Recoveries []Recovery // empty where no source gives a figure
	Note       string
}

const (
	day     = 24 * time.Hour
	hourly  = "Binance spot, hourly closes"
	daily   = "Yahoo Finance, daily closes"
	reports = "public market data as reported at the time"
)

// Episodes are the known crashes in order of time, with the figures of
// REFERENCE.md §2 (window ends in UTC, close to close). The caller may change what
// it gets.
func Episodes() []Episode {
	all := []Episode{
		covid(), chinaBan(), luna(), threeArrows(), ftx(), usdc(), august2024(), susd(), october2025(),
	}
	for i := range all {
		e := &all[i]
		for _, m := range e.Moves {
			if m.Over > e.Duration {
				e.Duration, e.Start = m.Over, m.End.Add(-m.Over)
			}
		}
	}
	return all
}

// EpisodeByName finds an episode; the error wraps [ErrUnknown] and names those
// that there are.
func EpisodeByName(name string) (Episode, error) {
	var names []string
	for _, e := range Episodes() {
		if e.Name == name {
			return e, nil
		}
		names = append(names, e.Name)
	}
	return Episode{}, fmt.Errorf("episode %q: %w; there are %s", name, ErrUnknown, strings.Join(names, ", "))
}

// Assets that the episode has a figure for, in order of mention.
func (e Episode) Assets() []string {
	var assets []string
	for _, m := range e.Moves {
		if !slices.Contains(assets, m.Asset) {
			assets = append(assets, m.Asset)
		}
	}
	return assets
}

// Fall is the asset's figure for a window of that length, or the mean of five if
// the episode has none for the asset; ok is false if it has neither.
func (e Episode) Fall(asset string, over time.Duration) (move Move, ok bool) {
	for _, m := range e.Moves {
		if m.Over != over {
			continue
		}
		if m.Asset == asset {
			return m, true
		}
		if m.Asset == MeanOfFive {
			move, ok = m, true
		}
	}
	return move, ok
}

// utc is a full hour.
func utc(year int, month time.Month, date, hour int) time.Time {
	return time.Date(year, month, date, hour, 0, 0, 0, time.UTC)
}
