package record

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// batches gives the record batches of a file in order. next ends with io.EOF; the caller releases what it gets.
type batches interface {
	next() (arrow.Record, error)
	close()
}

type ipcBatches struct{ in *ipc.Reader }

// ipcStart is what opens an IPC file before its first message, and ipcEnd what closes a stream.
const (
	ipcStart = "ARROW1\x00\x00"
	ipcEnd   = "\xff\xff\xff\xff\x00\x00\x00\x00"
)

// ipcHead is how a file with this schema begins.
func ipcHead(schema *arrow.Schema) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString(ipcStart)
	if err := ipc.NewWriter(&out, ipc.WithSchema(schema)).Close(); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte(ipcEnd)), nil
}

// openIPC reads the file as the stream that it contains. Arrow trusts the schema and the footer of a file and allocates
// whatever they ask for, past any recovery; so the schema must be ours to the byte, and the footer is not looked at (the
// manifest has the checksum and the number of rows).
func openIPC(f ReadFile, mem memory.Allocator, want *arrow.Schema) (batches, error) {
	head, err := ipcHead(want)
	if err != nil {
		return nil, err
	}
	have := make([]byte, len(head))
	if _, err := io.ReadFull(f, have); err != nil || !bytes.Equal(have, head) {
		table, _ := want.Metadata().GetValue(metaTable)
		return nil, fmt.Errorf("not an Arrow file of table %q in format version %d", table, FormatVersion)
	}
	stream := io.MultiReader(bytes.NewReader(head[len(ipcStart):]), bufio.NewReaderSize(f, 1<<18))
	in, err := ipc.NewReader(stream, ipc.WithAllocator(mem))
	if err != nil {
		return nil, err
	}
	return &ipcBatches{in: in}, nil
}

func (b *ipcBatches) next() (arrow.Record, error) { return nextRecord(b.in) }

func (b *ipcBatches) close() { b.in.Release() }

// recordReader is what the readers of both formats offer.
type recordReader interface {
	Next() bool
	Record() arrow.Record
	Err() error
}

// nextRecord takes the next batch; both readers report io.EOF as an error at a normal end.
func nextRecord(in recordReader) (arrow.Record, error) {
	if !in.Next() {
		if err := in.Err(); err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		return nil, io.EOF
	}
	rec := in.Record()
	rec.Retain()
	return rec, nil
}
