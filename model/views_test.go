package model

import (
	"errors"
	"maps"
	"testing"

	fp "backtest/model/fixedpoint"
)

// expect reports a value that differs.
func expect[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// TestMarketViews: the plain views of a market, and that they read only.
func TestMarketViews(t *testing.T) {
	w := ordinaryWorld(t, "market-cap eth SNX 50", "market-collateral eth in SNX 20", "reported-debt eth 100",
		"market-withdraw eth keeper 30", "pool p2", "deposit a1 SNX 1000", "delegate a1 p2 SNX 100")
	before := w.sys.Digest()
	s := w.sys
	debt, err := s.MarketTotalDebt(1)
	must(t, err)
	expect(t, "total debt", debt, signedAmount("90"))
	reported, err := s.MarketReportedDebt(1)
	must(t, err)
	expect(t, "reported debt", reported, amount("100"))
	net, err := s.MarketNetIssuance(1)
	must(t, err)
	expect(t, "net issuance", net, signedAmount("30").Int128())
	shares, err := s.MarketCollateral(1)
	must(t, err)
	expect(t, "shares", shares, amount("1000").Uint128())
	held, err := s.MarketCollateralAmount(1, snx)
	must(t, err)
	expect(t, "collateral", held, amount("20"))
	value, err := s.MarketCollateralValue(1)
	must(t, err)
	expect(t, "collateral value", value, amount("40"))
	limit, err := s.MarketPoolMaxDebtPerShare(1, 1)
	must(t, err)
	expect(t, "limit", limit, signedAmount("0.5").Int128())
	if caps := s.MaximumMarketCollateral(1); !maps.Equal(caps, map[CollateralID]Uint256{snx: amount("50")}) {
		t.Errorf("caps %v", caps)
	}
	expect(t, "issuance ratio", s.IssuanceRatio(1, snx), amount("2"))
	expect(t, "last interaction", s.LastInteraction(1), startTime)
	expect(t, "supply", s.TokenSupply(USD), amount("30"))
	expect(t, "digest", s.Digest(), before)
}

// TestViewsOfNothing: unknown pools and markets (PROTOCOL.md §5.1, §8.1).
func TestViewsOfNothing(t *testing.T) {
	w := ordinaryWorld(t)
	before := w.sys.Digest()
	s := w.sys
	_, err := s.MarketReportedDebt(9)
	expect(t, "reported debt", err, error(MarketNotFound{9}))
	_, err = s.MarketNetIssuance(0)
	expect(t, "net issuance", err, error(MarketNotFound{0}))
	_, err = s.PoolDebtPerShare(9)
	expect(t, "debt per share", err, error(PoolNotFound{9}))
	limit, err := s.MarketPoolMaxDebtPerShare(1, 9)
	must(t, err)
	expect(t, "limit", limit, Int128{})
	shares, _, _, err := s.MarketPoolDebtDistribution(1, 9)
	must(t, err)
	expect(t, "shares", shares, Uint128{})
	credit, err := s.MarketCapacityContributionFromPool(1, 9)
	must(t, err)
	expect(t, "contribution", credit, Uint256{})
	held, err := s.MarketCollateralAmount(1, snx)
	must(t, err)
	expect(t, "collateral", held, Uint256{})
	expect(t, "last interaction", s.LastInteraction(9), 0)
	debt, err := s.PositionDebt(1, snx, 9)
	must(t, err)
	expect(t, "debt", debt, Int256{})
	expect(t, "digest", s.Digest(), before)
}

// TestSummary: the edges of a market's range are the roots of its heaps.
func TestSummary(t *testing.T) {
	w := crowd(t, 3, bumpLimits)
	m := w.sys.MarketSummary(1)
	expect(t, "next to leave", m.Out, RangeEdge{signedAmount("0.01").Int128(), true})
	expect(t, "next to return", m.In, RangeEdge{})
	runAll(w, []string{"reported-debt eth 105", "distribute eth"})
	m, s := w.sys.MarketSummary(1), w.sys.MarketStorage(1)
	expect(t, "next to leave", m.Out, RangeEdge{signedAmount("0.03").Int128(), true})
	expect(t, "next to return", m.In, RangeEdge{signedAmount("0.02").Int128(), true})
	expect(t, "summary", m, MarketSummary{s.NetIssuance, s.LastDistributed, s.TotalShares, s.ValuePerShare, m.Out, m.In})
	p := w.sys.PoolStorage(1)
	expect(t, "distribution", w.sys.PoolDistribution(1), Distribution{p.TotalShares, p.ValuePerShare})
	runAll(w, []string{"pool-collateral p1 SNX limit=7 issuance=3"})
	expect(t, "pool's collateral", w.sys.PoolCollateralConfiguration(1, snx), PoolCollateralConfiguration{amount("7"), amount("3")})
}

// TestTokens: USD and synths refuse an amount of 0 and what is not there by
// names of their own; ordinary collateral with FailedTransfer.
func TestTokens(t *testing.T) {
	w := ordinaryWorld(t)
	s, a, b := w.sys, Named("a"), Named("b")
	zero := InvalidParameter{"amount", "Zero amount"}
	must(t, s.MintToken(USD, a, fp.U256(7)))
	expect(t, "mint", s.MintToken(USD, a, Uint256{}), error(zero))
	must(t, s.TransferToken(USD, a, b, fp.U256(3)))
	expect(t, "transfer", s.TransferToken(USD, a, b, Uint256{}), error(zero))
	expect(t, "transfer", s.TransferToken(USD, a, b, fp.U256(5)), error(InsufficientBalance{fp.U256(5), fp.U256(4)}))
	must(t, s.BurnToken(USD, b, fp.U256(2)))
	expect(t, "burn", s.BurnToken(USD, b, fp.U256(2)), error(InsufficientBalance{fp.U256(2), fp.U256(1)}))
	expect(t, "supply", s.USDSupply(), fp.U256(5))
	must(t, s.FundWallet(snx, a, fp.U256(7)))
	must(t, s.TransferCollateral(snx, a, b, fp.U256(3)))
	expect(t, "transfer", s.TransferCollateral(snx, a, b, fp.U256(5)), error(FailedTransfer{a, b, fp.U256(5)}))
	expect(t, "transfer", s.TransferCollateral(snx, a, b, Uint256{}), error(FailedTransfer{a, b, Uint256{}}))
	expect(t, "balance", s.TokenBalance(snx, a), fp.U256(4))
	if err := s.DrainWallet(snx, a, fp.U256(5)); !errors.Is(err, fp.PanicOverflow) {
		t.Errorf("draining more than there is: %v", err)
	}
	// To oneself, all of it: nothing is made or lost.
	must(t, s.TransferToken(USD, a, a, fp.U256(4)))
	expect(t, "balance", s.TokenBalance(USD, a), fp.U256(4))
}

// TestRatiosVector is PROTOCOL.md §14.3: equal is healthy, one wei less is not.
func TestRatiosVector(t *testing.T) {
	w := ordinaryWorld(t)
	for debt, want := range map[string]bool{"1": false, "1.000000000000000001": true, "0": false, "-1": false} {
		expect(t, "liquidatable at "+debt, w.sys.isLiquidatable(snx, signedAmount(debt), amount("1.5")), want)
	}
	expect(t, "ratio", amount("1.5").DivDecimal(amount("1.000000000000000001")).String(), "1499999999999999998")
}

// TestActorsSpell: as recorded histories do.
func TestActorsSpell(t *testing.T) {
	for want, a := range map[string]Actor{"owner": Owner, "core": Core, "keeper": Keeper, "account:7": AccountOwner(7),
		"market:2": MarketAddress(2), "fees": Named("fees"), "zero": {}} {
		expect(t, "name", a.String(), want)
	}
}
