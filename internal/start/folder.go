package start

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// The files of a start folder.
const (
	ConfigFile     = "config.yaml"
	StateFile      = "state.json.gz"
	PositionsFile  = "positions.csv"
	ProvenanceFile = "provenance.json"
)

// File is a file of a start folder.
type File struct {
	Name    string
	Content []byte
}

// Entry tells a file in provenance.json.
type Entry struct {
	Name   string `json:"name"`
	Bytes  int    `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Entries tells all files.
func Entries(files []File) []Entry {
	list := make([]Entry, len(files))
	for i, f := range files {
		list[i] = Entry{f.Name, len(f.Content), digest(f.Content)}
	}
	return list
}

func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// OccupiedError is a file that this program did not write, or that somebody
// changed since, in the place of one to be written.
type OccupiedError struct{ Name, Reason string }

func (e *OccupiedError) Error() string { return e.Name + ": " + e.Reason }

// Check reports whether files may be written into a folder: nothing foreign is
// in their place. With force, what this program wrote may have been changed.
func Check(dir string, names []string, force bool) error {
	if info, err := os.Lstat(dir); err == nil && !info.IsDir() {
		return &OccupiedError{dir, "is no folder"}
	}
	ours := written(dir)
	for _, name := range names {
		path := filepath.Join(dir, name)
		info, err := os.Lstat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return err
		case !info.Mode().IsRegular():
			return &OccupiedError{path, "is there and is no file; it stays"}
		}
		sum, known := ours[name]
		if name == ProvenanceFile && ours != nil {
			continue
		}
		if !known {
			return &OccupiedError{path, "is there already and comes from elsewhere; it stays"}
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if digest(content) != sum && !force {
			return &OccupiedError{path, "was changed since it was written; --force replaces it"}
		}
	}
	return nil
}

// written returns the files that the folder's provenance.json names, nil
// without one.
func written(dir string) map[string]string {
	text, err := os.ReadFile(filepath.Join(dir, ProvenanceFile))
	if err != nil {
		return nil
	}
	var p struct {
		Files []Entry `json:"files"`
	}
	if json.Unmarshal(text, &p) != nil || p.Files == nil {
		return nil
	}
	sums := map[string]string{}
	for _, f := range p.Files {
		sums[f.Name] = f.SHA256
	}
	return sums
}

// Write writes the files of a folder. All are whole under temporary names
// before the first gets its own; provenance.json is the last.
func Write(dir string, files []File, force bool) error {
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = f.Name
	}
	if err := Check(dir, names, force); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	var pending []string
	drop := func() {
		for _, name := range pending {
			_ = os.Remove(name)
		}
	}
	for _, f := range files {
		name, err := temporary(dir, f)
		if err != nil {
			drop()
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		pending = append(pending, name)
	}
	for i, f := range files {
		if err := os.Rename(pending[i], filepath.Join(dir, f.Name)); err != nil {
			pending = pending[i:]
			drop()
			return err
		}
	}
	return nil
}

// temporary writes a file under a temporary name, durably.
func temporary(dir string, f File) (name string, err error) {
	t, err := os.CreateTemp(dir, "."+f.Name+"-*.tmp")
	if err != nil {
		return "", err
	}
	_, err = t.Write(f.Content)
	if err = errors.Join(err, t.Chmod(0o644), t.Sync(), t.Close()); err != nil {
		_ = os.Remove(t.Name())
		return "", err
	}
	return t.Name(), nil
}
