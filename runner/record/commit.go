package record

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// Commit writes files of a kind and removes those of that kind that are no longer made: none of them, with a *ForeignError, when one
// of the names is taken by what this program did not write. All are written under temporary names before the first gets its own.
func (f *Folder) Commit(of string, files []Content) (err error) {
	var names []string
	for _, c := range files {
		if !filepath.IsLocal(filepath.FromSlash(c.Name)) || slices.Contains(names, c.Name) {
			return fmt.Errorf("record: a file named %q cannot be written", c.Name)
		}
		names = append(names, c.Name)
	}
	gone, err := f.replaced(of, names)
	if err != nil {
		return err
	}
	var sealed []*durableFile
	defer func() {
		if err != nil {
			for _, d := range sealed {
				err = errors.Join(err, d.remove())
			}
		}
	}()
	var entries []FileEntry
	for _, c := range files {
		d, entry, err := f.sealed(c)
		if err != nil {
			return err
		}
		sealed, entries = append(sealed, d), append(entries, entry)
	}
	if err := f.note(of, entries...); err != nil {
		return err
	}
	for _, d := range sealed {
		if err := f.fsys.Rename(d.name+tempSuffix, d.name); err != nil {
			return fmt.Errorf("record: name %s: %w", d.name, err)
		}
	}
	return f.remove(gone, names)
}

// replaced lists what is no longer made, once everything may be written and removed.
func (f *Folder) replaced(of string, names []string) ([]string, error) {
	if f.list == nil {
		return nil, f.Check(names...)
	}
	var gone []string
	for _, name := range f.list.names(of) {
		if !slices.Contains(names, name) {
			gone = append(gone, name)
		}
	}
	return gone, f.Check(append(names, gone...)...)
}

// sealed writes a file under its temporary name.
func (f *Folder) sealed(c Content) (*durableFile, FileEntry, error) {
	name := filepath.Join(f.dir, filepath.FromSlash(c.Name))
	if strings.Contains(c.Name, "/") {
		if err := f.fsys.MkdirAll(filepath.Dir(name)); err != nil {
			return nil, FileEntry{}, fmt.Errorf("record: folder of %s: %w", c.Name, err)
		}
	}
	d, err := createDurable(f.fsys, name)
	if err != nil {
		return nil, FileEntry{}, err
	}
	if _, err := d.Write(c.Bytes); err != nil {
		return nil, FileEntry{}, errors.Join(fmt.Errorf("record: write %s: %w", name, err), d.abandon())
	}
	entry, err := d.seal()
	entry.Name = c.Name
	return d, entry, err
}

// remove removes files, makes durable what was named and removed in all folders concerned, and takes the removed off the list.
func (f *Folder) remove(gone, named []string) error {
	folders := map[string]bool{f.dir: true}
	for _, name := range slices.Concat(gone, named) {
		folders[filepath.Dir(filepath.Join(f.dir, filepath.FromSlash(name)))] = true
	}
	for _, name := range gone {
		if err := removeIfThere(f.fsys, filepath.Join(f.dir, filepath.FromSlash(name))); err != nil {
			return err
		}
	}
	for folder := range folders {
		if err := f.fsys.SyncDir(folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("record: sync %s: %w", folder, err)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	f.list.forget(gone...)
	return f.save()
}
