package record

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// sealed makes a block file of any content, with a checksum that matches.
func sealed(t testing.TB, content []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	out.WriteString(blockMagic)
	out.Write(make([]byte, sha256.Size)) // the question
	packed, err := zstd.NewWriter(&out, zstd.WithEncoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := packed.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := packed.Close(); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(out.Bytes())
	return append(out.Bytes(), sum[:]...)
}

// FuzzBlock: a block file that is not ours is damaged, or checks like any
// other; it never ends the program.
func FuzzBlock(f *testing.F) {
	id := testIdentity(5)
	if err := id.normalise(); err != nil {
		f.Fatal(err)
	}
	spec, _ := id.Plan.Block(0)
	var content bytes.Buffer
	if err := gob.NewEncoder(&content).Encode(testBlock(f, spec)); err != nil {
		f.Fatal(err)
	}
	f.Add(content.Bytes())
	f.Add(content.Bytes()[:content.Len()/2])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, content []byte) {
		b, err := decodeBlock("b", sealed(t, content), question{})
		if err != nil {
			var damaged *DamagedError
			if !errors.As(err, &damaged) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		if b.check(spec, id.Columns) != nil {
			return
		}
		if _, err := encodeBlock(b, question{}); err != nil {
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
		if err != nil && !errors.As(err, &damaged) && !errors.As(err, &mismatch) {
			t.Fatalf("untyped error %v", err)
		}
		if _, err := Open(dir); err == nil {
			t.Fatal("taken for a finished run")
		}
	})
}
