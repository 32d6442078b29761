package main

import (
	"path/filepath"

	"backtest/configs"
	"backtest/runner"
)

// Paths in a turn: enough to be well above the resolution of the clock.
const (
	floatPaths  = 128
	enginePaths = 64
)

func contestants(folder string) ([]*contestant, error) {
	var list []*contestant
	for _, kind := range []string{"watch", "touch"} {
		for _, recorded := range []bool{false, true} {
			group := kind
			if recorded {
				group += ", distribution once a day"
			}
			list = append(list, &contestant{group: group, name: "Go float64", unit: "path-step", reference: true, run: floatRun(kind == "touch", recorded)})
			list = append(list, compiled(kind, recorded)...)
			engine, err := engineRun(filepath.Join(folder, kind+".yaml"), recorded)
			if err != nil {
				return nil, err
			}
			list = append(list, &contestant{group: group, name: "exact", unit: "path-step", run: engine})
		}
	}
	return list, nil
}

func floatRun(touch, recorded bool) func() (float64, error) {
	start := newFloatWorld()
	return func() (float64, error) {
		var out answers
		return timed(func() (int, error) {
			for path := range floatPaths {
				floatPath(uint64(path), &start, touch, recorded, &out)
			}
			sink += out.least + out.leastPosition + out.use + float64(out.events)
			return floatPaths * steps, nil
		})
	}
}

// sink keeps results alive.
var sink float64

func engineRun(file string, recorded bool) (func() (float64, error), error) {
	var sets []string
	if !recorded {
		sets = append(sets, "record.every=30d")
	}
	l, err := configs.Load(configs.Source{File: file, Sets: sets})
	if err != nil {
		return nil, err
	}
	m, err := runner.NewMeter(l)
	if err != nil {
		return nil, err
	}
	return func() (float64, error) {
		return timed(func() (units int, err error) {
			for path := range enginePaths {
				n, err := m.Path(uint64(path))
				if err != nil {
					return 0, err
				}
				units += n
			}
			return units, nil
		})
	}, nil
}
