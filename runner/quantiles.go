package runner

import (
	"sort"

	"backtest/configs"
)

// quantilesDraw makes a population of the quantiles of its laws instead of a draw.
const quantilesDraw = "quantiles"

// partsOf names a law of a group: of sizes or of C-ratios.
type partsOf struct {
	group  string
	stream uint64
}

// quantileDraw gives LP i of a group of n the middle of one of n equal parts of
// (0, 1), each to one LP: the population has the law itself, without the noise of
// a draw. Who gets which part is drawn, for sizes and C-ratios apart, so that one
// says nothing of the other. The group's seed does not count: two seeds have the
// same population.
func (b *builder) quantileDraw(g *configs.LP, i int64, stream uint64) float64 {
	if b.parts == nil {
		b.parts = map[partsOf][]int64{}
	}
	ranks := b.parts[partsOf{g.ID, stream}]
	if ranks == nil {
		order := make([]int64, g.Count)
		keys := make([]float64, g.Count)
		for k := range order {
			order[k], keys[k] = int64(k), drawFor(0, g, int64(k), stream)
		}
		sort.SliceStable(order, func(x, y int) bool { return keys[order[x]] < keys[order[y]] })
		ranks = make([]int64, g.Count)
		for rank, k := range order {
			ranks[k] = int64(rank)
		}
		b.parts[partsOf{g.ID, stream}] = ranks
	}
	return (float64(ranks[i]) + 0.5) / float64(g.Count)
}
