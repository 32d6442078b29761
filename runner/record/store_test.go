package record

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestRoundTrip(t *testing.T) {
	for _, format := range []Format{Arrow, Parquet} {
		t.Run(string(format), func(t *testing.T) {
			dir, id, opt := t.TempDir(), testIdentity(150), checkedOptions(t)
			id.Format = format
			m := mustRun(t, dir, id, opt)
			r, err := openWith(dir, OS{}, opt.allocator)
			if err != nil {
				t.Fatal(err)
			}
			var paths []PathRow
			var events []EventRow
			var cell cellSketches
			for _, spec := range id.specs() {
				b := testBlock(t, spec)
				paths, events = append(paths, b.Paths...), append(events, b.Events...)
				cell.add(b.CRatio, b.Series)
			}
			if got := collect(t, r.Paths()); !equal(got, paths) {
				t.Errorf("paths differ:\n%+v\n%+v", got[0], paths[0])
			}
			if got := collect(t, r.Events()); !equal(got, events) {
				t.Error("events differ")
			}
			var cRatio []CRatioRow
			var series []SeriesRow
			ratioSketches, seriesSketches := cell.sorted()
			for _, s := range ratioSketches {
				rows := s.rows()
				cRatio = append(cRatio, rows[:]...)
			}
			for _, s := range seriesSketches {
				series = append(series, s.row())
			}
			if got := collect(t, r.CRatios()); !equal(got, cRatio) || len(got) != 3*5*2 {
				t.Errorf("C-ratios differ, %d rows", len(got))
			}
			if got := collect(t, r.Series()); !equal(got, series) || len(got) != 3*5 {
				t.Errorf("series differ, %d rows", len(got))
			}
			if m.Paths != 450 || m.Steps != 450*720 || m.FailedPaths != 9 || r.Rows(EventsTable) != int64(len(events)) {
				t.Errorf("manifest counts %d paths, %d steps, %d failed", m.Paths, m.Steps, m.FailedPaths)
			}
			if !equal(r.Manifest(), m) {
				t.Errorf("manifest differs:\n%+v\n%+v", r.Manifest(), m)
			}
			if _, err := os.Stat(filepath.Join(dir, blockDir)); !errors.Is(err, fs.ErrNotExist) {
				t.Error("blocks are still there")
			}
		})
	}
}

func TestColumns(t *testing.T) {
	for _, format := range []Format{Arrow, Parquet} {
		dir, id, opt := t.TempDir(), testIdentity(100), checkedOptions(t)
		id.Format = format
		mustRun(t, dir, id, opt)
		r, err := openWith(dir, OS{}, opt.allocator)
		if err != nil {
			t.Fatal(err)
		}
		c, err := r.PathColumns("scenario", "path", "bad_debt_usd", "min_vault_c_ratio", "first_stop_loss_exit_seconds", "attribution_main_fees_usd", "path")
		if err != nil {
			t.Fatal(err)
		}
		rows := collect(t, r.Paths())
		if c.Rows != len(rows) || len(c.Float("path")) != len(rows) {
			t.Fatalf("%d rows, %d paths, want %d", c.Rows, len(c.Float("path")), len(rows))
		}
		for i, p := range rows {
			if c.Strings("scenario")[i] != p.Scenario || c.Float("path")[i] != float64(p.Path) || c.Exact("bad_debt_usd")[i] != p.BadDebtUSD ||
				c.Float("bad_debt_usd")[i] != p.BadDebtUSD.Float64() || c.Exact("attribution_main_fees_usd")[i] != p.Exact[1] ||
				!equal(c.Float("min_vault_c_ratio")[i], p.MinVaultCRatio) {
				t.Fatalf("row %d differs", i)
			}
			if first := c.Float("first_stop_loss_exit_seconds")[i]; (p.FirstStopLossExitSeconds == NoTimeSeconds) != (first != first) {
				t.Fatalf("row %d: first exit %v, want %d", i, first, p.FirstStopLossExitSeconds)
			}
		}
		events, err := r.EventColumns("time", "value_per_share")
		if err != nil {
			t.Fatal(err)
		}
		if got, want := events.Float("time")[0], float64(collect(t, r.Events())[0].Time); got != want {
			t.Errorf("time %v, want %v", got, want)
		}
		if _, err := r.PathColumns("nonsense"); err == nil {
			t.Error("an unknown column is no error")
		}
	}
}

func TestSameBytesInAnyOrder(t *testing.T) {
	id := testIdentity(200)
	plain := t.TempDir()
	mustRun(t, plain, id, checkedOptions(t))

	shuffled := t.TempDir()
	s := mustCreate(t, shuffled, id, checkedOptions(t))
	specs := s.Missing()
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(specs), func(i, j int) { specs[i], specs[j] = specs[j], specs[i] })
	var group sync.WaitGroup
	for _, spec := range specs {
		group.Go(func() {
			if err := s.Write(testBlock(t, spec)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	facts := NewFacts(time.Now(), 4, 99)
	m, err := s.Finalize(context.Background(), facts)
	if err != nil {
		t.Fatal(err)
	}
	if !m.Run.Finished.After(facts.Finished) || m.Run.ElapsedSeconds <= facts.ElapsedSeconds {
		t.Errorf("%+v leaves out the time that the files took", m.Run)
	}
	sameContents(t, contents(t, plain), contents(t, shuffled))
}

func TestResumeKeepsBlocks(t *testing.T) {
	id, dir, whole := testIdentity(200), t.TempDir(), t.TempDir()
	mustRun(t, whole, id, Options{})
	s := mustCreate(t, dir, id, Options{Resume: true}) // nothing there: simply starts
	specs := s.Missing()
	for _, spec := range specs[:5] {
		if err := s.Write(testBlock(t, spec)); err != nil {
			t.Fatal(err)
		}
	}
	var missing *MissingError
	if _, err := s.Finalize(context.Background(), Facts{}); !errors.As(err, &missing) || len(missing.Blocks) != len(specs)-5 {
		t.Fatalf("finalize with missing blocks: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	flip(t, blockPath(dir, specs[1].Index), 60)
	var unfinished *UnfinishedError
	if _, err := Open(dir); !errors.As(err, &unfinished) || unfinished.Done != 4 || unfinished.Planned != int64(len(specs)) {
		t.Fatalf("open of an unfinished run: %v", err)
	}
	if _, err := Create(dir, id, Options{}); !errors.As(err, new(*ExistsError)) {
		t.Fatalf("an unfinished run is overwritten: %v", err)
	}
	again := mustCreate(t, dir, id, Options{Resume: true})
	if again.Resumed() != 4 || len(again.Damaged()) != 1 || len(again.Missing()) != len(specs)-4 {
		t.Fatalf("resumed %d, damaged %v, missing %d", again.Resumed(), again.Damaged(), len(again.Missing()))
	}
	writeAll(t, again)
	m, err := again.Finalize(context.Background(), Facts{})
	if err != nil || m.Run.BlocksResumed != 4 {
		t.Fatalf("finalize: %v, %d resumed", err, m.Run.BlocksResumed)
	}
	sameContents(t, contents(t, whole), contents(t, dir))
}

func TestResumeOfAFinishedRun(t *testing.T) {
	id, dir := testIdentity(70), t.TempDir()
	want := mustRun(t, dir, id, Options{})
	s := mustCreate(t, dir, id, Options{Resume: true})
	if m, ok := s.Complete(); !ok || !equal(m, want) || s.Missing() != nil {
		t.Fatalf("complete is %v", ok)
	}
	if m, err := s.Finalize(context.Background(), Facts{Workers: 9}); err != nil || !equal(m, want) {
		t.Fatalf("finalize of a finished run: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	flip(t, filepath.Join(dir, "events.arrow"), 500)
	again := mustCreate(t, dir, id, Options{Resume: true})
	if _, ok := again.Complete(); ok || len(again.Damaged()) != 1 || len(again.Missing()) != 6 {
		t.Fatalf("a damaged run counts as finished: %v", again.Damaged())
	}
}

func TestResumeRefusesAnotherQuestion(t *testing.T) {
	changes := map[string]func(*Identity){
		"program_version": func(id *Identity) { id.ProgramVersion = "v2" },
		"configuration.pools[main].weight": func(id *Identity) {
			id.ConfigSHA256, id.Configuration = "dead", []byte(`{"name": "quick", "pools": [{"id": "main", "weight": 2}]}`)
		},
		"seed":           func(id *Identity) { id.Seed = 43 },
		"inputs.eth.csv": func(id *Identity) { id.Inputs = []Input{{Name: "eth.csv", SHA256: "bb"}} },
		"plan":           func(id *Identity) { id.Plan.Cells = id.Plan.Cells[:2] },
		"extra_columns":  func(id *Identity) { id.Columns = nil },
		"format":         func(id *Identity) { id.Format = Parquet },
		"shard":          func(id *Identity) { id.Shard = &Shard{1, 2} },
		"name":           func(id *Identity) { id.Name = "slow" },
		"command":        func(id *Identity) { id.Command = "run" },
	}
	dir := t.TempDir()
	if err := mustCreate(t, dir, testIdentity(70), Options{}).Close(); err != nil {
		t.Fatal(err)
	}
	for key, change := range changes {
		id := testIdentity(70)
		change(&id)
		var mismatch *MismatchError
		_, err := Create(dir, id, Options{Resume: true})
		if !errors.As(err, &mismatch) || mismatch.Differences[0].Key != key || !strings.Contains(err.Error(), key) {
			t.Errorf("%s: %v", key, err)
		}
		s, err := Create(dir, id, Options{Resume: true, Force: true})
		if err != nil {
			t.Fatalf("%s, forced: %v", key, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if err := mustCreate(t, dir, testIdentity(70), Options{Force: true}).Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestForceRemovesDerivedFiles(t *testing.T) {
	dir, id := t.TempDir(), testIdentity(70)
	mustRun(t, dir, id, Options{})
	commit(t, dir, OfReport, Content{"summary.json", []byte("x")})
	write(t, filepath.Join(dir, "notes.txt"), "x")
	if _, err := Create(dir, id, Options{}); !errors.As(err, new(*ExistsError)) {
		t.Fatalf("a finished run is overwritten: %v", err)
	}
	mustCreate(t, dir, id, Options{Force: true, Derived: []string{"summary.json"}})
	for name, want := range map[string]bool{"summary.json": false, "notes.txt": true, "paths.arrow": false, ManifestName: false} {
		if there, err := exists(OS{}, filepath.Join(dir, name)); err != nil || there != want {
			t.Errorf("%s is there: %v, want %v (%v)", name, there, want, err)
		}
	}
	if _, err := Create(dir, id, Options{Derived: []string{"../x"}}); err == nil {
		t.Error("a derived file outside of the folder is accepted")
	}
}

func TestLock(t *testing.T) {
	dir, id := t.TempDir(), testIdentity(70)
	s := mustCreate(t, dir, id, Options{})
	var locked *LockedError
	if _, err := Create(dir, id, Options{Force: true}); !errors.As(err, &locked) || !strings.Contains(locked.Holder, "process") {
		t.Fatalf("two runs into one folder: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := mustCreate(t, dir, id, Options{Resume: true}).Close(); err != nil {
		t.Fatal(err)
	}
	if there, _ := exists(OS{}, filepath.Join(dir, lockName)); there {
		t.Error("the lock file stays")
	}
}

func TestRejectedBlocks(t *testing.T) {
	s := mustCreate(t, t.TempDir(), testIdentity(70), Options{})
	spec := s.Missing()[0]
	cases := map[string]func(*Block){
		"no such block":   func(b *Block) { b.Index = 99 },
		"path missing":    func(b *Block) { b.Paths = b.Paths[1:] },
		"wrong path":      func(b *Block) { b.Paths[5].Path = 6 },
		"wrong scenario":  func(b *Block) { b.Paths[5].Scenario = "other" },
		"extra values":    func(b *Block) { b.Paths[5].Exact = nil },
		"amount":          func(b *Block) { b.Paths[5].FeesUSD = D18{Hi: 6e18} },
		"event amount":    func(b *Block) { b.Events[0].AmountUSD = D18{Hi: -1 << 63} },
		"event of other":  func(b *Block) { b.Events[0].Path = 64 },
		"event order":     func(b *Block) { b.Events[0].Path = b.Events[len(b.Events)-1].Path + 1 },
		"C-ratio cell":    func(b *Block) { b.CRatio[0].Key.Point = 1 },
		"series scenario": func(b *Block) { b.Series[0].Key.Scenario = "stress" },
	}
	for name, spoil := range cases {
		b := testBlock(t, spec)
		spoil(b)
		if err := s.Write(b); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	var out *RangeError
	b := testBlock(t, spec)
	b.Paths[0].Exact[1] = D18(limit38)
	if err := s.Write(b); !errors.As(err, &out) || out.Column != "attribution_main_fees_usd" {
		t.Errorf("39 digits: %v", err)
	}
}

func TestRejectedIdentities(t *testing.T) {
	cases := map[string]func(*Identity){
		"format": func(id *Identity) { id.Format = "csv" },
		"shard":  func(id *Identity) { id.Shard = &Shard{3, 2} },
		"cells":  func(id *Identity) { id.Plan.Cells = nil },
		"twice":  func(id *Identity) { id.Plan.Cells[1] = id.Plan.Cells[0] },
		"column": func(id *Identity) { id.Columns[0].Name = "path" },
		"kind":   func(id *Identity) { id.Columns[0].Kind = "text" },
		"json":   func(id *Identity) { id.Configuration = []byte("{") },
	}
	for name, spoil := range cases {
		id := testIdentity(70)
		spoil(&id)
		if _, err := Create(t.TempDir(), id, Options{}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(file, testIdentity(70), Options{}); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("a file where a folder should be: %v", err)
	}
}

func TestCancelledFinalize(t *testing.T) {
	dir := t.TempDir()
	s := mustCreate(t, dir, testIdentity(70), checkedOptions(t))
	writeAll(t, s)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Finalize(ctx, Facts{}); !errors.Is(err, context.Canceled) {
		t.Fatalf("finalize: %v", err)
	}
	if names, _ := filepath.Glob(filepath.Join(dir, "*.arrow*")); len(names) != 0 {
		t.Errorf("left behind: %v", names)
	}
	if _, err := s.Finalize(context.Background(), Facts{}); err != nil {
		t.Errorf("finalize again: %v", err)
	}
}

// TestResumeClearsBlocks: a run that died while it removed its blocks is
// finished, and the rest of them goes.
func TestResumeClearsBlocks(t *testing.T) {
	dir := t.TempDir()
	id := testIdentity(70)
	mustRun(t, dir, id, Options{})
	rest := blockPath(dir, 1)
	if err := os.MkdirAll(filepath.Dir(rest), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(rest, []byte(blockMagic+"rest"), 0o644); err != nil {
		t.Fatal(err)
	}
	s := mustCreate(t, dir, id, Options{Resume: true})
	if _, done := s.Complete(); !done {
		t.Error("computed again")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Dir(rest)); !os.IsNotExist(err) {
		t.Errorf("the blocks are left: %v", err)
	}
}

// TestFolderTakenOver: the folder of a run is removed, and another run takes
// its name. The first must not write a block into the second.
func TestFolderTakenOver(t *testing.T) {
	dir, id := filepath.Join(t.TempDir(), "out"), testIdentity(70)
	first := mustCreate(t, dir, id, Options{})
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	write := func() error { return first.Write(testBlock(t, first.Missing()[0])) }
	if err := write(); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), dir) {
		t.Errorf("a removed folder: %v", err)
	}
	second := mustCreate(t, dir, id, Options{})
	if err := write(); !errors.As(err, new(*LockedError)) {
		t.Errorf("a folder of another run: %v", err)
	}
	if _, err := first.Finalize(context.Background(), Facts{}); err == nil {
		t.Error("finalised in a folder of another run")
	}
	if _, err := os.Stat(blockPath(dir, 0)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a block was written: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	writeAll(t, second) // its lock is still there
}
