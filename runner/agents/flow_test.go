package agents_test

import (
	"math"
	"reflect"
	"testing"

	"backtest/runner/agents"
	"backtest/runner/internal/smallworld"
)

func size(u float64) float64 { return 100 * u }

func TestBuyChance(t *testing.T) {
	w := world(t, []float64{100, 110, 121, 100, 130}, flat(5, 1), 0)
	s := w.Start()
	w.Must(s.SetStep(2)) // +10 % in the last hour, +21 % in two, -17.4 % in the next
	for _, c := range []struct {
		name    string
		flow    agents.Flow
		funding float64
		want    float64
	}{
		{"noise", agents.Flow{Style: agents.Noise, Strength: 5, Lookback: smallworld.Hour}, 0.3, 0.5},
		{"panic", agents.Flow{Style: agents.Panic, Strength: 5, Lookback: smallworld.Hour}, 0.3, 0.5},
		{"momentum", agents.Flow{Style: agents.Momentum, Strength: 2, Lookback: smallworld.Hour}, 0.3, 0.7},
		{"momentum, two hours", agents.Flow{Style: agents.Momentum, Strength: 1, Lookback: 2 * smallworld.Hour}, 0, 0.71},
		{"momentum, from the start on", agents.Flow{Style: agents.Momentum, Strength: 1, Lookback: 90 * smallworld.Hour}, 0, 0.71},
		{"momentum, sure", agents.Flow{Style: agents.Momentum, Strength: 100, Lookback: smallworld.Hour}, 0, 1},
		{"contrarian", agents.Flow{Style: agents.Contrarian, Strength: 2, Lookback: smallworld.Hour}, 0, 0.3},
		{"contrarian, sure", agents.Flow{Style: agents.Contrarian, Strength: 100, Lookback: smallworld.Hour}, 0, 0},
		{"informed", agents.Flow{Style: agents.Informed, Strength: 1}, 0, 0.5 + 100./121 - 1},
		{"arbitrage", agents.Flow{Style: agents.FundingArbitrage, Strength: 20}, 0.01, 0.3},
		{"arbitrage of longs", agents.Flow{Style: agents.FundingArbitrage, Strength: 20}, -0.01, 0.7},
	} {
		if got := c.flow.BuyChance(s, eth, c.funding); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	w.Must(s.SetStep(4))
	last := agents.Flow{Style: agents.Informed, Strength: 1}
	if got := last.BuyChance(s, eth, 0); got != 0.5 {
		t.Errorf("after the last step nobody knows more: %v", got)
	}
}

// The number of orders is Poisson: its mean and variance are the rate.
func TestArrivals(t *testing.T) {
	const rate, steps = 2.5, 4000
	w := world(t, flat(steps+1, 100), flat(steps+1, 1), 0)
	s := w.Start()
	f := agents.NewFlow(7, "t", agents.Flow{PerDay: rate * 24, Size: size, Style: agents.Noise})
	if len(f.Draws(s, eth, 0)) != 0 {
		t.Error("orders before the first step")
	}
	var n, squares, buys, sum float64
	for step := 1; step <= steps; step++ {
		w.Must(s.SetStep(step))
		list := f.Draws(s, eth, 0)
		n, squares = n+float64(len(list)), squares+float64(len(list)*len(list))
		for _, o := range list {
			sum += o.USD
			if o.Buy {
				buys++
			}
		}
	}
	mean := n / steps
	// Four standard errors of each.
	if math.Abs(mean-rate) > 4*math.Sqrt(rate/steps) {
		t.Errorf("mean %v", mean)
	}
	if v := squares/steps - mean*mean; math.Abs(v-rate) > 4*math.Sqrt((rate+2*rate*rate)/steps) {
		t.Errorf("variance %v", v)
	}
	if math.Abs(buys/n-0.5) > 4*0.5/math.Sqrt(n) || math.Abs(sum/n-50) > 4*29/math.Sqrt(n) {
		t.Errorf("%v of orders are buys, of %v USD", buys/n, sum/n)
	}
}

func TestNoOrders(t *testing.T) {
	w := world(t, flat(3, 100), flat(3, 1), 0)
	s := w.Start()
	f := agents.NewFlow(7, "t", agents.Flow{Size: size})
	for step := 1; step < 3; step++ {
		w.Must(s.SetStep(step))
		if list := f.Draws(s, eth, 0); len(list) != 0 {
			t.Errorf("%v", list)
		}
	}
}

// Each stream is its own: by seed, name, path and step.
func TestStreamsDiffer(t *testing.T) {
	w := world(t, flat(3, 100), flat(3, 1), 0)
	s := w.Start()
	draws := func(seed uint64, id string, path uint64, step int) []agents.Draw {
		w.Must(s.SetStep(step))
		s.Path = path
		f := agents.NewFlow(seed, id, agents.Flow{PerDay: 24 * 50, Size: size})
		return f.Draws(s, eth, 0)
	}
	first := draws(1, "a", 0, 1)
	if len(first) < 20 || !reflect.DeepEqual(first, draws(1, "a", 0, 1)) {
		t.Fatalf("draws cannot be repeated: %v", first)
	}
	for name, other := range map[string][]agents.Draw{
		"seed": draws(2, "a", 0, 1), "name": draws(1, "b", 0, 1), "path": draws(1, "a", 1, 1), "step": draws(1, "a", 0, 2),
	} {
		if reflect.DeepEqual(first, other) {
			t.Errorf("another %s gives the same draws", name)
		}
	}
}
