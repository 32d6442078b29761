package model

import (
	"errors"
	"testing"

	fp "backtest/model/fixedpoint"
)

// there are changes of every part of the state, and back the lines that undo
// them so that nothing but zeros is left.
var digestChanges = []struct{ there, back string }{
	{"now +1", "now 1700000000"},
	{"price SNX 3", "price SNX 2"},
	{"price SNX fails", "price SNX works"},
	{"reported-debt eth 5", "reported-debt eth 0"},
	{"liquidity-ratio 2", "liquidity-ratio 0"},
	{"liquidity-ratio eth 2", "liquidity-ratio eth 0"},
	{"config treasuryPoolId 1", "config treasuryPoolId 0"},
	{"feature deposit deny", "feature deposit undeny"},
	{"feature deposit disallow", "feature deposit allow"},
	{"liquidations p1 off", "liquidations p1 on"},
	{"exclude eth on", "exclude eth off"},
	{"override account-delegate a1 p1 5", "override account-delegate a1 p1 0"},
	{"override account-delegate a2 p1 5", "override account-delegate a2 p1 0"},
	{"override sender-delegate a1 p1 5", "override sender-delegate a1 p1 0"},
	{"override account-withdraw a1 5", "override account-withdraw a1 0"},
	{"override sender-withdraw keeper 5", "override sender-withdraw keeper 0"},
	{"market-cap eth SNX 5", "market-cap eth SNX 0"},
	{"pool-collateral p1 SNX limit=5", "pool-collateral p1 SNX limit=0"},
	{"pool-closed p1 on", "pool-closed p1 off"},
	{"min-delegate-time eth 5", "min-delegate-time eth 0"},
	{"fund keeper USD 5", "drain keeper USD 5"},
	{"collateral SNX issuance=3", "collateral SNX"},
	{"deposit a1 SNX 5", "withdraw a1 SNX 5"},
	{"lock a2 SNX 5 +0", ""},
	{"account a3", ""},
	{"market btc", ""},
	{"pool p2", ""},
	{"grant a1 MINT keeper", ""},
	{"grant a1 MINT a2", ""},
	{"grant a1 BURN a2", ""},
	{"delegate a2 p1 SNX 5", ""},
	{"pool-config p1 eth:2:0.5", ""},
	{"lock a1 SNX 5 +9", ""},
	{"reported-debt eth 7", ""},
	{"rebalance p1 SNX", ""},
}

// TestDigest: every part of the state counts, zeros do not, and no two of the
// states on the way look alike.
func TestDigest(t *testing.T) {
	w := ordinaryWorld(t)
	seen := map[[32]byte]string{w.sys.Digest(): "the beginning"}
	for _, change := range digestChanges {
		before := w.sys.Digest()
		_, err := w.run(change.there)
		if err != nil && change.there != "lock a2 SNX 5 +0" {
			t.Fatalf("%s: %v", change.there, err)
		}
		digest := w.sys.Digest()
		if err != nil {
			if digest != before {
				t.Errorf("%s failed and changed the digest", change.there)
			}
			continue
		}
		if other, found := seen[digest]; found {
			t.Errorf("after %s the digest is that of %s", change.there, other)
		}
		seen[digest] = change.there
		if change.back == "" {
			continue
		}
		if _, err := w.run(change.back); err != nil {
			t.Fatalf("%s: %v", change.back, err)
		}
		if w.sys.Digest() != before {
			t.Errorf("%s and %s leave a trace", change.there, change.back)
		}
	}
}

// TestChanges: the count of changes stands still only while the state does.
func TestChanges(t *testing.T) {
	w := ordinaryWorld(t)
	count, before := w.sys.Changes(), w.sys.Digest()
	for _, line := range []string{"static rebalance p1 SNX", "delegate a1 p9 SNX 1", "withdrawable eth", "holdings a1 SNX"} {
		_, _ = w.run(line)
	}
	if w.sys.Changes() != count || w.sys.Digest() != before {
		t.Errorf("reading changed %d times", w.sys.Changes()-count)
	}
	for _, line := range []string{"delegate a1 p1 SNX 600", "market btc", "pool p7", "account a7", "liquidity-ratio 3", "deposit a1 SNX 1", "fund keeper USD 1"} {
		count = w.sys.Changes()
		if _, err := w.run(line); err != nil || w.sys.Changes() == count {
			t.Errorf("%s was not counted (%v)", line, err)
		}
	}
}

// TestFailedRegistration: a registration that a closed feature refuses, or
// that is part of what failed, leaves no market.
func TestFailedRegistration(t *testing.T) {
	w := ordinaryWorld(t, "feature registerMarket deny")
	if id, err := w.sys.RegisterMarketAt(&testMarket{}, Named("factory")); !errors.Is(err, FeatureUnavailable{"registerMarket"}) || id != 0 || w.sys.Markets() != 1 {
		t.Fatalf("market %d, %v", id, err)
	}
	runAll(w, []string{"feature registerMarket undeny"})
	external := &testMarket{reported: fp.U256(3)}
	id, err := w.sys.RegisterMarketAt(external, Named("factory"))
	if err != nil || id != 2 || w.sys.MarketAddress(2) != Named("factory") || w.sys.External(2) != ExternalMarket(external) {
		t.Fatalf("market %d at %v, %v", id, w.sys.MarketAddress(2), err)
	}
	if err := w.sys.SetMarketMinDelegateTime(MarketAddress(2), 2, 1); !errors.Is(err, Unauthorized{MarketAddress(2)}) {
		t.Errorf("another address acts for the market: %v", err)
	}
	if err := w.sys.SetMarketMinDelegateTime(Named("factory"), 2, 1); err != nil {
		t.Error(err)
	}
	w.sys.WrapExternal(2, func(m ExternalMarket) ExternalMarket { return &testMarket{minimum: m.(*testMarket).reported} })
	if x, err := w.sys.External(2).MinimumCredit(); err != nil || x != fp.U256(3) {
		t.Errorf("wrapped market needs %v, %v", x, err)
	}
}
