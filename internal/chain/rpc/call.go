package rpc

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Call is one question to a node. Params is the JSON array of its parameters,
// spelled the same way for the same question.
type Call struct {
	Method string
	Params string
}

// NewCall returns a call; parameters are what encoding/json can spell.
func NewCall(method string, params ...any) Call {
	if params == nil {
		params = []any{}
	}
	text, err := json.Marshal(params)
	if err != nil {
		panic(fmt.Sprintf("parameters of %s: %v", method, err)) // of a caller's own making
	}
	return Call{method, string(text)}
}

// key identifies a call among answers that were kept.
func (c Call) key() string { return c.Method + c.Params }

// Answer is what a node answered: a result, or an error that asking again
// would not change, such as a reverted call.
type Answer struct {
	Result json.RawMessage `json:"result,omitempty"`
	Err    *NodeError      `json:"error,omitempty"`
}

// NodeError is an error as JSON-RPC has it.
type NodeError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Data    string `json:"data,omitempty"` // of a reverted call: 0x and bytes
}

// UnmarshalJSON reads an error whose data may be of any form.
func (e *NodeError) UnmarshalJSON(text []byte) error {
	var raw struct {
		Code    json.Number     `json:"code"`
		Message string          `json:"message"`
		Data    json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(text, &raw); err != nil {
		// Some gateways answer an error that is a mere text.
		var s string
		if json.Unmarshal(text, &s) != nil {
			return err
		}
		*e = NodeError{Message: s}
		return nil
	}
	code, _ := raw.Code.Int64()
	*e = NodeError{Code: int(code), Message: raw.Message}
	var data string
	if json.Unmarshal(raw.Data, &data) == nil && strings.HasPrefix(data, "0x") {
		e.Data = data
	}
	return nil
}

func (e *NodeError) Error() string {
	if e.Message == "" {
		return fmt.Sprintf("error %d", e.Code)
	}
	return fmt.Sprintf("error %d: %s", e.Code, e.Message)
}

// Reverted reports whether the contract that was called reverted.
func (e *NodeError) Reverted() bool {
	return e.Code == 3 || e.Data != "" || strings.Contains(strings.ToLower(e.Message), "revert")
}
