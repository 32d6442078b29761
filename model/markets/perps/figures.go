package perps

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
)

// figures are what the margins of accounts depend on besides their own state
// and the configuration, as they were last read, and who waits for their
// change.
type figures struct {
	units    []unitFigures // by instrument
	synths   []synthFigures
	interest fp.Int256 // accrued per USD of locked open interest, D18
	accrued  alarms
}

// unitFigures are those of an instrument (D18 USD): its price, and what a unit
// is worth, the price with the funding value.
type unitFigures struct {
	price, worth       fp.Int256
	dear, above, below alarms // by price, by worth, by worth negated
}

// synthFigures are those of a synth as margin.
type synthFigures struct {
	id          model.MarketID
	price       fp.Int256  // D18 USD
	scale       fp.Uint256 // the skew scale of its market, which counts like a parameter
	dear, below alarms     // by price, by price negated
}

// farthest is beyond all figures with which accounts can be safe: with less,
// no product of a view needs more than 256 bits.
var farthest = fp.PowerOfTwo(120)

// reach returns a figure that is not too large; others throw.
func reach(x fp.Int256) fp.Int256 {
	if farthest.Less(fp.MaxInt(x, x.Neg())) {
		fp.Throw(fp.PanicOverflow)
	}
	return x
}

// readFigures reads all figures and lets the alarms go off that they pass.
func (m *Market) readFigures() {
	w := m.watch
	for len(w.units) < len(m.instruments) {
		w.units = append(w.units, unitFigures{})
	}
	for k, i := range m.instruments {
		f, price := &w.units[k], i.indexPrice()
		f.price = reach(price.Int256())
		f.worth = f.price.Add(reach(m.fundingValue(i, price)))
		f.dear.ring(w, f.price)
		f.above.ring(w, f.worth)
		f.below.ring(w, f.worth.Neg())
	}
	w.interest = reach(m.interestNow().Int256())
	w.accrued.ring(w, w.interest)
	for _, h := range m.global.Get().synths {
		m.readSynth(h.ID)
	}
}

func (m *Market) readSynth(id model.MarketID) {
	w, s := m.watch, m.synth(id)
	f := w.synth(id)
	f.price = reach(s.SellPrice().Int256())
	if scale := s.SkewScale(); scale != f.scale {
		f.scale = scale
		w.alarmAll()
	}
	f.dear.ring(w, f.price)
	f.below.ring(w, f.price.Neg())
}

// synth returns the figures of a synth.
func (f *figures) synth(id model.MarketID) *synthFigures {
	for k := range f.synths {
		if f.synths[k].id == id {
			return &f.synths[k]
		}
	}
	f.synths = append(f.synths, synthFigures{id: id})
	return &f.synths[len(f.synths)-1]
}

func (f *figures) reset() {
	for k := range f.units {
		u := &f.units[k]
		u.dear.reset()
		u.above.reset()
		u.below.reset()
	}
	f.synths = f.synths[:0]
	f.accrued.reset()
}
