package record

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func runShards(t *testing.T, id Identity, count int) []string {
	t.Helper()
	var dirs []string
	for i := range count {
		id.Shard = &Shard{Index: i + 1, Count: count}
		dirs = append(dirs, t.TempDir())
		mustRun(t, dirs[i], id, checkedOptions(t))
	}
	return dirs
}

func TestMergedShardsAreTheWholeRun(t *testing.T) {
	for _, format := range []Format{Arrow, Parquet} {
		id, whole := testIdentity(200), t.TempDir()
		id.Format = format
		want := mustRun(t, whole, id, checkedOptions(t))
		for _, count := range []int{1, 3, 16} { // 16 shards of 12 blocks: some are empty
			t.Run(fmt.Sprint(format, count), func(t *testing.T) {
				dirs := runShards(t, id, count)
				dirs[0], dirs[count-1] = dirs[count-1], dirs[0]
				out := filepath.Join(t.TempDir(), "merged")
				m, err := Merge(context.Background(), dirs, out, checkedOptions(t), Facts{})
				if err != nil {
					t.Fatal(err)
				}
				sameContents(t, contents(t, whole), contents(t, out))
				if !equal(m, want) {
					t.Errorf("manifests differ:\n%+v\n%+v", m, want)
				}
				if _, err := Open(out); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestMergeRefuses(t *testing.T) {
	ctx, id := context.Background(), testIdentity(200)
	dirs := runShards(t, id, 3)
	other := id
	other.Seed = 1
	foreign := runShards(t, other, 3)
	halves := runShards(t, id, 2)
	unsharded := t.TempDir()
	mustRun(t, unsharded, id, Options{})
	for name, list := range map[string][]string{
		"none":      nil,
		"missing":   dirs[:2],
		"twice":     {dirs[0], dirs[1], dirs[1]},
		"cut":       {dirs[0], dirs[1], halves[1]},
		"unsharded": {dirs[0], unsharded},
	} {
		var shard *ShardError
		if _, err := Merge(ctx, list, t.TempDir(), Options{}, Facts{}); !errors.As(err, &shard) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var mismatch *MismatchError
	if _, err := Merge(ctx, []string{dirs[0], dirs[1], foreign[2]}, t.TempDir(), Options{}, Facts{}); !errors.As(err, &mismatch) ||
		len(mismatch.Differences) != 1 || mismatch.Differences[0].Key != "seed" {
		t.Errorf("another seed: %v", err)
	}
	if _, err := Merge(ctx, dirs, dirs[0], Options{Force: true}, Facts{}); !errors.As(err, new(*ShardError)) {
		t.Errorf("into a shard: %v", err)
	}
	out := t.TempDir()
	index := int64(4)
	stale, err := encodeBlocks([]*Block{testBlock(t, foreignSpec(t, id, index))}, question{}, id.layout())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(blockPath(dirs[1], index), append(stale[:len(stale)-1], stale[len(stale)-1]^1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Merge(ctx, dirs, out, Options{}, Facts{}); !errors.As(err, new(*DamagedError)) {
		t.Errorf("damaged block: %v", err)
	}
	if name, err := existingRecords(OS{}, out); name != "" || err != nil {
		t.Errorf("a failed merge leaves %s (%v)", name, err)
	}
}

func foreignSpec(t *testing.T, id Identity, index int64) BlockSpec {
	t.Helper()
	spec, ok := id.Plan.Block(index)
	if !ok {
		t.Fatalf("no block %d", index)
	}
	return spec
}

func TestShardIsRunAgain(t *testing.T) {
	id, dir := testIdentity(200), t.TempDir()
	id.Shard = &Shard{Index: 2, Count: 3}
	mustRun(t, dir, id, Options{})
	want := contents(t, dir)
	id.ProgramVersion = "v2"
	mustRun(t, dir, id, Options{}) // replaces itself
	sameContents(t, want, contents(t, dir))
	s := mustCreate(t, dir, id, Options{Resume: true})
	if _, ok := s.Complete(); !ok {
		t.Error("a finished shard is not taken as finished")
	}
	if err := s.Write(testBlock(t, foreignSpec(t, id, 0))); err == nil {
		t.Error("a block of another shard is accepted")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	id.Shard = nil
	if _, err := Create(dir, id, Options{}); !errors.As(err, new(*ExistsError)) {
		t.Errorf("an unsharded run replaces a shard: %v", err)
	}
}

func TestKilledMergeIsRepeated(t *testing.T) {
	id := testIdentity(200)
	dirs := runShards(t, id, 2)
	out := t.TempDir()
	opt := Options{merging: true}
	if err := mustCreate(t, out, id, opt).Close(); err != nil { // as far as a merge gets before it is killed
		t.Fatal(err)
	}
	if _, err := Merge(context.Background(), dirs, out, Options{}, Facts{}); err != nil {
		t.Error(err)
	}
}

func TestFaultsInMerge(t *testing.T) {
	id, ctx := testIdentity(70), context.Background()
	dirs := runShards(t, id, 2)
	counter := &faultFS{}
	whole := t.TempDir()
	if _, err := Merge(ctx, dirs, whole, Options{FS: counter}, Facts{}); err != nil {
		t.Fatal(err)
	}
	for n := int64(1); n <= counter.count.Load(); n++ {
		out := t.TempDir()
		if _, err := Merge(ctx, dirs, out, Options{FS: &faultFS{failAt: n}}, Facts{}); err != nil && !errors.Is(err, errInjected) {
			t.Fatalf("operation %d: %v", n, err)
		}
		if _, err := Open(out); err == nil {
			continue
		}
		if _, err := Merge(ctx, dirs, out, Options{}, Facts{}); err != nil {
			t.Fatalf("operation %d, again: %v", n, err)
		}
		sameContents(t, contents(t, whole), contents(t, out))
	}
}

func TestPlan(t *testing.T) {
	id := testIdentity(130)
	if id.Plan.Blocks() != 9 || id.Plan.Paths() != 390 {
		t.Fatalf("%d blocks, %d paths", id.Plan.Blocks(), id.Plan.Paths())
	}
	for i, spec := range id.specs() {
		if got, ok := id.Plan.Block(int64(i)); !ok || got != spec {
			t.Errorf("block %d is %+v, want %+v", i, got, spec)
		}
	}
	if spec, _ := id.Plan.Block(5); spec != (BlockSpec{Index: 5, Scenario: "base", Point: 1, FirstPath: 128, Paths: 2}) {
		t.Errorf("block 5 is %+v", spec)
	}
	for _, index := range []int64{-1, 9} {
		if _, ok := id.Plan.Block(index); ok {
			t.Errorf("block %d is there", index)
		}
	}
}
