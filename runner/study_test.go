package runner

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"backtest/configs"
	"backtest/report"
	"backtest/runner/record"
)

// smallWorld is a vault of ETH whose price wanders.
const smallWorld = `
name: small
paths: 96
horizon: 10d
step: 1d
prices:
  assets:
    - {id: ETH, initial: 2000, process: {kind: gbm, annual_volatility: 1.5}}
collaterals:
  - {id: ETH, issuance_ratio: 200%, liquidation_ratio: 150%}
markets:
  - {id: spot, kind: spot, asset: ETH, initial_supply: 1}
pools:
  - {id: main, markets: [{market: spot}]}
lps:
  - {id: lp, pool: main, collateral: ETH, count: 3, collateral_usd: {value: 10_000}, c_ratio: {kind: uniform, from: 2, to: 2.5}}
liquidators: [{id: bot, vaults: never}]
record: {every: 5d}
`

func small(t testing.TB, more string, sets ...string) *configs.Loaded {
	t.Helper()
	return loadText(t, smallWorld+more, sets...)
}

func loadText(t testing.TB, text string, sets ...string) *configs.Loaded {
	t.Helper()
	l, err := configs.Load(configs.Source{Bytes: []byte(text), Name: "test", Sets: sets})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

const smallStudy = `
study:
  design: grid
  axes:
    - {key: "collaterals[ETH].liquidation_ratio", values: [120%, 150%, 180%]}
    - {key: "collaterals[ETH].issuance_ratio", values: [200%, 300%]}
`

// records are the bytes of all final files of a folder.
func records(t testing.TB, dir string) []byte {
	t.Helper()
	var all []byte
	for _, table := range record.Tables() {
		content, err := os.ReadFile(filepath.Join(dir, table+".arrow"))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, content...)
	}
	return all
}

func TestStudyPlansEveryPointOnce(t *testing.T) {
	plan, err := studyPlan(small(t, smallStudy))
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"1.5", "2"}, {"1.2", "2"}, {"1.2", "3"}, {"1.5", "3"}, {"1.8", "2"}, {"1.8", "3"}}
	if !slices.EqualFunc(plan.Points, want, slices.Equal) {
		t.Errorf("points %v, want %v", plan.Points, want)
	}
	if plan.Axes[0].Unit != configs.RatioValue {
		t.Errorf("axis %+v", plan.Axes[0])
	}
}

func TestStudySameBytesWithAnyWorkers(t *testing.T) {
	var first []byte
	for _, workers := range []int{1, 3} {
		dir := t.TempDir()
		m, err := Study(context.Background(), small(t, smallStudy), Options{Out: dir, Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		if m.Command != "study" || len(m.Study.Points) != 6 || m.Paths != 6*96 {
			t.Errorf("manifest: %s, %d points, %d paths", m.Command, len(m.Study.Points), m.Paths)
		}
		if first == nil {
			first = records(t, dir)
		} else if !bytes.Equal(first, records(t, dir)) {
			t.Error("records differ with the number of workers")
		}
	}
}

func TestStudyPointsShareTheirPaths(t *testing.T) {
	dir := t.TempDir()
	// The second value of the axis changes nothing that happens: rewards are paid
	// on liquidation only, and nobody can be liquidated at 101 %.
	more := "study:\n  axes:\n    - {key: \"collaterals[ETH].liquidation_ratio\", values: [101%, 100.5%]}\n"
	if _, err := Study(context.Background(), small(t, more, "prices.assets[ETH].process.annual_volatility=0.5"), Options{Out: dir}); err != nil {
		t.Fatal(err)
	}
	r, err := record.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	c, err := r.PathColumns("point", "lp_pnl_usd")
	if err != nil {
		t.Fatal(err)
	}
	byPoint := map[float64][]float64{}
	for i, p := range c.Float("point") {
		byPoint[p] = append(byPoint[p], c.Float("lp_pnl_usd")[i])
	}
	if len(byPoint[1]) != 96 || !slices.Equal(byPoint[1], byPoint[2]) {
		t.Error("two points without effect differ: their prices are not the same")
	}
}

func TestStudySurvivesAPoint(t *testing.T) {
	dir := t.TempDir()
	more := "study:\n  axes:\n    - {key: \"collaterals[ETH].liquidation_ratio\", values: [250%, 160%]}\n    - {key: \"collaterals[ETH].issuance_ratio\", values: [200%]}\n"
	_, err := Study(context.Background(), small(t, more), Options{Out: dir})
	var failed *FailedPaths
	if !errors.As(err, &failed) || failed.Count != 96 {
		t.Fatalf("error %v, want 96 failed paths", err)
	}
	r, err := record.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	c, err := r.PathColumns("point", "failed")
	if err != nil {
		t.Fatal(err)
	}
	for i, cause := range c.Strings("failed") {
		if bad := c.Float("point")[i] == 1; bad != (cause != "") {
			t.Fatalf("point %v: cause %q", c.Float("point")[i], cause)
		}
		if cause != "" && !strings.Contains(cause, "issuance") && !strings.Contains(cause, "ollateral") {
			t.Fatalf("cause %q does not tell what is wrong", cause)
		}
	}
}

func TestWorldsAreDropped(t *testing.T) {
	l := small(t, smallStudy)
	plan, err := studyPlan(l)
	if err != nil {
		t.Fatal(err)
	}
	w, err := newWorlds(l, plan)
	if err != nil {
		t.Fatal(err)
	}
	blocks := []record.BlockSpec{{Scenario: baseScenario, Point: 1}, {Scenario: baseScenario, Point: 1, FirstPath: 64}, {Scenario: baseScenario, Point: 2}}
	w.expect(blocks)
	one, err := w.get(blocks[0])
	if err != nil {
		t.Fatal(err)
	}
	two, err := w.get(blocks[2])
	if err != nil {
		t.Fatal(err)
	}
	if one.Prices != two.Prices {
		t.Error("points with the present prices do not share their generator")
	}
	w.done(blocks[0])
	if again, _ := w.get(blocks[1]); again != one {
		t.Error("the world was built twice")
	}
	w.done(blocks[1])
	w.done(blocks[2])
	if len(w.open) != 0 {
		t.Errorf("%d worlds are left", len(w.open))
	}
}

func TestDesigns(t *testing.T) {
	for _, design := range []string{"latin_hypercube", "sobol"} {
		more := "study:\n  design: " + design + "\n  points: 16\n  axes:\n    - {key: \"collaterals[ETH].issuance_ratio\", from: 2, to: 4}\n    - {key: \"lps[lp].count\", from: 1, to: 9}\n"
		plan, err := studyPlan(small(t, more))
		if err != nil {
			t.Fatal(err)
		}
		if len(plan.Points) != 17 {
			t.Fatalf("%s: %d points", design, len(plan.Points))
		}
		parts := map[int]bool{} // each sixteenth of the axis holds one point
		for _, p := range plan.Points[1:] {
			x, err := configs.ParseRatio(p[0])
			if err != nil {
				t.Fatal(err)
			}
			parts[int((x.Float64()-2)*8)] = true
			if strings.Contains(p[1], ".") {
				t.Errorf("%s: %s is not a whole number", design, p[1])
			}
		}
		if len(parts) != 16 {
			t.Errorf("%s: only %d of 16 parts hold a point", design, len(parts))
		}
	}
	more := "study:\n  design: saltelli\n  points: 16\n  axes:\n    - {key: \"collaterals[ETH].issuance_ratio\", from: 2, to: 4}\n    - {key: \"lps[lp].count\", from: 1, to: 9}\n"
	plan, err := studyPlan(small(t, more))
	if err != nil {
		t.Fatal(err)
	}
	row := plan.Points[1:5]
	if len(plan.Points) != 17 || row[2][0] != row[1][0] || row[2][1] != row[0][1] || row[3][0] != row[0][0] || row[3][1] != row[1][1] {
		t.Errorf("a row of the saltelli design is %v", row)
	}
}

func gauge(metric string, seed uint64, dependent int64, columns []record.ExtraColumn) (Gauge, error) {
	return report.NewGauge(metric, seed, dependent, columns)
}

func TestUntilStopsAtTheSameLook(t *testing.T) {
	const rule = "until: {metric: position_liquidation.probability, relative_error: 50%, max_paths: 4000}\n"
	var first []byte
	var stops []record.Stop
	for _, workers := range []int{1, 3} {
		dir := t.TempDir()
		m, err := Run(context.Background(), small(t, rule), Options{Out: dir, Workers: workers, Gauge: gauge})
		if err != nil {
			t.Fatal(err)
		}
		if m.Stopped == nil || !m.Stopped.Reached || m.Paths != m.Stopped.Paths || m.Paths >= 4000 || m.Paths <= 128 {
			t.Fatalf("stopped %+v after %d paths", m.Stopped, m.Paths)
		}
		stops = append(stops, *m.Stopped)
		if first == nil {
			first = records(t, dir)
		} else if !bytes.Equal(first, records(t, dir)) {
			t.Error("records differ with the number of workers")
		}
		again, err := Run(context.Background(), small(t, rule), Options{Out: dir, Resume: true, Gauge: gauge})
		if err != nil || again.Paths != m.Paths {
			t.Errorf("resumed: %d paths, %v", again.Paths, err)
		}
	}
	if stops[0].Paths != stops[1].Paths || len(stops[0].Looks) != len(stops[1].Looks) {
		t.Errorf("stops %+v and %+v", stops[0], stops[1])
	}
}

func TestUntilRefusesAShard(t *testing.T) {
	l := small(t, "until: {metric: position_liquidation.probability, relative_error: 15%, max_paths: 4000}\n")
	_, err := Run(context.Background(), l, Options{Out: t.TempDir(), Gauge: gauge, Shard: &record.Shard{Index: 1, Count: 2}})
	var input *InputError
	if !errors.As(err, &input) {
		t.Errorf("error %v, want an input error", err)
	}
}
