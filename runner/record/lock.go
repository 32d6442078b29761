package record

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

const lockName = ".lock"

// lockFolder takes the exclusive lock of a folder, or gives a *LockedError. The kernel drops the lock with the process,
// however it dies.
func lockFolder(dir string) (*os.File, error) {
	name := filepath.Join(dir, lockName)
	for {
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o666)
		if err != nil {
			return nil, fmt.Errorf("record: lock: %w", err)
		}
		if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
			return nil, errors.Join(lockError(dir, f, err), f.Close())
		}
		if sameFile(f, name) {
			return f, writeHolder(f)
		}
		// The holder removed the file between our open and our lock: what we locked is no longer in the folder.
		if err := f.Close(); err != nil {
			return nil, fmt.Errorf("record: lock: %w", err)
		}
	}
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
	there, err := os.Stat(name)
	return err == nil && os.SameFile(ours, there)
}

// writeHolder says who holds the lock, for the message of whoever else wants it. A full disk must not stop a run here.
func writeHolder(f *os.File) error {
	host, _ := os.Hostname()
	if err := f.Truncate(0); err != nil {
		return errors.Join(fmt.Errorf("record: lock: %w", err), f.Close())
	}
	_, _ = fmt.Fprintf(f, "process %d on %s\n", os.Getpid(), host)
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
