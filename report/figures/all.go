package figures

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"backtest/report"
	"backtest/runner/record"
)

// All draws every picture that the records of a run allow. In a run of several
// cells names begin with the scenario and the point.
func All(d *report.Data) ([]*Figure, error) {
	var out []*Figure
	for _, c := range d.Cells {
		list, err := ofCell(d, c)
		if err != nil {
			return nil, err
		}
		for _, f := range list {
			if len(d.Cells) > 1 {
				f.within(fmt.Sprintf("%s_%d", c.Scenario, c.Point))
			}
		}
		out = append(out, list...)
	}
	return out, nil
}

func ofCell(d *report.Data, c *report.Cell) ([]*Figure, error) {
	if c.Paths == 0 {
		return nil, nil
	}
	var out []*Figure
	var errs []error
	take := func(f *Figure, err error) {
		if f != nil {
			out = append(out, f)
		}
		errs = append(errs, err)
	}
	for _, series := range c.Fans {
		if series.Figure == "vault_c_ratio" {
			take(fan(d, c, series))
		}
	}
	for _, v := range c.Vaults() {
		take(cRatios(d, c, v.Pool, v.Collateral))
	}
	take(stopLosses(d, c))
	take(liquidations(d, c))
	take(survival(d, c))
	take(lpProfit(d, c))
	take(badDebt(d, c))
	take(waterfall(d, c))
	return out, errors.Join(errs...)
}

// Contents makes of every picture a PNG file within a folder, and an SVG on request.
func Contents(folder string, list []*Figure, svg bool) ([]record.Content, error) {
	var out []record.Content
	names := fileNames(list)
	for i, f := range list {
		png, err := f.PNG()
		if err != nil {
			return nil, err
		}
		out = append(out, record.Content{Name: path.Join(folder, names[i]+".png"), Bytes: png})
		if !svg {
			continue
		}
		vector, err := f.SVG()
		if err != nil {
			return nil, err
		}
		out = append(out, record.Content{Name: path.Join(folder, names[i]+".svg"), Bytes: vector})
	}
	return out, nil
}

// longestName is what every file system takes, with room for an ending.
const longestName = 120

// fileNames gives every picture a name of its own: where names differ only in what no file may be called, or in the case of letters, a
// digest of the whole name tells them apart, as it does for a name that is too long.
func fileNames(list []*Figure) []string {
	taken := map[string]int{}
	for _, f := range list {
		taken[strings.ToLower(f.Name)]++
	}
	var out []string
	for _, f := range list {
		name := f.Name
		if taken[strings.ToLower(name)] > 1 || len(name) > longestName {
			name = fmt.Sprintf("%s-%.4x", name[:min(len(name), longestName)], sha256.Sum256([]byte(f.of)))
		}
		out = append(out, name)
	}
	return out
}

// stems begin the names of pictures, after the scenario where there are several.
var stems = []string{"attribution", "bad_debt", "c_ratio", "fan", "front", "frontier", "line", "liquidations", "lp_profit", "map", "prices",
	"stop_loss", "survival", "tails", "tornado"}

// IsName tells whether a file is called as a picture may be.
func IsName(file string) bool {
	name, png := strings.CutSuffix(file, ".png")
	name, svg := strings.CutSuffix(name, ".svg")
	return png != svg && slices.ContainsFunc(stems, func(stem string) bool {
		return strings.HasPrefix(name, stem) || strings.Contains(name, "_"+stem)
	})
}

// fileName keeps letters, digits and -, so that names from configurations stay
// within the folder.
func fileName(text string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return '_'
	}, text), "_")
}

func lower(title string) string {
	if title == "" {
		return ""
	}
	return strings.ToLower(title[:1]) + title[1:]
}
