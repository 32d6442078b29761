package runner

import (
	"context"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"backtest/configs"
	"backtest/runner/record"
)

// hashes of the tables of a run.
func hashes(t *testing.T, dir string) map[string][32]byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.arrow"))
	if err != nil || len(files) != len(record.Tables()) {
		t.Fatalf("%v, %v", files, err)
	}
	all := map[string][32]byte{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(file)] = sha256.Sum256(content)
	}
	return all
}

func sameHashes(t *testing.T, how string, want, got map[string][32]byte) {
	t.Helper()
	for name, h := range want {
		if got[name] != h {
			t.Errorf("%s: %s differs", how, name)
		}
	}
}

// TestSameBytes: whatever the number of workers, shards and interruptions, a
// question has one answer.
func TestSameBytes(t *testing.T) {
	l := load(t, "quickstart", "paths=200", "horizon=2d")
	ran := func(o Options) map[string][32]byte {
		t.Helper()
		if o.Out == "" {
			o.Out = t.TempDir()
		}
		if _, err := Run(context.Background(), l, o); err != nil {
			t.Fatal(err)
		}
		return hashes(t, o.Out)
	}
	want := ran(Options{Workers: 1})
	sameHashes(t, "2 workers", want, ran(Options{Workers: 2}))
	sameHashes(t, "4 workers", want, ran(Options{Workers: 4}))
	sameHashes(t, "resumed", want, ran(Options{Workers: 2, Resume: true, Out: interrupted(t, l)}))

	var shards []string
	for i := range 3 {
		dir := t.TempDir()
		if _, err := Run(context.Background(), l, Options{Out: dir, Workers: 2, Shard: &record.Shard{Index: i + 1, Count: 3}}); err != nil {
			t.Fatal(err)
		}
		shards = append(shards, dir)
	}
	merged := filepath.Join(t.TempDir(), "merged")
	if _, err := record.Merge(context.Background(), shards, merged, record.Options{}, record.Facts{}); err != nil {
		t.Fatal(err)
	}
	sameHashes(t, "merged", want, hashes(t, merged))

	l = load(t, "quickstart", "paths=200", "horizon=2d", "seed=2")
	if ran(Options{})["paths.arrow"] == want["paths.arrow"] {
		t.Error("another seed gives the same paths")
	}
}

// interrupted returns the folder of a run that was cancelled after its first
// block.
func interrupted(t *testing.T, l *configs.Loaded) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	dir := t.TempDir()
	_, err := Run(ctx, l, Options{Out: dir, Workers: 1, Progress: func(p Progress) {
		if p.DonePaths > 0 {
			cancel()
		}
	}})
	if !errors.Is(err, ErrInterrupted) {
		t.Fatalf("the run was not interrupted: %v", err)
	}
	return dir
}
