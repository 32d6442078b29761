package pricepaths

import (
	"math"
	"strings"
	"testing"
)

func TestHistoryReplayIsTheHistory(t *testing.T) {
	h := panel(100, day)
	spec := Spec{Steps: 20, StepSeconds: day, Assets: []Asset{
		{ID: "A", Process: HistoryReplay{Panel: h, From: h.Times[30]}},
		{ID: "X", Initial: 7, Process: HistoryReplay{Panel: h, Series: "B", From: h.Times[30]}},
	}}
	g := generate(t, spec)
	if g.Paths() != 1 {
		t.Errorf("%d distinct paths, want 1", g.Paths())
	}
	p := g.path(5)
	for i := range p.Points {
		if p.Market(0, i) != h.Close[0][30+i] {
			t.Fatalf("point %d: %v, want the close %v", i, p.Market(0, i), h.Close[0][30+i])
		}
		within(t, "scaled close", p.Market(1, i), 7*h.Close[1][30+i]/h.Close[1][30], 1e-12)
	}
}

func TestHistoryWindowsSelectByIndex(t *testing.T) {
	h := panel(100, hour)
	spec := Spec{Steps: 10, StepSeconds: 3 * hour, Assets: []Asset{
		{ID: "A", Process: HistoryWindows{Panel: h}}, {ID: "B", Process: HistoryWindows{Panel: h, StrideSteps: 2}},
	}}
	g := generate(t, spec)
	// starts at hours 0, 6, 12, …, 66: the common ones of stride 3 and 6 h, 30 h long, last row 99
	if g.Paths() != 12 {
		t.Fatalf("%d windows, want 12", g.Paths())
	}
	for n := range uint64(26) {
		p := g.path(n)
		row := 6 * int(n%12)
		if start, ok := g.WindowStart(n); !ok || start != h.Times[row] {
			t.Fatalf("window %d starts at %d, want %d", n, start, h.Times[row])
		}
		for i := range p.Points {
			if p.Market(0, i) != h.Close[0][row+3*i] || p.Market(1, i) != h.Close[1][row+3*i] {
				t.Fatalf("window %d point %d is not the close of row %d", n, i, row+3*i)
			}
		}
	}
	if _, ok := generate(t, single(GBM{})).WindowStart(0); ok {
		t.Error("a GBM has a window")
	}
}

func TestHistoryWindowsBoundsAndMixture(t *testing.T) {
	h := panel(100, day)
	spec := Spec{Steps: 10, StepSeconds: day, Assets: []Asset{
		{ID: "A", Process: HistoryWindows{Panel: h, From: h.Times[20] - 5, To: h.Times[24] + 5}}, {ID: "G", Initial: 1, Process: GBM{0, 1}},
	}}
	g := generate(t, spec)
	if g.Paths() != 0 {
		t.Errorf("%d distinct paths beside a GBM, want 0 for unlimited", g.Paths())
	}
	first, _ := g.WindowStart(0)
	last, _ := g.WindowStart(4)
	if first != h.Times[20] || last != h.Times[24] {
		t.Errorf("windows from %d to %d, want %d to %d", first, last, h.Times[20], h.Times[24])
	}
}

func TestGapsAreNeverFilled(t *testing.T) {
	h := panel(60, day)
	h.Close[0][30] = math.NaN()
	spec := Spec{Steps: 10, StepSeconds: day, Assets: []Asset{{ID: "A", Process: HistoryWindows{Panel: h}}}}
	g := generate(t, spec)
	if g.Paths() != 50-11 { // every window over row 30 is left out
		t.Errorf("%d windows, want 39", g.Paths())
	}
	if w := g.Warnings(); len(w) != 1 || !strings.Contains(w[0].Text, "11 of 50") {
		t.Errorf("warnings %q", w)
	}
	for n := range uint64(39) {
		for _, price := range g.path(n).MarketPrices {
			if math.IsNaN(price) {
				t.Fatalf("window %d holds the gap", n)
			}
		}
	}
	spec.Assets[0].Process = HistoryReplay{Panel: h, From: h.Times[25]}
	if _, err := New(spec); err == nil || !strings.Contains(err.Error(), utc(h.Times[30])) {
		t.Errorf("replay over a gap: %v", err)
	}
	spec.Assets[0].Process = HistoryReplay{Panel: h, From: h.Times[55]}
	if _, err := New(spec); err == nil {
		t.Error("a replay beyond the end was accepted")
	}
	spec.Steps, spec.Assets[0].Process = 60, HistoryWindows{Panel: h}
	if _, err := New(spec); err == nil || !strings.Contains(err.Error(), "no complete window") {
		t.Errorf("windows longer than the history: %v", err)
	}
}

func TestHistoryIsInterpolatedAtFinerPoints(t *testing.T) {
	h := panel(40, day)
	spec := Spec{Steps: 10, StepSeconds: day, Assets: []Asset{{ID: "A", Process: HistoryWindows{Panel: h}}},
		Fine: []FineWindow{{FromSeconds: 3 * day, ToSeconds: 4 * day, StepSeconds: day / 4}}}
	g := generate(t, spec)
	p := g.path(2)
	if p.Points != 14 {
		t.Fatalf("%d points, want 14", p.Points)
	}
	within(t, "middle of the day", p.Market(0, 5), math.Sqrt(h.Close[0][5]*h.Close[0][6]), 1e-10)
	within(t, "end of the day", p.Market(0, 7), h.Close[0][6], 1e-12)
	if w := g.Warnings(); len(w) != 1 || !strings.Contains(w[0].Text, "interpolated") {
		t.Errorf("warnings %q", w)
	}
	if g.Paths() != 30 {
		t.Errorf("%d windows, want 30", g.Paths())
	}
	spec.Strict = true
	if _, err := New(spec); err == nil || !strings.Contains(err.Error(), "strict off") {
		t.Errorf("strict: %v", err)
	}
}

// rowsOf recovers the rows of the panel that a bootstrap path is made of.
func rowsOf(p *Path, asset int, h *History, series int) []int {
	byReturn := map[int64]int{}
	for r := range len(h.Times) - 1 {
		byReturn[int64(math.Round(math.Log(h.Close[series][r+1]/h.Close[series][r])*1e10))] = r
	}
	rows := make([]int, 0, p.Points-1)
	for _, x := range returnsOf(p, asset) {
		at := int64(math.Round(x * 1e10))
		for _, near := range []int64{at - 1, at, at + 1} {
			if r, ok := byReturn[near]; ok {
				rows = append(rows, r)
				break
			}
		}
	}
	return rows
}

func TestBootstrapBlocksAreGeometric(t *testing.T) {
	h := panel(1000, day)
	const mean = 8.0
	spec := Spec{Steps: 20000, StepSeconds: day, Seed: 1, Assets: []Asset{
		{ID: "A", Initial: 1, Process: Bootstrap{Panel: h, MeanBlockSteps: mean}},
		{ID: "B", Initial: 1, Process: Bootstrap{Panel: h, MeanBlockSteps: mean}},
	}}
	p := generate(t, spec).path(0)
	a, b := rowsOf(p, 0, h, 0), rowsOf(p, 1, h, 1)
	if len(a) != spec.Steps || len(b) != spec.Steps {
		t.Fatalf("only %d and %d of the returns belong to the panel", len(a), len(b))
	}
	var lengths []float64
	used := map[int]bool{}
	length := 1.0
	for i := 1; i < len(a); i++ {
		if a[i] != b[i] {
			t.Fatalf("step %d takes rows %d and %d", i, a[i], b[i])
		}
		used[a[i]] = true
		if a[i] == (a[i-1]+1)%999 {
			length++
			continue
		}
		lengths = append(lengths, length)
		length = 1
	}
	near(t, "mean block length", lengths, mean*(1+1/999.0)) // a new block may happen to go on with the next row
	_, variance, _, _ := moments(lengths)
	want := mean*mean - mean
	within(t, "variance of block lengths", variance/want, 1, sigmas*math.Sqrt(8/float64(len(lengths))))
	if len(used) != 999 {
		t.Errorf("only %d of 999 rows were drawn", len(used))
	}
}

func TestBootstrapKeepsCrossCorrelation(t *testing.T) {
	h := panel(3000, day)
	spec := Spec{Steps: 5000, StepSeconds: day, Seed: 1, Assets: []Asset{
		{ID: "A", Initial: 1, Process: Bootstrap{Panel: h, MeanBlockSteps: 5}},
		{ID: "B", Initial: 1, Process: Bootstrap{Panel: h, MeanBlockSteps: 5}}}}
	p := generate(t, spec).path(0)
	x, y := make([]float64, 2999), make([]float64, 2999)
	for i := range x {
		x[i], y[i] = math.Log(h.Close[0][i+1]/h.Close[0][i]), math.Log(h.Close[1][i+1]/h.Close[1][i])
	}
	within(t, "correlation", correlationOf(returnsOf(p, 0), returnsOf(p, 1)), correlationOf(x, y), 0.03)
}

func TestBootstrapDriftStrideAndGaps(t *testing.T) {
	h := panel(2000, hour)
	h.Close[0][500] = math.NaN()
	drift := 0.3
	spec := Spec{Steps: 100, StepSeconds: 6 * hour, Seed: 1, Assets: []Asset{
		{ID: "A", Initial: 1, Process: Bootstrap{Panel: h, MeanBlockSteps: 1, AnnualDrift: &drift}}}}
	near(t, "growth", sample(generate(t, spec), 20000, growth(0)), math.Exp(0.3*100*6/8760))
	spec.Fine = []FineWindow{{0, 6 * hour, hour}}
	p := generate(t, spec).path(0)
	r := returnsOf(p, 0)
	within(t, "spread over finer points", r[0], r[5], 1e-12)
	for _, price := range p.MarketPrices {
		if math.IsNaN(price) {
			t.Fatal("the gap was drawn")
		}
	}
	for i := range h.Close[0] {
		if i%2 == 0 {
			h.Close[0][i] = math.NaN()
		}
	}
	spec.StepSeconds = hour
	spec.Fine = nil
	if _, err := New(spec); err == nil || !strings.Contains(err.Error(), "no return") {
		t.Errorf("a history without two neighbouring closes: %v", err)
	}
}
