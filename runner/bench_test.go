package runner

import (
	"testing"

	"backtest/configs"
)

// BenchmarkPath runs paths of the standard worlds; "alone" records no
// distributions but at the ends.
func BenchmarkPath(b *testing.B) {
	for _, file := range []string{"watch", "touch"} {
		for name, sets := range map[string][]string{"alone": {"record.every=30d"}, "daily": nil} {
			b.Run(file+"/"+name, func(b *testing.B) {
				l, err := configs.Load(configs.Source{File: "../configs/bench/" + file + ".yaml", Sets: sets})
				if err != nil {
					b.Fatal(err)
				}
				m, err := NewMeter(l)
				if err != nil {
					b.Fatal(err)
				}
				benchmarkPaths(b, m)
			})
		}
	}
}

func benchmarkPaths(b *testing.B, m *Meter) {
	b.ReportAllocs()
	steps := 0
	for n := 0; b.Loop(); n++ {
		done, err := m.Path(uint64(n % metered))
		if err != nil {
			b.Fatal(err)
		}
		steps += done
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(steps), "ns/path-step")
}
