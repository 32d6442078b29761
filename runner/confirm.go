package runner

import (
	"context"
	"errors"

	"backtest/configs"
	"backtest/runner/record"
)

// Confirm simulates the present parameters and one point of a study again, on
// fresh paths: point is 1 in the records, and the seed is another one, so that
// no draw of the study comes back.
func Confirm(ctx context.Context, l *configs.Loaded, point int32, o Options) (record.Manifest, error) {
	if l.Config.Study == nil || l.Config.Study.Confirm == 0 {
		return record.Manifest{}, &InputError{"study.confirm", errors.New("absent; it is the number of fresh paths")}
	}
	plan, err := studyPlan(l)
	if err != nil {
		return record.Manifest{}, err
	}
	fresh, err := l.Fresh(l.Config.Study.Confirm)
	if err != nil {
		return record.Manifest{}, err
	}
	plan.Points = [][]string{plan.Points[0], plan.Points[point]}
	return simulate(ctx, fresh, o, plan)
}
