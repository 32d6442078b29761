package record

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/sys/unix"
)

const lockName = ".lock"

// lockFolder takes the exclusive lock of a folder, or gives a *LockedError. The kernel drops the lock with the process,
// however it dies.
func lockFolder(dir string) (*os.File, error) {
	name := filepath.Join(dir, lockName)
	for {
		f, err := openLock(dir, name)
		if err != nil {
			return nil, err
		}
		if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
			return nil, errors.Join(lockError(dir, f, err), f.Close())
		}
		if sameFile(f, name) {
			return takeLock(dir, f)
		}
		// The holder removed the file between our open and our lock: what we locked is no longer in the folder.
		if err := f.Close(); err != nil {
			return nil, fmt.Errorf("record: lock: %w", err)
		}
	}
}

// openLock opens the file, never through a link.
func openLock(dir, name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0o666)
	switch {
	case errors.Is(err, unix.ELOOP):
		return nil, foreignLock(dir, reasonLink)
	case errors.Is(err, unix.EISDIR):
		return nil, foreignLock(dir, reasonFolder)
	case err != nil:
		return nil, fmt.Errorf("record: lock: %w", err)
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(foreignLock(dir, reasonSpecial), err, f.Close())
	}
	return f, nil
}

func foreignLock(dir, reason string) error {
	return &ForeignError{Dir: dir, Files: []ForeignFile{{lockName, reason}}}
}

// holderText is what a lock file holds.
var holderText = regexp.MustCompile(`^process \d+ on [^\n]*\n?$`)

// takeLock makes a locked file the lock of this process, unless somebody keeps something else under that name.
func takeLock(dir string, f *os.File) (*os.File, error) {
	held, err := io.ReadAll(io.LimitReader(f, 1024))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("record: lock %s: %w", dir, err), f.Close())
	}
	if len(held) > 0 && !holderText.Match(held) {
		return nil, errors.Join(foreignLock(dir, reasonForeign), f.Close())
	}
	return f, writeHolder(f)
}

func lockError(dir string, f *os.File, err error) error {
	if !errors.Is(err, unix.EWOULDBLOCK) {
		return fmt.Errorf("record: lock %s: %w", dir, err)
	}
	holder, _ := io.ReadAll(io.LimitReader(f, 256))
	return &LockedError{Dir: dir, Holder: strings.TrimSpace(string(holder))}
}

func sameFile(f *os.File, name string) bool {
	ours, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := os.Lstat(name)
	return err == nil && os.SameFile(ours, there)
}

// writeHolder says who holds the lock, for the message of whoever else wants it. A full disk must not stop a run here.
func writeHolder(f *os.File) error {
	host, _ := os.Hostname()
	if err := f.Truncate(0); err != nil {
		return errors.Join(fmt.Errorf("record: lock: %w", err), f.Close())
	}
	_, _ = f.WriteAt(fmt.Appendf(nil, "process %d on %s\n", os.Getpid(), host), 0)
	return nil
}

// unlockFolder removes the file while it is still locked, so that nobody holds a lock on a removed file. A file of another run
// that has taken the name stays.
func unlockFolder(f *os.File) error {
	if !sameFile(f, f.Name()) {
		return f.Close()
	}
	return errors.Join(os.Remove(f.Name()), f.Close())
}
