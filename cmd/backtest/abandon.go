package main

import "context"

// abandonable runs f and returns its answer, or the error of ctx as soon as
// that is done: then f ends with the process.
func abandonable[T any](ctx context.Context, f func() (T, error)) (T, error) {
	type answer struct {
		value T
		err   error
	}
	answered := make(chan answer, 1)
	go func() {
		var a answer
		a.err = recovering(func() (err error) {
			a.value, err = f()
			return err
		})
		answered <- a
	}()
	select {
	case a := <-answered:
		return a.value, a.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}
