package record

// StudyPlan tells what the points of a study stand for. Point 0 has the present value of every axis.
type StudyPlan struct {
	Design string      `json:"design"`
	Axes   []StudyAxis `json:"axes"`
	Points [][]string  `json:"points"` // of each point from 0 on, the value of each axis

	// Own are the points of scenarios that set what an axis varies: their present values are others.
	Own map[string][][]string `json:"points_of_scenarios,omitempty"`
}

// Of gives the points of a scenario.
func (p *StudyPlan) Of(scenario string) [][]string {
	if own, ok := p.Own[scenario]; ok {
		return own
	}
	return p.Points
}

// StudyAxis is a configuration key that a study varies.
type StudyAxis struct {
	Key  string `json:"key"`
	Unit string `json:"unit"` // ratio, usd, number, whole or text
}
