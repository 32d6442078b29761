package configs

import (
	"strings"
	"testing"
)

const recordedSamples = "prices.history={files: [sample:ETH]}"

func TestCoverageIsChecked(t *testing.T) {
	good, err := Load(Source{Preset: "quickstart", Sets: []string{recordedSamples, "coverage={horizons: [1d, 7d], models: [gbm, garch], levels: [95%]}"}})
	if err != nil {
		t.Fatal(err)
	}
	if c := good.Config.Coverage; c.Every.Plain() != "7d" || c.Window.Plain() != "180d" || len(c.Horizons) != 2 || c.Models[1] != "garch" {
		t.Errorf("%+v", c)
	}
	for section, want := range map[string]string{
		"{every: 90m}":                        "coverage.every",
		"{window: 90001s}":                    "coverage.window",
		"{recalibrate: 1s}":                   "coverage.recalibrate",
		"{horizons: [1d, 90m]}":               "coverage.horizons[1]",
		"{models: [gbm, arima]}":              "coverage.models[1]",
		"{levels: [0.2]}":                     "coverage.levels[0]",
		"{events: [rain]}":                    "coverage.events[0]",
		"{from: 2024-02-01, to: 2024-01-01}":  "coverage.to",
		"{window: 1h}":                        "coverage.window",
		"{metrics: [a, b], step: 3}":          "coverage.step",
		"{from: 2024-02-01, to: 2024-02-30}":  "coverage.to",
		"{every: 7d, horizons: 1d, models: 3": "coverage",
	} {
		_, err := Load(Source{Preset: "quickstart", Sets: []string{recordedSamples, "coverage=" + section}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("coverage: %s gives %v, want an error of %s", section, err, want)
		}
	}
}

func TestCoverageNeedsPlainPathsAndRecordedPrices(t *testing.T) {
	for set, want := range map[string]string{
		"seed=1": "prices.history with the files",
		"rare={method: splitting, level_paths: 64}":                           "without rare",
		"until={metric: lp_loss_usd, relative_error: 10%, max_paths: 100000}": "without until",
	} {
		sets := []string{"coverage={}", set}
		if set != "seed=1" {
			sets = append(sets, recordedSamples)
		}
		if _, err := Load(Source{Preset: "quickstart", Sets: sets}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s gives %v, want %q", set, err, want)
		}
	}
	if _, err := Load(Source{Preset: "quickstart", Sets: []string{recordedSamples}}); err == nil {
		t.Error("recorded prices that nothing takes are accepted")
	}
}
