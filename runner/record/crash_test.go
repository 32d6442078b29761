package record

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestMachineCrash stops the machine at every operation. What was not synced is
// lost then, in part or as a whole: the content of files, names that were given,
// changed or removed in a folder.
func TestMachineCrash(t *testing.T) {
	id, whole := testIdentity(70), t.TempDir()
	id.Plan.Cells = id.Plan.Cells[:1]
	mustRun(t, whole, id, Options{})
	want := contents(t, whole)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for at, survived := 1, 0; ; at++ {
		root := t.TempDir()
		dir := filepath.Join(root, "new", "out")
		disk := &mortalFS{left: at, unsynced: map[string][]undo{}}
		blocks, err := runOn(t, dir, id, Options{FS: disk, Resume: true})
		if err == nil {
			t.Logf("%d operations, %d times finished blocks to keep", at-1, survived)
			return
		}
		if !errors.Is(err, errPower) {
			t.Fatalf("operation %d: the cause is lost: %v", at, err)
		}
		disk.crash(t, r)
		if _, err := Open(dir); err == nil {
			sameContents(t, want, contents(t, dir))
		} else if !errors.As(err, new(*UnfinishedError)) && !errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("operation %d leaves %v", at, err)
		}
		s := mustCreate(t, dir, id, Options{Resume: true})
		if len(s.Damaged()) > 0 || s.Resumed() < blocks {
			t.Fatalf("operation %d: %d blocks were durable, %d are there, damaged %v", at, blocks, s.Resumed(), s.Damaged())
		}
		if blocks > 0 {
			survived++
		}
		writeAll(t, s)
		if _, err := s.Finalize(context.Background(), Facts{}); err != nil {
			t.Fatalf("operation %d, resumed: %v", at, err)
		}
		sameContents(t, want, contents(t, dir))
	}
}

// runOn runs, and counts the blocks that were written.
func runOn(t *testing.T, dir string, id Identity, opt Options) (blocks int64, err error) {
	s, err := Create(dir, id, opt)
	if err != nil {
		return 0, err
	}
	defer s.Close() //nolint:errcheck // the machine is off
	for _, spec := range s.Missing() {
		if err := s.Write(testBlock(t, spec)); err != nil {
			return blocks, err
		}
		blocks++
	}
	_, err = s.Finalize(context.Background(), Facts{})
	return blocks, err
}

var errPower = errors.New("the power is off")

// undo takes back one change that was not synced.
type undo func() error

// mortalFS does so many operations, then none. It remembers how to take back
// what no sync has made durable.
type mortalFS struct {
	OS
	mu       sync.Mutex
	left     int
	unsynced map[string][]undo // of entries by folder, of content by "content of " and file
}

func (m *mortalFS) spend() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.left--; m.left < 0 {
		return errPower
	}
	return nil
}

func (m *mortalFS) later(folder string, u undo) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.unsynced[folder] = append(m.unsynced[folder], u)
}

func (m *mortalFS) synced(what string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.unsynced, what)
}

func (m *mortalFS) MkdirAll(dir string) error {
	if err := m.spend(); err != nil {
		return err
	}
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Stat(at); err == nil {
			break
		}
		m.later(filepath.Dir(at), func() error { return os.RemoveAll(at) })
	}
	return m.OS.MkdirAll(dir)
}

func (m *mortalFS) Create(name string) (File, error) {
	if err := m.spend(); err != nil {
		return nil, err
	}
	m.later(filepath.Dir(name), func() error { return removeIfThere(OS{}, name) })
	f, err := m.OS.Create(name)
	return &mortalFile{File: f, name: name, disk: m}, err
}

func (m *mortalFS) Rename(from, to string) error {
	if err := m.spend(); err != nil {
		return err
	}
	before, err := os.ReadFile(to)
	m.later(filepath.Dir(to), func() error {
		if err := os.Rename(to, from); err != nil || before == nil {
			return err
		}
		return os.WriteFile(to, before, 0o600)
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return m.OS.Rename(from, to)
}

func (m *mortalFS) Remove(name string) error {
	if err := m.spend(); err != nil {
		return err
	}
	if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		m.later(filepath.Dir(name), func() error {
			if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
				return err
			}
			return os.WriteFile(name, content, 0o600)
		})
	}
	return m.OS.Remove(name)
}

func (m *mortalFS) SyncDir(dir string) error {
	if err := m.spend(); err != nil {
		return err
	}
	m.synced(dir)
	return m.OS.SyncDir(dir)
}

// crash takes back changes of every folder from some moment on, the last first.
func (m *mortalFS) crash(t *testing.T, r *rand.Rand) {
	t.Helper()
	for _, list := range m.unsynced {
		for keep := r.IntN(len(list) + 1); len(list) > keep; list = list[:len(list)-1] {
			if err := list[len(list)-1](); err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
		}
	}
}

// mortalFile loses what was written since the last sync.
type mortalFile struct {
	File
	name string
	disk *mortalFS
	size int64
}

func (f *mortalFile) Write(p []byte) (int, error) {
	if err := f.disk.spend(); err != nil {
		return 0, err
	}
	n, err := f.File.Write(p)
	from, to := f.size, f.size+int64(n)
	f.size = to
	f.disk.later("content of "+f.name, func() error {
		name := f.name
		if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
			name = strings.TrimSuffix(name, tempSuffix) // it was renamed since
		}
		if info, err := os.Stat(name); err != nil || info.Size() < to {
			return err
		}
		return os.Truncate(name, from)
	})
	return n, err
}

func (f *mortalFile) Sync() error {
	if err := f.disk.spend(); err != nil {
		return err
	}
	f.disk.synced("content of " + f.name)
	return f.File.Sync()
}
