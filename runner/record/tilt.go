package record

// Tilt is the change of measure of importance sampling in one scenario, and the pilot run that chose it.
type Tilt struct {
	Scenario           string   `json:"scenario"`
	Event              string   `json:"event"` // that it makes frequent
	Assets             []string `json:"assets"`
	StandardDeviations float64  `json:"standard_deviations"` // of the sum of an asset's normals over the horizon
	PilotPaths         int64    `json:"pilot_paths"`         // of all candidates together
	PilotSteps         int64    `json:"pilot_steps"`
	PilotShare         float64  `json:"pilot_share"`    // of the chosen candidate's paths that saw the event
	PilotVariance      float64  `json:"pilot_variance"` // of one path's weighted indicator, relative to its squared mean
}
