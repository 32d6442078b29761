package history

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

const threeBars = "time,price\n2021-03-04,1\n2021-03-05,2\n2021-03-06,3\n"

func packed(t *testing.T, pack func(io.Writer) io.WriteCloser) []byte {
	t.Helper()
	var b bytes.Buffer
	w := pack(&b)
	if _, err := io.WriteString(w, threeBars); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zst(t *testing.T) []byte {
	return packed(t, func(w io.Writer) io.WriteCloser {
		z, err := zstd.NewWriter(w)
		if err != nil {
			t.Fatal(err)
		}
		return z
	})
}

// Compressed files are read whatever their name; the hash is that of the file.
func TestCompressedFiles(t *testing.T) {
	bz2, err := os.ReadFile(filepath.Join("testdata", "three-bars.csv.bz2"))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"ETH.csv.gz":  packed(t, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }),
		"ETH.csv.zst": zst(t),
		"ETH.csv.bz2": bz2,
	} {
		f, err := Read(name, bytes.NewReader(content), Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		sum := sha256.Sum256(content)
		if f.Unique != 3 || f.Closes[0][2] != 3 || f.Assets[0] != "ETH" || f.SHA256 != hex.EncodeToString(sum[:]) {
			t.Errorf("%s: %+v", name, f.Summary())
		}
		if _, err := Read(name, bytes.NewReader(content[:len(content)-9]), Options{}); !errors.Is(err, ErrNotText) {
			t.Errorf("%s cut: %v", name, err)
		}
	}
	if _, err := Read("x.csv.xz", strings.NewReader("\xfd7zXZ\x00\x00\x04"), Options{}); err == nil || !strings.Contains(err.Error(), "xz") {
		t.Errorf("xz is not named: %v", err)
	}
}

// A small file that unpacks to a large one is bounded like a large one.
func TestCompressedBomb(t *testing.T) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, threeBars+strings.Repeat("\n", 1<<20))
	_ = w.Close()
	if _, err := read("x", &b, Options{}, limits{bytes: 1 << 16, record: 1 << 10, columns: 10, rows: 10}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v", err)
	}
}

func TestCarriageReturnsAlone(t *testing.T) {
	f := mustRead(t, strings.ReplaceAll(threeBars, "\n", "\r"))
	if f.Unique != 3 || f.Closes[0][1] != 2 {
		t.Errorf("%+v", f.Summary())
	}
	_, err := Read("x.csv", strings.NewReader("time,price\r2021-03-04,1\r2021-03-05,--\r"), Options{})
	var e *Error
	if !errors.As(err, &e) || e.Line != 3 || e.Column != 2 {
		t.Errorf("got %v, want 3:2", err)
	}
}
