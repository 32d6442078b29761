package history

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"unicode/utf8"
)

// limits bound what an untrusted file can make the reader hold in memory.
type limits struct {
	bytes   int64 // of the whole file
	record  int64 // of one row
	columns int
	rows    int
}

// defaultLimits leave room for ten years of minutes of one asset.
var defaultLimits = limits{bytes: 1 << 30, record: 64 << 10, columns: 1024, rows: 10_000_000}

// source counts and bounds the bytes of a file on their way to the parser, and
// hashes them as they stand in the file, before they are unpacked.
type source struct {
	raw       io.Reader
	from      io.Reader
	hash      hash.Hash
	limits    limits
	total     int64
	sinceMark int64 // bytes handed out since the last whole record
	tooLarge  error
}

func newSource(r io.Reader, l limits) (*source, error) {
	s := &source{hash: sha256.New(), limits: l}
	s.raw = io.TeeReader(io.LimitReader(r, l.bytes+1), s.hash)
	var err error
	s.from, err = unpack(s.raw)
	return s, err
}

// Read implements io.Reader. The csv reader buffers ahead, so a record may pass
// its limit by one buffer before it is refused.
func (s *source) Read(p []byte) (int, error) {
	if s.tooLarge != nil {
		return 0, s.tooLarge
	}
	n, err := s.from.Read(p)
	s.total += int64(n)
	s.sinceMark += int64(n)
	switch {
	case s.total > s.limits.bytes:
		s.tooLarge = fmt.Errorf("%w of %d bytes", ErrTooLarge, s.limits.bytes)
	case s.sinceMark > s.limits.record+readAhead:
		s.tooLarge = fmt.Errorf("%w of %d bytes a row", ErrTooLarge, s.limits.record)
	}
	if s.tooLarge != nil {
		return 0, s.tooLarge
	}
	return n, err
}

// mark notes that a whole record was parsed.
func (s *source) mark() { s.sinceMark = 0 }

// sum is the sha256 of the file, in hexadecimal.
func (s *source) sum() (string, error) {
	_, err := io.Copy(io.Discard, s.raw) // what stands behind the compressed text
	return hex.EncodeToString(s.hash.Sum(nil)), err
}

// readAhead is how far the sniffer looks into a file.
const readAhead = 32 << 10

// magics are the beginnings of what is often passed for a CSV file.
var magics = []struct{ begin, what string }{
	{"PAR1", "Parquet"},
	{"ARROW1", "Arrow IPC"},
	{"\xfd7zXZ\x00", "a file compressed by xz"},
	{"7z\xbc\xaf", "a 7z archive"},
	{"PK\x03\x04", "a zip archive or an Excel workbook"},
	{"\xff\xfe", "UTF-16 text"},
	{"\xfe\xff", "UTF-16 text"},
	{"\xd0\xcf\x11\xe0", "an Excel workbook"},
	{"<", "HTML or XML"},
	{"{", "JSON"},
	{"[", "JSON"},
}

// sniff looks at the beginning of a file without consuming it, skips a byte order
// mark, and refuses what is not text.
func sniff(b *bufio.Reader) ([]byte, error) {
	head, err := b.Peek(readAhead)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if bytes.HasPrefix(head, []byte("\ufeff")) {
		if _, err := b.Discard(len("\ufeff")); err != nil {
			return nil, err
		}
		if head, err = b.Peek(readAhead - len("\ufeff")); err != nil && err != io.EOF {
			return nil, err
		}
	}
	for _, m := range magics {
		// MetaTrader puts its column names in angle brackets.
		if bytes.HasPrefix(head, []byte(m.begin)) && !bytes.HasPrefix(head, []byte("<DATE>")) {
			return nil, &Error{Found: m.what, Allowed: allowedPackings, Err: ErrNotText}
		}
	}
	if bytes.IndexByte(head, 0) >= 0 {
		return nil, &Error{Found: "a NUL byte", Allowed: allowedPackings, Err: ErrNotText}
	}
	if !utf8.Valid(wholeRunes(head)) {
		return nil, &Error{Found: "bytes that are not UTF-8", Allowed: allowedPackings, Err: ErrNotText}
	}
	return head, nil
}

// wholeRunes leaves out a character that the end of the head may have cut.
func wholeRunes(head []byte) []byte {
	for back := 1; back < utf8.UTFMax && back <= len(head); back++ {
		if from := len(head) - back; utf8.RuneStart(head[from]) && !utf8.FullRune(head[from:]) {
			return head[:from]
		}
	}
	return head
}

// delimiter picks the separator by how often each stands, outside quotes, in the
// last whole line of the head: the first lines may be remarks.
func delimiter(head []byte) rune {
	if oldLines(head) {
		head = bytes.ReplaceAll(head, []byte("\r"), []byte("\n"))
	}
	lines := bytes.Split(bytes.TrimRight(head, "\r\n"), []byte("\n"))
	line := lines[len(lines)-1]
	if len(head) >= readAhead-len("\ufeff") && len(lines) > 1 {
		line = lines[len(lines)-2]
	}
	best, most := ',', 0
	for _, d := range []rune{'\t', ';', '|', ','} {
		n, quoted := 0, false
		for _, c := range string(line) {
			switch {
			case c == '"':
				quoted = !quoted
			case c == d && !quoted:
				n++
			}
		}
		// A tab or semicolon outranks commas, which also stand in numbers and dates.
		if n > 0 && (most == 0 || d != ',') && n > most {
			best, most = d, n
		}
	}
	return best
}
