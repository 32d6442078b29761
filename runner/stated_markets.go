package runner

import (
	"fmt"
	"slices"

	"backtest/configs"
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/state"
	"backtest/runner/agents"
	"backtest/runner/units"
)

// usdHolder holds what positions have minted and spent.
var usdHolder = model.Named("holder:USD")

// stateMarkets gives markets the synths and the traders that are stated. What
// they report follows from those.
func (b *builder) stateMarkets(s *configs.State) error {
	traders, err := b.readTraders(s.Perps)
	if err != nil {
		return err
	}
	return b.reload(func(d *state.State) error {
		for i := range s.Markets {
			x := &s.Markets[i]
			external := &d.Markets[b.markets[x.Market]].External
			switch {
			case x.Supply != nil:
				giveTo(b.documentToken(d, external.Spot.Synth), agents.EarlyHolder(x.Market), d18(*x.Supply))
			case x.Instrument != "":
				b.stateInstrument(d, x, external.Perps)
			}
		}
		if s.Perps != nil {
			b.writeTraders(d, s.Perps, traders)
		}
		return nil
	})
}

func (b *builder) documentToken(d *state.State, name string) *state.Collateral {
	return &d.Collaterals[slices.IndexFunc(d.Collaterals, func(c state.Collateral) bool { return c.Name == name })]
}

// instrumentOf returns an instrument of a perps market in a document, and its
// price.
func (b *builder) instrumentOf(m *configs.Market, p *state.Perps, id string) (in *state.Instrument, k int, price fp.Uint256) {
	k = slices.IndexFunc(m.Instruments, func(x configs.Instrument) bool { return x.ID == id })
	return &p.Instruments[k], k, b.price[b.asset(m.Instruments[k].Asset)].Uint256()
}

// stateInstrument spreads skew and open interest over accounts: the long ones
// first, then the short ones, each side by the law of sizes.
func (b *builder) stateInstrument(d *state.State, x *configs.StateMarket, p *state.Perps) {
	m := &b.cfg.Markets[b.markets[x.Market]]
	in, k, price := b.instrumentOf(m, p, x.Instrument)
	in.LastFundingRate, in.LastFundingTime = units.FromBig(x.FundingRate.D18()), d.Now
	interest, skew := d18(x.OpenInterest).Int256(), units.FromBig(x.Skew.D18())
	two := fp.I256(2)
	sides := [2]fp.Int256{interest.Add(skew).Quo(two), interest.Sub(skew).Quo(two)}
	counts := b.sideCounts(x, sides)
	law := &configs.LP{ID: "state/" + x.Market + "/" + x.Instrument, CollateralUSD: x.SizeUSD, CRatio: x.Leverage}
	for side, total := range sides {
		for n, size := range b.spread(law, int64(side)<<32, counts[side], total) {
			leverage := 1.0
			if x.Leverage != nil {
				leverage = max(quantile(x.Leverage, b.draw(law, int64(side)<<32+int64(n), ratioStream)), 1e-3)
			}
			margin := size.Uint256().MulDecimal(price).MulDecimal(units.MustAmount(1 / leverage))
			if side == 1 {
				size = size.Neg()
			}
			t := trader{instrument: k, size: size, entry: price, margin: margin}
			b.writeTrader(d, p, in, &t, b.unnamed(x.Market))
		}
	}
}

// sideCounts tells how many accounts hold each side: those of a side without
// open interest belong to the other.
func (b *builder) sideCounts(x *configs.StateMarket, sides [2]fp.Int256) (counts [2]int64) {
	switch {
	case sides[0].IsZero() && sides[1].IsZero():
	case sides[0].IsZero():
		counts[1] = x.Accounts
	case sides[1].IsZero():
		counts[0] = x.Accounts
	default:
		counts[0] = max(1, x.Accounts/2)
		counts[1] = max(1, x.Accounts-counts[0])
	}
	return counts
}

// spread splits a total into sizes by a law, exactly: the last takes what
// rounding leaves.
func (b *builder) spread(law *configs.LP, from, count int64, total fp.Int256) (sizes []fp.Int256) {
	if total.IsZero() || count == 0 {
		return nil
	}
	weights, sum := make([]float64, count), 0.0
	for i := range weights {
		weights[i] = 1
		if law.CollateralUSD != nil {
			weights[i] = max(quantile(law.CollateralUSD, b.draw(law, from+int64(i), sizeStream)), 1e-9)
		}
		sum += weights[i]
	}
	left := total
	for i := range weights {
		part := total.MulDecimal(units.MustAmount(weights[i] / sum).Int256())
		if i == len(weights)-1 || left.Less(part) {
			part = left
		}
		left = left.Sub(part)
		sizes = append(sizes, part)
	}
	return sizes
}

// writeDebts sets what each market has issued and distributed, as if all of its
// debt had been, and checks that debts add up. It returns what has been
// distributed at first, and what is stated to be.
func (b *builder) writeDebts(s *configs.State, d *state.State) (whole, stated []fp.Int256, err error) {
	for i := range d.Markets {
		m := &d.Markets[i]
		id := model.MarketID(m.ID)
		without, err := b.sys.MarketTotalDebt(id)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", b.w.Markets[i].Name, err)
		}
		x := b.statedMarket(s, b.w.Markets[i].Name)
		scripted := b.cfg.Markets[i].Kind == "scripted"
		issued := without.Neg()
		if scripted {
			issued = fp.Int256{} // its history tells what it owes
		}
		if x.NetIssuanceUSD != nil {
			issued = units.FromBig(x.NetIssuanceUSD.D18())
		}
		debt := without.Add(issued)
		m.NetIssuance, m.LastDistributedMarketBalance = issued.Int128(), debt.Int128()
		m.CreditCapacity = debt.Sub(issued).Int128()
		m.PoolsDebtDistribution.ValuePerShare = fp.D27FromD18(units.FromBig(x.PerShareUSD.D18()).Int128())
		whole = append(whole, debt)
		outstanding := units.FromBig(x.OutstandingUSD.D18())
		if scripted && s.Positions == "" {
			outstanding = debt
		}
		stated = append(stated, debt.Sub(outstanding))
	}
	return whole, stated, b.checkSums(s, d, stated)
}

// statedMarket returns what is stated of a market as a whole.
func (b *builder) statedMarket(s *configs.State, name string) configs.StateMarket {
	var found configs.StateMarket
	for _, x := range s.Markets {
		if x.Market != name {
			continue
		}
		if x.NetIssuanceUSD != nil {
			found.NetIssuanceUSD = x.NetIssuanceUSD
		}
		if x.PerShareUSD.Sign() != 0 {
			found.PerShareUSD = x.PerShareUSD
		}
		if x.OutstandingUSD.Sign() != 0 {
			found.OutstandingUSD = x.OutstandingUSD
		}
	}
	return found
}

// toleranceWei is by how much the debt of a position may differ from its part
// of what it comes from: the protocol's floors.
const toleranceWei = 20

// checkSums checks that the debts of positions are those that markets have
// distributed, that positions have minted, and that are stated to be nobody's.
// It issues what was minted.
func (b *builder) checkSums(s *configs.State, d *state.State, distributed []fp.Int256) error {
	var debts, drawn, markets, supply fp.Int256
	for i := range b.stated {
		debts = debts.Add(b.stated[i].debt)
		if b.stated[i].drawn {
			drawn = drawn.Add(b.stated[i].debt)
		}
	}
	for i := range distributed {
		markets, supply = markets.Add(distributed[i]), supply.Add(d.Markets[i].NetIssuance.Wide())
	}
	minted := debts.Sub(markets).Sub(units.FromBig(s.UnallocatedUSD.D18()))
	tolerance := fp.I256(int64(toleranceWei * max(1, len(b.stated))))
	key, difference := "state.minted_usd", fp.Int256{}
	if s.MintedUSD != nil {
		difference = minted.Sub(units.FromBig(s.MintedUSD.D18())).Sub(drawn)
	} else if minted.Sign() < 0 {
		key, difference = "state.unallocated_usd", minted
	}
	if tolerance.Less(difference.Magnitude().Int256()) {
		return &InputError{key, fmt.Errorf("debts do not add up: those of %d positions come to %s USD, those of markets to %s, unallocated are %s, minted would be %s: found a difference of %s USD, allowed: at most %d wei a position",
			len(b.stated), amount(debts), amount(markets), amount(units.FromBig(s.UnallocatedUSD.D18())), amount(minted), amount(difference), toleranceWei)}
	}
	if supply = supply.Add(minted); supply.Sign() > 0 {
		giveTo(&d.Collaterals[model.USD], usdHolder, supply.Uint256())
	}
	return nil
}
