package record

// Splitting is how the paths of one scenario were branched on their way to a rare event, and the pilot run that chose
// where. Rows of the paths file come in repetitions of (len(Levels)+1) × LevelPaths: first the paths from the start, then
// those from each level. The weight of a path that went on from the next level is 0: its branches count in its place.
// Repetitions are independent of one another, the paths of one are not.
type Splitting struct {
	Scenario    string    `json:"scenario"`
	Event       string    `json:"event"`
	Levels      []float64 `json:"levels"` // of the figure that tells how near the event is, ascending
	LevelPaths  int64     `json:"level_paths"`
	Repetitions int64     `json:"repetitions"`
	PilotPaths  int64     `json:"pilot_paths"`
	PilotSteps  int64     `json:"pilot_steps"`
}

// RepetitionPaths is the number of rows of a repetition.
func (s *Splitting) RepetitionPaths() int64 { return int64(len(s.Levels)+1) * s.LevelPaths }
