package report

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Names of the files that WriteFiles makes.
const (
	SummaryJSONName     = "summary.json"
	SummaryMarkdownName = "summary.md"
	JUnitName           = "junit.xml"
)

// WriteFiles writes summary.json, summary.md and junit.xml into a folder, each
// under a temporary name first and renamed when whole.
func (d *Data) WriteFiles(dir string) error {
	summary, err := d.Summary().JSON()
	if err != nil {
		return err
	}
	var junit bytes.Buffer
	if err := WriteJUnit(&junit, d.Title(), d.Gates()); err != nil {
		return err
	}
	return errors.Join(
		WriteFile(filepath.Join(dir, SummaryJSONName), summary),
		WriteFile(filepath.Join(dir, SummaryMarkdownName), []byte(d.Markdown())),
		WriteFile(filepath.Join(dir, JUnitName), junit.Bytes()),
	)
}

// WriteFile writes a file under a temporary name and renames it when it is
// whole and on disk.
func WriteFile(name string, content []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return fmt.Errorf("report: write %s: %w", name, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("report: write %s: %w", name, err), os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(content)
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
