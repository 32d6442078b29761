package record

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/apache/arrow/go/v17/arrow/memory"
)

func testIdentity(paths int64) Identity {
	return Identity{
		ProgramVersion: "v1", Name: "quick", Command: "study", ConfigSHA256: "c0ffee", Seed: 42,
		Configuration: json.RawMessage(`{"name": "quick", "pools": [{"id": "main", "weight": 1}]}`),
		Inputs:        []Input{{Name: "eth.csv", Bytes: 12, SHA256: "aa"}},
		Plan:          Plan{Cells: []Cell{{"base", 0, paths}, {"base", 1, paths}, {"stress", 0, paths}}},
		Columns: []ExtraColumn{{Name: "attribution_main_price_usd", Kind: DecimalColumn, Unit: UnitUSD}, {Name: "beta_ratio", Kind: FloatColumn, Unit: UnitRatio},
			{Name: "attribution_main_fees_usd", Kind: DecimalColumn, Unit: UnitUSD}},
	}
}

func amount(t testing.TB, r *rand.Rand) D18 {
	t.Helper()
	d, err := D18FromInt64(r.Int64N(2_000_000) - 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	d.Lo += r.Uint64N(1_000_000) // a tail of wei
	return d
}

// testBlock is a pure function of its spec, as the records of a path are.
func testBlock(t testing.TB, spec BlockSpec) *Block {
	t.Helper()
	r := rand.New(rand.NewPCG(7, uint64(spec.Index)))
	b := &Block{Index: spec.Index}
	for i := range spec.Paths {
		p := NewPathRow(spec.Scenario, spec.Point, spec.FirstPath+int64(i))
		p.Steps, p.HorizonSeconds = 720, 720*3600
		p.StopLossExits, p.BadDebtUSD, p.LPPnLUSD = r.Int32N(3), amount(t, r), amount(t, r)
		p.Exact, p.Floats = []D18{amount(t, r), amount(t, r)}, []float64{r.Float64()}
		if p.StopLossExits > 0 {
			p.MinVaultCRatio, p.FirstStopLossExitSeconds = 1+r.Float64(), r.Int64N(1e6)
		}
		if i == 3 {
			p.Failed = "overflow in <DebtDist> & \"co\""
		}
		for step := range p.StopLossExits {
			e := EventRow{Scenario: p.Scenario, Point: p.Point, Path: p.Path, Step: step * 10, Time: 1_700_000_000 + int64(step)*3600,
				Kind: KindStopLossExit, Market: "sETH", Pool: "main", AmountUSD: amount(t, r), CRatio: math.NaN(), DurationSeconds: NoTimeSeconds}
			if step == 1 {
				e.Kind, e.Cause, e.Collateral, e.Account, e.CRatio = KindVaultLiquidation, "price", "SNX", "lp-1", 1.4
				e.ValuePerShare = NullD18{Value: amount(t, r), Valid: true}
				e.DurationSeconds, e.Attempts = 7200, 3
			}
			b.Events = append(b.Events, e)
			p.Events++
		}
		b.Paths = append(b.Paths, p)
	}
	for step := int32(4); step >= 0; step-- {
		b.sketch(spec, step, r)
	}
	return b
}

func (b *Block) sketch(spec BlockSpec, step int32, r *rand.Rand) {
	at := 1_700_000_000 + int64(step)*3600
	c := CRatioSketch{Key: CRatioKey{spec.Scenario, spec.Point, step, at, "main", "SNX"}, ZeroDebt: 2, Liquidatable: r.Int64N(3), DebtUnit: 1e-6}
	s := SeriesSketch{Key: SeriesKey{spec.Scenario, spec.Point, step, at, "lp_pnl", "", "usd"}}
	for range spec.Paths {
		ratio := 1 + float64(3*r.Float64())
		c.ByPosition.Add(ratio)
		c.ByDebt.AddWeighted(ratio, Int128Of(r.Int64N(1e12)))
		s.Values.Add(float64(2e6*r.Float64()) - 1e6)
	}
	b.CRatio = append(b.CRatio, c)
	b.Series = append(b.Series, s)
}

// checkedOptions fail the test when Arrow memory is not given back.
func checkedOptions(t testing.TB) Options {
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	t.Cleanup(func() { mem.AssertSize(t, 0) })
	return Options{allocator: mem}
}

func mustCreate(t testing.TB, dir string, id Identity, opt Options) *Store {
	t.Helper()
	s, err := Create(dir, id, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func mustRun(t testing.TB, dir string, id Identity, opt Options) Manifest {
	t.Helper()
	s := mustCreate(t, dir, id, opt)
	writeAll(t, s)
	m, err := s.Finalize(context.Background(), Facts{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return m
}

func writeAll(t testing.TB, s *Store) {
	t.Helper()
	for _, spec := range s.Missing() {
		if err := s.Write(testBlock(t, spec)); err != nil {
			t.Fatal(err)
		}
	}
}

func contents(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, pattern := range []string{"*.arrow", "*.parquet"} {
		names, _ := filepath.Glob(filepath.Join(dir, pattern))
		for _, name := range names {
			content, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			out[filepath.Base(name)] = string(content)
		}
	}
	return out
}

func sameContents(t testing.TB, want, have map[string]string) {
	t.Helper()
	if len(want) != 4 || len(have) != 4 {
		t.Fatalf("%d and %d files, want 4", len(want), len(have))
	}
	for name := range want {
		if want[name] != have[name] {
			t.Errorf("%s differs", name)
		}
	}
}

func collect[T any](t testing.TB, rows iter.Seq2[T, error]) []T {
	t.Helper()
	var out []T
	for row, err := range rows {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, row)
	}
	return out
}

// equal compares by formatted value, in which NaN equals NaN.
func equal(a, b any) bool { return fmt.Sprintf("%+v", a) == fmt.Sprintf("%+v", b) }

var errInjected = errors.New("input/output error (injected)")

// faultFS fails the operation with number failAt, counted over everything that changes the disk. A write that fails
// leaves half of what it was given, as a full disk does. With sticky set, everything after it fails too.
type faultFS struct {
	OS
	failAt int64
	sticky bool
	count  atomic.Int64
}

func (f *faultFS) fails() bool {
	n := f.count.Add(1)
	return n == f.failAt || f.sticky && n > f.failAt
}

func (f *faultFS) check(op string) error {
	if f.fails() {
		return &fs.PathError{Op: op, Path: "x", Err: errInjected}
	}
	return nil
}

func (f *faultFS) MkdirAll(dir string) error {
	return errors.Join(f.check("mkdir"), f.OS.MkdirAll(dir))
}

func (f *faultFS) Create(name string) (File, error) {
	if err := f.check("create"); err != nil {
		return nil, err
	}
	file, err := f.OS.Create(name)
	return &faultFile{File: file, fs: f}, err
}

func (f *faultFS) Rename(from, to string) error {
	if err := f.check("rename"); err != nil {
		return err
	}
	return f.OS.Rename(from, to)
}

func (f *faultFS) Remove(name string) error {
	if strings.HasSuffix(name, tempSuffix) {
		return f.OS.Remove(name)
	}
	if err := f.check("remove"); err != nil {
		return err
	}
	return f.OS.Remove(name)
}

func (f *faultFS) SyncDir(dir string) error {
	return errors.Join(f.OS.SyncDir(dir), f.check("syncdir"))
}

type faultFile struct {
	File
	fs *faultFS
}

func (f *faultFile) Write(p []byte) (int, error) {
	if err := f.fs.check("write"); err != nil {
		n, _ := f.File.Write(p[:len(p)/2])
		return n, err
	}
	return f.File.Write(p)
}

func (f *faultFile) Sync() error { return errors.Join(f.File.Sync(), f.fs.check("sync")) }
