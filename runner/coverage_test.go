package runner

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"backtest/configs"
	"backtest/runner/record"
)

var panelStart = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// writePanel writes hourly prices of three assets; those after a moment are
// multiplied, and one hour is left out on demand.
func writePanel(t *testing.T, dir string, after time.Time, factor float64, missing int) string {
	t.Helper()
	source := rand.New(rand.NewPCG(1, 2))
	var text strings.Builder
	text.WriteString("time,BTC,ETH,SNX\n")
	prices := []float64{40_000, 2_500, 3}
	for hour := range 24 * 60 {
		at := panelStart.Add(time.Duration(hour) * time.Hour)
		row := at.Format("2006-01-02 15:04:05")
		for i := range prices {
			volatility := 0.004 + 0.012*float64(hour/72%2) // three quiet days, three restless ones
			prices[i] *= math.Exp(volatility * source.NormFloat64())
			price := prices[i]
			if at.After(after) {
				price *= factor * (1 + 0.02*source.Float64())
			} else {
				source.Float64()
			}
			row += fmt.Sprintf(",%.6f", price)
		}
		if hour != missing {
			text.WriteString(row + "\n")
		}
	}
	name := filepath.Join(dir, "panel.csv")
	if err := os.WriteFile(name, []byte(text.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

func coverageOf(t *testing.T, file string, sets ...string) *Coverage {
	t.Helper()
	section := "coverage={from: 2024-02-05, to: 2024-02-12, window: 30d, horizons: [1d], models: [gbm, garch, regime, bootstrap]}"
	l, err := configs.Load(configs.Source{Preset: "quickstart", Sets: append([]string{"paths=3", "prices.history.files=[" + file + "]", section}, sets...)})
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewCoverage(l, Options{Out: t.TempDir(), Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// rowsOf gives all figures of the paths of every origin, by scenario.
func rowsOf(t *testing.T, c *Coverage) map[string][]string {
	t.Helper()
	if err := c.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	rows := map[string][]string{}
	for _, origin := range c.Plan().Origins {
		r, err := record.Open(filepath.Join(c.options.Out, origin.Folder(86_400)))
		if err != nil {
			t.Fatal(err)
		}
		names := []string{"scenario", "lp_pnl_usd", "stop_loss_exits", "min_vault_c_ratio", "min_position_c_ratio", "debt_liquidated_usd"}
		for batch, err := range r.PathBatches(names...) {
			if err != nil {
				t.Fatal(err)
			}
			for i, scenario := range batch.Strings("scenario") {
				key := date(origin.Time) + " " + scenario
				row := ""
				for _, name := range names[1:] {
					row += fmt.Sprintf("%v ", batch.Float(name)[i])
				}
				rows[key] = append(rows[key], row)
			}
		}
	}
	return rows
}

// TestNoForecastSeesTheFuture: other prices after an origin change what came and
// leave every figure of every forecast at it as it was. A fit that ends an hour
// after the change, in its place, is noticed.
func TestNoForecastSeesTheFuture(t *testing.T) {
	origin := time.Date(2024, 2, 5, 0, 0, 0, 0, time.UTC)
	never := origin.AddDate(10, 0, 0)
	only := "coverage.to=2024-02-05"
	before := rowsOf(t, coverageOf(t, writePanel(t, t.TempDir(), never, 1, -1), only))
	after := coverageOf(t, writePanel(t, t.TempDir(), origin, 1.1, -1), only)
	changed := rowsOf(t, after)
	if len(before) != 5 {
		t.Fatalf("%d scenarios: %v", len(before), before)
	}
	for key, rows := range before {
		same := slices.Equal(rows, changed[key])
		if outcome := strings.HasSuffix(key, record.OutcomeScenario); same == outcome {
			t.Errorf("%s: other prices after the origin change it: %v", key, !same)
		}
	}
	cheat := coverageOf(t, after.loaded.Config.Prices.History.Files[0], only)
	for i := range cheat.plan.Origins {
		cheat.plan.Origins[i].FitEnd += 7200
		cheat.fits = map[fitKey]map[string]any{}
	}
	for key, rows := range rowsOf(t, cheat) {
		if !strings.HasSuffix(key, record.OutcomeScenario) && slices.Equal(rows, changed[key]) {
			t.Errorf("%s: a fit that knows tomorrow's prices gives the same forecast", key)
		}
	}
}

func TestOriginsOfCoverage(t *testing.T) {
	file := writePanel(t, t.TempDir(), panelStart.AddDate(1, 0, 0), 1, 24*40)
	plan := coverageOf(t, file, "coverage.from=2024-02-01", "coverage.to=2024-02-20", "coverage.every=1d", "coverage.recalibrate=4d").Plan()
	if len(plan.Origins)+len(plan.Skipped) != 20 || len(plan.Skipped) == 0 || len(plan.Skipped) > 3 || !strings.Contains(plan.Skipped[0].Reason, "no recorded price at 2024-02-1") {
		t.Errorf("%d origins, skipped %v", len(plan.Origins), plan.Skipped)
	}
	seeds := map[uint64]bool{}
	for _, o := range plan.Origins {
		if seeds[o.Seed] = true; o.FitEnd > o.Time || o.Time-o.FitEnd >= 4*86_400 {
			t.Errorf("origin %s is forecast by a fit that ends at %s", date(o.Time), date(o.FitEnd))
		}
	}
	if len(seeds) != len(plan.Origins) {
		t.Error("origins share their people")
	}
	l, err := configs.Load(configs.Source{Preset: "quickstart", Sets: []string{"prices.history.files=[" + file + "]", "coverage={from: 2024-01-10}"}})
	if err != nil {
		t.Fatal(err)
	}
	var problems configs.Problems
	if _, err = NewCoverage(l, Options{}); !errors.As(err, &problems) || problems[0].Key != "coverage.from" {
		t.Errorf("an origin without a window before it: %v", err)
	}
}

// TestShardsOfCoverage: three shards together hold the records of one call.
func TestShardsOfCoverage(t *testing.T) {
	file := writePanel(t, t.TempDir(), panelStart.AddDate(1, 0, 0), 1, -1)
	sets := []string{"coverage.every=2d", "coverage.models=[gbm]"}
	whole := rowsOf(t, coverageOf(t, file, sets...))
	shared := coverageOf(t, file, sets...)
	for i := 1; i <= 3; i++ {
		shared.options.Shard = &record.Shard{Index: i, Count: 3}
		if err := shared.Run(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	shared.options.Shard, shared.options.Resume = nil, true
	for key, rows := range rowsOf(t, shared) {
		if !slices.Equal(rows, whole[key]) {
			t.Errorf("%s differs", key)
		}
	}
}
