package runner

import (
	"fmt"
	"math"
	"runtime/debug"

	"backtest/runner/record"
)

// residentCode is what of the program itself is in memory: the collector's
// limit does not count it.
const residentCode = 16 << 20

// LimitMemory has the garbage collector keep the process within so many bytes,
// until the returned function is called. 0 is no limit.
func LimitMemory(bytes int64) (restore func()) {
	if bytes <= 0 {
		return func() {}
	}
	before := debug.SetMemoryLimit(max(bytes-residentCode, 1))
	return func() { debug.SetMemoryLimit(before) }
}

// fit returns how many of the workers a run can have within a limit of memory,
// found by running a few of its paths.
func fit(w *worlds, id record.Identity, o Options, before int64) (int, error) {
	if o.Memory <= 0 {
		return o.Workers, nil
	}
	n, err := sampleWorlds(w, id, o.Workers, before)
	if err != nil {
		return 0, err
	}
	for workers := o.Workers; workers > 0; workers-- {
		if n.tight(workers) <= o.Memory {
			return workers, nil
		}
	}
	return 0, &InputError{"memory", fmt.Errorf("%s given, this configuration needs %s with one worker",
		mebibytes(o.Memory), mebibytes(n.tight(1)))}
}

// tight is what a run can do with when the garbage collector is under
// pressure: a quarter more than what is alive.
func (n *needs) tight(workers int) int64 {
	live := n.live(workers)
	return programBytes + live + live/4
}

func mebibytes(bytes int64) string {
	return fmt.Sprintf("%d MiB", int64(math.Ceil(float64(bytes)/(1<<20))))
}
