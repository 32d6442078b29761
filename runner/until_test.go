package runner

import (
	"math/rand/v2"
	"slices"
	"testing"

	"backtest/configs"
	"backtest/report/stats"
	"backtest/runner/record"
)

func TestLooksDoubleInWholeBlocks(t *testing.T) {
	for _, c := range []struct {
		first, most int64
		want        []int64
	}{{100, 1000, []int64{128, 256, 512, 1000}}, {64, 64, []int64{64}}, {500, 400, []int64{400}}} {
		if got := looks(c.first, c.most); !slices.Equal(got, c.want) {
			t.Errorf("looks(%d, %d) = %v, want %v", c.first, c.most, got, c.want)
		}
	}
}

// TestStoppingKeepsTheConfidence: over repetitions, the interval of the look at
// which the rule stops covers the truth with at least the confidence of the
// rule, although the rule looks repeatedly.
func TestStoppingKeepsTheConfidence(t *testing.T) {
	const seed, repetitions, truth = 5, 2000, 0.1
	relative, err := configs.ParseRatio("25%")
	if err != nil {
		t.Fatal(err)
	}
	confidence, err := configs.ParseRatio("95%")
	if err != nil {
		t.Fatal(err)
	}
	rule := &stoppingRule{until: &configs.Until{RelativeError: relative, Confidence: confidence}, looks: looks(256, 8192)}
	random := rand.New(rand.NewPCG(seed, 1))
	covered, early, sum := 0, 0, 0.0
	for range repetitions {
		hits, paths := int64(0), int64(0)
		for _, n := range rule.looks {
			for ; paths < n; paths++ {
				if random.Float64() < truth {
					hits++
				}
			}
			e := stats.Wilson(hits, paths, rule.confidence())
			look := record.Look{Estimates: []record.LookEstimate{record.NewLookEstimate("base", 0, e.Value, e.Low, e.High)}}
			if !rule.precise(look) && n < 8192 {
				continue
			}
			if e.Low <= truth && truth <= e.High {
				covered++
			}
			if n < 8192 {
				early++
			}
			sum += e.Value
			break
		}
	}
	share, mean := float64(covered)/repetitions, sum/repetitions
	t.Logf("covered %.4f, stopped early %d of %d, mean of the estimates %.5f", share, early, repetitions, mean)
	if share < 0.95 || early < repetitions/2 {
		t.Errorf("seed %d: %.4f covered, %d stopped early", seed, share, early)
	}
	if mean < 0.97*truth || mean > 1.05*truth {
		t.Errorf("seed %d: mean of the estimates %.5f, truth %g", seed, mean, truth)
	}
}

func TestAnUnknownMetricIsNotPrecise(t *testing.T) {
	relative, err := configs.ParseRatio("25%")
	if err != nil {
		t.Fatal(err)
	}
	rule := &stoppingRule{until: &configs.Until{RelativeError: relative}}
	open := record.Look{Estimates: []record.LookEstimate{{Scenario: "base"}}}
	if rule.precise(open) || rule.precise(record.Look{}) {
		t.Error("a metric without an interval was taken for precise")
	}
}
