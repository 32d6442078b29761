package fixedpoint

import "fmt"

// Panic is a Solidity panic: 0x11 for an arithmetic overflow, 0x12 for a
// division by zero (PROTOCOL.md §1.3).
type Panic uint8

// The two panics that arithmetic can raise.
const (
	PanicOverflow       Panic = 0x11
	PanicDivisionByZero Panic = 0x12
)

func (p Panic) Error() string { return fmt.Sprintf("Panic(0x%02x)", uint8(p)) }

// Overflow is the named error of a narrowing cast that does not fit. Its text
// is the protocol's own error name (PROTOCOL.md §1.3).
type Overflow string

// The casts of the protocol.
const (
	OverflowUint256ToUint128 Overflow = "OverflowUint256ToUint128"
	OverflowUint256ToInt256  Overflow = "OverflowUint256ToInt256"
	OverflowInt256ToUint256  Overflow = "OverflowInt256ToUint256"
	OverflowInt256ToInt128   Overflow = "OverflowInt256ToInt128"
	OverflowUint128ToInt128  Overflow = "OverflowUint128ToInt128"
	OverflowInt128ToUint128  Overflow = "OverflowInt128ToUint128"
)

func (o Overflow) Error() string { return string(o) }

// thrown carries an error from the point where a contract would revert to the
// boundary of the operation.
type thrown struct{ err error }

// Throw aborts the running operation with err, as revert does in a contract.
// It does not return; [Catch] turns it into an ordinary error.
func Throw(err error) { panic(thrown{err}) }

// Catch recovers what [Throw] threw and stores it in *err. It is deferred at
// the boundary of an operation. Any other panic is a bug and goes on.
func Catch(err *error) {
	if e := Thrown(recover()); e != nil {
		*err = e
	}
}

// Thrown returns the error that [Throw] threw, given what recover returned;
// nil when nothing was thrown. It panics again with anything that was not
// thrown.
func Thrown(recovered any) error {
	switch r := recovered.(type) {
	case nil:
		return nil
	case thrown:
		return r.err
	}
	panic(recovered)
}

func overflow()     { Throw(PanicOverflow) }
func divideByZero() { Throw(PanicDivisionByZero) }
