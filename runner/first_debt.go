package runner

import (
	"fmt"

	"backtest/model"
	fp "backtest/model/fixedpoint"
)

// What a market owes at the start, and pools have not taken over, belongs to all
// who are there at the start, by their shares. LPs come one after the other, and
// each coming pulls the debt of the pool's markets: unless the market waits, it
// is those who come first that bear it.

// waiting stands before a market and reports what has been distributed already.
type waiting struct {
	model.ExternalMarket
	reported fp.Uint256
}

// ReportedDebt implements [model.ExternalMarket].
func (w waiting) ReportedDebt() (fp.Uint256, error) { return w.reported, nil }

// Unwrap returns the market behind.
func (w waiting) Unwrap() model.ExternalMarket { return w.ExternalMarket }

// holdDebts has the scripted markets with debt that is not distributed wait.
func (b *builder) holdDebts() error {
	for i := range b.cfg.Markets {
		if b.cfg.Markets[i].Kind != "scripted" {
			continue
		}
		id := b.w.Markets[i].ID
		reported, err := b.sys.MarketReportedDebt(id)
		if err != nil {
			continue // it does not answer yet, so nobody can pull its debt
		}
		debt, err := b.sys.MarketTotalDebt(id)
		if err != nil {
			return fmt.Errorf("%s: %w", b.w.Markets[i].Name, err)
		}
		outstanding := debt.Sub(b.sys.MarketStorage(id).LastDistributed.Wide())
		if before := reported.Int256().Sub(outstanding); !outstanding.IsZero() && before.Sign() >= 0 {
			b.sys.WrapExternal(id, func(m model.ExternalMarket) model.ExternalMarket { return waiting{m, before.Uint256()} })
			b.held = append(b.held, id)
		}
	}
	return nil
}

// releaseDebts has them report again, and every vault take its part.
func (b *builder) releaseDebts() error {
	for _, id := range b.held {
		b.sys.WrapExternal(id, func(m model.ExternalMarket) model.ExternalMarket { return m.(waiting).Unwrap() })
	}
	if len(b.held) == 0 {
		return nil
	}
	for _, v := range b.w.Vaults {
		if err := b.sys.RebalancePool(b.w.Pools[v.Pool].ID, b.w.Collaterals[v.Collateral].CT); err != nil {
			return fmt.Errorf("%s: %w", v.Name, err)
		}
	}
	return nil
}
