package report

import (
	"slices"
	"sort"

	"backtest/report/stats"
	"backtest/runner/record"
)

// readPaths cuts the columns of the paths file into cells and leaves failed
// paths out. What stays in memory is a number a path and column.
func (d *Data) readPaths(r *record.Reader) error {
	names := numericColumns(d.Manifest.Columns)
	for columns, err := range r.PathBatches(append([]string{"scenario", "failed"}, names...)...) {
		if err != nil {
			return err
		}
		d.takePaths(columns, names)
	}
	for _, c := range d.Cells {
		c.summarisePaths()
		c.Worst = c.worst()
	}
	return nil
}

// takePaths takes in a batch. The paths of a cell stand together.
func (d *Data) takePaths(columns *record.Columns, names []string) {
	scenarios, points := columns.Strings("scenario"), columns.Float("point")
	for from := 0; from < columns.Rows; {
		to := from + 1
		for to < columns.Rows && scenarios[to] == scenarios[from] && points[to] == points[from] {
			to++
		}
		d.cellOf(scenarios[from], int32(points[from])).takePaths(columns, names, from, to)
		from = to
	}
}

// cellOf gives the cell, a new one if need be.
func (d *Data) cellOf(scenario string, point int32) *Cell {
	if c := d.cell(scenario, point); c != nil {
		return c
	}
	c := &Cell{Scenario: scenario, Point: point, confidence: d.Confidence, dependence: dependence(d.Manifest), adjusts: controllable(d.Manifest, scenario), levelPaths: levelPaths(d.Manifest, scenario),
		dependent: dependentPaths(d.Manifest, scenario), seed: d.Manifest.Seed,
		extra: d.Manifest.Columns, columns: map[string][]float64{}, tallies: tallies{}}
	d.Cells = append(d.Cells, c)
	return c
}

// takePaths takes in rows of a batch.
func (c *Cell) takePaths(columns *record.Columns, names []string, from, to int) {
	failed := columns.Strings("failed")[from:to]
	keep := func(list, values []float64) []float64 {
		for i, x := range values[from:to] {
			if failed[i] == "" {
				list = append(list, x)
			}
		}
		return list
	}
	for _, name := range names {
		c.columns[name] = keep(c.columns[name], columns.Float(name))
	}
	for i, path := range columns.Float("path")[from:to] {
		if failed[i] == "" {
			c.paths = append(c.paths, int64(path))
		}
	}
	c.Paths = int64(len(c.paths))
	c.Failed += int64(to - from)
	for _, cause := range failed {
		if cause == "" {
			c.Failed--
		}
	}
}

// numericColumns are the columns that metrics and pictures need, once each.
func numericColumns(extra []record.ExtraColumn) []string {
	set := map[string]bool{"point": true, "path": true, "weight": true, "steps": true, "horizon_seconds": true}
	for _, name := range columnsOfAll {
		set[name] = true
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
	c.controls = c.finalPrices()
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
