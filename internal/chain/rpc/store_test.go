package rpc

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestStoreKeepsWhatIsWhole(t *testing.T) {
	dir := t.TempDir()
	h := Header{ChainID: 10, Number: 5, Hash: "0xabc", Time: 7}
	s, err := CreateStore(dir, h)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, StoreName(h))
	if _, err := OpenStore(name); !errors.Is(err, ErrInUse) {
		t.Errorf("two at the same time: %v", err)
	}
	call, other := NewCall("eth_call", "a"), NewCall("eth_call", "b")
	if err := errors.Join(s.Put(call, Answer{Result: []byte(`"0x01"`)}), s.Put(other, Answer{Err: &NodeError{Code: 3, Data: "0x02"}}),
		s.PutLogs(LogRange{Filter: "f", From: 3, To: 9, Logs: []byte("[]")}), s.Close()); err != nil {
		t.Fatal(err)
	}
	// The last line was written in part.
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, text[:len(text)-4], 0o644); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if s, err = OpenStore(name); err != nil {
			t.Fatal(err)
		}
		a, ok := s.Get(other)
		if h.Format = 1; s.Header != h || !ok || a.Err.Data != "0x02" || s.Answers() != 2 {
			t.Errorf("header %+v, answer %+v, %d answers", s.Header, a, s.Answers())
		}
		if _, ok := s.Logs("f", 3); ok {
			t.Error("half a line counts")
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(name, []byte("something else\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	var bad *StoreError
	if _, err := OpenStore(name); !errors.As(err, &bad) {
		t.Errorf("a foreign file: %v", err)
	}
}
