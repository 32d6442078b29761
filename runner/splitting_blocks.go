package runner

import (
	"context"

	"backtest/runner/record"
)

// splitting returns how the paths of a block are branched, nil if they are not.
func (w *worlds) splitting(b record.BlockSpec) *splitting {
	for i := range w.variants {
		if w.variants[i].scenario == b.Scenario {
			return w.variants[i].splitting
		}
	}
	return nil
}

// together lists blocks by what is computed at a time: one block, or all of a
// repetition.
func (w *worlds) together(blocks []record.BlockSpec) [][]record.BlockSpec {
	var out [][]record.BlockSpec
	for i, b := range blocks {
		s := w.splitting(b)
		if i > 0 && s != nil {
			last := blocks[i-1]
			if last.Scenario == b.Scenario && last.FirstPath/s.rows() == b.FirstPath/s.rows() {
				out[len(out)-1] = append(out[len(out)-1], b)
				continue
			}
		}
		out = append(out, []record.BlockSpec{b})
	}
	return out
}

// blocks computes some blocks of a repetition: all of its paths are run, in
// order, and those of other blocks left out.
func (s *splitting) blocks(ctx context.Context, w *worker, specs []record.BlockSpec, next func() *record.Block, finish func(spec record.BlockSpec, steps, failed int64) error) error {
	var steps, failed int64
	var b *record.Block
	wanted := map[int64]record.BlockSpec{}
	for _, spec := range specs {
		wanted[spec.FirstPath] = spec
	}
	return s.repetition(ctx, w, specs[0].FirstPath/s.rows(), func(path uint64, _ lineage, err error) error {
		first := int64(path) / record.PathsPerBlock * record.PathsPerBlock
		spec := wanted[first] // of none: rows that nobody wants
		if int64(path) == first {
			steps, failed, b = 0, 0, next()
			w.begin(spec, b)
		}
		if err != nil {
			failed++
		}
		steps += w.take(b, err)
		if int64(path) < first+record.PathsPerBlock-1 || spec.Paths == 0 {
			return nil
		}
		return finish(spec, steps, failed)
	})
}
