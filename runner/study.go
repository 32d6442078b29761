package runner

import (
	"context"
	"errors"
	"fmt"
	"slices"

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

// studyPlan lists the points of a study.
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
	own, err := ownPresents(l, p.Axes, present)
	if err != nil {
		return nil, err
	}
	if p.Points, err = pointsFrom(l, p.Axes, present, len(own) > 0); err != nil {
		return nil, err
	}
	for scenario, present := range own {
		if p.Own == nil {
			p.Own = map[string][][]string{}
		}
		if p.Own[scenario], err = pointsFrom(l, p.Axes, present, true); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// pointsFrom lists the points of the design around present values. Points that repeat
// an earlier one are left out, but not where all are wanted: scenarios with other
// present values have as many.
func pointsFrom(l *configs.Loaded, axes []record.StudyAxis, present []string, all bool) ([][]string, error) {
	s := l.Config.Study
	points, err := designed(s, axes, present, l.Config.Seed)
	if err != nil {
		return nil, &InputError{"study", err}
	}
	out := [][]string{present}
	seen := map[string]bool{fmt.Sprint(present): true}
	for _, point := range points {
		for a := range point {
			point[a] = l.CanonicalValue(axes[a].Key, point[a])
		}
		if name := fmt.Sprint(point); !seen[name] || all || s.Design == saltelliDesign {
			seen[name] = true
			out = append(out, point)
		}
	}
	return out, nil
}

// ownPresents are the present values of the axes in scenarios that set some of them.
func ownPresents(l *configs.Loaded, axes []record.StudyAxis, present []string) (map[string][]string, error) {
	out := map[string][]string{}
	for i, scenario := range l.Config.Scenarios {
		var own []string
		for a, axis := range axes {
			text, err := l.PresentIn(i, axis.Key)
			if err != nil {
				return nil, &InputError{fmt.Sprintf("study.axes[%d].key", a), fmt.Errorf("scenario %s: %w", scenario.ID, err)}
			}
			own = append(own, text)
		}
		if !slices.Equal(own, present) {
			out[scenario.ID] = own
		}
	}
	return out, nil
}

// settings are what makes a point of a study out of the configuration: the value of
// every axis, be it the present one or not. A key that is absent at
// present stays so, unless the point gives it a value.
func settings(p *record.StudyPlan, scenario string, point int32) []configs.Setting {
	if p == nil || point == 0 {
		return nil
	}
	var out []configs.Setting
	for a, value := range p.Of(scenario)[point] {
		if value != "" {
			out = append(out, configs.Setting{Key: p.Axes[a].Key, Value: value})
		}
	}
	return out
}
