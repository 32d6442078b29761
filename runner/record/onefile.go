package record

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"golang.org/x/sys/unix"
)

// sealText is the last line of a page or an XML file that a user named, a comment: by it the file is told from anybody else's.
var sealText = regexp.MustCompile(`<!-- written by backtest, SHA-256 of all before: ([0-9a-f]{64}) -->\n$`)

// WriteSealed writes a file of HTML or XML under a name that the user gave. Only a file that this wrote, and that was not changed
// since, is replaced; otherwise a *ForeignError, as for a file that is one of the inputs.
func WriteSealed(name string, text []byte, inputs ...string) error {
	text = bytes.TrimRight(text, "\n")
	text = append(text[:len(text):len(text)], '\n')
	text = fmt.Appendf(text, "<!-- written by backtest, SHA-256 of all before: %s -->\n", sumOf(text))
	return writeOne(name, func() (string, error) { return unsealed(name, inputs) }, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// CheckSealed tells before anything is computed whether [WriteSealed] would refuse a name; empty names are no files.
func CheckSealed(names ...string) error {
	for _, name := range names {
		if name == "" {
			continue
		}
		if err := refusal(name, func() (string, error) { return unsealed(name, nil) }); err != nil {
			return err
		}
	}
	return nil
}

// refusal is the error of a name that must stay as it is.
func refusal(name string, refused func() (string, error)) error {
	reason, err := refused()
	if reason != "" {
		return &ForeignError{Dir: filepath.Dir(name), Files: []ForeignFile{{filepath.Base(name), reason}}}
	}
	return err
}

// WriteNew writes a file under a name that must be free, else a *ForeignError.
func WriteNew(name string, write func(io.Writer) error) error {
	return writeOne(name, func() (string, error) {
		if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
			return reasonTaken, err
		}
		return "", nil
	}, write)
}

const reasonTaken = "there already"

// unsealed tells why a file is not replaced; empty if it may be.
func unsealed(name string, inputs []string) (string, error) {
	info, err := os.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", err
	case info.Mode()&fs.ModeSymlink != 0:
		return reasonLink, nil
	case info.IsDir():
		return reasonFolder, nil
	case !info.Mode().IsRegular():
		return reasonSpecial, nil
	}
	for _, input := range inputs {
		if other, err := os.Stat(input); err == nil && os.SameFile(info, other) {
			return reasonInput, nil
		}
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	at := sealText.FindSubmatchIndex(text)
	if at == nil {
		return reasonForeign, nil
	}
	if sumOf(text[:at[0]]) != string(text[at[2]:at[3]]) {
		return reasonChanged, nil
	}
	return "", nil
}

// writeOne writes a file under a temporary name, which only one process at a time has, and renames it when it is whole and may still
// have the name.
func writeOne(name string, refused func() (string, error), write func(io.Writer) error) (err error) {
	check := func() error { return refusal(name, refused) }
	if err := check(); err != nil {
		return err
	}
	f, err := lockTemporary(name)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, removeIfThere(OS{}, f.Name()))
		}
		err = errors.Join(err, f.Close())
	}()
	if err := errors.Join(f.Truncate(0), write(f), f.Sync()); err != nil {
		return fmt.Errorf("record: write %s: %w", name, err)
	}
	if err := check(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), name); err != nil {
		return fmt.Errorf("record: name %s: %w", name, err)
	}
	return OS{}.SyncDir(filepath.Dir(name))
}

// lockTemporary opens the temporary file of a name for this process alone: what a killed one left of it is taken over.
func lockTemporary(name string) (*os.File, error) {
	for {
		f, err := os.OpenFile(name+tempSuffix, os.O_RDWR|os.O_CREATE|unix.O_NOFOLLOW, 0o666)
		if err != nil {
			return nil, fmt.Errorf("record: write %s: %w", name, err)
		}
		if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
			return nil, errors.Join(&LockedError{Dir: name, Holder: "it is being written"}, f.Close())
		}
		if sameFile(f, f.Name()) {
			return f, nil
		}
		if err := f.Close(); err != nil { // it got its name between our open and our lock
			return nil, fmt.Errorf("record: write %s: %w", name, err)
		}
	}
}
