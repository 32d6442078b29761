package chain

import (
	"fmt"

	"backtest/internal/chain/evm"
	"backtest/internal/start"
	"backtest/model/state"
)

// Naming is what people call the parts of a deployment: names for
// configurations, made of what the contracts tell.
type Naming struct {
	Types       map[string]string // of collateral types, by their name in the state
	Markets     map[uint64]string
	Pools       map[uint64]string
	Instruments map[state.ID]string
}

func (r *deploymentReader) naming() Naming {
	n := Naming{Types: map[string]string{}, Markets: map[uint64]string{}, Pools: map[uint64]string{}, Instruments: map[state.ID]string{}}
	for _, t := range r.types {
		n.Types[r.book.Type(t)] = r.book.Type(t)
	}
	taken := start.Names{}
	for _, m := range r.a.Markets {
		switch m.Kind {
		case SpotMarket:
			n.Markets[m.ID] = taken.Take(r.book.Type(m.Synth), fmt.Sprintf("spot-%d", m.ID))
		case PerpsMarket:
			n.Markets[m.ID] = taken.Take("perps", "")
			instruments := start.Names{}
			for _, id := range r.list("getMarkets()") {
				n.Instruments[state.ID(id.Uint64())] = instruments.Take(r.instrumentSymbol(id), fmt.Sprintf("instrument-%s", id.Uint()))
			}
		default:
			n.Markets[m.ID] = taken.Take(fmt.Sprintf("market-%d", m.ID), "")
		}
	}
	pools := start.Names{}
	for _, id := range r.keys.Pools {
		if id == 0 {
			continue
		}
		name := ""
		if o := r.TryView(r.a.Core, "getPoolName(uint128)", evm.Uint(id)); o.OK(2) {
			name, _ = o.Data.String(0)
		}
		n.Pools[id] = pools.Take(name, fmt.Sprintf("pool-%d", id))
	}
	return n
}

func (r *deploymentReader) instrumentSymbol(id evm.Word) string {
	o := r.TryView(r.a.Perps, "metadata(uint128)", id)
	if !o.OK(4) {
		return ""
	}
	symbol, _ := o.Data.String(1)
	return symbol
}
