package record

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// sealed makes a file of a block with any content, with checksums that match.
func sealed(t testing.TB, rows, sketches []byte) []byte {
	t.Helper()
	encoder, err := squeeze()
	if err != nil {
		t.Fatal(err)
	}
	var out, body []byte
	var sections []section
	for i, plain := range [][]byte{rows, sketches} {
		packed := encoder.EncodeAll(plain, nil)
		sections = append(sections, section{index: int64(-i), length: int64(len(packed)), sum: sha256.Sum256(packed)})
		body = append(body, packed...)
	}
	directory := packDirectory(sections)
	out = append(append(out, blockMagic...), make([]byte, sha256.Size)...) // of no question
	out = append(binary.LittleEndian.AppendUint32(out, uint32(len(directory))), directory...)
	sum := sha256.Sum256(out)
	return append(append(out, sum[:]...), body...)
}

// FuzzBlock: a file of blocks that is not ours is damaged, or checks like any
// other; it never ends the program.
func FuzzBlock(f *testing.F) {
	id := testIdentity(5)
	if err := id.normalise(); err != nil {
		f.Fatal(err)
	}
	spec, _ := id.Plan.Block(0)
	block, layout := testBlock(f, spec), id.layout()
	rows := packRows(packRows(nil, layout.paths, block.Paths), layout.events, block.Events)
	sketches := packSketches(nil, []*Block{block})
	f.Add(rows, sketches)
	f.Add(rows[:len(rows)/2], sketches[:len(sketches)/2])
	f.Add([]byte{}, []byte{})
	dir := f.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, blockDir), 0o755); err != nil {
		f.Fatal(err)
	}
	name := blockPath(dir, 0)
	f.Fuzz(func(t *testing.T, rows, sketches []byte) {
		if err := os.WriteFile(name, sealed(t, rows, sketches), 0o600); err != nil {
			t.Fatal(err)
		}
		s := &Store{dir: dir, id: id, layout: layout, opt: Options{FS: OS{}}, done: newBlockSet()}
		if _, err := s.takeFile(name); err != nil {
			var damaged *DamagedError
			if !errors.As(err, &damaged) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		b, err := s.ReadBlock(0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := encodeBlocks([]*Block{b}, question{}, layout); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzProgress: the identity of a run in progress is refused or compared, with
// whatever is in its file.
func FuzzProgress(f *testing.F) {
	id := testIdentity(5)
	if err := id.normalise(); err != nil {
		f.Fatal(err)
	}
	content, err := json.Marshal(id)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(content)
	f.Add([]byte(`{"plan":{"cells":[{"paths":9223372036854775807}]}}`))
	f.Add([]byte(`null`))
	dir := f.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, blockDir), 0o755); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		if err := os.WriteFile(progressPath(dir), content, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Create(dir, id, Options{Resume: true})
		if err == nil {
			err = s.Close()
		}
		var damaged *DamagedError
		var mismatch *MismatchError
		if err != nil && !errors.As(err, &damaged) && !errors.As(err, &mismatch) && !errors.As(err, new(*ForeignError)) {
			t.Fatalf("untyped error %v", err)
		}
		if _, err := Open(dir); err == nil {
			t.Fatal("taken for a finished run")
		}
	})
}
