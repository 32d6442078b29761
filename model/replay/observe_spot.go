package replay

import (
	"fmt"
	"strings"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/spot"
)

// maxSynths is the number of synths whose balances can be observed.
const maxSynths = 16

// spotKind makes a probe of a spot market.
func spotKind(pattern string, light bool, fields string, read func(m *spot.Market, b binding) ([]any, error)) probeKind {
	return kind(pattern, light, fields, func(e *environment, b binding) func() ([]any, error) {
		return func() ([]any, error) {
			m := e.spotMarket(b.market(0))
			if m == nil {
				return nil, spot.InvalidMarket{MarketID: b.market(0)}
			}
			return read(m, b)
		}
	})
}

func spotProbes() []probeKind {
	list := []probeKind{
		synthBalances(),
		spotKind("spot/#", true, "supplyD18 wrappedD18 skewD18", func(m *spot.Market, _ binding) ([]any, error) {
			return []any{m.Supply(), m.Wrapped(), m.Skew()}, nil
		}),
		spotKind("spot/#/order/#", true, "amountEscrowed commitmentTime settledAt", func(m *spot.Market, b binding) ([]any, error) {
			o := m.Order(b.ids[1])
			return []any{o.Escrowed, o.Committed, o.SettledAt}, nil
		}),
		spotKind("spot/#", false, "reportedDebtD18", func(m *spot.Market, _ binding) ([]any, error) {
			v, err := m.ReportedDebt()
			return []any{v}, err
		}),
		spotKind("spot/#", false, "minimumCreditD18", func(m *spot.Market, _ binding) ([]any, error) {
			v, err := m.MinimumCredit()
			return []any{v}, err
		}),
	}
	usd := map[string]string{"100": "100", "10000": "10000", "1000000": "1000000"}
	synths := map[string]string{"0.1": "0.1", "10": "10", "1000": "1000"}
	for _, z := range sortedKeys(usd) {
		list = append(list,
			quoteProbe("quoteBuyExactIn/"+z, z, (*spot.Market).QuoteBuyExactIn),
			quoteProbe("quoteSellExactOut/"+z, z, (*spot.Market).QuoteSellExactOut))
	}
	for _, z := range sortedKeys(synths) {
		list = append(list,
			quoteProbe("quoteBuyExactOut/"+z, z, (*spot.Market).QuoteBuyExactOut),
			quoteProbe("quoteSellExactIn/"+z, z, (*spot.Market).QuoteSellExactIn))
	}
	return list
}

type spotQuote func(m *spot.Market, trader model.Actor, amount fp.Uint256) (fp.Uint256, spot.Fees, error)

func quoteProbe(field, size string, quote spotQuote) probeKind {
	amount := decimal(size)
	return spotKind("spot/#", false, field, func(m *spot.Market, _ binding) ([]any, error) {
		result, f, err := quote(m, model.Keeper, amount)
		return []any{sliceText([]any{result, f.Fixed, f.Utilization, f.Skew})}, err
	})
}

// decimal returns a short decimal number as D18.
func decimal(s string) fp.Uint256 {
	whole, fraction, _ := strings.Cut(s, ".")
	v, err := fp.ParseUint256(whole + fraction + strings.Repeat("0", 18-len(fraction)))
	if err != nil {
		panic(err)
	}
	return v
}

// synthBalances observes what wallets hold of synths.
func synthBalances() probeKind {
	names := make([]string, maxSynths)
	for i := range names {
		names[i] = fmt.Sprintf("synth:%d", i+1)
	}
	return kind("wallet/@", true, strings.Join(names, " "), func(e *environment, b binding) func() ([]any, error) {
		return func() ([]any, error) {
			values := make([]any, len(names))
			for i, name := range names {
				if ct, ok := e.collaterals[name]; ok {
					values[i] = e.sys.TokenBalance(ct, b.actor)
				}
			}
			return values, nil
		}
	})
}
