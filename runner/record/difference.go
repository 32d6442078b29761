package record

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
)

// ConfigurationDifferences compares two configurations (JSON) key by key, in order of key. Keys are written as in
// a.b[2].c; a key that one of them lacks is "" there. Text that is not JSON compares as a whole.
func ConfigurationDifferences(before, after json.RawMessage) []Difference {
	x, y := flatten(before), flatten(after)
	keys := maps.Clone(x)
	maps.Copy(keys, y)
	var out []Difference
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		out = diff(out, key, x[key], y[key])
	}
	return out
}

func configDifferences(before, after Identity) []Difference {
	list := ConfigurationDifferences(before.Configuration, after.Configuration)
	for i := range list {
		list[i].Key = "configuration." + list[i].Key
	}
	return diff(list, "configuration_sha256", before.ConfigSHA256, after.ConfigSHA256)
}

func flatten(raw json.RawMessage) map[string]string {
	out := map[string]string{}
	var tree map[string]json.RawMessage
	if json.Unmarshal(raw, &tree) != nil {
		out[""] = string(raw)
		return out
	}
	flattenInto(out, "", raw)
	return out
}

func flattenInto(out map[string]string, key string, raw json.RawMessage) {
	var object map[string]json.RawMessage
	if json.Unmarshal(raw, &object) == nil && len(object) > 0 {
		for name, value := range object {
			inner := name
			if key != "" {
				inner = key + "." + name
			}
			flattenInto(out, inner, value)
		}
		return
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil && len(list) > 0 {
		for i, value := range list {
			flattenInto(out, key+"["+strconv.Itoa(i)+"]", value)
		}
		return
	}
	out[key] = string(raw)
}

func inputDifferences(before, after []Input) []Difference {
	old, now := inputSums(before), inputSums(after)
	names := maps.Clone(old)
	maps.Copy(names, now)
	var out []Difference
	for _, name := range slices.Sorted(maps.Keys(names)) {
		out = diff(out, "inputs."+name, old[name], now[name])
	}
	return out
}

func inputSums(list []Input) map[string]string {
	out := map[string]string{}
	for _, in := range list {
		out[in.Name] = in.SHA256
	}
	return out
}
