package replay

import (
	"fmt"
	"strconv"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets"
	"backtest/model/markets/perps"
)

// environment is a system under replay and what surrounds it.
type environment struct {
	sys         *model.System
	collaterals map[string]model.CollateralID
	named       map[string]bool // actors known by name alone
	simple      map[model.MarketID]*markets.Simple
	probes      map[string]*probe
	keeperCosts perps.KeeperCosts
}

// The wallets that the recorder funded, and how much of each token (in its own
// unit) they hold: a practically unlimited amount.
const (
	fundedAccounts = 64
	fundedMarkets  = 12
	fundedBits     = 160
)

func newEnvironment(setup Setup) (*environment, error) {
	now, err := strconv.ParseUint(setup.Timestamp, 10, 64)
	if err != nil {
		return nil, badFile("setup.timestamp is %q, want seconds", setup.Timestamp)
	}
	e := &environment{
		sys:         model.NewSystem(now),
		collaterals: map[string]model.CollateralID{"USD": model.USD},
		named:       map[string]bool{},
		simple:      map[model.MarketID]*markets.Simple{},
		probes:      map[string]*probe{},
	}
	for _, t := range setup.Tokens {
		decimals, err := strconv.ParseUint(t.Decimals, 10, 8)
		if err != nil || decimals > 77 {
			return nil, badFile("setup.tokens: decimals of %q are %q, want 0 to 77", t.ID, t.Decimals)
		}
		if t.ID == "USD" {
			continue
		}
		if err := e.addToken(t.ID, uint8(decimals)); err != nil {
			return nil, badFile("setup.tokens: %w", err)
		}
	}
	return e, nil
}

// addToken registers a token and funds the wallets.
func (e *environment) addToken(name string, decimals uint8) error {
	if _, ok := e.collaterals[name]; ok {
		return fmt.Errorf("token %q is there twice", name)
	}
	ct := e.sys.AddCollateral(name, decimals)
	e.collaterals[name] = ct
	amount := fp.FromWords([4]uint64{0, 0, 1 << (fundedBits - 128), 0})
	for i := range model.AccountID(fundedAccounts) {
		if err := e.sys.FundWallet(ct, model.AccountOwner(i+1), amount); err != nil {
			return err
		}
	}
	for i := range model.MarketID(fundedMarkets) {
		if err := e.sys.FundWallet(ct, model.MarketAddress(i+1), amount); err != nil {
			return err
		}
	}
	return nil
}

// failure returns a failure of the given code, none for 0.
func failure[E error](code uint64, make func(uint64) E) error {
	if code == 0 {
		return nil
	}
	return make(code)
}

// digest identifies the whole state: the core's and the settable markets'.
func (e *environment) digest() [32]byte { return e.sys.Digest() }
