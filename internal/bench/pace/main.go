// Command pace tells what paths of a configuration cost. It is compiled with
// the program of today and with an earlier one, so it asks both only for what
// both have: [runner.NewMeter] and [runner.Meter.Path].
//
// It is given a configuration, and reads requests from its input, a first path
// and a number of paths in a line. It answers each with the processor time that
// these paths took, in nanoseconds, their steps and their allocations.
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"syscall"

	"backtest/configs"
	"backtest/runner"
)

func main() {
	if err := serve(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serve answers requests until its input ends, and writes a profile of it into
// the file that is named after the settings, if the variable PACE_PROFILE is set.
func serve(file string, sets []string) error {
	l, err := configs.Load(configs.Source{File: file, Sets: sets})
	if err != nil {
		return err
	}
	m, err := runner.NewMeter(l)
	if err != nil {
		return err
	}
	if name := os.Getenv("PACE_PROFILE"); name != "" {
		out, err := os.Create(name)
		if err != nil {
			return err
		}
		if err := pprof.StartCPUProfile(out); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		var first, count uint64
		if _, err := fmt.Sscan(in.Text(), &first, &count); err != nil {
			return err
		}
		if err := answer(m, first, count); err != nil {
			return err
		}
	}
	return nil
}

func answer(m *runner.Meter, first, count uint64) error {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began, steps := processorTime(), 0
	for path := first; path < first+count; path++ {
		n, err := m.Path(path)
		if err != nil {
			return err
		}
		steps += n
	}
	took := processorTime() - began
	runtime.ReadMemStats(&after)
	fmt.Println(took, steps, after.Mallocs-before.Mallocs)
	return nil
}

// processorTime returns the time that processors spent on this process, in
// nanoseconds.
func processorTime() int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}
