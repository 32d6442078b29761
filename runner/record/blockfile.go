package record

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/klauspost/compress/zstd"
)

// A block file is blockMagic, the digest of the question that it belongs to, the zstd-compressed gob of a Block, and the
// SHA-256 of all that.
const (
	blockMagic    = "backtest block 2\n"
	blockHead     = len(blockMagic) + sha256.Size
	blockMaxBytes = 1 << 30
	blockDir      = "blocks"
	blockSuffix   = ".block"
)

func blockName(index int64) string { return fmt.Sprintf("%08d%s", index, blockSuffix) }

func blockPath(dir string, index int64) string {
	return filepath.Join(dir, blockDir, blockName(index))
}

// question is a digest of an identity: equal for all shards of a run, in any format.
type question [sha256.Size]byte

// question must be taken of a normalised identity.
func (id Identity) question() question {
	id.Shard, id.Format = nil, ""
	text, err := json.Marshal(id)
	if err != nil {
		panic(err) // normalise has compacted the only part that could fail
	}
	return sha256.Sum256(text)
}

// encodeBlock gives the content of the block's file.
func encodeBlock(b *Block, of question) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString(blockMagic)
	out.Write(of[:])
	packed, err := zstd.NewWriter(&out, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("record: block %d: %w", b.Index, err)
	}
	if err := gob.NewEncoder(packed).Encode(b); err != nil {
		return nil, fmt.Errorf("record: block %d: %w", b.Index, err)
	}
	if err := packed.Close(); err != nil {
		return nil, fmt.Errorf("record: block %d: %w", b.Index, err)
	}
	sum := sha256.Sum256(out.Bytes())
	out.Write(sum[:])
	if out.Len() > blockMaxBytes {
		return nil, fmt.Errorf("record: block %d has %d bytes, more than %d", b.Index, out.Len(), blockMaxBytes)
	}
	return out.Bytes(), nil
}

// checkBlock verifies head and trailer and returns the compressed part.
func checkBlock(name string, content []byte, of question) ([]byte, error) {
	body := len(content) - sha256.Size
	if body < blockHead || string(content[:len(blockMagic)]) != blockMagic {
		return nil, &DamagedError{File: name, Reason: "not a block of records of this version"}
	}
	if sum := sha256.Sum256(content[:body]); !bytes.Equal(sum[:], content[body:]) {
		return nil, &DamagedError{File: name, Reason: "checksum does not match (truncated or altered)"}
	}
	if !bytes.Equal(content[len(blockMagic):blockHead], of[:]) {
		return nil, &DamagedError{File: name, Reason: "a block of another run"}
	}
	return content[blockHead:body], nil
}

// decodeBlock verifies and reads the content of a block file. A file that matches its checksum and still does not decode was
// not written by this program.
func decodeBlock(name string, content []byte, of question) (b *Block, err error) {
	defer recoverDamaged(name, &err)
	body, err := checkBlock(name, content, of)
	if err != nil {
		return nil, err
	}
	unpacked, err := zstd.NewReader(bytes.NewReader(body), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(blockMaxBytes))
	if err != nil {
		return nil, &DamagedError{File: name, Reason: err.Error()}
	}
	defer unpacked.Close()
	b = new(Block)
	if err := gob.NewDecoder(unpacked).Decode(b); err != nil {
		return nil, &DamagedError{File: name, Reason: err.Error()}
	}
	return b, nil
}

// readBlock reads, verifies and decodes a block of a folder. wantSHA256 may be "" when no manifest names the block.
func readBlock(fsys FS, dir string, index int64, of question, wantSHA256 string) (*Block, error) {
	name := blockPath(dir, index)
	content, err := readWhole(fsys, name, blockMaxBytes)
	if err != nil {
		return nil, err
	}
	if wantSHA256 != "" && wantSHA256 != sumOf(content) {
		return nil, &DamagedError{File: name, Reason: "checksum differs from the one in the manifest"}
	}
	b, err := decodeBlock(name, content, of)
	if err == nil && b.Index != index {
		return nil, &DamagedError{File: name, Reason: fmt.Sprintf("holds block %d", b.Index)}
	}
	return b, err
}

func sumOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// recoverDamaged turns a panic while decoding a file into an error about that file.
func recoverDamaged(name string, err *error) {
	if cause := recover(); cause != nil {
		*err = &DamagedError{File: name, Reason: fmt.Sprint(cause)}
	}
}
