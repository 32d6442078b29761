package warn

import (
	"maps"
	"slices"
)

// Code names a kind of warning, for programs.
type Code string

// Codes.
const (
	// Prices.
	CorrelationNearest  Code = "correlation_nearest"
	WindowsLeftOut      Code = "windows_left_out"
	HistoryInterpolated Code = "history_interpolated"
	HistoryRead         Code = "history_read"
	InitialNotUsed      Code = "initial_not_used"
	FewerPaths          Code = "fewer_paths"
	SobolPartly         Code = "sobol_partly"
	SobolUnbalanced     Code = "sobol_unbalanced"
	TickCoarse          Code = "tick_coarse"
	PointsScaled        Code = "points_scaled"
	// Calibration.
	Calibrated Code = "calibrated"
	FitAtBound Code = "fit_at_bound"
	FitUnsure  Code = "fit_unsure"
	// The configuration.
	OldSpelling    Code = "old_spelling"
	CopiedQuestion Code = "copied_question"
	// The world.
	ActsRarer     Code = "acts_rarer"
	WithoutEffect Code = "without_effect"
	LPsMintLess   Code = "lps_mint_less"
	// Results.
	FailedPaths    Code = "failed_paths"
	DependentPaths Code = "dependent_paths"
	Overflow       Code = "overflow"
	// The program.
	ExtraFailed Code = "extra_failed"
)

// meanings tell what each code stands for; a code that is not here is not one.
var meanings = map[Code]string{
	CorrelationNearest:  "a matrix of correlations that is not positive semidefinite was replaced by the nearest one that is",
	WindowsLeftOut:      "windows or blocks of recorded prices that touch missing closes were left out",
	HistoryInterpolated: "recorded prices were interpolated at finer points",
	HistoryRead:         "reading recorded prices moved, joined or left out some of them",
	InitialNotUsed:      "a price at the start is replaced by the recorded level",
	FewerPaths:          "there are fewer distinct paths than were asked for",
	SobolPartly:         "only the first normals of a path are Sobol points",
	SobolUnbalanced:     "the number of Sobol points is not a power of two",
	TickCoarse:          "the decimals of a price feed are coarse for the price",
	PointsScaled:        "points of a scripted price were scaled to begin at the initial price",
	Calibrated:          "parameters of a price process were fitted to recorded prices when the configuration was loaded",
	FitAtBound:          "a fitted parameter lies at its bound",
	FitUnsure:           "a fit is of doubtful use as it stands",
	OldSpelling:         "a key, flag or variable has another name now, and this one is read for one more release",
	CopiedQuestion:      "a configuration bears the question of the preset that it was copied from, and differs from it",
	ActsRarer:           "somebody acts at steps only, which is rarer than the configuration says",
	WithoutEffect:       "a key has no effect in this configuration",
	LPsMintLess:         "LPs mint less at the start than their C-ratio says, down to the issuance ratio",
	FailedPaths:         "failed paths are in no figure",
	DependentPaths:      "paths depend on one another in a way that no interval knows",
	Overflow:            "a recorded amount lies beyond what a column holds, or a market did not answer at the end of a path",
	ExtraFailed:         "something beside the results could not be written",
}

// Meaning tells what a code stands for.
func (c Code) Meaning() string { return meanings[c] }

// Codes lists every code, sorted.
func Codes() []Code { return slices.Sorted(maps.Keys(meanings)) }
