package chain_test

import (
	"context"
	"path/filepath"
	"testing"

	"backtest/internal/chain"
	"backtest/internal/chain/chaintest"
	"backtest/internal/chain/rpc"
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
