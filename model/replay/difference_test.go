package replay

import (
	"encoding/json"
	"path/filepath"
	"testing"
)

// Every kind of recorded value is compared: a history in which one of them was
// altered no longer agrees, and the difference is told.
func TestAlteredHistoriesDiffer(t *testing.T) {
	quoted := func(s string) json.RawMessage { return json.RawMessage(`"` + s + `"`) }
	tests := []struct {
		name, file string
		alter      func(steps []Step)
		want       Mismatch
	}{
		{"storage", "sip328_example", func(s []Step) { s[24].Observed["raw/market/1/creditCapacityD18"] = quoted("999") },
			Mismatch{24, "rebalancePool", "raw/market/1/creditCapacityD18", "999", "1000000000000000000000"}},
		{"view", "sip328_example", func(s []Step) { s[22].Observed["pool/1/totalDebtD18"] = quoted("1") },
			Mismatch{22, "setReportedDebt", "pool/1/totalDebtD18", "1", "100000000000000000000"}},
		{"list", "sip328_example", func(s []Step) { s[23].Observed["market/2/inRange"] = json.RawMessage(`["1","2"]`) },
			Mismatch{23, "rebalancePool", "market/2/inRange", "[1 2]", "[2 1]"}},
		{"returned value", "sip328_example", func(s []Step) { s[21].Returns["debtD18"] = quoted("175000000000000000001") },
			Mismatch{21, "touch:getPositionDebt", "returns.debtD18", "175000000000000000001", "175000000000000000000"}},
		{"outcome", "sip328_example", func(s []Step) { s[23].OK, s[23].Revert = false, &Revert{Error: "PoolNotFound"} },
			Mismatch{23, "rebalancePool", "outcome", "PoolNotFound()", "success"}},
		{"time", "sip328_example", func(s []Step) { s[22].Now = "1700000001" },
			Mismatch{22, "setReportedDebt", "now", "1700000001", "1700000000"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			history := readFile(t, filepath.Join(recorded, "named", test.file+".json.gz"))
			test.alter(history.Steps)
			got, err := ReplayTrace(history)
			if err != nil || got.First == nil || *got.First != test.want {
				t.Fatalf("first difference %v, %v; want %v", got.First, err, &test.want)
			}
			if text := got.First.String(); text != test.want.String() || got.Mismatches == 0 {
				t.Errorf("%d mismatches, %s", got.Mismatches, text)
			}
		})
	}
}

// An altered argument of a revert differs, too: in every reverted step of a
// history made of them.
func TestAlteredRevertsDiffer(t *testing.T) {
	file := filepath.Join(recorded, "named", "error_order_delegate.json.gz")
	reverts := 0
	for i, step := range readFile(t, file).Steps {
		if step.OK || len(step.Revert.Args) == 0 {
			continue
		}
		reverts++
		history := readFile(t, file)
		for name := range step.Revert.Args {
			history.Steps[i].Revert.Args[name] = json.RawMessage(`"something else"`)
		}
		got, err := ReplayTrace(history)
		if err != nil || got.Mismatches != 1 || got.First.Step != i || got.First.What != "outcome" {
			t.Errorf("step %d: %+v, %v", i, got, err)
		}
	}
	if reverts == 0 {
		t.Fatal("the history has no reverts with arguments")
	}
}
