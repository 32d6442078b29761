package record

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v17/arrow/array"
)

func benchRun(b *testing.B, format Format) (Identity, string) {
	b.Helper()
	id, dir := testIdentity(1), b.TempDir()
	id.Format = format
	id.Plan.Cells = []Cell{{"base", 0, 100_000}}
	mustRun(b, dir, id, Options{})
	return id, dir
}

func BenchmarkReadPaths(b *testing.B) {
	for _, format := range []Format{Arrow, Parquet} {
		b.Run(string(format), func(b *testing.B) {
			_, dir := benchRun(b, format)
			r, err := Open(dir)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.SetBytes(r.files[PathsTable].Bytes)
			for b.Loop() {
				for _, err := range r.Paths() {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(r.Rows(PathsTable))*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func BenchmarkPathColumns(b *testing.B) {
	_, dir := benchRun(b, Arrow)
	r, err := Open(dir)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.PathColumns("weight", "bad_debt_usd", "lp_pnl_usd", "min_vault_c_ratio"); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(r.Rows(PathsTable))*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkFinalize(b *testing.B) {
	for _, format := range []Format{Arrow, Parquet} {
		b.Run(string(format), func(b *testing.B) {
			id, dir := testIdentity(1), b.TempDir()
			id.Format, id.Shard = format, &Shard{1, 1} // a shard keeps its blocks
			id.Plan.Cells = []Cell{{"base", 0, 20_000}}
			s := mustCreate(b, dir, id, Options{})
			writeAll(b, s)
			b.ReportAllocs()
			b.ResetTimer()
			for range b.N {
				s.complete = nil
				m, err := s.Finalize(context.Background(), Facts{})
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(m.Files[0].Bytes + m.Files[1].Bytes)
			}
			b.ReportMetric(20_000*float64(b.N)/b.Elapsed().Seconds(), "paths/s")
		})
	}
}

// BenchmarkWriteArrow writes rows of paths into a file that nobody keeps. Its MB/s are those of Arrow before compression.
func BenchmarkWriteArrow(b *testing.B) {
	const paths = 1 << 14
	id, opt := testIdentity(paths), Options{FS: nowhere{}, Workers: 1}
	if err := opt.fill(); err != nil {
		b.Fatal(err)
	}
	var rows []PathRow
	for _, spec := range id.specs()[:paths/PathsPerBlock] {
		rows = append(rows, testBlock(b, spec).Paths...)
	}
	build := array.NewRecordBuilder(opt.allocator, pathTable(id.Columns).schema())
	for i, c := range pathTable(id.Columns).columns {
		c.put(build.Field(i), rows)
	}
	size := int64(0)
	for _, column := range build.NewRecord().Columns() {
		for _, buffer := range column.Data().Buffers() {
			if buffer != nil {
				size += int64(buffer.Len())
			}
		}
	}
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		w, err := newTableWriter(opt, "", pathTable(id.Columns), Arrow)
		if err != nil {
			b.Fatal(err)
		}
		for part := range slices.Chunk(rows, PathsPerBlock) {
			if err := w.append(part...); err != nil {
				b.Fatal(err)
			}
		}
		entry, err := w.seal()
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(entry.Bytes)/float64(size), "compressed/plain")
	}
}

func BenchmarkEncodeBlocks(b *testing.B) {
	id := testIdentity(64)
	blocks := []*Block{testBlock(b, id.specs()[0])}
	b.ReportAllocs()
	for b.Loop() {
		content, err := encodeBlocks(blocks, question{}, id.layout())
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(content)))
	}
}

// BenchmarkCounters adds a figure of 256 paths to each of many counters, which no cache near the processor holds.
func BenchmarkCounters(b *testing.B) {
	const figures, paths = 4096, 256
	r := rand.New(rand.NewPCG(1, 1))
	values := make([]float64, paths)
	for i := range values {
		values[i] = math.Exp(r.NormFloat64() / 4)
	}
	c := NewCounters(figures)
	b.ReportAllocs()
	for b.Loop() {
		for i := range figures {
			c.Add(i, values)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*figures*paths), "ns/value")
}

func BenchmarkSketchAdd(b *testing.B) {
	var s Sketch
	v := 1.0
	b.ReportAllocs()
	for b.Loop() {
		if v += 0.0137; v > 8 {
			v -= 7
		}
		s.Add(v)
	}
}
