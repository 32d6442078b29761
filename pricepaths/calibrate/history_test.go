package calibrate

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"testing"

	"backtest/pricepaths/history"
	"backtest/pricepaths/stats"
)

// published are the figures of REFERENCE.md §1, of 2021-01 to 2025-06.
var published = map[string]struct {
	hourly, daily, kurtosis float64
	sigma, jumpMean, jumpSD float64
	alpha, beta             float64 // daily
}{
	"BTC":  {.622, .608, 15.5, .521, -.0096, .0997, .072, .896},
	"ETH":  {.800, .805, 15.0, .697, -.0214, .1255, .047, .942},
	"LINK": {1.067, 1.041, 19.0, .988, .0167, .1781, .120, .824},
	"SNX":  {1.294, 1.210, 30.7, 1.174, .0222, .1927, .070, .908},
	"SOL":  {1.236, 1.180, 16.6, 1.016, .0193, .1875, .171, .746},
}

// The hourly panel at hand ends in 2022, the published figures in mid 2025, so that
// only what does not depend on the level of volatility is held against them, within
// the error of the estimate: the jumps of merton and the persistence of garch, at
// three standard errors, and the correlations, which move by some hundredths from
// year to year. `go test -v` prints all figures side by side.
func TestRealHistoryAgreesWithPublishedFigures(t *testing.T) {
	dir := os.Getenv("BACKTEST_PRICES")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "prices")
	}
	hourly, err := history.ReadFile(filepath.Join(dir, "history", "panel_1h_BTC_ETH_LINK_SNX_SOL.csv"), history.Options{})
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("no real price files in %s", dir)
	}
	if err != nil {
		t.Fatal(err)
	}
	daily, err := hourly.Resample(86400)
	if err != nil {
		t.Fatal(err)
	}
	for a, asset := range daily.Assets {
		compareAsset(t, FromFile(hourly, a), FromFile(daily, a), asset)
	}
	compareCorrelations(t, hourly)
}

func compareAsset(t *testing.T, hourly, daily Series, asset string) {
	t.Helper()
	want := published[asset]
	h, d := stats.Describe(hourly.Returns, 3600), stats.Describe(daily.Returns, 86400)
	t.Logf("%-4s annual volatility hourly %.3f (published %.3f) daily %.3f (%.3f), kurtosis 1h %.1f (%.1f)",
		asset, h.AnnualVolatility, want.hourly, d.AnnualVolatility, want.daily, h.ExcessKurtosis, want.kurtosis)
	merton, err := Fit("merton", daily, Options{})
	if err != nil {
		t.Fatal(err)
	}
	garch, err := Fit("garch", daily, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		r    *Result
		key  string
		want float64
	}{
		{merton, "jump_mean", want.jumpMean}, {merton, "jump_volatility", want.jumpSD}, {garch, "alpha", want.alpha}, {garch, "beta", want.beta},
	} {
		i := indexOf(c.r, c.key)
		p := c.r.Params[i]
		t.Logf("%-4s daily %s %s %.4f ± %.4f (published %.4f)", asset, c.r.Model, c.key, p.Estimate, *p.StdErr, c.want)
		if math.Abs(p.Estimate-c.want) > 3**p.StdErr {
			t.Errorf("%s %s %s: %.4f ± %.4f, published %.4f", asset, c.r.Model, c.key, p.Estimate, *p.StdErr, c.want)
		}
	}
	t.Logf("%-4s daily merton sigma %.3f (published %.3f)", asset, merton.Param("annual_volatility"), want.sigma)
}

func indexOf(r *Result, key string) int {
	for i, p := range r.Params {
		if p.Key == key {
			return i
		}
	}
	return -1
}

func compareCorrelations(t *testing.T, hourly *history.File) {
	t.Helper()
	p, err := history.Align([]*history.File{hourly}, 0)
	if err != nil {
		t.Fatal(err)
	}
	got := stats.Correlation(p.LogReturns())
	want := [][]float64{{}, {.841}, {.731, .801}, {.638, .704, .697}, {.652, .679, .662, .585}}
	for i, row := range want {
		for j, published := range row {
			t.Logf("correlation %s-%s hourly %.3f (published %.3f)", p.Assets[j], p.Assets[i], got[i][j], published)
			if math.Abs(got[i][j]-published) > 0.08 {
				t.Errorf("correlation %s-%s is %.3f, published %.3f", p.Assets[j], p.Assets[i], got[i][j], published)
			}
		}
	}
}
