package record

import (
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestErrorsSayWhatAndWhere(t *testing.T) {
	for _, c := range []struct {
		err  error
		want []string
	}{
		{&DamagedError{File: "a/paths.arrow", Reason: "cut"}, []string{"a/paths.arrow", "cut"}},
		{&MismatchError{Dir: "out", Differences: []Difference{{"seed", "1", "2"}, {"name", "", "x"}}}, []string{"out", "seed: 1, now 2", "name: (none), now x"}},
		{&ExistsError{Dir: "out", File: ManifestName}, []string{"out", ManifestName}},
		{&LockedError{Dir: "out"}, []string{"out", "(none)"}},
		{&UnfinishedError{Dir: "out", Done: 3, Planned: 7}, []string{"out", "3 of 7"}},
		{&MissingError{Dir: "out", Blocks: []int64{5, 6}}, []string{"out", "2 blocks", "5"}},
		{&ShardError{Reason: "none given"}, []string{"none given"}},
		{&RangeError{Value: "123", Column: "fees_usd"}, []string{"123e-18", "fees_usd"}},
	} {
		for _, part := range c.want {
			if !strings.Contains(c.err.Error(), part) {
				t.Errorf("%q lacks %q", c.err, part)
			}
		}
	}
	_, err := D18FromBig(new(big.Int).Lsh(big.NewInt(1), 127))
	if err == nil || !strings.Contains(err.Error(), "170141183460469231731687303715884105728e-18") {
		t.Errorf("%v", err)
	}
}

func TestFactsDescribeThisProcess(t *testing.T) {
	f := NewFacts(time.Now().Add(-2*time.Second), 3, 1000)
	if f.ElapsedSeconds < 2 || f.PathStepsPerSecond > 500 || f.PathStepsPerSecond < 50 || f.Workers != 3 || f.PeakMemoryBytes < 1<<20 || f.CPUs < 1 {
		t.Errorf("%+v", f)
	}
}

func TestColumnNamesOfTheContract(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, dir, testIdentity(3), Options{})
	r, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	names := strings.Join(r.PathColumnNames(), " ") + " "
	for _, name := range strings.Split("scenario point path weight steps stop_loss_exits reentries position_liquidations vault_liquidations debt_liquidated_usd "+
		"bad_debt_usd unbacked_debt_usd unpaid_usd lp_pnl_usd min_vault_c_ratio min_position_c_ratio failed attribution_main_price_usd", " ") {
		if !strings.Contains(names, name+" ") {
			t.Errorf("paths lack %s", name)
		}
	}
	if got, want := strings.Join(namesOf(eventTable()), " "), "scenario point path step time kind cause market pool collateral account "+
		"amount_usd amount_collateral c_ratio value_per_share duration_seconds attempts"; got != want {
		t.Errorf("events have %s", got)
	}
}

func TestNoRunThere(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an empty folder: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "paths.arrow"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(dir, testIdentity(3), Options{}); !errors.As(err, new(*ForeignError)) {
		t.Errorf("a foreign paths.arrow is overwritten: %v", err)
	}
}
