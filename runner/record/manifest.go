package record

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"backtest/internal/warn"
)

// FormatVersion is the version of the folder layout and of the schemas of its files. A reader takes no other.
const FormatVersion = 2

// ManifestName is the file that makes a folder a finished run.
const ManifestName = "manifest.json"

// Format is the format of the final files.
type Format string

// Formats; the value is also the extension of the files.
const (
	Arrow   Format = "arrow"   // Arrow IPC file, zstd
	Parquet Format = "parquet" // Parquet, zstd
)

// Input is a file that the run read.
type Input struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// FileEntry is a final file, or a block of a shard.
type FileEntry struct {
	Name   string `json:"name"`
	Rows   int64  `json:"rows"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Identity is what makes two runs the same question: everything but Shard and Format must be equal for a run to be resumed or
// for shards to be merged; a resumed run needs those equal too.
type Identity struct {
	FormatVersion  int             `json:"format_version"`
	ProgramVersion string          `json:"program_version"`
	Name           string          `json:"name"`    // of the configuration
	Command        string          `json:"command"` // run or study
	Configuration  json.RawMessage `json:"configuration"`
	ConfigSHA256   string          `json:"configuration_sha256"`
	Inputs         []Input         `json:"inputs"`
	Seed           uint64          `json:"seed"`
	Plan           Plan            `json:"plan"`
	Study          *StudyPlan      `json:"study,omitempty"` // nil in a run
	Tilts          []Tilt          `json:"tilts,omitempty"` // of importance sampling
	Splittings     []Splitting     `json:"splittings,omitempty"`
	Columns        []ExtraColumn   `json:"extra_columns"`
	Positions      *PositionPlan   `json:"positions,omitempty"` // nil without results by position
	Warnings       []warn.Warning  `json:"warnings,omitempty"`  // known before the first path; they are no part of the question
	Shard          *Shard          `json:"shard,omitempty"`
	Format         Format          `json:"format"`
}

// Facts are what may differ between two runs of the same question. They are in manifest.json alone.
type Facts struct {
	Contracts          string    `json:"contracts,omitempty"` // the release of the contracts that is modelled
	Started            time.Time `json:"started"`
	Finished           time.Time `json:"finished"`
	ElapsedSeconds     float64   `json:"elapsed_seconds"`
	Host               string    `json:"host"`
	OS                 string    `json:"os"`
	Arch               string    `json:"arch"`
	GoVersion          string    `json:"go_version"`
	CPUs               int       `json:"cpus"`
	Workers            int       `json:"workers"`
	BlocksResumed      int64     `json:"blocks_resumed"`
	PathSteps          int64     `json:"path_steps"` // computed by this process; a resumed run adds only what it computed
	PathStepsPerSecond float64   `json:"path_steps_per_second"`
	ProcessorSeconds   float64   `json:"processor_seconds,omitempty"` // of this process, without the report
	PeakMemoryBytes    int64     `json:"peak_memory_bytes"`
}

// Manifest describes a folder.
type Manifest struct {
	Identity
	Paths       int64       `json:"paths"`             // rows of the paths file
	FailedPaths int64       `json:"failed_paths"`      // of which failed
	Steps       int64       `json:"steps"`             // steps of all paths together
	Stopped     *Stop       `json:"stopped,omitempty"` // where a stopping rule ended the run, nil without one
	Files       []FileEntry `json:"files"`
	Blocks      []FileEntry `json:"blocks,omitempty"` // of a shard, for merging
	Run         Facts       `json:"run"`
}

// normalise fills what has a default and rejects what cannot be recorded.
func (id *Identity) normalise() error {
	id.FormatVersion = FormatVersion
	if id.Format == "" {
		id.Format = Arrow
	}
	if id.Format != Arrow && id.Format != Parquet {
		return fmt.Errorf("record: format %q: want arrow or parquet", id.Format)
	}
	if len(id.Configuration) == 0 {
		id.Configuration = json.RawMessage("null")
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, id.Configuration); err != nil {
		return fmt.Errorf("record: configuration: %w", err)
	}
	id.Configuration = compact.Bytes()
	if err := id.Shard.check(); err != nil {
		return err
	}
	if err := checkExtra(id.Columns); err != nil {
		return err
	}
	return id.Plan.check()
}

// Difference is a key in which two identities disagree.
type Difference struct {
	Key string
	Old string
	New string
}

// Differences lists in which keys the identities of two runs disagree, in a fixed order. Configurations that differ in their
// hash are compared key by key.
func Differences(before, after Identity) []Difference {
	out := diff(nil, "format_version", strconv.Itoa(before.FormatVersion), strconv.Itoa(after.FormatVersion))
	out = diff(out, "program_version", before.ProgramVersion, after.ProgramVersion)
	out = diff(out, "command", before.Command, after.Command)
	out = diff(out, "name", before.Name, after.Name)
	if before.ConfigSHA256 != after.ConfigSHA256 {
		out = append(out, configDifferences(before, after)...)
	}
	out = diff(out, "seed", strconv.FormatUint(before.Seed, 10), strconv.FormatUint(after.Seed, 10))
	out = append(out, inputDifferences(before.Inputs, after.Inputs)...)
	out = diff(out, "plan", fmt.Sprint(before.Plan.Cells), fmt.Sprint(after.Plan.Cells))
	out = diff(out, "extra_columns", fmt.Sprint(before.Columns), fmt.Sprint(after.Columns))
	out = diff(out, "format", string(before.Format), string(after.Format))
	return diff(out, "shard", before.Shard.String(), after.Shard.String())
}

func diff(list []Difference, key, before, after string) []Difference {
	if before == after {
		return list
	}
	return append(list, Difference{Key: key, Old: before, New: after})
}
