package chain

import (
	"fmt"

	"backtest/internal/chain/evm"
)

// ParseRoots reads the addresses of a deployment; spot and perps may be empty.
func ParseRoots(core, spot, perps string) (r Roots, err error) {
	for _, x := range []struct {
		name, text string
		to         *evm.Address
		needed     bool
	}{{"--core", core, &r.Core, true}, {"--spot", spot, &r.Spot, false}, {"--perps", perps, &r.Perps, false}} {
		if x.text == "" && !x.needed {
			continue
		}
		if *x.to, err = evm.ParseAddress(x.text); err != nil {
			return Roots{}, fmt.Errorf("%s: %w", x.name, err)
		}
		if x.to.IsZero() {
			return Roots{}, fmt.Errorf("%s: the zero address is no contract", x.name)
		}
	}
	return r, nil
}
