package model

import "backtest/model/state"

// codeOf returns the code of a failure, 0 without one.
func codeOf(failure error, what string) (uint64, error) {
	switch e := failure.(type) {
	case nil:
		return 0, nil
	case OracleFailure:
		if e.Code != 0 {
			return e.Code, nil
		}
	}
	return 0, &state.UnsavedError{What: "the failure of " + what + ": " + failure.Error()}
}

// tooManyDecimals is the least number of decimals that a token cannot have: a
// power of 10 would not fit 256 bits.
const tooManyDecimals = 78

func (c *collateral) save() (state.Collateral, error) {
	failure, err := codeOf(c.price.now.failure, "the oracle of "+c.name)
	k := &c.config.now
	d := state.Collateral{
		Name: c.name, Decimals: c.decimals,
		Configured: k.Configured, DepositingEnabled: k.DepositingEnabled,
		IssuanceRatio: k.IssuanceRatio, LiquidationRatio: k.LiquidationRatio,
		LiquidationReward: k.LiquidationReward, MinDelegation: k.MinDelegation,
		Price: c.price.now.price, Failure: failure, TotalSupply: c.tokens.total,
	}
	for _, a := range sortedActors(c.tokens.of.all()) {
		if v := c.tokens.balance(a); !v.IsZero() {
			d.Balances = append(d.Balances, state.Balance{Actor: a.StateText(), Amount: v})
		}
	}
	return d, err
}

func (l *loader) collateral(path string, d *state.Collateral) {
	if _, twice := l.collaterals[d.Name]; twice || d.Name == "" {
		l.Add(path+".name", "%q is there twice, or no name", d.Name)
	}
	if d.Decimals >= tooManyDecimals {
		l.Add(path+".decimals", "%d are more than %d", d.Decimals, tooManyDecimals-1)
	}
	l.collaterals[d.Name] = CollateralID(len(l.sys.collaterals))
	c := &collateral{name: d.Name, decimals: d.Decimals}
	c.config = NewCell(CollateralConfiguration{d.Configured, d.DepositingEnabled, d.IssuanceRatio, d.LiquidationRatio, d.LiquidationReward, d.MinDelegation})
	c.price = NewCell(priceFeed{price: d.Price})
	if d.Failure != 0 {
		c.price.now.failure = OracleFailure{d.Failure}
	}
	c.tokens.total = d.TotalSupply
	state.Distinct(&l.Checker, path+".balances", d.Balances, ".actor", func(b state.Balance) string { return b.Actor })
	for i, b := range d.Balances {
		c.tokens.put(l.actor(state.At(path+".balances", i)+".actor", b.Actor), b.Amount)
	}
	l.sys.collaterals = append(l.sys.collaterals, c)
}
