package page

import (
	"slices"
	"strconv"

	"backtest/report/study"
	"backtest/report/threshold"
)

// The data of the charts of a study, as the scripts read it: of each point shown,
// in their order, present parameters first.
type (
	studyData struct {
		Cells []studyCellData `json:"cells"`
	}
	studyCellData struct {
		Axes    []axisData   `json:"axes"`
		Labels  []string     `json:"labels"`
		Class   []int        `json:"class"` // 0, or 1 on the front, 2 recommended, 3 present
		Figures []figureData `json:"figures"`
		Risk    int          `json:"risk"` // of figures
		Gain    int          `json:"gain"`
		Left    int          `json:"left"` // points that are not shown
	}
	axisData struct {
		Name  string   `json:"name"`
		Unit  string   `json:"unit"`
		X     edges    `json:"x"`
		Names []string `json:"names,omitempty"` // of values that are no numbers
	}
	figureData struct {
		Title string  `json:"title"`
		Unit  string  `json:"unit"`
		V     numbers `json:"v"`
		Low   numbers `json:"low"`
		High  numbers `json:"high"`
		D     numbers `json:"d"` // differences to the present parameters
		DLow  numbers `json:"dlow"`
		DHigh numbers `json:"dhigh"`
	}
)

func dataOfStudy(s *study.Study, c *study.Scenario, most int) studyCellData {
	var figures []threshold.Figure
	for _, f := range s.KeyFigures() {
		if c.Varies(f) {
			figures = append(figures, f)
		}
	}
	points := pick(c, most/max(1, 6*len(figures)))
	data := studyCellData{Axes: []axisData{}, Figures: []figureData{}, Gain: min(1, len(figures)-1), Left: len(c.Points) - len(points)}
	for _, p := range points {
		data.Labels = append(data.Labels, s.Short(c, p))
		data.Class = append(data.Class, classOfPoint(c, p))
	}
	for a := range s.Axes {
		data.Axes = append(data.Axes, axisOf(s, c, a, points))
	}
	for i, f := range figures {
		data.Figures = append(data.Figures, figureOf(f, points))
		switch f.String() {
		case c.Risk.String():
			data.Risk = i
		case c.Efficiency.String():
			data.Gain = i
		}
	}
	if data.Gain == data.Risk && len(figures) > 1 { // one of them is the same everywhere
		data.Risk = (data.Gain + 1) % len(figures)
	}
	return data
}

// pick chooses the points that charts show where there are too many: what stands
// out, those along an axis, and of the others evenly.
func pick(c *study.Scenario, most int) []*study.Point {
	var all []*study.Point
	for i := range c.Points {
		if c.Points[i].Cell != nil {
			all = append(all, &c.Points[i])
		}
	}
	if len(all) <= most {
		return all
	}
	keep := map[int]bool{0: true, c.Recommended: true}
	for a := range c.Points[0].Values {
		for _, p := range c.Along(a) {
			keep[p.Number] = true
		}
	}
	for _, p := range all {
		if p.OnFront && len(keep) < most {
			keep[p.Number] = true
		}
	}
	for _, p := range thin(all, max(2, most-len(keep))) {
		keep[p.Number] = true
	}
	var out []*study.Point
	for _, p := range all {
		if keep[p.Number] {
			out = append(out, p)
		}
	}
	return out
}

func classOfPoint(c *study.Scenario, p *study.Point) int {
	switch {
	case p.Number == 0:
		return 3
	case p.Number == c.Recommended:
		return 2
	case p.OnFront:
		return 1
	}
	return 0
}

func axisOf(s *study.Study, c *study.Scenario, a int, points []*study.Point) axisData {
	x := c.Numbers(a)
	out := axisData{Name: s.ShortKeys()[a], Unit: s.Axes[a].Unit}
	words := slices.ContainsFunc(c.Points, func(p study.Point) bool {
		_, err := strconv.ParseFloat(p.Values[a], 64)
		return err != nil
	})
	for _, p := range points {
		at := x[p.Number]
		out.X = append(out.X, at)
		if words { // x counts them
			for len(out.Names) <= int(at) {
				out.Names = append(out.Names, "")
			}
			out.Names[int(at)] = p.Values[a]
		}
	}
	return out
}

func figureOf(f threshold.Figure, points []*study.Point) figureData {
	var out figureData
	for i, p := range points {
		m, _ := p.Measure(f)
		if i == 0 {
			out.Title, out.Unit = m.Title, m.Unit
		}
		out.V, out.Low, out.High = append(out.V, m.Estimate.Value), append(out.Low, m.Estimate.Low), append(out.High, m.Estimate.High)
		c, _ := p.Change(f) // zero of the present parameters themselves
		d := c.Difference
		out.D, out.DLow, out.DHigh = append(out.D, d.Value), append(out.DLow, d.Low), append(out.DHigh, d.High)
	}
	return out
}
