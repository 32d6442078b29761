package main

import (
	"errors"
	"os"
	"path/filepath"

	"backtest/configs"
	"backtest/report/figures"
	"backtest/runner/record"
)

// What commands put into folders beside the records of a run, by kind: what a command writes
// again replaces what it wrote before as a whole.
const (
	ofFind      = "find"
	ofPrices    = "pictures of prices"
	ofCalibrate = "pictures of fits"
	ofPlan      = "plan of a coverage"
	ofCoverage  = "coverage"
)

// derivedNames lists what a report of the records in a folder may write there.
func derivedNames(dir string) []string {
	return append(derivedFiles[:len(derivedFiles):len(derivedFiles)], pictureNames(dir)...)
}

// pictureNames lists what is in the folder of pictures under a name that one of
// ours may have.
func pictureNames(dir string) []string {
	var names []string
	entries, _ := os.ReadDir(filepath.Join(dir, plotsDir)) // what cannot be listed is found out when it is written
	for _, e := range entries {
		if figures.IsName(e.Name()) {
			names = append(names, plotsDir+"/"+e.Name())
		}
	}
	return names
}

// filesRead lists what a command reads, so that none of it is written over.
func filesRead(env Env, config string, l *configs.Loaded) []string {
	names := []string{env.path(config)}
	for _, in := range l.Inputs {
		names = append(names, in.Path)
	}
	return names
}

// checkedFolder opens a folder to write files of these names into.
func checkedFolder(dir string, inputs []string, names ...string) (*record.Folder, error) {
	folder, err := record.OpenFolder(dir, inputs...)
	if err != nil {
		return nil, err
	}
	if err := folder.Check(names...); err != nil {
		_ = folder.Close()
		return nil, err
	}
	return folder, nil
}

// commitInto writes files of a kind into a folder that is locked for that alone.
func commitInto(dir, of string, files ...record.Content) error {
	folder, err := record.OpenFolder(dir)
	if err != nil {
		return err
	}
	return errors.Join(folder.Commit(of, files), folder.Close())
}
