package runner

import (
	"context"
	"testing"

	"backtest/configs"
)

// benchWorker returns a worker of one of the standard worlds.
func benchWorker(b *testing.B, file string, sets ...string) *worker {
	b.Helper()
	l, err := configs.Load(configs.Source{File: "../configs/bench/" + file, Sets: sets})
	if err != nil {
		b.Fatal(err)
	}
	w, err := newWorlds(l, nil)
	if err != nil {
		b.Fatal(err)
	}
	return newWorker(w.open[cell{w.variants[0].scenario, 0}].world)
}

func BenchmarkPath(b *testing.B) {
	for _, file := range []string{"watch.yaml", "touch.yaml"} {
		b.Run(file, func(b *testing.B) {
			w := benchWorker(b, file)
			steps := 0
			b.ReportAllocs()
			b.ResetTimer()
			for n := range b.N {
				if err := w.path(context.Background(), uint64(n%64)); err != nil {
					b.Fatal(err)
				}
				steps += int(w.state.Row.Steps)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(steps), "ns/path-step")
			b.ReportMetric(float64(w.state.Row.Events), "events")
		})
	}
}
