package history

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
)

func named(t *testing.T, asset, text string) *File {
	t.Helper()
	f, err := Read(asset+".csv", strings.NewReader("time,price\n"+text), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func hours(t *testing.T, asset string, first int64, closes ...float64) *File {
	t.Helper()
	var times []int64
	for i := range closes {
		times = append(times, first+int64(i)*3600)
	}
	f, err := FromColumns(asset, times, []string{asset}, [][]float64{closes})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

const noon = 1_614_859_200 // 2021-03-04 12:00:00 UTC

// A bar that one file lacks is NaN for its assets alone, only the common span
// counts, and no return goes over a gap.
func TestAlignKeepsGaps(t *testing.T) {
	a, b := hours(t, "A", noon, 1, 2, 3, 4, 5), hours(t, "B", noon+3600, 5, math.NaN(), 7, 8)
	p, err := Align([]*File{a, b}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if want := []int64{noon + 3600, noon + 2*3600, noon + 3*3600, noon + 4*3600}; !reflect.DeepEqual(p.Times, want) {
		t.Errorf("times %v, want %v", p.Times, want)
	}
	if !reflect.DeepEqual(p.Closes[0], []float64{2, 3, 4, 5}) || !math.IsNaN(p.Closes[1][1]) || p.Closes[1][2] != 7 {
		t.Errorf("closes %v", p.Closes)
	}
	r := p.LogReturns()
	if !math.IsNaN(r[1][0]) || !math.IsNaN(r[1][1]) || r[1][2] != math.Log(8.0/7) || r[0][0] != math.Log(1.5) {
		t.Errorf("returns %v", r)
	}
}

// A CoinGecko day and a Binance day with the same date are one day apart.
func TestAlignShiftsInstantsSoThatNothingIsKnownEarly(t *testing.T) {
	gecko := mustRead(t, "snapped_at,price,market_cap,total_volume\n2021-03-05 00:00:00 UTC,105,0,0\n2021-03-06 00:00:00 UTC,106,0,0\n")
	bars := named(t, "BAR", "2021-03-04,105\n2021-03-05,106\n")
	if gecko.KnownAt(0) != at("2021-03-05 00:00:00") || bars.KnownAt(0) != at("2021-03-05 00:00:00") {
		t.Errorf("known at %d and %d", gecko.KnownAt(0), bars.KnownAt(0))
	}
	p, err := Align([]*File{gecko, bars}, 0)
	if err != nil || !reflect.DeepEqual(p.Closes[0], p.Closes[1]) || p.Times[0] != at("2021-03-04 00:00:00") {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestResampleKeepsOnlyKnownCloses(t *testing.T) {
	f := hours(t, "A", noon+3600, 1, 2, 3, 4, math.NaN(), 6) // 13:00 … 18:00
	f, err := f.Resample(7200)
	if err != nil {
		t.Fatal(err)
	}
	// 12–14 closes with 13:00, 14–16 with 15:00, 16–18 lacks its last hour, 18–20 is not over.
	if !reflect.DeepEqual(f.Times, []int64{noon, noon + 7200}) || !reflect.DeepEqual(f.Closes[0], []float64{1, 3}) {
		t.Errorf("%v %v", f.Times, f.Closes)
	}
	for _, step := range []int64{0, 1800, 5400} {
		if _, err := hours(t, "A", noon, 1, 2).Resample(step); !errors.Is(err, ErrMisaligned) {
			t.Errorf("step %d: %v", step, err)
		}
	}
	if _, err := hours(t, "A", noon, 1, 2).Resample(86400); !errors.Is(err, ErrMisaligned) {
		t.Errorf("no whole day: %v", err)
	}
}

func TestAlignResamplesToTheStatedStep(t *testing.T) {
	coarse := named(t, "C", "2021-03-04 12:00,10\n2021-03-04 14:00,11\n")
	fine := hours(t, "F", noon, 1, 2, 3, 4)
	if _, err := Align([]*File{coarse, fine}, 0); !errors.Is(err, ErrMisaligned) {
		t.Errorf("different steps: %v", err)
	}
	p, err := Align([]*File{coarse, fine}, 7200)
	if err != nil || !reflect.DeepEqual(p.Closes, [][]float64{{10, 11}, {2, 4}}) {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestAlignRefuses(t *testing.T) {
	conflicting := named(t, "X", "2021-03-04,1\n2021-03-05,2\n2021-03-05,3\n")
	a := hours(t, "A", noon, 1, 2)
	for name, files := range map[string][]*File{
		"nothing":     nil,
		"conflicts":   {conflicting},
		"same asset":  {a, hours(t, "A", noon, 1, 3)},
		"other phase": {a, hours(t, "B", noon+1800, 1, 2)},
		"no overlap":  {a, hours(t, "B", noon+86400, 1, 2)},
		"single bars": {hours(t, "B", noon, 1)},
	} {
		if _, err := Align(files, 0); !errors.Is(err, ErrMisaligned) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFromColumnsRefuses(t *testing.T) {
	nan := math.NaN()
	for name, c := range map[string]struct {
		times  []int64
		assets []string
		closes [][]float64
		reason error
	}{
		"no assets":    {[]int64{noon}, nil, nil, ErrUnrecognised},
		"twice":        {[]int64{noon}, []string{"A", "A"}, [][]float64{{1}, {1}}, ErrUnrecognised},
		"short column": {[]int64{noon}, []string{"A"}, [][]float64{{}}, ErrUnrecognised},
		"zero":         {[]int64{noon}, []string{"A"}, [][]float64{{0}}, ErrPrice},
		"long ago":     {[]int64{1}, []string{"A"}, [][]float64{{1}}, ErrTime},
		"no price":     {[]int64{noon}, []string{"A"}, [][]float64{{nan}}, ErrEmpty},
	} {
		if _, err := FromColumns("x", c.times, c.assets, c.closes); !errors.Is(err, c.reason) {
			t.Errorf("%s: got %v, want %v", name, err, c.reason)
		}
	}
	f, err := FromColumns("x", []int64{noon + 3600, noon}, []string{"A"}, [][]float64{{2, 1}})
	if err != nil || !reflect.DeepEqual(f.Closes[0], []float64{1, 2}) {
		t.Errorf("%+v, %v", f, err)
	}
	times, returns := f.LogReturns(0)
	if len(times) != 1 || returns[0] != math.Log(2) {
		t.Errorf("%v %v", times, returns)
	}
}
