package runner

import (
	"context"
	"fmt"
	"testing"

	"backtest/configs"
	"backtest/model/markets"
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

// BenchmarkQuietStep is a step in which nothing happens, with few and many
// positions in a vault.
func BenchmarkQuietStep(b *testing.B) {
	for _, positions := range []int{10, 1000, 100_000} {
		b.Run(fmt.Sprintf("positions=%d", positions), func(b *testing.B) {
			l, err := configs.Load(configs.Source{
				File: "../configs/bench/watch.yaml",
				Sets: []string{"horizon=365d", "record.every=365d", fmt.Sprintf("lps[lp-1-btc].count=%d", positions)},
			})
			if err != nil {
				b.Fatal(err)
			}
			m, err := NewMeter(l)
			if err != nil {
				b.Fatal(err)
			}
			w, last := m.w, len(m.w.world.Grid)-1
			b.ReportAllocs()
			for step := last; b.Loop(); step++ {
				if step == last {
					b.StopTimer()
					if err := w.state.Begin(0, w.world.Prices.Fill(0, w.scratch)); err != nil {
						b.Fatal(err)
					}
					step = 0
				}
				if err := w.step(context.Background(), step); err != nil {
					b.Fatal(err)
				}
				if step == 0 {
					b.StartTimer()
				}
			}
		})
	}
}

// BenchmarkBegin starts a path of the standard world; "restore" is the copy of
// the system alone.
func BenchmarkBegin(b *testing.B) {
	l, err := configs.Load(configs.Source{File: "../configs/bench/watch.yaml"})
	if err != nil {
		b.Fatal(err)
	}
	m, err := NewMeter(l)
	if err != nil {
		b.Fatal(err)
	}
	w := m.w
	prices := w.world.Prices.Fill(0, w.scratch)
	b.Run("path", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := w.state.Begin(0, prices); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("restore", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			w.state.Sys.Restore(w.world.Initial, markets.Clone)
		}
	})
	b.Run("equity", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := w.state.Equity(); err != nil {
				b.Fatal(err)
			}
		}
	})
}
