package history

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

// jitter is a series by the hour whose times are some seconds late.
func jitter(late func(i int) int) string {
	var b strings.Builder
	b.WriteString("time,ETH\n")
	for i := range 100 {
		fmt.Fprintf(&b, "%d,%d\n", noon+3600*i+late(i), 3000+i*i%17)
	}
	return b.String()
}

// Times a few seconds off are moved onto the grid and told, so that no return is
// lost: one notion of the grid for what is read.
func TestTimesAreMovedOntoTheGrid(t *testing.T) {
	for name, late := range map[string]func(i int) int{
		"one bar a second late": func(i int) int { return map[int]int{40: 1}[i] },
		"up to nine seconds":    func(i int) int { return i * 7 % 10 },
		"early and late":        func(i int) int { return i*5%21 - 10 },
	} {
		f := mustRead(t, jitter(late))
		_, returns := f.LogReturns(0)
		if f.StepSeconds != 3600 || f.Missing != 0 || len(returns) != 99 || f.LeftOut != 0 || f.Moved == 0 {
			t.Errorf("%s: %+v with %d returns", name, f.Summary(), len(returns))
		}
		if f.Times[0]%3600 != 0 || f.Times[99] != noon+99*3600 {
			t.Errorf("%s: from %d to %d", name, f.Times[0], f.Times[99])
		}
		if notes := strings.Join(f.Notes, "\n"); !strings.Contains(notes, fmt.Sprintf("%d of 100 times moved by at most 36s", f.Moved)) {
			t.Errorf("%s: notes %q", name, notes)
		}
		p, err := Align([]*File{f}, 3600)
		if err != nil || len(p.Times) != 100 {
			t.Errorf("%s: aligned to %d bars, %v", name, len(p.Times), err)
		}
	}
}

// What is too far off is left out and told with number, reason and key; a stated
// tolerance takes it.
func TestTimesOffTheGridAreLeftOut(t *testing.T) {
	text := jitter(func(i int) int { return map[int]int{10: 300, 11: 300}[i] })
	f := mustRead(t, text)
	notes := strings.Join(f.Notes, "\n")
	if f.LeftOut != 2 || f.Missing != 2 || !strings.Contains(notes, "2 of 100 rows left out") || !strings.Contains(notes, "tolerance") {
		t.Errorf("%+v, %q", f.Summary(), notes)
	}
	f, err := Read("x.csv", strings.NewReader(text), Options{Tolerance: 5 * time.Minute})
	if err != nil || f.LeftOut != 0 || f.Missing != 0 || f.Moved != 2 {
		t.Errorf("stated: %+v, %v", f.Summary(), err)
	}
}

// Bars that all open at half past keep their phase, and are not laid beside bars
// that open at the full hour.
func TestPhases(t *testing.T) {
	half := hours(t, "B", noon+1800, 1, 2, 3, 4)
	if half.Times[0] != noon+1800 || half.LeftOut != 0 {
		t.Errorf("%+v", half.Summary())
	}
	_, err := Align([]*File{hours(t, "A", noon, 1, 2, 3, 4), half}, 3600)
	if !errors.Is(err, ErrMisaligned) || !strings.Contains(err.Error(), "30m after") {
		t.Errorf("got %v", err)
	}
}

// Bars written by their end: the last second of a minute is one, whatever the step.
func TestBarEndsOfAnyStep(t *testing.T) {
	for _, step := range []int{60, 300, 900, 3600, 86400} {
		var b strings.Builder
		b.WriteString("time,price\n")
		for i := 1; i <= 5; i++ {
			fmt.Fprintf(&b, "%s,%d\n", time.Unix(int64(1614816000+i*step-1), 0).UTC().Format("2006-01-02 15:04:05"), i)
		}
		f := mustRead(t, b.String())
		if f.Stamp != BarClose || f.Times[0] != 1614816000 || f.KnownAt(0) != int64(1614816000+step) {
			t.Errorf("bars of %d s: %v, the first opens at %d and is known at %d", step, f.Stamp, f.Times[0], f.KnownAt(0))
		}
	}
}

// A row without a price for an asset and one with it contradict each other.
func TestConflictWithABlank(t *testing.T) {
	for _, order := range []string{"2021-03-05,,2\n2021-03-05,7,2\n", "2021-03-05,7,2\n2021-03-05,,2\n"} {
		f := mustRead(t, "time,A,B\n2021-03-04,1,2\n"+order+"2021-03-06,1,2\n")
		if f.Conflicting != 1 || len(f.Conflicts) != 1 || f.Conflicts[0].Asset != "A" || f.Duplicates != 1 {
			t.Errorf("%q: %d conflicts, %+v", order, f.Conflicting, f.Conflicts)
		}
		if _, err := Align([]*File{f}, 0); !errors.Is(err, ErrMisaligned) {
			t.Errorf("%q aligned: %v", order, err)
		}
	}
	f := mustRead(t, "time,A,B\n2021-03-04,1,2\n2021-03-05,,2\n2021-03-05,,2\n2021-03-06,1,2\n")
	if f.Conflicting != 0 || f.Duplicates != 1 {
		t.Errorf("two blanks: %+v", f.Summary())
	}
}

func month(t *testing.T, name string, first int64, closes ...float64) *File {
	t.Helper()
	var b strings.Builder
	for i, c := range closes {
		fmt.Fprintf(&b, "%d,%v\n", first+int64(i)*3600, c)
	}
	f, err := Read(name, strings.NewReader("time,price\n"+b.String()), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// Downloads by month are one series: overlaps agree, gaps stay gaps.
func TestFilesOfOneAssetAreJoined(t *testing.T) {
	jan, feb := month(t, "d/ETH-1h-2025-01.csv", noon, 1, 2, 3), month(t, "d/ETH-1h-2025-02.csv", noon+2*3600, 3, 4, 5)
	other := month(t, "BTC.csv", noon, 10, 20, 30, 40, 50, 60)
	p, err := Align([]*File{feb, other, jan}, 3600)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(p.Assets, []string{"ETH-1h", "BTC"}) || !reflect.DeepEqual(p.Closes[0], []float64{1, 2, 3, 4, 5}) {
		t.Errorf("%v %v", p.Assets, p.Closes)
	}
	for _, name := range []string{"ETH-1h", "ETH-1h-2025-01", "ETH-1h-2025-02"} {
		if p.Column(name) != 0 {
			t.Errorf("%s is column %d", name, p.Column(name))
		}
	}
	if p.Column("SNX") != -1 {
		t.Error("an asset that is not there has a column")
	}
	late := month(t, "d/ETH-1h-2025-03.csv", noon+5*3600, 6, 7)
	if p, err = Align([]*File{jan, late}, 3600); err != nil || len(p.Times) != 7 || !math.IsNaN(p.Closes[0][3]) {
		t.Errorf("with a gap: %+v, %v", p, err)
	}
	wrong := month(t, "d/ETH-1h-2025-02.csv", noon+3600, 2, 9)
	if _, err = Align([]*File{jan, wrong}, 3600); !errors.Is(err, ErrMisaligned) || !strings.Contains(err.Error(), "contradict each other at 1 bars") {
		t.Errorf("a contradiction: %v", err)
	}
	alone, err := Align([]*File{jan}, 3600)
	if err != nil || alone.Assets[0] != "ETH-1h-2025-01" {
		t.Errorf("a single month: %v, %v", alone.Assets, err)
	}
}

// Files that name their asset are joined by that name.
func TestPanelsAreJoinedByAsset(t *testing.T) {
	read := func(text string) *File {
		f, err := Read("x.csv", strings.NewReader(text), Options{})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	a := read("time,ETH,BTC\n2021-03-04,1,10\n2021-03-05,2,20\n")
	b := read("time,ETH,BTC\n2021-03-06,3,30\n2021-03-05,,20\n2021-03-07,4,40\n")
	p, err := Align([]*File{a, b}, 0)
	if err != nil || !reflect.DeepEqual(p.Closes, [][]float64{{1, 2, 3, 4}, {10, 20, 30, 40}}) {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err = Align([]*File{a, read("time,BTC\n2021-03-04 00:00,10\n2021-03-04 01:00,20\n")}, 0); !errors.Is(err, ErrMisaligned) {
		t.Errorf("other steps: %v", err)
	}
}

func TestDatesByDeclaration(t *testing.T) {
	us := "time,price\n3/5/24 0:00,1\n3/5/24 1:00,2\n3/6/24 0:00,3\n"
	if _, err := Read("x.csv", strings.NewReader(us), Options{}); !errors.Is(err, ErrAmbiguous) || !strings.Contains(err.Error(), "time_format") {
		t.Errorf("got %v", err)
	}
	for order, first := range map[DateOrder]int64{MonthFirst: at("2024-03-05 00:00:00"), DayFirst: at("2024-05-03 00:00:00")} {
		f, err := Read("x.csv", strings.NewReader(us), Options{TimeFormat: order})
		if err != nil || f.Times[0] != first {
			t.Errorf("%s: %+v, %v", order, f, err)
		}
	}
	long := "time,price\n03/04/2021,1\n03/05/2021,2\n"
	if f, err := Read("x.csv", strings.NewReader(long), Options{TimeFormat: MonthFirst}); err != nil || f.Times[0] != at("2021-03-04 00:00:00") {
		t.Errorf("%+v, %v", f, err)
	}
	if _, err := Read("x.csv", strings.NewReader("time,price\n13/04/2021,1\n"), Options{TimeFormat: MonthFirst}); !errors.Is(err, ErrAmbiguous) {
		t.Errorf("a thirteenth month: %v", err)
	}
	for _, text := range []string{"05-Mar-24 00:00", "05-Mar-2024 00:00:00", "5-Mar-24", "05 Mar 2024 00:00"} {
		if f := mustRead(t, "time,price\n"+text+",1\n"); f.Times[0] != at("2024-03-05 00:00:00") {
			t.Errorf("%s is %v", text, f.First())
		}
	}
}

func TestDuneHeaders(t *testing.T) {
	for _, header := range []string{"block_time,price_usd", "hour,price", "minute,price", "day,median_price"} {
		f := mustRead(t, header+"\n2024-03-05 00:00:00.000 UTC,3000\n2024-03-06 00:00:00.000 UTC,3010\n")
		if f.Times[0] != at("2024-03-05 00:00:00") || f.Closes[0][1] != 3010 {
			t.Errorf("%s: %+v", header, f.Summary())
		}
	}
}
