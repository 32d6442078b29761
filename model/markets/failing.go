package markets

import (
	"fmt"

	"backtest/model"
	fp "backtest/model/fixedpoint"
)

// Unavailable is the error of a market that reverts for a while.
type Unavailable struct {
	MarketID model.MarketID `arg:"marketId"`
}

func (e Unavailable) Error() string {
	return fmt.Sprintf("Unavailable: the market does not answer: marketId %v", e.MarketID)
}

// Outage is a span of time in which a market reverts: from From until before
// Until (seconds).
type Outage struct{ From, Until uint64 }

// Failing stands before another market and reverts during outages. One market
// that reverts blocks every pool that it is connected to (PROTOCOL.md §4.1).
// Only what the core asks fails; the market's own operations go on.
type Failing struct {
	sys     *model.System
	id      model.MarketID
	market  model.ExternalMarket
	outages []Outage
}

// Fail makes the registered market id revert with Unavailable during the
// outages. It returns what the core now sees in its place.
func Fail(sys *model.System, id model.MarketID, outages ...Outage) *Failing {
	f := &Failing{sys: sys, id: id, outages: outages}
	sys.WrapExternal(id, func(m model.ExternalMarket) model.ExternalMarket {
		f.market = m
		return f
	})
	return f
}

// Unwrap returns the market behind.
func (f *Failing) Unwrap() model.ExternalMarket { return f.market }

func (f *Failing) failure() error {
	for _, o := range f.outages {
		if now := f.sys.Now(); o.From <= now && now < o.Until {
			return Unavailable{f.id}
		}
	}
	return nil
}

// ReportedDebt returns the market's reported debt (D18 USD), or Unavailable.
func (f *Failing) ReportedDebt() (fp.Uint256, error) {
	if err := f.failure(); err != nil {
		return fp.Uint256{}, err
	}
	return f.market.ReportedDebt()
}

// MinimumCredit returns the market's minimum credit (D18 USD), or Unavailable.
func (f *Failing) MinimumCredit() (fp.Uint256, error) {
	if err := f.failure(); err != nil {
		return fp.Uint256{}, err
	}
	return f.market.MinimumCredit()
}

// Clone returns a copy before a copy of the market, which must be a [Cloner].
func (f *Failing) Clone(to *model.System) model.ExternalMarket { return f.CloneInto(nil, to) }

// CloneInto implements [Reuser].
func (f *Failing) CloneInto(old model.ExternalMarket, to *model.System) model.ExternalMarket {
	c, ok := old.(*Failing)
	if !ok {
		c = &Failing{}
	}
	*c = Failing{to, f.id, cloneInto(c.market, f.market, to), f.outages}
	return c
}

// AppendDigest appends the state of the market behind.
func (f *Failing) AppendDigest(b []byte) []byte {
	if d, ok := f.market.(model.Digester); ok {
		return d.AppendDigest(b)
	}
	return b
}
