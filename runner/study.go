package runner

import (
	"context"
	"errors"
	"fmt"

	"backtest/configs"
	"backtest/runner/record"
)

// Study simulates a configuration with its present parameters, which is point
// 0, and at every point of its section study. All points see the same paths:
// draws depend on seed, path and stream alone, so that differences between
// points are paired by path. A point that cannot be simulated has failed paths
// with the cause, and the others go on; only the present parameters must work.
func Study(ctx context.Context, l *configs.Loaded, o Options) (record.Manifest, error) {
	if l.Config.Study == nil {
		return record.Manifest{}, &InputError{"study", errors.New("absent; a study needs axes")}
	}
	plan, err := studyPlan(l)
	if err != nil {
		return record.Manifest{}, err
	}
	return simulate(ctx, l, o, plan)
}

// studyPlan lists the points of a study. Those that repeat an earlier one are
// left out, but not where the design needs its order.
func studyPlan(l *configs.Loaded) (*record.StudyPlan, error) {
	s := l.Config.Study
	p := &record.StudyPlan{Design: s.Design}
	var present []string
	for i, axis := range s.Axes {
		text, kind, err := l.Present(axis.Key)
		if err != nil {
			return nil, &InputError{fmt.Sprintf("study.axes[%d].key", i), err}
		}
		p.Axes = append(p.Axes, record.StudyAxis{Key: axis.Key, Unit: kind})
		present = append(present, text)
	}
	points, err := designed(s, p.Axes, present, l.Config.Seed)
	if err != nil {
		return nil, &InputError{"study", err}
	}
	p.Points = [][]string{present}
	seen := map[string]bool{fmt.Sprint(present): true}
	for _, point := range points {
		for a := range point {
			point[a] = l.CanonicalValue(p.Axes[a].Key, point[a])
		}
		if name := fmt.Sprint(point); !seen[name] || s.Design == saltelliDesign {
			seen[name] = true
			p.Points = append(p.Points, point)
		}
	}
	return p, nil
}

// settings are what makes a point of a study out of the configuration. An axis
// that keeps its present value is left alone.
func settings(p *record.StudyPlan, point int32) []configs.Setting {
	if p == nil {
		return nil
	}
	var out []configs.Setting
	for a, value := range p.Points[point] {
		if value != p.Points[0][a] {
			out = append(out, configs.Setting{Key: p.Axes[a].Key, Value: value})
		}
	}
	return out
}
