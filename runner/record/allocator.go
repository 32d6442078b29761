package record

import (
	"fmt"
	"sync/atomic"

	"github.com/apache/arrow/go/v17/arrow/memory"
)

// readLimitBytes bounds what the batches of one file being read may hold at a time; a whole batch of ours is far below.
const readLimitBytes = 1 << 30

// boundedAllocator panics, recoverably, where a length in an altered file asks for more memory than any file of ours
// needs: the Go runtime would end the process. Arrow has no other way to refuse; the reader makes a *DamagedError of it.
type boundedAllocator struct {
	memory.Allocator
	held atomic.Int64
}

func (b *boundedAllocator) grow(bytes int) {
	// The request itself is compared first, so that adding it cannot overflow.
	if bytes > readLimitBytes || b.held.Add(int64(bytes)) > readLimitBytes {
		panic(fmt.Errorf("it asks for more than %d bytes of memory", readLimitBytes))
	}
}

// Allocate implements memory.Allocator.
func (b *boundedAllocator) Allocate(size int) []byte {
	b.grow(size)
	return b.Allocator.Allocate(size)
}

// Reallocate implements memory.Allocator.
func (b *boundedAllocator) Reallocate(size int, old []byte) []byte {
	b.grow(size - len(old))
	return b.Allocator.Reallocate(size, old)
}

// Free implements memory.Allocator.
func (b *boundedAllocator) Free(old []byte) {
	b.held.Add(-int64(len(old)))
	b.Allocator.Free(old)
}
