package fixedpoint

// The integers as text are plain decimals, in JSON strings: a number of JSON
// would lose digits in most readers.

// MarshalText implements [encoding.TextMarshaler].
func (x Uint256) MarshalText() ([]byte, error) { return []byte(x.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (x *Uint256) UnmarshalText(b []byte) (err error) {
	*x, err = ParseUint256(string(b))
	return err
}

// MarshalText implements [encoding.TextMarshaler].
func (x Int256) MarshalText() ([]byte, error) { return []byte(x.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (x *Int256) UnmarshalText(b []byte) (err error) {
	*x, err = ParseInt256(string(b))
	return err
}

// MarshalText implements [encoding.TextMarshaler].
func (x Uint128) MarshalText() ([]byte, error) { return []byte(x.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (x *Uint128) UnmarshalText(b []byte) error {
	return narrowText(b, ParseUint256, "an integer from 0 to 2^128-1", func(wide Uint256) { *x = wide.Uint128() })
}

// MarshalText implements [encoding.TextMarshaler].
func (x Int128) MarshalText() ([]byte, error) { return []byte(x.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (x *Int128) UnmarshalText(b []byte) error {
	return narrowText(b, ParseInt256, "an integer from -2^127 to 2^127-1", func(wide Int256) { *x = wide.Int128() })
}

// MarshalText implements [encoding.TextMarshaler]; the text is of the raw
// integer.
func (x D27) MarshalText() ([]byte, error) { return x.Raw.MarshalText() }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (x *D27) UnmarshalText(b []byte) error { return x.Raw.UnmarshalText(b) }

// narrowText reads an integer of 256 bits and narrows it.
func narrowText[T any](b []byte, parse func(string) (T, error), want string, narrow func(T)) error {
	wide, err := parse(string(b))
	if err == nil {
		func() {
			defer Catch(&err)
			narrow(wide)
		}()
	}
	if err != nil {
		return textError{string(b), want}
	}
	return nil
}

// textError is a text that is no integer of the width.
type textError struct{ text, want string }

func (e textError) Error() string { return "\"" + e.text + "\" is not " + e.want }
