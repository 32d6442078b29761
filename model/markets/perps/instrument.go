package perps

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
)

// InstrumentID identifies an instrument, freely chosen. The contracts call an
// instrument a market.
type InstrumentID uint64

// Instrument is one perpetual future.
type Instrument struct {
	id               InstrumentID
	index            int // in the market's list
	price, benchmark fp.Int256
	stale            bool
	config           model.Cell[InstrumentConfig]
	state            model.Cell[InstrumentState]
	older            []Liquidation // all but the newest; state.history of them are in use
	funding          funding
	owed             owed
}

// InstrumentState is what the market stores of an instrument. Skew and size
// are in units (D18), funding values in USD per unit (D18).
type InstrumentState struct {
	Skew            fp.Int256  // sum of the sizes
	Size            fp.Uint256 // sum of their magnitudes
	FundingRate     fp.Int256  // per day, at FundingTime
	FundingValue    fp.Int256
	FundingTime     uint64      // seconds, 0 before the first update
	DebtCorrection  fp.Int256   // D18 USD
	LastLiquidation Liquidation // the newest entry of the history
	history         int
}

// Liquidation is an entry of the liquidation history: the units (D18)
// liquidated at a time (seconds).
type Liquidation struct {
	Amount fp.Uint256
	Time   uint64
}

// CreateInstrument adds an instrument, all parameters 0. It fails with
// InvalidMarket when the id is taken and InvalidParameter when it is 0.
func (m *Market) CreateInstrument(id InstrumentID) error {
	if id == 0 {
		return model.InvalidParameter{Parameter: "requestedMarketId", Reason: "cannot be 0"}
	}
	if m.Instrument(id) != nil {
		return InvalidMarket{id}
	}
	m.instruments = append(m.instruments, &Instrument{id: id, index: len(m.instruments)})
	return nil
}

// Instrument returns an instrument, or nil.
func (m *Market) Instrument(id InstrumentID) *Instrument {
	for _, i := range m.instruments {
		if i.id == id {
			return i
		}
	}
	return nil
}

// Instruments returns all instruments in order of creation.
func (m *Market) Instruments() []*Instrument { return m.instruments }

func (m *Market) mustInstrument(id InstrumentID) *Instrument {
	i := m.Instrument(id)
	if i == nil {
		fp.Throw(InvalidMarket{id})
	}
	return i
}

// ID returns the id of the instrument.
func (i *Instrument) ID() InstrumentID { return i.id }

// State returns what is stored of the instrument.
func (i *Instrument) State() InstrumentState { return *i.state.Get() }

// Price returns the index price (D18 USD) as the feed has it.
func (i *Instrument) Price() fp.Int256 { return i.price }

// StrictStaleness returns how old (seconds) the index price may be for those
// who take none but fresh ones, 0 for any age.
func (i *Instrument) StrictStaleness() uint64 { return i.config.Get().StrictStaleness }

// EndorsedLiquidator returns whom no window binds, nobody by default.
func (i *Instrument) EndorsedLiquidator() model.Actor { return i.config.Get().EndorsedLiquidator }

// Strategy returns a settlement strategy, which must exist.
func (i *Instrument) Strategy(id int) Strategy { return i.config.Get().Strategies[id] }

// SetPrice sets the index price and the benchmark price (D18 USD), which
// settlements use. A negative price makes every reader revert. It is not part
// of a transaction.
func (i *Instrument) SetPrice(price fp.Int256) { i.price, i.benchmark = price, price }

// SetBenchmarkPrice sets the benchmark price (D18 USD) alone.
func (i *Instrument) SetBenchmarkPrice(price fp.Int256) { i.benchmark = price }

// SetStale makes those readers of the index price revert that take none but
// fresh prices: withdrawals of margin and liquidations.
func (i *Instrument) SetStale(stale bool) { i.stale = stale }

func (i *Instrument) indexPrice() fp.Uint256 { return i.price.Uint256() }
