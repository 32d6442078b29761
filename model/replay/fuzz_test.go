package replay

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"testing"
)

// FuzzReplay looks for input that panics, or fails in another way than with an
// *InputError. Its seeds are short: the fuzzer is slow on long ones.
func FuzzReplay(f *testing.F) {
	f.Add([]byte(trace(goodFormat, goodSetup, goodStep)))
	for _, name := range []string{"sip328_example", "dust_one_wei", "locks_on_usd_and_burn", "market_provided_collateral"} {
		f.Add(withoutObservations(f, filepath.Join(recorded, "named", name+".json.gz")))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		history, err := Read(bytes.NewReader(content))
		if err == nil {
			_, err = ReplayTrace(history)
		}
		var bad *InputError
		if err != nil && !errors.As(err, &bad) {
			t.Errorf("%T: %v", err, err)
		}
	})
}

// withoutObservations gives a history's operations and outcomes alone, as JSON.
func withoutObservations(t testing.TB, path string) []byte {
	history := readFile(t, path)
	for i := range history.Steps {
		history.Steps[i].Obs, history.Steps[i].Observed = "none", nil
	}
	content, err := json.Marshal(history)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
