package recorded_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"backtest/internal/chain"
	"backtest/internal/chain/chaintest"
	"backtest/internal/chain/recorded"
	"backtest/internal/chain/rpc"
)

// TestGoesOnAsTheChainDid imports each recorded deployment through HTTP and
// applies all that was recorded after its block.
func TestGoesOnAsTheChainDid(t *testing.T) {
	for _, name := range chaintest.Worlds(t, filepath.Join("..", "testdata")) {
		t.Run(filepath.Base(name), func(t *testing.T) {
			d := chaintest.Load(t, name)
			got := take(t, d)
			f, err := os.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			file, trace, err := recorded.Read(f)
			if err != nil {
				t.Fatal(err)
			}
			result, err := recorded.Replay(file, trace, got.State, recorded.Names{Actors: got.Book.Actors(), Types: got.Book.Types()})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d steps, %d values", result.Steps, result.Observations)
			if result.Mismatches > 0 || result.Steps < 100 || result.Observations < 10_000 {
				t.Errorf("%+v, first %v", result, result.First)
			}
		})
	}
}

func take(t *testing.T, d *chaintest.Recorded) *chain.Snapshot {
	t.Helper()
	ctx := context.Background()
	client, err := rpc.New(rpc.Options{URL: (&chaintest.Node{Recorded: d}).Serve(t)})
	if err != nil {
		t.Fatal(err)
	}
	b, err := chain.Pin(ctx, client, "")
	if err != nil {
		t.Fatal(err)
	}
	store, err := rpc.CreateStore(t.TempDir(), rpc.Header{ChainID: b.ChainID, Number: b.Number, Hash: b.Hash, Time: b.Time})
	if err != nil {
		t.Fatal(err)
	}
	got, err := chain.NewSource(store, client).Take(ctx, chain.Request{Roots: d.Roots(t)})
	if err != nil {
		t.Fatal(err)
	}
	return got
}
