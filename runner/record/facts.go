package record

import (
	"os"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// NewFacts describes this process now: how long since started, where, and its largest resident memory.
func NewFacts(started time.Time, workers int, pathSteps int64) Facts {
	host, _ := os.Hostname()
	f := Facts{
		Started: started.UTC(), Host: host, OS: runtime.GOOS, Arch: runtime.GOARCH,
		GoVersion: runtime.Version(), CPUs: runtime.NumCPU(), Workers: workers, PathSteps: pathSteps,
	}
	f.measure()
	return f
}

// measure takes the time and memory that were used until now: the files are
// written by then, and a rate is that of the whole run. Of facts that do not say
// when it was started, nothing can be measured.
func (f *Facts) measure() {
	if f.Started.IsZero() {
		return
	}
	f.Finished = time.Now().UTC()
	f.ElapsedSeconds = f.Finished.Sub(f.Started).Seconds()
	f.ProcessorSeconds, f.PeakMemoryBytes = ProcessorTime().Seconds(), peakMemoryBytes()
	if f.ElapsedSeconds > 0 {
		f.PathStepsPerSecond = float64(f.PathSteps) / f.ElapsedSeconds
	}
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
