package chain_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"backtest/internal/chain"
	"backtest/internal/chain/chaintest"
	"backtest/internal/chain/evm"
	"backtest/internal/chain/rpc"
	"backtest/model/state"
)

// answering answers calls of a function with words.
func answering(to, signature string, args []evm.Word, words ...evm.Word) func(n *chaintest.Node) {
	data := evm.Encode(signature, args...)
	result := "0x"
	for _, w := range words {
		result += strings.TrimPrefix(w.String(), "0x")
	}
	return func(n *chaintest.Node) {
		before := n.Before
		n.Before = func(q chaintest.Question) (any, error) {
			if q.Method == "eth_call" && strings.Contains(string(q.Params[0]), `"data":"`+data+`"`) && strings.Contains(string(q.Params[0]), n.Addresses[to]) {
				if len(words) == 0 {
					return nil, &chaintest.Fault{Code: 3, Message: "execution reverted", Data: evm.Encode("StalenessToleranceExceeded()")}
				}
				return result, nil
			}
			if before != nil {
				return before(q)
			}
			return nil, nil
		}
	}
}

func address(t *testing.T, d *chaintest.Recorded, name string) evm.Word {
	t.Helper()
	a, err := evm.ParseAddress(d.Addresses[name])
	if err != nil {
		t.Fatal(err)
	}
	return a.Word()
}

// TestWhatRealChainsHave: each is held in the model, or told, or refused by name.
func TestWhatRealChainsHave(t *testing.T) {
	d := recorded(t, "lagoon")
	flag := evm.Text("withdraw")
	list := evm.Uint(32)
	stranger, _ := evm.ParseAddress("0x00000000000000000000000000000000000000d0")
	for name, x := range map[string]struct {
		change func(n *chaintest.Node)
		want   string // in the error or the notes
		fails  bool
		holds  func(s *state.State) bool
	}{
		"a pool of somebody else": {
			change: answering("core", "getPoolOwner(uint128)", []evm.Word{evm.Uint(2)}, stranger.Word()),
			want:   "pool 2: its owner is 0x00000000000000000000000000000000000000d0",
		},
		"a closed feature": {
			change: answering("core", "getFeatureFlagAllowAll(bytes32)", []evm.Word{flag}, evm.Word{}),
			want:   "feature withdraw: is closed to everybody",
			holds: func(s *state.State) bool {
				return len(s.Settings.FeatureFlags) == 1 && s.Settings.FeatureFlags[0].Feature == "withdraw"
			},
		},
		"a feature for some": {
			change: func(n *chaintest.Node) {
				answering("core", "getFeatureFlagAllowAll(bytes32)", []evm.Word{flag}, evm.Word{})(n)
				answering("core", "getFeatureFlagAllowlist(bytes32)", []evm.Word{flag}, list, evm.Uint(2), stranger.Word(), stranger.Word())(n)
			},
			want: "feature withdraw: is open to 2 addresses alone",
		},
		"wrapping closed": {
			change: answering("spot", "getFeatureFlagAllowAll(bytes32)", []evm.Word{evm.Text("wrapperEnabled2")}, evm.Word{}),
			want:   "spot market 2: wrapperEnabled2 is closed on the chain",
		},
		"a decaying synth": {
			change: answering("token/synth:1", "decayRate()", nil, evm.Uint(50_000_000_000_000_000)),
			want:   "spot market 2: its synth decays by 0.05 a year",
			holds: func(s *state.State) bool {
				return s.Markets[1].External.Spot.DecayRate.String() == "50000000000000000" && s.Markets[1].External.Spot.Decayed == s.Now
			},
		},
		"a stale oracle of a type in use": {
			change: answering("core", "getCollateralPrice(address)", []evm.Word{address(t, d, "token/SNX")}),
			want:   "the oracle of SNX, which vaults hold, reverts at this block (StalenessToleranceExceeded)", fails: true,
		},
		"a stale feed of perps": {
			change: answering("perps", "indexPrice(uint128)", []evm.Word{evm.Uint(10)}),
			want:   "perps instrument 10: its price feed reverts at this block (StalenessToleranceExceeded)", fails: true,
		},
		"a second perps system": {
			change: answering("market/1", "getMarkets()", nil, list, evm.Uint(1), evm.Uint(7)),
			want:   "there are 2 perps systems on this core", fails: true,
		},
		"a wrong balance of a position": {
			change: answering("core", "getPositionDebt(uint128,uint128,address)", []evm.Word{evm.Uint(1), evm.Uint(1), address(t, d, "token/SNX")}, evm.Uint(1)),
			want:   "getPositionDebt(1, 1, 0xdc93b4439b54766c7d8d6b42e1078563fec917ff): the chain answers 1, the model", fails: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			n := &chaintest.Node{Recorded: d}
			x.change(n)
			got, err := source(t, rpc.Options{URL: n.Serve(t)}).Take(context.Background(), chain.Request{Roots: d.Roots(t)})
			text := fmt.Sprint(err)
			if got != nil {
				for _, note := range got.Notes {
					text += "\n" + note.About + ": " + note.Text
				}
			}
			if (err != nil) != x.fails || !strings.Contains(text, x.want) {
				t.Errorf("got %s, want %q", text, x.want)
			}
			if x.holds != nil && (got == nil || !x.holds(got.State)) {
				t.Error("the state does not hold it")
			}
		})
	}
}

// TestSecondPerpsSystemStandsStill: named with --perps, the other keeps what it
// reports.
func TestSecondPerpsSystemStandsStill(t *testing.T) {
	d := recorded(t, "lagoon")
	n := &chaintest.Node{Recorded: d}
	answering("market/1", "getMarkets()", nil, evm.Uint(32), evm.Uint(1), evm.Uint(7))(n)
	roots, err := chain.ParseRoots(d.Addresses["core"], "", d.Addresses["perps"])
	if err != nil {
		t.Fatal(err)
	}
	got, err := source(t, rpc.Options{URL: n.Serve(t)}).Take(context.Background(), chain.Request{Roots: roots})
	if err != nil || got.State.Markets[0].External.Scripted == nil || got.State.Markets[5].External.Perps == nil {
		t.Errorf("got %v", err)
	}
}

// TestAccountThatChangedHands: who holds the token now is the owner.
func TestAccountThatChangedHands(t *testing.T) {
	d := recorded(t, "harbour")
	slot := evm.NameSlot("io.synthetix.synthetix.Account", evm.Uint(2)).Add(1).String()
	words := d.Storage[d.Addresses["core"]]
	if words[slot] == "" {
		t.Fatal("the owner of account 2 is kept elsewhere")
	}
	words[slot] = words[evm.NameSlot("io.synthetix.synthetix.Account", evm.Uint(4)).Add(1).String()]
	got, err := source(t, rpc.Options{URL: (&chaintest.Node{Recorded: d}).Serve(t)}).Take(context.Background(), chain.Request{Roots: d.Roots(t)})
	if err != nil {
		t.Fatal(err)
	}
	a := got.State.Accounts
	// An owner of several accounts acts on the others as who holds ADMIN.
	admin := state.Permission{Permission: "ADMIN", Actor: "account:2"}
	if a[1].ID != 2 || a[3].ID != 4 || a[1].Owner != "account:2" || a[3].Owner != "" || !slices.Contains(a[3].Permissions, admin) {
		t.Errorf("accounts 2 and 4: %+v, %+v", a[1], a[3])
	}
}
