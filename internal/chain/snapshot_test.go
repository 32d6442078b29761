package chain_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"backtest/internal/chain"
	"backtest/internal/chain/chaintest"
	"backtest/internal/chain/rpc"
	"backtest/model/state/statefile"
)

// recorded returns a recorded deployment of testdata.
func recorded(t testing.TB, world string) *chaintest.Recorded {
	t.Helper()
	return chaintest.Load(t, filepath.Join("testdata", "chain_"+world+".json.gz"))
}

// source pins the node's block and keeps answers in a new folder.
func source(t testing.TB, o rpc.Options) *chain.Source {
	t.Helper()
	s, err := open(context.Background(), t.TempDir(), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func open(ctx context.Context, dir string, o rpc.Options) (*chain.Source, error) {
	client, err := rpc.New(o)
	if err != nil {
		return nil, err
	}
	b, err := chain.Pin(ctx, client, "")
	if err != nil {
		return nil, err
	}
	store, err := rpc.CreateStore(dir, rpc.Header{ChainID: b.ChainID, Number: b.Number, Hash: b.Hash, Time: b.Time})
	if err != nil {
		return nil, err
	}
	return chain.NewSource(store, client), nil
}

// TestEveryGetterAnswersAlike reads each recorded deployment through HTTP and
// asks the model everything that the contracts were asked.
func TestEveryGetterAnswersAlike(t *testing.T) {
	for _, name := range chaintest.Worlds(t, "testdata") {
		t.Run(filepath.Base(name), func(t *testing.T) {
			d := chaintest.Load(t, name)
			n := &chaintest.Node{Recorded: d}
			s := source(t, rpc.Options{URL: n.Serve(t)})
			got, err := s.Take(context.Background(), chain.Request{Roots: d.Roots(t)})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d requests, %d calls, checks: %+v", n.Requests.Load(), n.Asked.Load(), got.Checks)
			for _, x := range got.Notes {
				t.Logf("%s: %s", x.About, x.Text)
			}
			if got.Checks.Values < 300 || len(got.Checks.Unanswered) > 0 {
				t.Errorf("checks: %+v", got.Checks)
			}
		})
	}
}

// TestStateIsCanonical: what is read has the form in which the model itself
// would save it.
func TestStateIsCanonical(t *testing.T) {
	for _, world := range []string{"harbour", "lagoon"} {
		d := recorded(t, world)
		got, err := source(t, rpc.Options{URL: (&chaintest.Node{Recorded: d}).Serve(t)}).Take(context.Background(), chain.Request{Roots: d.Roots(t)})
		if err != nil {
			t.Fatal(err)
		}
		saved, err := got.System.Save()
		if err != nil {
			t.Fatal(err)
		}
		saved.Source = got.State.Source
		want, err := statefile.Marshal(saved)
		if err != nil {
			t.Fatal(err)
		}
		have, err := statefile.Marshal(got.State)
		if err != nil {
			t.Fatal(err)
		}
		a, b := strings.Split(string(have), "\n"), strings.Split(string(want), "\n")
		for i := range a {
			if i >= len(b) || a[i] != b[i] {
				t.Fatalf("%s: line %d is %s\nthe model saves\n%s", world, i+1, strings.Join(a[max(0, i-8):i+3], "\n"), strings.Join(b[max(0, i-8):min(len(b), i+3)], "\n"))
			}
		}
	}
}
