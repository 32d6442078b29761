package record

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// A file of blocks is blockMagic, the digest of the question that it belongs to, the length of a directory, the directory, the
// SHA-256 of all that, and the sections that the directory lists: the rows of each block, and the distributions over the paths of all
// of them. A section is compressed and has a checksum of its own, so that blocks can be read one by one.
const (
	blockFamily   = "backtest block " // of all versions
	blockMagic    = blockFamily + "4\n"
	blockHead     = len(blockMagic) + sha256.Size + 4
	blockMaxBytes = 1 << 30
	blockDir      = "blocks"
	blockSuffix   = ".block"
)

// blockName is the name of the file of which index is the first block.
func blockName(index int64) string { return fmt.Sprintf("%08d%s", index, blockSuffix) }

func blockPath(dir string, index int64) string {
	return filepath.Join(dir, blockDir, blockName(index))
}

// question is a digest of an identity: equal for all shards of a run, in any format.
type question [sha256.Size]byte

// question must be taken of a normalised identity.
func (id Identity) question() question {
	id.Shard, id.Format, id.Warnings = nil, "", nil
	text, err := json.Marshal(id)
	if err != nil {
		panic(err) // normalise has compacted the only part that could fail
	}
	return sha256.Sum256(text)
}

// section is a part of a file of blocks.
type section struct {
	index  int64 // of the block, -1 of the distributions
	offset int64
	length int64
	sum    [sha256.Size]byte
}

// blockFile is a file of blocks: where its parts lie.
type blockFile struct {
	name     string
	rows     []section // ascending by index
	sketches section
	bytes    int64
}

// first is the block that the file is named after.
func (f *blockFile) first() int64 { return f.rows[0].index }

// squeeze and stretch compress and decompress sections; both may be used by many goroutines.
var (
	squeeze = sync.OnceValues(func() (*zstd.Encoder, error) {
		return zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithLowerEncoderMem(true))
	})
	stretch = sync.OnceValues(func() (*zstd.Decoder, error) {
		return zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(blockMaxBytes), zstd.WithDecoderLowmem(true))
	})
)

// encodeBlocks gives the content of a file of blocks, in ascending order of their indices. layout is that of their rows.
func encodeBlocks(blocks []*Block, of question, layout blockLayout) ([]byte, error) {
	encoder, err := squeeze()
	if err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	var body, plain []byte
	var sections []section
	add := func(index int64) {
		from := len(body)
		body = encoder.EncodeAll(plain, body)
		sections = append(sections, section{index: index, length: int64(len(body) - from), sum: sha256.Sum256(body[from:])})
	}
	for _, b := range blocks {
		plain = packRows(packRows(plain[:0], layout.paths, b.Paths), layout.events, b.Events)
		add(b.Index)
	}
	plain = packSketches(plain[:0], blocks)
	add(-1)
	directory := packDirectory(sections)
	out := make([]byte, 0, blockHead+len(directory)+sha256.Size+len(body))
	out = append(append(out, blockMagic...), of[:]...)
	out = append(binary.LittleEndian.AppendUint32(out, uint32(len(directory))), directory...)
	sum := sha256.Sum256(out)
	out = append(append(out, sum[:]...), body...)
	if len(out) > blockMaxBytes {
		return nil, fmt.Errorf("record: block %d has %d bytes, more than %d", blocks[0].Index, len(out), blockMaxBytes)
	}
	return out, nil
}

// blockLayout is how rows lie in blocks of a run.
type blockLayout struct {
	extra  []ExtraColumn
	paths  table[PathRow]
	events table[EventRow]
}

func (id Identity) layout() blockLayout {
	return blockLayout{id.Columns, pathTable(id.Columns), eventTable()}
}

func packDirectory(sections []section) []byte {
	out := binary.AppendUvarint(nil, uint64(len(sections)))
	for _, s := range sections {
		out = binary.AppendVarint(out, s.index)
		out = binary.AppendUvarint(out, uint64(s.length))
		out = append(out, s.sum[:]...)
	}
	return out
}

func sumOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// isBlockFile tells files of blocks by their name: a number, as blockName writes it.
func isBlockFile(name string) bool {
	digits, ok := strings.CutSuffix(name, blockSuffix)
	index, err := strconv.ParseInt(digits, 10, 64)
	return ok && err == nil && index >= 0 && name == blockName(index)
}

// isNumberedBlock does the same for a name within the folder of a run.
func isNumberedBlock(name string) bool {
	base, ok := strings.CutPrefix(name, blockDir+"/")
	return ok && isBlockFile(base)
}

// recoverDamaged turns a panic while decoding a file into an error about that file.
func recoverDamaged(name string, err *error) {
	if cause := recover(); cause != nil {
		*err = &DamagedError{File: name, Reason: fmt.Sprint(cause)}
	}
}
