package report

import (
	"slices"
	"sort"

	"backtest/report/stats"
	"backtest/runner/record"
)

// readPaths cuts the columns of the paths file into cells and leaves failed
// paths out.
func (d *Data) readPaths(r *record.Reader) error {
	names := numericColumns(d.Manifest.Columns)
	columns, err := r.PathColumns(append([]string{"scenario", "failed"}, names...)...)
	if err != nil {
		return err
	}
	scenarios, failed := columns.Strings("scenario"), columns.Strings("failed")
	points, paths := columns.Float("point"), columns.Float("path")
	for i, scenario := range scenarios {
		c := d.cell(scenario, int32(points[i]))
		if c == nil {
			c = &Cell{Scenario: scenario, Point: int32(points[i]), confidence: d.Confidence, dependence: dependence(d.Manifest), levelPaths: levelPaths(d.Manifest, scenario), dependent: dependentPaths(d.Manifest, scenario), seed: d.Manifest.Seed,
				extra: d.Manifest.Columns, columns: map[string][]float64{}, tallies: tallies{}}
			d.Cells = append(d.Cells, c)
		}
		if failed[i] != "" {
			c.Failed++
			continue
		}
		c.Paths++
		c.paths = append(c.paths, int64(paths[i]))
		for _, name := range names {
			c.columns[name] = append(c.columns[name], columns.Float(name)[i])
		}
	}
	for _, c := range d.Cells {
		c.summarisePaths()
		c.Worst = c.worst()
	}
	return nil
}

// numericColumns are the columns that metrics and pictures need, once each.
func numericColumns(extra []record.ExtraColumn) []string {
	set := map[string]bool{"point": true, "path": true, "weight": true, "steps": true, "horizon_seconds": true}
	for _, m := range metrics {
		for _, name := range m.Columns {
			set[name] = true
		}
	}
	for _, s := range survivalEvents {
		set[s.column] = true
	}
	for _, c := range extra {
		set[c.Name] = true
	}
	names := make([]string, 0, len(set))
	for name := range set {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func (c *Cell) summarisePaths() {
	c.weights = c.columns["weight"]
	c.Weighted = stats.Sample{Values: c.weights, Weights: c.weights}.Weighted()
	c.EffectivePaths = stats.KishESS(c.weights)
	if !c.Weighted {
		c.weights = nil
	}
	c.groups = nil
	if c.dependent > 1 {
		for _, path := range c.paths {
			c.groups = append(c.groups, path/c.dependent)
		}
	}
	for i, steps := range c.columns["steps"] {
		c.Steps = max(c.Steps, int64(steps))
		c.HorizonSeconds = max(c.HorizonSeconds, int64(c.columns["horizon_seconds"][i]))
	}
}

func (d *Data) readEvents(r *record.Reader) error {
	for e, err := range r.Events() {
		if err != nil {
			return err
		}
		c := d.cell(e.Scenario, e.Point)
		if c == nil {
			continue
		}
		if i, found := slices.BinarySearch(c.paths, e.Path); found {
			c.tallies.add(e)
			c.addToTimeline(e, i)
			c.addToWorst(e)
		}
	}
	for _, c := range d.Cells {
		c.finishTimeline()
	}
	return nil
}

func (c *Cell) has(path int64) bool {
	_, found := slices.BinarySearch(c.paths, path)
	return found
}

func (d *Data) readSketches(r *record.Reader) error {
	for row, err := range r.CRatios() {
		if err != nil {
			return err
		}
		if c := d.cell(row.Scenario, row.Point); c != nil {
			c.CRatios = append(c.CRatios, row)
		}
	}
	for row, err := range r.Series() {
		if err != nil {
			return err
		}
		if c := d.cell(row.Scenario, row.Point); c != nil {
			c.addToFan(row)
		}
	}
	return nil
}
