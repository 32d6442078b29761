package runner

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"backtest/configs"
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets"
	"backtest/runner/record"
	"backtest/runner/sim"
)

// BenchmarkPath runs paths of the standard worlds; "alone" records no
// distributions but at the ends.
func BenchmarkPath(b *testing.B) {
	for _, file := range []string{"watch", "touch"} {
		for name, sets := range map[string][]string{"alone": {"record.every=30d"}, "daily": nil} {
			b.Run(file+"/"+name, func(b *testing.B) {
				benchmarkPaths(b, benchMeter(b, file, sets...))
			})
		}
	}
}

func benchmarkPaths(b *testing.B, m *Meter) {
	b.ReportAllocs()
	steps := 0
	for n := 0; b.Loop(); n++ {
		done, err := m.Path(uint64(n % record.PathsPerBlock))
		if err != nil {
			b.Fatal(err)
		}
		steps += done
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(steps), "ns/path-step")
}

// runPaths is how many paths the runs have that are measured: several seconds, so that start and end weigh little.
const runPaths = 8192

func benchRun(b *testing.B) *configs.Loaded {
	b.Helper()
	l, err := configs.Load(configs.Source{File: "../configs/bench/watch.yaml", Sets: []string{fmt.Sprintf("paths=%d", runPaths)}})
	if err != nil {
		b.Fatal(err)
	}
	return l
}

// BenchmarkRun is a whole run with its records, on one and on several cores.
func BenchmarkRun(b *testing.B) {
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			l, dir := benchRun(b), b.TempDir()
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(workers))
			steps := int64(0)
			for b.Loop() {
				m, err := Run(context.Background(), l, Options{Out: dir, Force: true, Workers: workers})
				if err != nil {
					b.Fatal(err)
				}
				steps += m.Steps
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(steps), "ns/path-step")
		})
	}
}

// BenchmarkRecords has the same paths run with and without their records, in turns, and compares the time of processors.
// Without means that every path is observed like the others, and what was seen of it is forgotten with its block.
func BenchmarkRecords(b *testing.B) {
	l, dir := benchRun(b), b.TempDir()
	w := benchMeter(b, "watch").w
	var off, on time.Duration
	steps := int64(0)
	for b.Loop() {
		began := record.ProcessorTime()
		var block record.Block
		for first := int64(0); first < runPaths; first += record.PathsPerBlock {
			if _, _, err := w.block(context.Background(), record.BlockSpec{FirstPath: first, Paths: record.PathsPerBlock}, &block); err != nil {
				b.Fatal(err)
			}
		}
		middle := record.ProcessorTime()
		m, err := Run(context.Background(), l, Options{Out: dir, Force: true, Workers: 1})
		if err != nil {
			b.Fatal(err)
		}
		off, on, steps = off+middle-began, on+record.ProcessorTime()-middle, steps+m.Steps
	}
	b.ReportMetric(float64(off.Nanoseconds())/float64(steps), "off-ns/path-step")
	b.ReportMetric(float64(on.Nanoseconds())/float64(steps), "on-ns/path-step")
	b.ReportMetric(100*(1-float64(off)/float64(on)), "records-%")
}

// crowds are numbers of positions in the first vault of the standard world.
var crowds = []int{10, 1000, 100_000, 1_000_000}

var crowded = map[int]*worker{}

// crowdedWorker is a worker of the standard world with so many positions in its
// first vault. Worlds of a million take a while; they are made once.
func crowdedWorker(b *testing.B, positions int) *worker {
	b.Helper()
	if crowded[positions] == nil {
		m := benchMeter(b, "watch", "horizon=365d", "record.every=365d", fmt.Sprintf("lps[lp-1-btc].count=%d", positions))
		crowded[positions] = m.w
		beginPath(b, m.w)
	}
	return crowded[positions]
}

func benchMeter(b *testing.B, file string, sets ...string) *Meter {
	b.Helper()
	l, err := configs.Load(configs.Source{File: "../configs/bench/" + file + ".yaml", Sets: sets})
	if err != nil {
		b.Fatal(err)
	}
	m, err := NewMeter(l)
	if err != nil {
		b.Fatal(err)
	}
	return m
}

func beginPath(b *testing.B, w *worker) {
	b.Helper()
	if err := w.state.Begin(0, w.world.Prices.Fill(0, w.scratch)); err != nil {
		b.Fatal(err)
	}
}

func benchmarkCrowds(b *testing.B, run func(b *testing.B, w *worker)) {
	for _, positions := range crowds {
		b.Run(fmt.Sprintf("positions=%d", positions), func(b *testing.B) {
			w := crowdedWorker(b, positions)
			b.ReportAllocs()
			run(b, w)
		})
	}
}

// BenchmarkQuietStep is a step in which nothing happens, with few and many
// positions in a vault.
func BenchmarkQuietStep(b *testing.B) {
	benchmarkCrowds(b, func(b *testing.B, w *worker) {
		last, steps := len(w.world.Grid)-1, 0
		for b.Loop() {
			b.StopTimer()
			beginPath(b, w)
			step, err := w.advance(context.Background(), 0)
			b.StartTimer()
			for step < last && err == nil {
				step, err = w.advance(context.Background(), step)
			}
			if err != nil {
				b.Fatal(err)
			}
			steps += last
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(steps), "ns/step")
	})
}

// BenchmarkShortPath begins and ends a path of few and many positions: what a path costs beside its steps.
func BenchmarkShortPath(b *testing.B) {
	benchmarkCrowds(b, func(b *testing.B, w *worker) {
		prices := w.world.Prices.Fill(0, w.scratch)
		for b.Loop() {
			if err := w.state.Begin(0, prices); err != nil {
				b.Fatal(err)
			}
			if err := w.state.Open(); err != nil {
				b.Fatal(err)
			}
			if err := w.state.Finish(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// benchmarkChanges has a path change positions of the first vault, far apart,
// and look for the worst after each; a new path begins every now and then.
func benchmarkChanges(b *testing.B, each int, prepare func(s *sim.State), change func(s *sim.State, n int, id model.AccountID) error) {
	benchmarkCrowds(b, func(b *testing.B, w *worker) {
		s, positions := w.state, slices.IndexFunc(w.world.LPs, func(lp sim.LP) bool { return lp.Vault != 0 })
		for n := 0; b.Loop(); n++ {
			if n%each == 0 {
				b.StopTimer()
				beginPath(b, w)
				prepare(s)
				b.StartTimer()
			}
			lp := w.world.LPs[n*7919%positions]
			if err := change(s, n, lp.Account); err != nil {
				b.Fatal(err)
			}
			o, err := s.Outlook(0)
			if err != nil {
				b.Fatal(err)
			}
			_ = s.Worst(0, &o)
		}
	})
}

// BenchmarkLiquidation liquidates positions of a vault.
func BenchmarkLiquidation(b *testing.B) {
	crash := func(s *sim.State) {
		_, ct := s.VaultID(0)
		s.Sys.SetCollateralPrice(ct, s.Price[s.World.Collaterals[s.World.Vaults[0].Collateral].Asset].Quo(fp.I256(8)))
	}
	benchmarkChanges(b, 8, crash, func(s *sim.State, _ int, id model.AccountID) error {
		_, err := s.Liquidate(0, id, s.World.LPs[len(s.World.LPs)-1].Account, "benchmark")
		return err
	})
}

// BenchmarkDelegate adds collateral to positions and takes it away again.
func BenchmarkDelegate(b *testing.B) {
	benchmarkChanges(b, 64, func(*sim.State) {}, func(s *sim.State, _ int, id model.AccountID) error {
		pool, ct := s.VaultID(0)
		has := s.Sys.PositionCollateral(pool, ct, id)
		return s.Delegate(0, id, has.Sub(has.Quo(fp.U256(1000))))
	})
}

// BenchmarkMint mints against positions.
func BenchmarkMint(b *testing.B) {
	benchmarkChanges(b, 64, func(*sim.State) {}, func(s *sim.State, _ int, id model.AccountID) error {
		return s.Mint(0, id, fp.UnitU256)
	})
}

// BenchmarkBegin starts a path of the standard world; "restore" is the copy of
// the system alone.
func BenchmarkBegin(b *testing.B) {
	w := benchMeter(b, "watch").w
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
