package pricepaths

import (
	"fmt"
	"math"

	"backtest/internal/warn"
)

// FeedDecimals are the decimals of Chainlink's USD feeds and of Pyth's.
const FeedDecimals = 8

// MostDecimals are those of the protocol's own numbers.
const MostDecimals = 18

// Oracle tells how the published price follows the market. The zero value
// publishes every point at once. Published prices are rounded half to even to
// their decimals, and are never less than one unit of the last of them.
type Oracle struct {
	// Decimals of the published prices; 0 for FeedDecimals.
	Decimals int

	// LatencySteps delays the oracle: at time t it sees the market of the latest
	// point that is not after t - LatencySteps·StepSeconds.
	LatencySteps int

	// DeviationThreshold is the relative change against the last published price
	// at which a new price is pushed (0.005 for 0.5 %). 0 for none.
	DeviationThreshold float64

	// HeartbeatSeconds is the time after which a price is pushed in any case. 0
	// for none. Without threshold and heartbeat every point is published.
	HeartbeatSeconds int64
}

func (o *Oracle) validate(v *validator, field string) {
	v.check(o.Decimals >= 0 && o.Decimals <= MostDecimals, field+".decimals", o.Decimals, fmt.Sprintf("from 1 to %d, or 0 for %d", MostDecimals, FeedDecimals))
	v.check(o.LatencySteps >= 0, field+".latency", o.LatencySteps, ">= 0")
	v.check(o.DeviationThreshold >= 0 && o.DeviationThreshold <= 1, field+".deviation_threshold", o.DeviationThreshold, "from 0 to 1")
	v.check(o.HeartbeatSeconds >= 0, field+".heartbeat", o.HeartbeatSeconds, ">= 0")
}

type oraclePlan struct {
	units     float64 // units of the last decimal in 1 USD
	seen      []int32 // point of the market that the oracle sees, nil without latency
	times     []int64
	threshold float64
	heartbeat int64
}

func newOraclePlan(o *Oracle, b *builder) oraclePlan {
	p := oraclePlan{units: powersOfTen[o.decimals()], times: b.grid.times, threshold: o.DeviationThreshold, heartbeat: o.HeartbeatSeconds}
	if o.LatencySteps == 0 {
		return p
	}
	p.seen = make([]int32, b.grid.points())
	delay, at := int64(o.LatencySteps)*b.spec.StepSeconds, 0
	for i, t := range b.grid.times {
		for at < i && b.grid.times[at+1] <= t-delay {
			at++
		}
		p.seen[i] = int32(at)
	}
	return p
}

func (o *Oracle) decimals() int {
	if o.Decimals == 0 {
		return FeedDecimals
	}
	return o.Decimals
}

var powersOfTen = [MostDecimals + 1]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18}

// Quantise rounds a price to decimals, half to even, and to one unit of the last
// at least. From 2^52 units on (about 45 million USD with 8 decimals), a price is
// returned as it is: float64 holds no finer steps there.
func Quantise(price float64, decimals int) float64 {
	return quantise(price, powersOfTen[decimals])
}

func quantise(price, units float64) float64 {
	const magic = 1 << 52
	n := float64(price * units)
	if n >= magic {
		return price
	}
	if n = n + magic - magic; n < 1 {
		n = 1
	}
	return n / units
}

// coarse is the share of a price from which on the oracle's tick is told.
const coarse = 1e-4

// checkTick warns of an oracle whose decimals are few for the price, and refuses
// one that would publish nothing but its smallest unit.
func (o *Oracle) checkTick(v *validator, s *Spec, asset int, price float64) {
	tick := 1 / powersOfTen[o.decimals()]
	field := s.assetField(asset)
	switch {
	case !(price > 0):
	case price < tick/2:
		v.fail(field+".decimals", fmt.Sprintf("%d for a price of %g, which would be published as %g", o.decimals(), price, tick), fmt.Sprintf("more decimals, at most %d", MostDecimals))
	case tick > float64(coarse*price):
		v.warn(warn.New(warn.TickCoarse, "asset %s: the oracle publishes a price of %g with %d decimals; decimals takes more", s.Assets[asset].ID, price, o.decimals()).
			Change(fmt.Sprintf("ticks of %g", tick), tick/price, "of the price").At(keyOf(field + ".decimals")))
	}
}

func (p *oraclePlan) publish(market, out []float64) {
	if p.seen == nil {
		for i, price := range market {
			out[i] = quantise(price, p.units)
		}
	} else {
		for i, at := range p.seen {
			out[i] = quantise(market[at], p.units)
		}
	}
	if p.threshold > 0 || p.heartbeat > 0 {
		p.hold(out)
	}
}

// hold keeps the last published price until the deviation or the heartbeat
// pushes a new one.
func (p *oraclePlan) hold(out []float64) {
	last, since := out[0], p.times[0]
	for i, seen := range out {
		moved := p.threshold > 0 && math.Abs(seen-last) >= float64(p.threshold*last)
		due := p.heartbeat > 0 && p.times[i]-since >= p.heartbeat
		if moved || due {
			last, since = seen, p.times[i]
		}
		out[i] = last
	}
}
