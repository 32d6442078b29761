package record

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"path/filepath"
)

// tempSuffix marks a file that is not whole. No reader looks at such a file, and whoever locks the folder next removes it.
const tempSuffix = ".backtest-tmp"

// durableFile writes a file under a temporary name, hashing on the way, and gives it its name once it is synced.
type durableFile struct {
	fsys FS
	name string
	file File
	buf  *bufio.Writer
	sum  hash.Hash
	size int64
}

func createDurable(fsys FS, name string) (*durableFile, error) {
	f, err := fsys.Create(name + tempSuffix)
	if err != nil {
		return nil, fmt.Errorf("record: create %s: %w", name, err)
	}
	return &durableFile{fsys: fsys, name: name, file: f, buf: bufio.NewWriterSize(f, 1<<18), sum: sha256.New()}, nil
}

// Write implements io.Writer.
func (d *durableFile) Write(p []byte) (int, error) {
	n, err := d.buf.Write(p)
	d.sum.Write(p[:n])
	d.size += int64(n)
	return n, err
}

// Seek tells the position, which is all that the Arrow file writer asks of a seeker.
func (d *durableFile) Seek(offset int64, whence int) (int64, error) {
	if offset != 0 || whence != io.SeekCurrent {
		return 0, fmt.Errorf("record: %s is written in one go: %w", d.name, errors.ErrUnsupported)
	}
	return d.size, nil
}

// seal makes the content durable under its temporary name and returns its entry.
func (d *durableFile) seal() (FileEntry, error) {
	err := d.buf.Flush()
	if err == nil {
		err = d.file.Sync()
	}
	if err = errors.Join(err, d.file.Close()); err != nil {
		return FileEntry{}, errors.Join(fmt.Errorf("record: write %s: %w", d.name, err), d.remove())
	}
	return FileEntry{Name: filepath.Base(d.name), Bytes: d.size, SHA256: hex.EncodeToString(d.sum.Sum(nil))}, nil
}

// publish gives a sealed file its name, durably.
func (d *durableFile) publish() error {
	if err := d.fsys.Rename(d.name+tempSuffix, d.name); err != nil {
		return fmt.Errorf("record: name %s: %w", d.name, err)
	}
	if err := d.fsys.SyncDir(filepath.Dir(d.name)); err != nil {
		return fmt.Errorf("record: sync the folder of %s: %w", d.name, err)
	}
	return nil
}

// abandon drops a file that was not sealed.
func (d *durableFile) abandon() error { return errors.Join(d.file.Close(), d.remove()) }

func (d *durableFile) remove() error { return removeIfThere(d.fsys, d.name+tempSuffix) }

// makeFolder makes a folder and what is missing above it, durably.
func makeFolder(fsys FS, dir string) error {
	var parents []string
	for at := filepath.Clean(dir); ; at = filepath.Dir(at) {
		if there, err := exists(fsys, at); there || err != nil {
			break
		}
		parents = append(parents, filepath.Dir(at))
	}
	if err := fsys.MkdirAll(dir); err != nil {
		return err
	}
	for _, parent := range parents {
		if err := fsys.SyncDir(parent); err != nil && !errors.Is(err, fs.ErrPermission) { // one may write where one may not read
			return err
		}
	}
	return nil
}

func removeIfThere(fsys FS, name string) error {
	if err := fsys.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("record: remove %s: %w", name, err)
	}
	return nil
}

// writeDurable writes a small file as a whole or not at all.
func writeDurable(fsys FS, name string, content []byte) (FileEntry, error) {
	d, err := createDurable(fsys, name)
	if err != nil {
		return FileEntry{}, err
	}
	if _, err := d.Write(content); err != nil {
		return FileEntry{}, errors.Join(fmt.Errorf("record: write %s: %w", name, err), d.abandon())
	}
	entry, err := d.seal()
	if err != nil {
		return FileEntry{}, err
	}
	if err := d.publish(); err != nil {
		return FileEntry{}, errors.Join(err, d.remove())
	}
	return entry, nil
}

// readWhole reads a file of at most limit bytes.
func readWhole(fsys FS, name string, limit int64) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("record: open: %w", err)
	}
	content, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("record: read %s: %w", name, err)
	}
	if int64(len(content)) > limit {
		return nil, &DamagedError{File: name, Reason: fmt.Sprintf("larger than %d bytes", limit)}
	}
	return content, nil
}
