// Package recorded goes on from a start folder with what was recorded on the
// same chain after its block.
package recorded

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"backtest/model/replay"
)

// File is a recorded deployment, as far as a replay needs it: its block, what
// happened after it, and how the recording names the addresses.
type File struct {
	Format  string `json:"format"`
	World   string `json:"world"`
	ChainID string `json:"chainId"`
	Block   struct {
		Number string `json:"number"`
		Hash   string `json:"hash"`
	} `json:"block"`
	Names map[string]string `json:"names"`
	After struct {
		FirstStep int             `json:"firstStep"`
		Trace     json.RawMessage `json:"trace"`
	} `json:"after"`
}

// mostBytes bounds the decoded size of a file.
const mostBytes = 1 << 30

// Read reads a recorded deployment, plain or gzipped.
func Read(r io.Reader) (*File, *replay.Trace, error) {
	br := bufio.NewReader(r)
	var in io.Reader = br
	if magic, _ := br.Peek(2); len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(br)
		if err != nil {
			return nil, nil, fmt.Errorf("gzip: %w", err)
		}
		in = z
	}
	text, err := io.ReadAll(io.LimitReader(in, mostBytes+1))
	if err != nil {
		return nil, nil, err
	}
	if len(text) > mostBytes {
		return nil, nil, fmt.Errorf("larger than %d bytes", mostBytes)
	}
	f := &File{}
	if err := json.Unmarshal(text, f); err != nil {
		return nil, nil, fmt.Errorf("no recorded deployment: %w", err)
	}
	if f.Format != "1" || f.After.Trace == nil {
		return nil, nil, errors.New("no recorded deployment: want format 1 with after.trace")
	}
	t, err := replay.Read(bytes.NewReader(f.After.Trace))
	if err != nil {
		return nil, nil, err
	}
	if n := f.After.FirstStep; n < 1 || n >= len(t.Steps) {
		return nil, nil, fmt.Errorf("after.firstStep is %d, the trace has steps 0 to %d", n, len(t.Steps)-1)
	}
	return f, t, nil
}

// is reports whether the file was recorded at a block of a chain.
func (f *File) is(chain, block uint64) bool {
	c, err := strconv.ParseUint(f.ChainID, 0, 64)
	b, err2 := strconv.ParseUint(f.Block.Number, 0, 64)
	return err == nil && err2 == nil && c == chain && b == block
}
