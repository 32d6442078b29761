package record

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Merge joins the finished shards of one run in dirs and writes the files of the unsharded run to out. Nothing is
// written unless all shards are there, each once, undamaged, of the same question: otherwise a *ShardError,
// *MismatchError, *DamagedError or *UnfinishedError. opt.Resume is not looked at.
func Merge(ctx context.Context, dirs []string, out string, opt Options, facts Facts) (Manifest, error) {
	if err := opt.fill(); err != nil {
		return Manifest{}, err
	}
	shards, err := openShards(dirs, opt)
	if err != nil {
		return Manifest{}, err
	}
	id := shards[0].manifest.Identity
	id.Shard = nil
	opt.Resume, opt.merging = false, true
	if err := refuseInput(dirs, out); err != nil {
		return Manifest{}, err
	}
	blocks, err := shardBlocks(shards, opt.FS)
	if err != nil {
		return Manifest{}, err
	}
	s, err := Create(out, id, opt)
	if err != nil {
		return Manifest{}, err
	}
	facts.Contracts = shards[0].manifest.Run.Contracts
	m := Manifest{Identity: s.id, Run: facts}
	err = writeFinal(ctx, out, &m, blocks.source(s.opt.FS, s.layout), s.opt, s.folder)
	if err == nil {
		err = s.finish(m)
	} else {
		// A merge computes nothing that could be resumed: leave no unfinished run behind.
		err = errors.Join(err, s.removeRecords())
	}
	return m, errors.Join(err, s.Close())
}

// openShards verifies the shards and gives them in order of their index.
func openShards(dirs []string, opt Options) ([]*Reader, error) {
	if len(dirs) == 0 {
		return nil, &ShardError{Reason: "none given"}
	}
	var shards []*Reader
	for _, dir := range dirs {
		r, err := openWith(dir, opt.FS, opt.allocator)
		if err != nil {
			return nil, err
		}
		shard := r.manifest.Shard
		if shard == nil {
			return nil, &ShardError{Reason: dir + " is not a shard"}
		}
		if shards == nil {
			shards = make([]*Reader, shard.Count)
		}
		if shard.Count != len(shards) {
			return nil, &ShardError{Reason: fmt.Sprintf("%s is one of %d, %s one of %d", dirs[0], len(shards), dir, shard.Count)}
		}
		if other := shards[shard.Index-1]; other != nil {
			return nil, &ShardError{Reason: fmt.Sprintf("%s and %s are both shard %s", other.dir, dir, shard)}
		}
		shards[shard.Index-1] = r
	}
	return shards, sameQuestion(shards)
}

// sameQuestion checks that no shard is missing and that all belong together.
func sameQuestion(shards []*Reader) error {
	for i, r := range shards {
		if r == nil {
			return &ShardError{Reason: fmt.Sprintf("shard %d/%d is missing", i+1, len(shards))}
		}
		want, have := shards[0].manifest.Identity, r.manifest.Identity
		want.Shard, have.Shard = nil, nil
		if list := Differences(want, have); len(list) > 0 {
			return &MismatchError{Dir: r.dir, Differences: list}
		}
	}
	return nil
}

// sameFolder compares what two names lead to; a folder that is not there is no other's.
func sameFolder(a, b string) (bool, error) {
	first, errA := os.Stat(a)
	second, errB := os.Stat(b)
	switch err := errors.Join(errA, errB); {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	}
	return os.SameFile(first, second), nil
}

func refuseInput(dirs []string, out string) error {
	for _, dir := range dirs {
		same, err := sameFolder(dir, out)
		if err != nil {
			return fmt.Errorf("record: merge: %w", err)
		}
		if same {
			return &ShardError{Reason: out + " is both a shard and the output"}
		}
	}
	return nil
}

// shardBlocks finds the blocks of all shards, and checks their files against the manifests.
func shardBlocks(shards []*Reader, fsys FS) (*blockSet, error) {
	all, of := newBlockSet(), shards[0].manifest.question()
	for _, r := range shards {
		for _, e := range r.manifest.Blocks {
			name := filepath.Join(r.dir, blockDir, filepath.Base(e.Name))
			if err := verifyFile(fsys, name, e); err != nil {
				return nil, err
			}
			f, err := openBlocks(fsys, name, &of)
			if err != nil {
				return nil, err
			}
			if err := all.add(f); err != nil {
				return nil, err
			}
		}
		for _, spec := range r.manifest.specs() {
			if !all.has(spec.Index) {
				return nil, &DamagedError{File: filepath.Join(r.dir, ManifestName), Reason: fmt.Sprintf("block %d is not listed", spec.Index)}
			}
		}
	}
	return all, nil
}
