package configs

import (
	"runtime"
	"syscall"
	"testing"
	"time"
)

// What loading a configuration may take, however bad it is.
const (
	mostTime   = time.Second // of processors, which others cannot take away
	mostMemory = 200 << 20   // bytes allocated in all, so that never more are in use
)

// bounded loads a text within the bounds.
func bounded(t *testing.T, text string) error {
	t.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	began := processorTime(t)
	_, err := loadText(text)
	took := processorTime(t) - began
	runtime.ReadMemStats(&after)
	if took > mostTime {
		t.Errorf("took %v", took)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > mostMemory {
		t.Errorf("allocated %d MB", used>>20)
	}
	return err
}

func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
