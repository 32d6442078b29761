package pricepaths

import "math"

// Oracle tells how the published price follows the market. The zero value
// publishes every point at once. Published prices have 8 decimals, rounded half
// to even, as Chainlink's USD feeds and Pyth publish them.
type Oracle struct {
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
	v.check(o.LatencySteps >= 0, field+".latency", o.LatencySteps, ">= 0")
	v.check(o.DeviationThreshold >= 0 && o.DeviationThreshold < 1, field+".deviation_threshold", o.DeviationThreshold, "from 0 to below 1")
	v.check(o.HeartbeatSeconds >= 0, field+".heartbeat", o.HeartbeatSeconds, ">= 0")
}

type oraclePlan struct {
	seen      []int32 // point of the market that the oracle sees, nil without latency
	times     []int64
	threshold float64
	heartbeat int64
}

func newOraclePlan(o *Oracle, b *builder) oraclePlan {
	p := oraclePlan{times: b.grid.times, threshold: o.DeviationThreshold, heartbeat: o.HeartbeatSeconds}
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

// Quantise rounds a price to 8 decimals, half to even. From 2^52/10^8 (about 45
// million) on, a price is returned as it is: float64 holds no finer steps than
// 7.5e-9 there.
func Quantise(price float64) float64 {
	const magic = 1 << 52
	units := float64(price * 1e8)
	if units >= magic {
		return price
	}
	return (units + magic - magic) / 1e8
}

func (p *oraclePlan) publish(market, out []float64) {
	if p.seen == nil {
		for i, price := range market {
			out[i] = Quantise(price)
		}
	} else {
		for i, at := range p.seen {
			out[i] = Quantise(market[at])
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
