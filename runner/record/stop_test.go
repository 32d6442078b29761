package record

import (
	"context"
	"math"
	"testing"
)

func TestStopWritesOnlyTheBlocksBeforeIt(t *testing.T) {
	dir := t.TempDir()
	id := Identity{Name: "stop", Command: "run", Plan: Plan{Cells: []Cell{{Scenario: "a", Paths: 200}, {Scenario: "b", Paths: 200}}}}
	s, err := Create(dir, id, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Stop(Stop{Paths: 100}); err == nil {
		t.Error("a stop within a block was taken")
	}
	if err := s.Stop(Stop{Paths: 64, Metric: "m", Reached: true}); err != nil {
		t.Fatal(err)
	}
	missing := s.Missing()
	if len(missing) != 2 || missing[1].Scenario != "b" {
		t.Fatalf("missing %v", missing)
	}
	for _, spec := range missing {
		b := &Block{Index: spec.Index}
		for i := range spec.Paths {
			row := NewPathRow(spec.Scenario, 0, spec.FirstPath+int64(i))
			row.StopLossExits = 3
			b.Paths = append(b.Paths, row)
		}
		if err := s.Write(b); err != nil {
			t.Fatal(err)
		}
		again, err := s.ReadBlock(spec.Index)
		if err != nil || len(again.Paths) != 64 {
			t.Fatalf("read back: %v", err)
		}
		values, ok := Float(again.Paths, nil, "stop_loss_exits")
		if never, _ := Float(again.Paths, nil, "first_reentry_seconds"); !ok || values[63] != 3 || !math.IsNaN(never[0]) {
			t.Errorf("columns %v, %v", values, never)
		}
		if _, ok := Float(again.Paths, nil, "scenario"); ok {
			t.Error("a text is no number")
		}
	}
	m, err := s.Finalize(context.Background(), Facts{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if m.Paths != 128 || m.Stopped == nil || !m.Stopped.Reached {
		t.Errorf("manifest: %d paths, %+v", m.Paths, m.Stopped)
	}
	r, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if r.Manifest().Stopped.Paths != 64 || r.Manifest().Plan.Cells[0].Paths != 200 {
		t.Errorf("read back: %+v", r.Manifest().Stopped)
	}
	again, err := Create(dir, id, Options{Resume: true})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if _, done := again.Complete(); !done {
		t.Error("the stopped run is not taken for complete")
	}
}

func TestAShardCannotStop(t *testing.T) {
	id := Identity{Name: "stop", Command: "run", Plan: Plan{Cells: []Cell{{Scenario: "a", Paths: 200}}}, Shard: &Shard{Index: 1, Count: 2}}
	s, err := Create(t.TempDir(), id, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if s.Stop(Stop{Paths: 64}) == nil {
		t.Error("a shard stopped")
	}
}
