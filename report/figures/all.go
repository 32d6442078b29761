package figures

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"backtest/report"
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
				f.Name = fileName(fmt.Sprintf("%s_%d_%s", c.Scenario, c.Point, f.Name))
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

// Write puts every picture into a folder as PNG, and as SVG on request.
func Write(dir string, list []*Figure, svg bool) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("figures: %w", err)
	}
	for _, f := range list {
		png, err := f.PNG()
		if err != nil {
			return err
		}
		if err := report.WriteFile(filepath.Join(dir, f.Name+".png"), png); err != nil {
			return err
		}
		if !svg {
			continue
		}
		vector, err := f.SVG()
		if err != nil {
			return err
		}
		if err := report.WriteFile(filepath.Join(dir, f.Name+".svg"), vector); err != nil {
			return err
		}
	}
	return nil
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
