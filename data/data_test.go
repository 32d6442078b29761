package data

import (
	"bytes"
	"errors"
	"flag"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"backtest/pricepaths/history"
)

var update = flag.Bool("update", false, "write sample_1h.csv anew from its generator")

func TestSampleIsWhatItsGeneratorMakes(t *testing.T) {
	made := Generate(Provenance())
	if *update {
		if err := os.WriteFile("sample_1h.csv", made, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(made, SampleCSV()) {
		t.Error("sample_1h.csv is not what Generate makes; run the test with -update if that is meant")
	}
}

func TestSampleIsAPriceFile(t *testing.T) {
	f, err := history.Read("sample_1h.csv", bytes.NewReader(SampleCSV()), history.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := Provenance()
	if f.Format != "panel" || f.Unique != p.Hours+1 || f.Missing != 0 || f.Duplicates != 0 || f.StepSeconds != 3600 || !f.First().Equal(p.Start) {
		t.Errorf("%+v", f.Summary())
	}
	for i, name := range Samples() {
		s, err := Sample(name)
		if err != nil || len(s.Closes) != len(f.Times) || s.Closes[100] != f.Closes[i][100] || s.Times[100] != f.Times[100] || s.Closes[0] != p.Assets[i].Price {
			t.Errorf("%s: %v", name, err)
		}
		_, returns := f.LogReturns(i)
		sum := 0.0
		for _, r := range returns {
			sum += r * r
		}
		// Clustering and the common falls widen the error beyond 1/sqrt(2n).
		if vol := math.Sqrt(sum / float64(len(returns)) * 8760); math.Abs(vol/p.Assets[i].AnnualVolatility-1) > 0.25 {
			t.Errorf("%s has an annual volatility of %.3f, want near %.3f", name, vol, p.Assets[i].AnnualVolatility)
		}
	}
	if _, err := Sample("DOGE"); !errors.Is(err, ErrUnknown) {
		t.Errorf("unknown sample: %v", err)
	}
}

func TestCholeskyGivesTheCorrelationBack(t *testing.T) {
	c := Provenance().Correlation
	l := cholesky(c)
	for i := range c {
		for j := range c {
			sum := 0.0
			for k := 0; k <= min(i, j); k++ {
				sum += l[i][k] * l[j][k]
			}
			if math.Abs(sum-c[i][j]) > 1e-15 {
				t.Errorf("(%d,%d) is %v, want %v", i, j, sum, c[i][j])
			}
		}
	}
}

func TestEpisodesAreWholeAndInOrder(t *testing.T) {
	names, last := map[string]bool{}, time.Time{}
	for _, e := range Episodes() {
		if names[e.Name] || e.Title == "" || len(e.Moves) == 0 || e.Duration == 0 || e.Moves[0].End.Before(last) {
			t.Errorf("%s: %+v", e.Name, e)
		}
		names[e.Name], last = true, e.Moves[0].End
		for _, m := range e.Moves {
			if m.Source == "" || m.Fall <= 0 || m.Fall >= 1 || m.Over <= 0 || m.End.Add(-m.Over).Before(e.Start) || m.End.Format("2006-01") < e.Name[:7] {
				t.Errorf("%s: %+v", e.Name, m)
			}
			if got, ok := e.Fall(m.Asset, m.Over); !ok || got.Fall != m.Fall {
				t.Errorf("%s: found %+v for %+v", e.Name, got, m)
			}
		}
		for _, r := range e.Recoveries {
			if r.Source == "" || r.To <= 0 || r.Within <= 0 {
				t.Errorf("%s: %+v", e.Name, r)
			}
		}
		if got, err := EpisodeByName(e.Name); err != nil || got.Start != e.Start {
			t.Errorf("%s: %v", e.Name, err)
		}
	}
	if len(names) != 9 {
		t.Errorf("%d episodes, want 9", len(names))
	}
	if _, err := EpisodeByName("1929"); !errors.Is(err, ErrUnknown) {
		t.Errorf("unknown episode: %v", err)
	}
}

func TestFallPrefersTheAssetsOwnFigure(t *testing.T) {
	e, err := EpisodeByName("2021-05-china-ban")
	if err != nil {
		t.Fatal(err)
	}
	if own, _ := e.Fall("SNX", time.Hour); own.Fall != 0.312 {
		t.Errorf("SNX %v", own.Fall)
	}
	if mean, ok := e.Fall("BTC", time.Hour); !ok || mean.Fall != 0.191 {
		t.Errorf("BTC %v", mean.Fall)
	}
	if _, ok := e.Fall("BTC", 2*time.Hour); ok {
		t.Error("a figure for a window that has none")
	}
	if got := e.Assets(); len(got) != 4 || got[0] != "SNX" || got[3] != MeanOfFive {
		t.Errorf("assets %v", got)
	}
}

// The figures of episodes for which real prices are at hand follow from these.
func TestEpisodesAgreeWithRealPrices(t *testing.T) {
	dir := os.Getenv("BACKTEST_PRICES")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "prices")
	}
	files, err := filepath.Glob(filepath.Join(dir, "stress", "*.csv"))
	if err != nil || len(files) == 0 {
		t.Skipf("no real price files in %s", dir)
	}
	checked := 0
	for _, path := range files {
		f, err := history.ReadFile(path, history.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range Episodes() {
			for _, m := range e.Moves {
				if fall, ok := realFall(f, m); ok && f.StepSeconds == int64(time.Hour/time.Second) == (m.Source == hourly) {
					checked++
					if math.Abs(fall-m.Fall) > 0.0025 {
						t.Errorf("%s %s over %v to %v: prices say %.4f", e.Name, m.Asset, m.Over, m.End, fall)
					}
				}
			}
		}
	}
	if checked < 12 {
		t.Errorf("only %d figures could be checked", checked)
	}
}

func realFall(f *history.File, m Move) (float64, bool) {
	sum, n := 0.0, 0
	for a, asset := range f.Assets {
		if asset != m.Asset && m.Asset != MeanOfFive {
			continue
		}
		var before, after float64
		for i := range f.Times {
			switch f.KnownAt(i) {
			case m.End.Add(-m.Over).Unix():
				before = f.Closes[a][i]
			case m.End.Unix():
				after = f.Closes[a][i]
			}
		}
		if before > 0 && after > 0 {
			sum, n = sum+1-after/before, n+1
		}
	}
	if n == 0 || (m.Asset == MeanOfFive && n != 5) {
		return 0, false
	}
	return sum / float64(n), true
}
