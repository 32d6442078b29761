package report

// Warning is something to know before trusting figures.
type Warning struct {
	Text  string
	About []Measure // none: the whole cell
}

// Warnings lists every warning of the cell once, with the figures that it is
// about.
func (c *Cell) Warnings() []Warning {
	return c.warningsOf(c.Measures, c.ByEntity)
}

func (c *Cell) warningsOf(lists ...[]Measure) []Warning {
	var out []Warning
	if c.Failed > 0 {
		out = append(out, Warning{Text: plural(c.Failed, "failed path is", "failed paths are") + " left out of every figure"})
	}
	if c.dependence != "" {
		out = append(out, Warning{Text: c.dependence})
	}
	at := map[string]int{}
	for _, list := range lists {
		for _, m := range list {
			for _, text := range m.Estimate.Warnings {
				i, known := at[text]
				if !known {
					i = len(out)
					at[text] = i
					out = append(out, Warning{Text: text})
				}
				out[i].About = append(out[i].About, m)
			}
		}
	}
	return out
}
