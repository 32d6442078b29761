package main

import (
	"fmt"
	"syscall"
	"time"
)

// processorTime returns the time that processors spent on this process.
func processorTime() (time.Duration, error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, fmt.Errorf("reading the processor time: %w", err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), nil
}

// timed returns the processor time of a unit when f does so many.
func timed(f func() (units int, err error)) (float64, error) {
	before, err := processorTime()
	if err != nil {
		return 0, err
	}
	units, err := f()
	if err != nil {
		return 0, err
	}
	after, err := processorTime()
	return float64(after-before) / float64(units), err
}
