package main

import (
	"path/filepath"
	"runtime"
	"slices"

	"backtest/configs"
	"backtest/runner"
)

// floatPaths is how many paths the kernels run in a turn: enough to be well
// above the resolution of the clock.
const floatPaths = 128

func contestants(folder string) ([]*contestant, error) {
	var list []*contestant
	for _, c := range []struct {
		group, kind string
		recorded    bool
		paths       int
		sets        []string
	}{
		{"watch, between recorded moments", "watch", false, 8, []string{"horizon=365d", "record.every=365d"}},
		{"watch, whole paths", "watch", true, 64, nil},
		{"touch, between recorded moments", "touch", false, 8, []string{"record.every=30d"}},
		{"touch, whole paths", "touch", true, 8, nil},
	} {
		list = append(list, &contestant{group: c.group, name: "Go float64", unit: "path-step", reference: true, run: floatRun(c.kind == "touch", c.recorded, false)})
		if c.recorded {
			list = append(list, &contestant{group: c.group, name: "Go float64, a distribution a day and vault", unit: "path-step", run: floatRun(c.kind == "touch", true, true)})
		}
		list = append(list, compiled(c.group, c.kind, c.recorded)...)
		engine, err := engineRun(filepath.Join(folder, c.kind+".yaml"), c.paths, c.sets)
		if err != nil {
			return nil, err
		}
		list = append(list, &contestant{group: c.group, name: "exact", unit: "path-step", run: engine})
		if c.kind == "watch" && !c.recorded {
			list = append(list, &contestant{group: c.group, name: "math/big", unit: "path-step", run: bigRun})
		}
	}
	whole, err := runs(folder)
	if err != nil {
		return nil, err
	}
	list = slices.Concat(list, whole, crowdsOfPositions(folder), crowdsOfPools())
	operations, err := protocol()
	return append(list, operations...), err
}

func floatRun(touch, recorded, daily bool) func() (float64, error) {
	start := newFloatWorld()
	var out answers
	if daily {
		out.daily = new([days][vaults]dailyHistogram)
	}
	return func() (float64, error) {
		return timed(func() (int, error) {
			for path := range floatPaths {
				floatPath(uint64(path), &start, touch, recorded, &out)
			}
			runtime.KeepAlive(out)
			return floatPaths * steps, nil
		})
	}
}

func engineRun(file string, paths int, sets []string) (func() (float64, error), error) {
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
			for path := range paths {
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
