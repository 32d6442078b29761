package markets_test

import (
	"testing"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/internal/scenario"
	"backtest/model/markets/perps"
)

// tradersWealth is what everybody but the LPs has (D18 USD): USD and synths in
// wallets and escrow, the change of their ETH, and the equity of the margin
// accounts. Keepers, referrers, the fee collector and who gets seized synths
// count among them. It also returns the equity alone.
func (s *study) tradersWealth() (all, equity fp.Int256) {
	ethPrice := s.spots[0].SellPrice().Int256()
	var ethers fp.Uint256
	for _, a := range s.wallets {
		all = all.Add(s.w.Sys.TokenBalance(model.USD, a).Int256())
		for _, m := range s.spots {
			all = all.Add(s.w.Sys.TokenBalance(m.Synth(), a).MulDecimal(m.SellPrice()).Int256())
		}
		ethers = ethers.Add(s.w.Sys.TokenBalance(s.w.Tokens[eth], a))
	}
	all = all.Add(ethers.Int256().Sub(s.startET.Int256()).MulDecimal(ethPrice))
	for k := range model.AccountID(traders) {
		equity = equity.Add(s.equity(firstTrader + k))
	}
	return all.Add(equity), equity
}

// equity is what a margin account is worth (D18 USD): margin at its full value,
// and profit of price and funding, less debt. Interest that is owed but not
// charged is no debt of the market either.
func (s *study) equity(id model.AccountID) fp.Int256 {
	value, err := s.perps.CollateralValue(id)
	must(s.t, err)
	sum := value.Int256().Sub(s.perps.Account(id).Debt.Int256())
	for _, i := range s.perps.Instruments() {
		if p := s.perps.Position(id, i); !p.Size.IsZero() {
			v, err := s.perps.PositionValue(id, i)
			must(s.t, err)
			sum = sum.Add(v.TotalProfit).Add(v.Interest.Int256())
		}
	}
	return sum
}

// lpResult is minus the total debt of all markets (D18 USD).
func (s *study) lpResult() (sum fp.Int256) {
	for id := range s.w.Sys.Markets() {
		debt, err := s.w.Sys.MarketTotalDebt(model.MarketID(id + 1))
		must(s.t, err)
		sum = sum.Sub(debt)
	}
	return sum
}

// dust is how many wei all roundings so far may amount to. A change of a
// position rounds four products into the debt correction, where the account
// rounds two; a valuation rounds once for each wallet, synth and position.
func (s *study) dust() fp.Uint256 {
	const perEvent, perValuation = 6, 8 * (traders + 8)
	return fp.U256(perEvent*s.events + perValuation)
}

// TestConservation runs at random and demands after every step that what
// traders, keepers, collectors and LPs have together is what they began with:
// nobody gains but from somebody else. The market does not report less than 0,
// so what traders together owe beyond their margin is nobody's.
func TestConservation(t *testing.T) {
	const seeds, steps = 6, 1500
	var liquidations, bad uint64
	for seed := range uint64(seeds) {
		s := newStudy(t, seed)
		start, _ := s.tradersWealth()
		start = start.Add(s.lpResult())
		for n := range steps {
			s.step()
			all, equity := s.tradersWealth()
			if equity.Sign() < 0 {
				bad++
			}
			left := all.Sub(fp.MinInt(equity, fp.Int256{})).Add(s.lpResult()).Sub(start)
			if s.dust().Less(left.Magnitude()) {
				t.Fatalf("seed %d, step %d: %s USD came from nowhere, dust is %s", seed, n, scenario.D18(left), s.dust())
			}
			s.checkSums(seed, n)
			if n%50 == 0 {
				s.checkInvariants(seed)
			}
		}
		for _, i := range s.perps.Instruments() {
			if i.State().LastLiquidation.Time != 0 {
				liquidations++
			}
		}
		s.checkInvariants(seed)
	}
	if liquidations == 0 || bad == 0 {
		t.Errorf("%d instruments with liquidations, %d states in which traders owed more than they had", liquidations, bad)
	}
}

// checkSums demands that the market's sums are those of its accounts, exactly.
func (s *study) checkSums(seed uint64, step int) {
	var usd, debt fp.Uint256
	synths := fp.Uint256{}
	for k := range model.AccountID(traders) {
		id := firstTrader + k
		usd = usd.Add(s.perps.Margin(id, perps.USDMargin))
		synths = synths.Add(s.perps.Margin(id, s.spots[0].ID()))
		debt = debt.Add(s.perps.Account(id).Debt)
	}
	if usd != s.perps.TotalMargin(perps.USDMargin) || synths != s.perps.TotalMargin(s.spots[0].ID()) || debt != s.perps.TotalAccountsDebt() {
		s.t.Fatalf("seed %d, step %d: sums of margin or debt", seed, step)
	}
	for _, i := range s.perps.Instruments() {
		var skew fp.Int256
		var size fp.Uint256
		for k := range model.AccountID(traders) {
			q := s.perps.Position(firstTrader+k, i).Size.Wide()
			skew, size = skew.Add(q), size.Add(q.Magnitude())
		}
		if st := i.State(); st.Skew != skew || st.Size != size {
			s.t.Fatalf("seed %d, step %d: skew %v of %v, size %v of %v", seed, step, st.Skew, skew, st.Size, size)
		}
	}
}
