package record

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Folder is a folder that a command writes to. It is locked against every other command, and nothing in it is replaced or removed
// but what this program wrote. Links are not followed.
type Folder struct {
	dir    string
	fsys   FS
	lock   *os.File
	list   *fileList // nil when files.json is not of this program
	inputs []fs.FileInfo
	named  map[string]bool // files that the manifest or a run in progress names
}

// Content is a file to be written.
type Content struct {
	Name  string // within the folder, with slashes
	Bytes []byte
}

// OpenFolder makes a folder if need be, locks it, and clears away what a command that was killed left half-written. The inputs
// are files that must not be written over, whatever they are called. It gives a *LockedError when another command writes there.
func OpenFolder(dir string, inputs ...string) (*Folder, error) {
	if err := makeFolder(OS{}, dir); err != nil {
		return nil, fmt.Errorf("record: output folder: %w", err)
	}
	return openFolder(OS{}, dir, inputs)
}

func openFolder(fsys FS, dir string, inputs []string) (*Folder, error) {
	lock, err := lockFolder(dir)
	if err != nil {
		return nil, err
	}
	f := &Folder{dir: dir, fsys: fsys, lock: lock}
	for _, name := range inputs {
		if info, err := os.Stat(name); err == nil {
			f.inputs = append(f.inputs, info)
		}
	}
	if err := errors.Join(f.read(), f.sweep()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// read finds out what in the folder is of this program.
func (f *Folder) read() (err error) {
	if info, err := f.fsys.Lstat(filepath.Join(f.dir, FilesName)); err == nil && !info.Mode().IsRegular() {
		f.list = nil
	} else if f.list, err = readFileList(f.fsys, f.dir); err != nil {
		return err
	}
	f.named = map[string]bool{}
	for _, name := range manifestNames(f.fsys, f.dir) {
		f.named[name] = true
	}
	if _, err := progressIdentity(f.fsys, f.dir); err == nil {
		f.named[blockDir+"/"+progressName] = true
	}
	return nil
}

// Close gives up the lock.
func (f *Folder) Close() error {
	if f.lock == nil {
		return nil
	}
	err := unlockFolder(f.lock)
	f.lock = nil
	if err != nil {
		return fmt.Errorf("record: unlock: %w", err)
	}
	return nil
}

// sweep removes files that were never whole, left by a command that was killed. Their ending is no one else's.
func (f *Folder) sweep() error {
	folders := []string{f.dir}
	entries, err := f.fsys.ReadDir(f.dir)
	if err != nil {
		return fmt.Errorf("record: list %s: %w", f.dir, err)
	}
	for _, e := range entries {
		if e.IsDir() && (e.Name() == blockDir || e.Name() == picturesDir) {
			folders = append(folders, filepath.Join(f.dir, e.Name()))
		}
	}
	for _, folder := range folders {
		entries, err := f.fsys.ReadDir(folder)
		if err != nil {
			return fmt.Errorf("record: list %s: %w", folder, err)
		}
		for _, e := range entries {
			if e.Type().IsRegular() && strings.HasSuffix(e.Name(), tempSuffix) {
				if err := removeIfThere(f.fsys, filepath.Join(folder, e.Name())); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// picturesDir is the folder of pictures within that of a run.
const picturesDir = "plots"

// Check gives a *ForeignError unless each of these names is free or taken by a file of this program.
func (f *Folder) Check(names ...string) error {
	out := &ForeignError{Dir: f.dir}
	seen := map[string]bool{}
	for _, name := range append([]string{FilesName}, names...) {
		if parent, _, within := strings.Cut(name, "/"); within && !seen[parent] {
			seen[parent] = true
			if info, err := f.fsys.Lstat(filepath.Join(f.dir, parent)); err == nil && !info.IsDir() {
				out.Files = append(out.Files, ForeignFile{parent, reasonNoDir})
			}
		}
		if seen[name] {
			continue
		}
		seen[name] = true
		reason, err := f.foreign(name)
		if err != nil {
			return err
		}
		if reason != "" {
			out.Files = append(out.Files, ForeignFile{name, reason})
		}
	}
	if len(out.Files) > 0 {
		return out
	}
	return nil
}

// foreign tells why a name must not be written or removed; empty if it may.
func (f *Folder) foreign(name string) (string, error) {
	info, err := f.fsys.Lstat(filepath.Join(f.dir, filepath.FromSlash(name)))
	switch {
	case errors.Is(err, fs.ErrNotExist), err != nil && strings.Contains(name, "/"): // the folder above is looked at by itself
		return "", nil
	case err != nil:
		return "", fmt.Errorf("record: look at %s: %w", name, err)
	case info.Mode()&fs.ModeSymlink != 0:
		return reasonLink, nil
	case info.IsDir():
		return reasonFolder, nil
	case !info.Mode().IsRegular():
		return reasonSpecial, nil
	}
	for _, input := range f.inputs {
		if os.SameFile(input, info) {
			return reasonInput, nil
		}
	}
	if f.named[name] || name == FilesName && f.list != nil {
		return "", nil
	}
	if isNumberedBlock(name) {
		return f.foreignBlock(name), nil
	}
	return f.changed(name, info.Size())
}

// changed compares a file with what was written. A record may be damaged and is the program's still; anything else that differs is the
// user's.
func (f *Folder) changed(name string, size int64) (string, error) {
	var written *fileRecord
	if f.list != nil {
		written = f.list.find(name)
	}
	if written == nil {
		return reasonForeign, nil
	}
	if written.Of == ofRecords {
		return "", nil
	}
	have, err := entryFor(f.fsys, filepath.Join(f.dir, filepath.FromSlash(name)))
	if err != nil {
		return "", err
	}
	for _, c := range written.Content {
		if c.Bytes == size && c.SHA256 == have.SHA256 {
			return "", nil
		}
	}
	return reasonChanged, nil
}

// foreignBlock looks at the head of a file of blocks that no manifest names: a run that was forced away may have left it.
func (f *Folder) foreignBlock(name string) string {
	if f.named[blockDir+"/"+progressName] {
		return ""
	}
	in, err := f.fsys.Open(filepath.Join(f.dir, filepath.FromSlash(name)))
	if err != nil {
		return reasonForeign
	}
	defer in.Close() //nolint:errcheck // it was only read
	head := make([]byte, len(blockFamily))
	if _, err := io.ReadFull(in, head); err != nil || string(head) != blockFamily {
		return reasonForeign
	}
	return ""
}

// note puts files on the list, durably, before they get their names.
func (f *Folder) note(of string, entries ...FileEntry) error {
	for _, e := range entries {
		f.list.add(e.Name, of, content{e.Bytes, e.SHA256})
	}
	return f.save()
}

// save writes the list; one without entries is removed.
func (f *Folder) save() error {
	name := filepath.Join(f.dir, FilesName)
	if len(f.list.Files) == 0 {
		return removeIfThere(f.fsys, name)
	}
	text, err := f.list.encode()
	if err == nil {
		_, err = writeDurable(f.fsys, name, text)
	}
	return err
}
