package data

import (
	"bufio"
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

//go:embed sample_1h.csv
var sampleCSV []byte

// ErrUnknown is wrapped by errors about names that the package does not have.
var ErrUnknown = errors.New("unknown name")

// SampleCSV is the embedded sample series, a file such as pricepaths/history
// reads: hourly, `timestamp_unix` and a column an asset in USD.
func SampleCSV() []byte { return bytes.Clone(sampleCSV) }

// Series is the closes of one asset.
type Series struct {
	Asset       string
	StepSeconds int64
	Times       []int64   // unix seconds, bar open
	Closes      []float64 // USD
}

// Samples names the assets of the sample series.
func Samples() []string {
	var names []string
	for _, a := range Provenance().Assets {
		names = append(names, a.Name)
	}
	return names
}

// Sample is the series of one asset of the generated sample; the error wraps
// [ErrUnknown] and names those that there are.
func Sample(name string) (Series, error) {
	column := slices.Index(Samples(), name) + 1
	if column == 0 {
		return Series{}, fmt.Errorf("sample series %q: %w; there are %s", name, ErrUnknown, strings.Join(Samples(), ", "))
	}
	s := Series{Asset: name, StepSeconds: 3600}
	lines := bufio.NewScanner(bytes.NewReader(sampleCSV))
	for lines.Scan() {
		cells := strings.Split(lines.Text(), ",")
		at, err := strconv.ParseInt(cells[0], 10, 64)
		if err != nil {
			continue // the remark and the header
		}
		price, err := strconv.ParseFloat(cells[column], 64)
		if err != nil {
			return Series{}, fmt.Errorf("sample series %s: %w", name, err)
		}
		s.Times, s.Closes = append(s.Times, at), append(s.Closes, price)
	}
	return s, lines.Err()
}
