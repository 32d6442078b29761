package main

import (
	"encoding/json"
	"os"
	"path/filepath"

	"backtest/internal/chain/recorded"
	"backtest/internal/start"
	"backtest/model/replay"
	"backtest/model/state"
)

// startFolder is what a replay needs of a start folder.
type startFolder struct {
	state *state.State
	names recorded.Names
}

// isFolder reports whether a name is a folder's.
func isFolder(env Env, name string) bool {
	info, err := os.Stat(env.path(name))
	return err == nil && info.IsDir()
}

// readStartFolder reads the state of a start folder and what the folder calls
// the addresses of the chain.
func readStartFolder(env Env, dir string) (*startFolder, error) {
	name := filepath.Join(dir, start.ProvenanceFile)
	text, err := os.ReadFile(env.path(name))
	if err != nil {
		return nil, badInput("%s is no start folder: %w", dir, withoutPath(err))
	}
	var p struct {
		Kind   string            `json:"kind"`
		Actors map[string]string `json:"actors"`
		Tokens map[string]string `json:"tokens"`
	}
	if err := json.Unmarshal(text, &p); err != nil {
		return nil, badInput("%s: %w", name, err)
	}
	if p.Kind != "snapshot" {
		return nil, badInput("%s: %s is no snapshot of a chain, so that nothing was recorded after it", name, dir)
	}
	d, err := readState(env, filepath.Join(dir, start.StateFile))
	if err != nil {
		return nil, err
	}
	return &startFolder{d, recorded.Names{Actors: p.Actors, Types: p.Tokens}}, nil
}

// replay goes on with what a recorded deployment did after the folder's block.
func (s *startFolder) replay(path string) (replay.Result, error) {
	f, err := os.Open(path)
	if err != nil {
		return replay.Result{}, withoutPath(err)
	}
	defer f.Close() //nolint:errcheck // only read
	file, trace, err := recorded.Read(f)
	if err != nil {
		return replay.Result{}, err
	}
	return recorded.Replay(file, trace, s.state, s.names)
}
