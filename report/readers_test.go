package report_test

import (
	"encoding/json"
	"math"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"backtest/report/internal/synthetic"
	"backtest/runner/record"
)

// addsUp is what the records of a run add up to, amounts in wei.
type addsUp struct {
	Paths struct {
		Rows        int64   `json:"rows"`
		Weight      float64 `json:"weight"`
		PnL         string  `json:"lp_pnl_usd"`
		Attribution string  `json:"attribution_price_usd"`
		Never       int64   `json:"never"` // without a vault liquidation
		Well        int64   `json:"well"`  // that did not fail
	} `json:"paths"`
	Events struct {
		Rows     int64            `json:"rows"`
		Kinds    map[string]int64 `json:"kinds"`
		Amount   string           `json:"amount_usd"`
		First    int64            `json:"first"`
		NoMarket int64            `json:"no_market"`
	} `json:"events"`
	CRatio struct {
		Rows   int64   `json:"rows"`
		Bins   int64   `json:"bins"`
		Weight float64 `json:"weight"`
		Median float64 `json:"median"`
	} `json:"cratio"`
	Series struct {
		Rows   int64    `json:"rows"`
		Mean   float64  `json:"mean"`
		Vaults []string `json:"vaults"`
	} `json:"series"`
}

// readBack adds up what this project's own reader finds.
func readBack(t *testing.T, dir string) (out addsUp) {
	t.Helper()
	r, err := record.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	pnl, price, amount := new(big.Int), new(big.Int), new(big.Int)
	for p, err := range r.Paths() {
		if err != nil {
			t.Fatal(err)
		}
		out.Paths.Rows++
		out.Paths.Weight += p.Weight
		pnl.Add(pnl, p.LPPnLUSD.Big())
		price.Add(price, p.Exact[0].Big())
		if p.FirstVaultLiquidationSeconds == record.NoTimeSeconds {
			out.Paths.Never++
		}
		if p.Failed == "" {
			out.Paths.Well++
		}
	}
	out.Events.Kinds, out.Events.First = map[string]int64{}, math.MaxInt64
	for e, err := range r.Events() {
		if err != nil {
			t.Fatal(err)
		}
		out.Events.Rows++
		out.Events.Kinds[e.Kind]++
		amount.Add(amount, e.AmountUSD.Big())
		out.Events.First = min(out.Events.First, e.Time)
		if e.Market == "" {
			out.Events.NoMarket++
		}
	}
	out.Paths.PnL, out.Paths.Attribution, out.Events.Amount = pnl.String(), price.String(), amount.String()
	sketches(t, r, &out)
	return out
}

func sketches(t *testing.T, r *record.Reader, out *addsUp) {
	t.Helper()
	for row, err := range r.CRatios() {
		if err != nil {
			t.Fatal(err)
		}
		out.CRatio.Rows++
		out.CRatio.Bins += int64(len(row.BinLow))
		out.CRatio.Median += row.Quantiles[4]
		for _, w := range row.BinWeight {
			out.CRatio.Weight += w
		}
	}
	for row, err := range r.Series() {
		if err != nil {
			t.Fatal(err)
		}
		out.Series.Rows++
		out.Series.Mean += row.Mean
		if !slices.Contains(out.Series.Vaults, row.Entity) {
			out.Series.Vaults = append(out.Series.Vaults, row.Entity)
		}
	}
	slices.Sort(out.Series.Vaults)
}

// nodeModules finds the folder of the packages for node, in BACKTEST_NODE_MODULES.
// The test is skipped where node or the package is missing.
func nodeModules(t *testing.T, name string) string {
	t.Helper()
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("node is not installed")
	}
	dir := os.Getenv("BACKTEST_NODE_MODULES")
	if _, err := os.Stat(filepath.Join(dir, name)); dir == "" || err != nil {
		t.Skipf("npm package %s is not in BACKTEST_NODE_MODULES", name)
	}
	return dir
}

// TestOtherProgramsReadTheFiles has DuckDB read Parquet files and apache-arrow Arrow
// files, every kind of column, nulls and decimals among them.
func TestOtherProgramsReadTheFiles(t *testing.T) {
	for _, c := range []struct {
		name, module string
		format       record.Format
	}{{"duckdb", "@duckdb/node-api", record.Parquet}, {"arrow", "apache-arrow", record.Arrow}} {
		t.Run(c.name, func(t *testing.T) {
			modules := nodeModules(t, c.module)
			dir := t.TempDir()
			if err := synthetic.Write(dir, synthetic.World{Name: "read", Paths: 150, Seed: 9, Drop: 0.7, Failed: 2, Tilted: true, Format: c.format}); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command("node", filepath.Join("testdata", "readers", c.name+".mjs"), modules, dir)
			var complaint strings.Builder
			cmd.Stderr = &complaint
			text, err := cmd.Output()
			if err != nil {
				t.Fatalf("%v: %s", err, complaint.String())
			}
			var got addsUp
			if err := json.Unmarshal(text, &got); err != nil {
				t.Fatalf("%v: %s", err, text)
			}
			want := readBack(t, dir)
			for _, pair := range [][2]*float64{{&got.Paths.Weight, &want.Paths.Weight}, {&got.CRatio.Weight, &want.CRatio.Weight}, {&got.CRatio.Median, &want.CRatio.Median}, {&got.Series.Mean, &want.Series.Mean}} {
				if math.Abs(*pair[0]-*pair[1]) < 1e-9*math.Abs(*pair[1]) { // sums in another order
					*pair[0] = *pair[1]
				}
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s reads\n%+v, want\n%+v", c.name, got, want)
			}
			if want.Events.Rows == 0 || want.Paths.Never == want.Paths.Rows || want.Paths.Well != 148 {
				t.Errorf("the run is too dull for this test: %+v", want)
			}
		})
	}
}
