package replay

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"sort"
	"strings"

	"backtest/model"
	fp "backtest/model/fixedpoint"
)

// Both sides of a comparison are brought to one text: integers in decimal,
// lists in brackets, errors with their arguments in order of name.

// recordedText returns the text of a recorded value.
func recordedText(raw json.RawMessage) (string, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return "", err
	}
	return anyText(v), nil
}

func anyText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		parts := make([]string, len(v))
		for i, x := range v {
			parts[i] = anyText(x)
		}
		return listText(parts)
	case map[string]any:
		if name, ok := v["revert"].(string); ok && len(v) == 1 {
			return revertedText(name)
		}
		if name, ok := v["error"].(string); ok {
			args, _ := v["args"].(map[string]any)
			return errorMapText(name, args)
		}
	}
	return fmt.Sprint(v)
}

func listText(parts []string) string { return "[" + strings.Join(parts, " ") + "]" }

// revertedText is the text of a view that reverted.
func revertedText(name string) string { return "reverts: " + name }

func errorMapText(name string, args map[string]any) string {
	parts := make([]string, 0, len(args))
	for k, v := range args {
		parts = append(parts, k+"="+anyText(v))
	}
	sort.Strings(parts)
	return name + "(" + strings.Join(parts, ", ") + ")"
}

// text returns the recorded revert.
func (r *Revert) text() (string, error) {
	args := map[string]any{}
	for k, raw := range r.Args {
		var v any
		if err := json.Unmarshal(raw, &v); err != nil {
			return "", err
		}
		args[k] = v
	}
	return errorMapText(r.Error, args), nil
}

// errorText returns the text of an error of the model.
func errorText(err error) string {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner // context of the model's own
	}
	switch e := err.(type) {
	case nil:
		return errorMapText("", nil)
	case fp.Panic:
		return errorMapText("Panic", map[string]any{"code": fmt.Sprint(uint8(e))})
	case fp.Overflow:
		return errorMapText(string(e), nil)
	case model.RequireFailed:
		return errorMapText("Error", map[string]any{"message": e.Message})
	}
	v, args := reflect.ValueOf(err), map[string]any{}
	for i := range v.NumField() {
		if name := v.Type().Field(i).Tag.Get("arg"); name != "" {
			args[name] = argumentText(v.Field(i).Interface())
		}
	}
	return errorMapText(model.ErrorName(err), args)
}

func argumentText(v any) string {
	if list, ok := v.([]error); ok {
		parts := make([]string, len(list))
		for i, err := range list {
			parts[i] = errorText(err)
		}
		return listText(parts)
	}
	return valueText(v)
}

// valueText returns the text of a value of the model.
func valueText(v any) string {
	switch v := v.(type) {
	case model.D27:
		return v.Raw.String()
	case []model.PoolID:
		return sliceText(v)
	case []model.Int128:
		return sliceText(v)
	case []model.Uint256:
		return sliceText(v)
	case []uint64:
		return sliceText(v)
	}
	return fmt.Sprint(v)
}

func sliceText[T any](list []T) string {
	parts := make([]string, len(list))
	for i, v := range list {
		parts[i] = fmt.Sprint(v)
	}
	return listText(parts)
}

// ratioText spells the C-ratio of a position: "max" without debt.
func ratioText(r model.Uint256) string {
	if r == fp.MaxUint256 {
		return "max"
	}
	return r.String()
}
