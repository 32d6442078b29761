package agents

import (
	"backtest/pricepaths/portable"
	"backtest/runner/sim"
)

// Style is what decides the side of an order.
type Style string

// The styles.
const (
	Noise            Style = "noise"             // a coin
	Momentum         Style = "momentum"          // with the return over the lookback
	Contrarian       Style = "contrarian"        // against it
	Informed         Style = "informed"          // with the return of the next step
	FundingArbitrage Style = "funding_arbitrage" // for the side that funding pays
	Panic            Style = "panic"             // a coin, and out after a fall
)

// Flow is an arrival of orders: a Poisson number in each step, each of a random
// size. A buy has probability 1/2 + strength × signal, kept between 0 and 1,
// where the signal is the return that the style looks at, or minus the funding
// rate per day.
type Flow struct {
	PerDay    float64
	Size      func(u float64) float64 // quantile of the order size, USD
	Style     Style
	Strength  float64
	Lookback  int64   // seconds
	PanicDrop float64 // fall within the lookback

	random stream
	list   []order // of the present step
	mean   float64 // orders of a step
	none   float64 // chance of no order then
}

// NewFlow gives a flow its random stream.
func NewFlow(seed uint64, id string, f Flow) Flow {
	f.random = newStream(seed, "trader", id)
	return f
}

// order is an order before it meets a market.
type order struct {
	usd float64
	buy bool
}

// The draws of a step: the number of orders, then two for each order.
const (
	drawCount = iota
	drawFirst
)

// maxOrders bounds the orders of one step.
const maxOrders = drawsPerStep/2 - drawFirst

// orders draws the orders of the present step. funding is the market's funding
// rate per day, for the style that earns it.
func (f *Flow) orders(s *sim.State, asset int, funding float64) []order {
	n := f.count(s)
	if n == 0 {
		return nil
	}
	chance := f.buyChance(s, asset, funding)
	f.list = f.list[:0]
	for i := range n {
		u, side := f.random.uniform(s, drawFirst+2*i), f.random.uniform(s, drawFirst+2*i+1)
		f.list = append(f.list, order{f.Size(u), side < chance})
	}
	return f.list
}

// count draws the number of orders by inversion of the Poisson distribution.
func (f *Flow) count(s *sim.State) int {
	if s.Step == 0 {
		return 0
	}
	days := float64(s.Now-s.World.Grid[s.Step-1]) / 86400
	mean := f.PerDay * days
	if f.mean != mean || f.none == 0 {
		f.mean, f.none = mean, portable.Exp(-mean)
	}
	p := f.none
	u, total := f.random.uniform(s, drawCount), p
	n := 0
	for u > total && n < maxOrders && p > 0 {
		n++
		p *= mean / float64(n)
		total += p
	}
	return n
}

func (f *Flow) buyChance(s *sim.State, asset int, funding float64) float64 {
	signal := 0.0
	switch f.Style {
	case Momentum:
		signal = f.pastReturn(s, asset)
	case Contrarian:
		signal = -f.pastReturn(s, asset)
	case Informed:
		signal = s.NextPrice(asset)/s.Market[asset] - 1
	case FundingArbitrage:
		signal = -funding
	}
	return min(max(0.5+float64(f.Strength*signal), 0), 1)
}

// pastReturn is the return of the market price over the lookback.
func (f *Flow) pastReturn(s *sim.State, asset int) float64 {
	return s.Market[asset]/s.PastPrice(asset, s.StepBefore(f.Lookback)) - 1
}

// panics reports whether the price has just fallen through the drop that makes
// this style leave.
func (f *Flow) panics(s *sim.State, asset int) bool {
	return f.Style == Panic && f.pastReturn(s, asset) < -f.PanicDrop
}
