package record

import (
	"os"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// NewFacts describes this process now: how long since started, where, and its largest resident memory.
func NewFacts(started time.Time, workers int, pathSteps int64) Facts {
	finished := time.Now()
	elapsed := finished.Sub(started).Seconds()
	host, _ := os.Hostname()
	f := Facts{
		Started: started.UTC(), Finished: finished.UTC(), ElapsedSeconds: elapsed, Host: host, OS: runtime.GOOS, Arch: runtime.GOARCH,
		GoVersion: runtime.Version(), CPUs: runtime.NumCPU(), Workers: workers, PathSteps: pathSteps,
		ProcessorSeconds: ProcessorTime().Seconds(), PeakMemoryBytes: peakMemoryBytes(),
	}
	if elapsed > 0 {
		f.PathStepsPerSecond = float64(pathSteps) / elapsed
	}
	return f
}

func peakMemoryBytes() int64 {
	var usage unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return usage.Maxrss
	}
	return usage.Maxrss * 1024
}

// ProcessorTime is what all threads of this process have taken so far; 0 where
// the system does not tell.
func ProcessorTime() time.Duration {
	var usage unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
