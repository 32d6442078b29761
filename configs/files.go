package configs

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"backtest/data"
)

// Input is a file that a configuration names.
type Input struct {
	Key    string // where it is named
	Path   string // absolute, or sample:NAME
	SHA256 string // of its content, hexadecimal
	Bytes  int64
}

// SamplePrefix begins the name of an embedded series where a file is named:
// sample:BTC.
const SamplePrefix = "sample:"

var wantedFile = "the name of a file that can be read, or " + SamplePrefix + strings.Join(data.Samples(), ", "+SamplePrefix)

// isSample says whether a name is that of an embedded series that there is.
func isSample(name string) bool {
	sample, ok := strings.CutPrefix(name, SamplePrefix)
	return ok && contains(data.Samples(), sample)
}

// file makes the name of a file absolute, and refuses those that are not there.
func (d *decoder) file(key, name string, at origin) (string, bool) {
	if isSample(name) {
		d.inputs = append(d.inputs, Input{Key: key, Path: name})
		return name, true
	}
	if name == "" || strings.HasPrefix(name, SamplePrefix) || strings.ContainsAny(name, "\n\t") {
		d.add(at, key, shown(name), wantedFile)
		return "", false
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(at.dir, name)
	}
	path, err := filepath.Abs(name)
	if err == nil {
		err = regular(path)
	}
	if err != nil {
		d.add(at, key, shown(name)+" ("+err.Error()+")", wantedFile)
		return "", false
	}
	d.inputs = append(d.inputs, Input{Key: key, Path: path})
	return path, true
}

// regular tells why a path is not that of a file; devices and pipes are none.
func regular(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("no such file")
	case err != nil:
		return errors.Unwrap(err)
	case !info.Mode().IsRegular():
		return errors.New("not a file")
	}
	return nil
}

// digest fills in the hash of the content.
func (in *Input) digest() error {
	hash := sha256.New()
	if isSample(in.Path) {
		n, _ := hash.Write(data.SampleCSV())
		in.Bytes = int64(n)
		hash.Write([]byte(in.Path)) // one file holds all series
	} else if err := in.read(hash); err != nil {
		return fmt.Errorf("%s: %w", in.Key, err)
	}
	in.SHA256 = hex.EncodeToString(hash.Sum(nil))
	return nil
}

func (in *Input) read(to io.Writer) error {
	file, err := os.Open(in.Path)
	if err != nil {
		return err
	}
	defer file.Close()
	in.Bytes, err = io.Copy(to, file)
	return err
}
