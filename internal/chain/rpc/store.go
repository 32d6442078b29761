package rpc

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// storeFormat is the version of the files of kept answers.
const storeFormat = 1

// Header says what the answers of a [Store] are about.
type Header struct {
	Format  int    `json:"format"`
	ChainID uint64 `json:"chainId"`
	Number  uint64 `json:"number"`
	Hash    string `json:"hash"`
	Time    uint64 `json:"timestamp"` // seconds
}

// Store keeps answers in a file, a line each. A line that was not written as a
// whole, by a process that was killed, is dropped when the file is read again,
// and asked anew.
type Store struct {
	Header Header
	mu     sync.Mutex
	file   *os.File
	kept   map[string]Answer
	ranges map[string][]LogRange
}

// entry is a line of the file.
type entry struct {
	Method string    `json:"m,omitempty"`
	Params string    `json:"p,omitempty"`
	Answer *Answer   `json:"a,omitempty"`
	Logs   *LogRange `json:"l,omitempty"`
}

// LogRange is the logs that a filter found in blocks From to To.
type LogRange struct {
	Filter string          `json:"filter"`
	From   uint64          `json:"from"`
	To     uint64          `json:"to"`
	Logs   json.RawMessage `json:"logs"`
}

// StoreError is a file of kept answers that cannot be used.
type StoreError struct {
	File string
	Err  error
}

func (e *StoreError) Error() string { return fmt.Sprintf("%s: %v", e.File, e.Err) }

// Unwrap returns the cause.
func (e *StoreError) Unwrap() error { return e.Err }

// ErrInUse says that another process writes to a store.
var ErrInUse = errors.New("another process is writing to it")

// StoreName returns the name of the file for a block.
func StoreName(h Header) string { return fmt.Sprintf("chain-%d-block-%d.jsonl", h.ChainID, h.Number) }

// CreateStore begins a file for the answers about a block. An older file of
// that name, about a block that is no more, is replaced.
func CreateStore(dir string, h Header) (*Store, error) {
	h.Format = storeFormat
	name := filepath.Join(dir, StoreName(h))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	text, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	temporary := name + ".tmp"
	if err := os.WriteFile(temporary, seal(text), 0o644); err != nil {
		return nil, err
	}
	if err := os.Rename(temporary, name); err != nil {
		return nil, err
	}
	return OpenStore(name)
}

// OpenStore reads a file of answers and goes on with it.
func OpenStore(name string) (*Store, error) {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrPermission) {
		f, err = os.Open(name) // for reading alone it is enough
	}
	if err != nil {
		return nil, err
	}
	s := &Store{file: f, kept: map[string]Answer{}, ranges: map[string][]LogRange{}}
	err = lock(f)
	if err == nil {
		err = s.load()
	}
	if err != nil {
		_ = f.Close()
		return nil, &StoreError{name, err}
	}
	return s, nil
}

// load reads all whole lines and forgets what follows them.
func (s *Store) load() error {
	in := bufio.NewReaderSize(s.file, 1<<20)
	var whole int64
	for n := 0; ; n++ {
		line, err := in.ReadBytes('\n')
		if err != nil && err != io.EOF {
			return err
		}
		text, ok := unseal(line)
		if !ok {
			if n == 0 {
				return errors.New("these are no kept answers")
			}
			break
		}
		if err := s.read(n, text); err != nil {
			return err
		}
		whole += int64(len(line))
	}
	if size, err := s.file.Seek(0, io.SeekEnd); err != nil || size == whole {
		return err
	}
	if err := s.file.Truncate(whole); err != nil {
		return err
	}
	_, err := s.file.Seek(whole, io.SeekStart)
	return err
}

func (s *Store) read(n int, text []byte) error {
	if n == 0 {
		if err := json.Unmarshal(text, &s.Header); err != nil {
			return err
		}
		if s.Header.Format != storeFormat {
			return fmt.Errorf("format %d, want %d", s.Header.Format, storeFormat)
		}
		return nil
	}
	var e entry
	if err := json.Unmarshal(text, &e); err != nil {
		return err
	}
	if e.Logs != nil {
		s.ranges[e.Logs.Filter] = append(s.ranges[e.Logs.Filter], *e.Logs)
	}
	if e.Answer != nil {
		s.kept[e.Method+e.Params] = *e.Answer
	}
	return nil
}

// seal puts a checksum before a line.
func seal(text []byte) []byte {
	return fmt.Appendf(nil, "%08x %s\n", crc32.ChecksumIEEE(text), text)
}

func unseal(line []byte) (text []byte, ok bool) {
	const sum = 8
	if len(line) < sum+2 || line[len(line)-1] != '\n' {
		return nil, false
	}
	text = line[sum+1 : len(line)-1]
	return text, bytes.Equal(line[:sum], fmt.Appendf(nil, "%08x", crc32.ChecksumIEEE(text)))
}

// Get returns what was answered to a call.
func (s *Store) Get(c Call) (Answer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.kept[c.key()]
	return a, ok
}

// Put keeps an answer.
func (s *Store) Put(c Call, a Answer) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.kept[c.key()]; ok {
		return nil
	}
	s.kept[c.key()] = a
	return s.write(entry{Method: c.Method, Params: c.Params, Answer: &a})
}

// Logs returns the longest kept range of a filter that begins at a block.
func (s *Store) Logs(filter string, from uint64) (best LogRange, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.ranges[filter] {
		if r.From == from && (!ok || r.To > best.To) {
			best, ok = r, true
		}
	}
	return best, ok
}

// NextLogs returns where the first kept range of a filter after a block begins.
func (s *Store) NextLogs(filter string, after uint64) (from uint64, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.ranges[filter] {
		if r.From > after && (!ok || r.From < from) {
			from, ok = r.From, true
		}
	}
	return from, ok
}

// PutLogs keeps the logs of a range of blocks.
func (s *Store) PutLogs(r LogRange) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ranges[r.Filter] = append(s.ranges[r.Filter], r)
	return s.write(entry{Logs: &r})
}

// Answers returns the number of answers that were kept.
func (s *Store) Answers() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.kept)
	for _, list := range s.ranges {
		n += len(list)
	}
	return n
}

func (s *Store) write(e entry) error {
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	_, err = s.file.Write(seal(text))
	return err
}

// Close ends the use of the store.
func (s *Store) Close() error { return s.file.Close() }
