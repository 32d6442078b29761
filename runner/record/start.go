package record

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// progressName is the identity of a run in progress; it is in the folder of blocks from the first moment until the
// manifest is there.
const progressName = "run.json"

func progressPath(dir string) string { return filepath.Join(dir, blockDir, progressName) }

// start brings the folder into a state in which blocks can be written.
func (s *Store) start() error {
	if err := s.folder.Check(s.ownNames()...); err != nil {
		return err
	}
	if s.opt.Resume {
		resumed, err := s.resume()
		other := errors.As(err, new(*MismatchError)) || errors.As(err, new(*VersionError))
		if resumed || err != nil && !(s.opt.Force && other) {
			return err
		}
	} else if err := s.refuseExisting(); err != nil {
		return err
	}
	if err := s.removeRecords(); err != nil {
		return err
	}
	if err := makeFolder(s.opt.FS, filepath.Join(s.dir, blockDir)); err != nil {
		return fmt.Errorf("record: folder of blocks: %w", err)
	}
	content, err := marshalIndented(s.id)
	if err != nil {
		return fmt.Errorf("record: %s: %w", progressName, err)
	}
	_, err = writeDurable(s.opt.FS, progressPath(s.dir), content)
	return err
}

// refuseExisting gives an *ExistsError unless the folder is free, Force is set, or it holds the same shard or the rest of
// the same merge.
func (s *Store) refuseExisting() error {
	if s.opt.Force {
		return nil
	}
	name, err := existingRecords(s.opt.FS, s.dir)
	if err != nil || name == "" {
		return err
	}
	if before, err := identityOf(s.opt.FS, s.dir); err == nil && s.id.Shard != nil && before.Shard.String() == s.id.Shard.String() {
		return nil
	}
	if before, err := progressIdentity(s.opt.FS, s.dir); err == nil && s.opt.merging && len(Differences(before, s.id)) == 0 {
		return nil
	}
	return &ExistsError{Dir: s.dir, File: name}
}

// existingRecords names a file of records in the folder, "" if there is none.
func existingRecords(fsys FS, dir string) (string, error) {
	names := []string{ManifestName, filepath.Join(blockDir, progressName)}
	for _, table := range everyTable() {
		names = append(names, fileName(table, Arrow), fileName(table, Parquet))
	}
	names = append(names, PositionsCSV)
	for _, name := range names {
		if there, err := exists(fsys, filepath.Join(dir, name)); there || err != nil {
			return name, err
		}
	}
	return "", nil
}

// identityOf reads whose records the folder holds: those of the run in progress if there is one.
func identityOf(fsys FS, dir string) (Identity, error) {
	id, err := progressIdentity(fsys, dir)
	if errors.Is(err, fs.ErrNotExist) {
		m, err := readManifest(fsys, dir)
		return m.Identity, err
	}
	return id, err
}

func progressIdentity(fsys FS, dir string) (Identity, error) {
	content, err := readWhole(fsys, progressPath(dir), manifestMaxBytes)
	if err != nil {
		return Identity{}, err
	}
	var id Identity
	if err := errors.Join(json.Unmarshal(content, &id), id.Shard.check(), id.Plan.check()); err != nil {
		return Identity{}, &DamagedError{File: progressPath(dir), Reason: err.Error()}
	}
	return id, nil
}

// resume takes up what the folder holds; false when there is nothing to take up.
func (s *Store) resume() (bool, error) {
	before, err := identityOf(s.opt.FS, s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if list := Differences(before, s.id); len(list) > 0 {
		return false, &MismatchError{Dir: s.dir, Differences: list}
	}
	if inProgress, err := exists(s.opt.FS, progressPath(s.dir)); err != nil {
		return false, err
	} else if inProgress {
		return true, s.takeBlocks()
	}
	return s.takeFinished()
}

// takeFinished accepts a finished run that is undamaged; a damaged one is left to start anew.
func (s *Store) takeFinished() (bool, error) {
	r, err := openWith(s.dir, s.opt.FS, s.opt.allocator)
	var damaged *DamagedError
	if errors.As(err, &damaged) || errors.Is(err, fs.ErrNotExist) {
		s.damaged = append(s.damaged, err.Error())
		return false, nil
	}
	if err != nil {
		return false, err
	}
	m := r.Manifest()
	s.complete, s.resumed = &m, int64(len(s.specs()))
	if s.id.Shard == nil {
		return true, removeBlocks(s.opt.FS, s.dir) // the run may have died while it did
	}
	return true, nil
}

// takeBlocks verifies the blocks that are there. Files that are damaged are removed, and their blocks computed again.
func (s *Store) takeBlocks() error {
	folder := filepath.Join(s.dir, blockDir)
	entries, err := s.opt.FS.ReadDir(folder)
	if err != nil {
		return fmt.Errorf("record: list blocks: %w", err)
	}
	for _, e := range entries {
		if !isBlockFile(e.Name()) {
			continue
		}
		f, err := s.takeFile(filepath.Join(folder, e.Name()))
		var damaged *DamagedError
		if errors.As(err, &damaged) {
			s.damaged = append(s.damaged, damaged.File)
			err = removeIfThere(s.opt.FS, damaged.File)
		}
		if err != nil {
			return err
		}
		if f != nil {
			s.resumed += int64(len(f.rows))
		}
	}
	return nil
}

// takeFile verifies a file of blocks, to the last row.
func (s *Store) takeFile(name string) (*blockFile, error) {
	f, err := openBlocks(s.opt.FS, name, &s.question)
	if err != nil {
		return nil, err
	}
	spec, _ := s.id.Plan.Block(f.first())
	for i := range f.rows {
		b, err := f.block(s.opt.FS, i, s.layout)
		if err != nil {
			return nil, err
		}
		if other, _ := s.id.Plan.Block(b.Index); other.cell() != spec.cell() {
			return nil, &DamagedError{File: name, Reason: "it holds blocks of several cells"}
		}
		if err := s.check([]*Block{b}); err != nil {
			return nil, &DamagedError{File: name, Reason: err.Error()}
		}
	}
	if err := new(cellSketches).take(f.source(s.opt.FS), spec); err != nil {
		return nil, err
	}
	return f, s.done.add(f)
}

// ownNames lists all that the run may write, and all that it would remove.
func (s *Store) ownNames() []string {
	names := append(recordNames(), s.opt.Derived...)
	names = append(names, blockDir+"/"+progressName)
	if s.folder.list != nil {
		names = append(names, s.folder.list.names(ofRecords, OfReport)...)
	}
	entries, err := s.opt.FS.ReadDir(filepath.Join(s.dir, blockDir))
	if err != nil {
		return names // there is none, or it is no folder, which is found out by looking at what would be in it
	}
	for _, e := range entries {
		if isBlockFile(e.Name()) {
			names = append(names, blockDir+"/"+e.Name())
		}
	}
	return names
}

// recordNames lists the files of records in any format, the manifest first.
func recordNames() []string {
	names := []string{ManifestName}
	for _, table := range everyTable() {
		names = append(names, fileName(table, Arrow), fileName(table, Parquet))
	}
	return append(names, PositionsCSV)
}

// removeRecords removes records and what was made from them, the manifest first: a folder without it is no run. All of it was
// found to be of this program.
func (s *Store) removeRecords() error {
	gone := recordNames()
	for _, name := range s.folder.list.names(ofRecords, OfReport) {
		if !slices.Contains(gone, name) {
			gone = append(gone, name)
		}
	}
	for _, name := range gone {
		if err := removeIfThere(s.opt.FS, filepath.Join(s.dir, filepath.FromSlash(name))); err != nil {
			return err
		}
	}
	if err := removeBlocks(s.opt.FS, s.dir); err != nil {
		return err
	}
	_ = s.opt.FS.Remove(filepath.Join(s.dir, picturesDir)) // stays if anything is in it
	if err := s.opt.FS.SyncDir(s.dir); err != nil {
		return fmt.Errorf("record: sync %s: %w", s.dir, err)
	}
	listed := len(s.folder.list.Files)
	if s.folder.list.forget(gone...); len(s.folder.list.Files) == listed {
		return nil
	}
	return s.folder.save()
}

// removeBlocks removes the folder of blocks, the identity first and durably, so that a rest of blocks is never taken for a
// run.
func removeBlocks(fsys FS, dir string) error {
	folder := filepath.Join(dir, blockDir)
	if there, err := exists(fsys, progressPath(dir)); err != nil {
		return err
	} else if there {
		if err := errors.Join(removeIfThere(fsys, progressPath(dir)), fsys.SyncDir(folder)); err != nil {
			return fmt.Errorf("record: remove %s: %w", progressName, err)
		}
	}
	entries, err := fsys.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("record: list blocks: %w", err)
	}
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), tempSuffix)
		if !isBlockFile(name) && name != progressName {
			continue
		}
		if err := removeIfThere(fsys, filepath.Join(folder, e.Name())); err != nil {
			return err
		}
	}
	// Whatever else is in the folder is not ours; then the folder stays.
	_ = fsys.Remove(folder)
	return nil
}
