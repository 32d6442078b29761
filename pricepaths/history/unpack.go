package history

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// packings are the compressions that are read, by how their files begin.
var packings = []struct {
	begin, extension string
	open             func(io.Reader) (io.Reader, error)
}{
	{"\x1f\x8b", ".gz", func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }},
	{"BZh", ".bz2", func(r io.Reader) (io.Reader, error) { return bzip2.NewReader(r), nil }},
	{"\x28\xb5\x2f\xfd", ".zst", func(r io.Reader) (io.Reader, error) {
		return zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(unpackedMemory))
	}},
}

// unpackedMemory bounds what a compressed file can make its reader hold.
const unpackedMemory = 64 << 20

// unpack opens what is compressed, told by the first bytes and never by the name.
func unpack(r io.Reader) (io.Reader, error) {
	raw := bufio.NewReaderSize(r, readAhead)
	head, err := raw.Peek(4)
	if err != nil && err != io.EOF {
		return nil, err
	}
	for _, p := range packings {
		if !bytes.HasPrefix(head, []byte(p.begin)) {
			continue
		}
		from, err := p.open(raw)
		if err != nil {
			return nil, &Error{Found: "a damaged " + p.extension + " file (" + err.Error() + ")", Allowed: allowedPackings, Err: ErrNotText}
		}
		return &unpacked{from, p.extension}, nil
	}
	return raw, nil
}

const allowedPackings = "UTF-8 text with a row a bar, plain or compressed by gzip, zstd or bzip2"

// unpacked tells a damaged or cut file from one that cannot be read.
type unpacked struct {
	from      io.Reader
	extension string
}

func (u *unpacked) Read(p []byte) (int, error) {
	n, err := u.from.Read(p)
	if err != nil && err != io.EOF {
		err = &Error{Found: "a damaged or cut " + u.extension + " file (" + err.Error() + ")", Allowed: "a whole file", Err: ErrNotText}
	}
	return n, err
}

// stem is the name of a file without its folder and extensions.
func stem(name string) string {
	base := filepath.Base(name)
	for _, p := range packings {
		base = strings.TrimSuffix(base, p.extension)
	}
	return strings.TrimSuffix(base, filepath.Ext(base))
}

// lines ends the lines of a file that only has carriage returns, as old
// spreadsheets on the Macintosh write it, with line feeds.
type lines struct{ from io.Reader }

func (l lines) Read(p []byte) (int, error) {
	n, err := l.from.Read(p)
	for i, c := range p[:n] {
		if c == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// oldLines tells whether the head of a file has carriage returns alone.
func oldLines(head []byte) bool {
	return slices.Contains(head, '\r') && !slices.Contains(head, '\n')
}
