package record

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// ConfigurationDifferences compares two configurations (JSON) key by key, in order of key. Keys are written as in
// a.b[2].c, or a.b[name].c in lists whose elements have names, as the configuration's own keys are; a key that one of them lacks is "" there. Text that is not JSON compares as a whole.
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
		for i, label := range labels(list) {
			flattenInto(out, key+"["+label+"]", list[i])
		}
		return
	}
	out[key] = unescaped.Replace(string(raw))
}

// unescaped gives back what JSON escapes only for pages.
var unescaped = strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&")

// labels gives the elements of a list their names, if every one has another; their places otherwise.
func labels(list []json.RawMessage) []string {
	for _, field := range []string{"id", "market", "asset", "name", "key"} {
		names := make([]string, 0, len(list))
		for _, element := range list {
			var object map[string]json.RawMessage
			var name string
			if json.Unmarshal(element, &object) == nil && json.Unmarshal(object[field], &name) == nil && name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		if len(names) == len(list) {
			return names
		}
	}
	places := make([]string, len(list))
	for i := range places {
		places[i] = strconv.Itoa(i)
	}
	return places
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

// inputSums gives the checksums by name; files of one name in several folders are numbered.
func inputSums(list []Input) map[string]string {
	out, times := map[string]string{}, map[string]int{}
	for _, in := range list {
		name := in.Name
		if times[name]++; times[name] > 1 {
			name += "#" + strconv.Itoa(times[name])
		}
		out[name] = in.SHA256
	}
	return out
}
