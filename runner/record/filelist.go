package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// FilesName is the list of what this program wrote into a folder: by it a file of the program is told from one of the user.
const FilesName = "files.json"

// Kinds of what is written: what a command replaces as a whole.
const (
	ofRecords = "records"
	OfReport  = "report" // made from records
)

// fileList is files.json. A file is on it, durably, before it gets its name.
type fileList struct {
	FormatVersion int          `json:"format_version"`
	Files         []fileRecord `json:"files"`
	SHA256        string       `json:"files_sha256"` // of the file with this value empty
}

// fileRecord is a file that was written.
type fileRecord struct {
	Name    string    `json:"name"`
	Of      string    `json:"of"`
	Content []content `json:"content"` // the last that was written, and the one before, which it may not have replaced yet
}

// content tells the bytes of a file apart from all others.
type content struct {
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// fileListVersion is the version of files.json.
const fileListVersion = 1

func (l fileList) encode() ([]byte, error) {
	l.FormatVersion, l.SHA256 = fileListVersion, ""
	slices.SortFunc(l.Files, func(a, b fileRecord) int { return strings.Compare(a.Name, b.Name) })
	plain, err := marshalIndented(l)
	if err != nil {
		return nil, fmt.Errorf("record: %s: %w", FilesName, err)
	}
	l.SHA256 = sumOf(plain)
	return marshalIndented(l)
}

// readFileList reads the list of a folder: empty without one, nil when the file is not a list of this program.
func readFileList(fsys FS, dir string) (*fileList, error) {
	text, err := readWhole(fsys, filepath.Join(dir, FilesName), manifestMaxBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return &fileList{}, nil
	}
	if err != nil {
		return nil, err
	}
	list := &fileList{}
	if json.Unmarshal(text, list) != nil || list.FormatVersion != fileListVersion {
		return nil, nil
	}
	again, err := list.encode()
	if err != nil || !bytes.Equal(again, text) {
		return nil, err
	}
	return list, nil
}

func (l *fileList) find(name string) *fileRecord {
	for i := range l.Files {
		if l.Files[i].Name == name {
			return &l.Files[i]
		}
	}
	return nil
}

// add notes what is about to be written.
func (l *fileList) add(name, of string, c content) {
	if f := l.find(name); f != nil {
		f.Of = of
		f.Content = append([]content{c}, slices.DeleteFunc(f.Content, func(old content) bool { return old == c })...)
		f.Content = f.Content[:min(len(f.Content), 2)]
		return
	}
	l.Files = append(l.Files, fileRecord{name, of, []content{c}})
}

func (l *fileList) forget(names ...string) {
	l.Files = slices.DeleteFunc(l.Files, func(f fileRecord) bool { return slices.Contains(names, f.Name) })
}

// names lists what is on the list of one of these kinds.
func (l *fileList) names(of ...string) []string {
	var out []string
	for _, f := range l.Files {
		if slices.Contains(of, f.Of) {
			out = append(out, f.Name)
		}
	}
	return out
}
