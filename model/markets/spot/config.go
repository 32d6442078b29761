package spot

import (
	"maps"
	"slices"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/fees"
)

// Config is what the owner of a spot market sets (PROTOCOL.md §11.1, §13.2).
// Ratios are D18; fee rates are ratios of the traded value.
type Config struct {
	AtomicFixedFee     fp.Uint256
	AsyncFixedFee      fp.Uint256
	TransactorFees     map[model.Actor]fp.Uint256 // instead of both, 0 is none
	SkewScale          fp.Uint256                 // synths; 0 turns the skew fee off
	UtilizationFeeRate fp.Uint256                 // per percentage point above 100 %
	CollateralLeverage fp.Uint256                 // above 0
	WrapFee, UnwrapFee fp.Int256                  // their sum is not negative
	Wrapper            Wrapper
	FeeCollector       fees.Collector
	Referrers          fees.Referrers
	Strategies         []Strategy // by strategy id
	DecayRate          fp.Uint256 // a year, at most 1
	// StrictStaleness is how old (seconds) a price may be for those who take none
	// but fresh ones; who sets the prices says which are not. 0 takes any.
	StrictStaleness uint64
}

// Wrapper is what a synth can be wrapped from, and how much of it.
type Wrapper struct {
	Collateral model.CollateralID // model.NoCollateral: there is no wrapper
	MaxAmount  fp.Uint256         // tokens D18
}

// Strategy tells how asynchronous orders settle.
type Strategy struct {
	CurrentPrice    bool       // settle at the buy or sell price, else at the benchmark price
	Delay, Window   uint64     // seconds; a delay of 0 counts as 1
	Reward          fp.Uint256 // USD to who settles, out of the trader's amount
	MinimumUSD      fp.Uint256 // an order is worth more than this and the reward
	MaxRoundingLoss fp.Uint256 // synths that the escrow may round away
}

// Config returns the configuration, for reading only.
func (m *Market) Config() Config { return *m.config.Get() }

// Configure lets change edit a copy of the configuration and puts it in force.
// It fails with InvalidCollateralLeverage, InvalidWrapperFees,
// InvalidSettlementWindowDuration, InvalidDecayRate, or InvalidCollateralType when the wrapper's
// collateral changes while some is deposited.
func (m *Market) Configure(change func(*Config)) error {
	return m.sys.Transact(func() {
		old := m.config.Get()
		c := *old
		c.TransactorFees = editable(c.TransactorFees)
		c.Referrers = editable(c.Referrers)
		c.Strategies = slices.Clone(c.Strategies)
		change(&c)
		m.check(old, &c)
		for i := range c.Strategies {
			if c.Strategies[i].Window == 0 {
				fp.Throw(InvalidSettlementWindowDuration{})
			}
			c.Strategies[i].Delay = max(c.Strategies[i].Delay, 1)
		}
		if c.DecayRate != old.DecayRate {
			m.decay(old.DecayRate)
		}
		*m.config.Edit(m.sys.Journal()) = c
	})
}

func editable[M ~map[K]V, K comparable, V any](m M) M {
	if m == nil {
		return M{}
	}
	return maps.Clone(m)
}

func (m *Market) check(old, c *Config) {
	switch {
	case c.CollateralLeverage.IsZero():
		fp.Throw(InvalidCollateralLeverage{})
	case c.WrapFee.Add(c.UnwrapFee).Sign() < 0:
		fp.Throw(InvalidWrapperFees{})
	case fp.UnitU256.Less(c.DecayRate):
		fp.Throw(InvalidDecayRate{})
	case c.Wrapper.Collateral != old.Wrapper.Collateral && !m.Wrapped().IsZero():
		fp.Throw(InvalidCollateralType{m.wrapperName()})
	}
}

// wrapperName names the wrapper's collateral; without a wrapper it is the
// null address.
func (m *Market) wrapperName() string {
	ct := m.config.Get().Wrapper.Collateral
	if ct == model.NoCollateral {
		return model.Actor{}.String()
	}
	return m.sys.CollateralName(ct)
}
