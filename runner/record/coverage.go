package record

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// CoverageFile is the name of a coverage plan within its folder.
const CoverageFile = "coverage-plan.json"

// OutcomeScenario is the scenario of what came, beside one scenario per model.
const OutcomeScenario = "outcome"

// CoveragePlan says which forecasts of a coverage folder stand where. It depends on
// the question alone.
type CoveragePlan struct {
	Name           string          `json:"name"`
	Question       string          `json:"question"`
	ConfigSHA256   string          `json:"configuration_sha256"`
	Configuration  json.RawMessage `json:"configuration"`
	Models         []string        `json:"models"`
	Horizons       []int64         `json:"horizons_seconds"`
	EverySeconds   int64           `json:"every_seconds"`
	WindowSeconds  int64           `json:"window_seconds"`
	RefitSeconds   int64           `json:"recalibrate_seconds"`
	Metrics        []string        `json:"metrics"`
	Events         []string        `json:"events"`
	Levels         []float64       `json:"levels"`
	Paths          int64           `json:"paths"`
	Seed           uint64          `json:"seed"`
	Origins        []Origin        `json:"origins"`
	Skipped        []SkippedOrigin `json:"skipped"`
	Unrecorded     []string        `json:"assets_without_recorded_prices"`
	PriceFiles     []Input         `json:"price_files"`
	ProgramVersion string          `json:"program_version"`
}

// Origin is a moment at which forecasts are made with what was known then.
type Origin struct {
	Time   int64  `json:"time"`    // Unix seconds
	FitEnd int64  `json:"fit_end"` // processes are fitted to the window that ends here
	Seed   uint64 `json:"seed"`
}

// SkippedOrigin is an origin that could not be used.
type SkippedOrigin struct {
	Time   int64  `json:"time"`
	Reason string `json:"reason"`
}

// Folder of the forecasts of an origin over a horizon, below the coverage folder.
func (o Origin) Folder(horizonSeconds int64) string {
	return filepath.Join("origins", time.Unix(o.Time, 0).UTC().Format("2006-01-02T150405Z"), fmt.Sprintf("%ds", horizonSeconds))
}

// ReadCoverage reads the plan of a coverage folder.
func ReadCoverage(dir string) (CoveragePlan, error) {
	var plan CoveragePlan
	content, err := os.ReadFile(filepath.Join(dir, CoverageFile))
	if errors.Is(err, fs.ErrNotExist) {
		return plan, fmt.Errorf("%s is no coverage folder: it has no %s", dir, CoverageFile)
	}
	if err == nil {
		err = json.Unmarshal(content, &plan)
	}
	if err != nil {
		return plan, fmt.Errorf("reading %s: %w", filepath.Join(dir, CoverageFile), err)
	}
	return plan, nil
}
