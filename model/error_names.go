package model

import (
	"reflect"

	fp "backtest/model/fixedpoint"
)

// ErrorName returns the protocol's name of an error.
func ErrorName(err error) string {
	switch e := err.(type) {
	case fp.Panic:
		return "Panic"
	case fp.Overflow:
		return string(e)
	case RequireFailed:
		return "Error"
	}
	return reflect.TypeOf(err).Name()
}
