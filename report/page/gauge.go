package page

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"strings"
)

// gauges is a table whose rows carry a bar each, all on one scale, for the template
// of that name. The words beside the bars keep their size on any screen.
type gauges struct {
	Caption, First string
	Rows           []gaugeRow
	Left           string // how many rows are not shown, empty for none
}

type gaugeRow struct {
	Name, Sub   string
	Class       string // strong for the row that stands out
	Bar         template.HTML
	Value, Span string
}

// scale is the range of values that the bars of a table show.
type scale struct{ low, high float64 }

// reach makes the scale hold values, as far as they are finite.
func (s *scale) reach(values ...float64) {
	for _, x := range values {
		if !math.IsInf(x, 0) && !math.IsNaN(x) {
			s.low, s.high = math.Min(s.low, x), math.Max(s.high, x)
		}
	}
}

// gaugeWidth is the width of a bar in its own units: it is stretched.
const gaugeWidth = 1000.0

func (s scale) at(x float64) float64 {
	if s.high <= s.low {
		return 0
	}
	return max(0, min(1, (x-s.low)/(s.high-s.low))) * gaugeWidth
}

// gauge is a bar being drawn.
type gauge struct {
	scale
	body strings.Builder
}

// bar fills from one value to another.
func (g *gauge) bar(class string, from, to float64) {
	x := math.Min(g.at(from), g.at(to))
	fmt.Fprintf(&g.body, `<rect class="%s" x="%.1f" y="3" width="%.1f" height="14"/>`, class, x, max(2, math.Abs(g.at(to)-g.at(from))))
}

// whisker draws an interval; an open end reaches to the edge.
func (g *gauge) whisker(low, high float64) {
	if math.IsNaN(low) || math.IsNaN(high) || math.IsInf(low, -1) && math.IsInf(high, 1) {
		return // nothing is known
	}
	fmt.Fprintf(&g.body, `<path class="ink" d="M%.1f 10H%.1f"/>`, g.at(low), g.at(high))
}

// done gives the drawing, with a line at zero; what it shows stands beside it in
// words too.
func (g *gauge) done(tooltip string) template.HTML {
	return template.HTML(fmt.Sprintf(`<svg class="gauge" viewBox="0 0 %.0f 20" preserveAspectRatio="none" aria-hidden="true"><title>%s</title>`+
		`<path class="rule" d="M%.1f 0V20"/>%s</svg>`, gaugeWidth, html.EscapeString(tooltip), g.at(0), g.body.String()))
}
