package cannon_test

import (
	"encoding/csv"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"backtest/internal/cannon"
)

// deployments is the folder of real parameter files; tests of it are left out
// where it is not there.
func deployments(t *testing.T) string {
	t.Helper()
	chains := os.Getenv("BACKTEST_CHAINS")
	dir := filepath.Join(filepath.Dir(chains), "deployments")
	if chains == "" {
		t.Skip("BACKTEST_CHAINS is not set")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no deployments: %v", err)
	}
	return dir
}

func load(t *testing.T, path string) *cannon.Deployment {
	t.Helper()
	p, err := cannon.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	d, err := cannon.Resolve(p)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestBaseMeetsItsTable compares every parameter of every market of Base with
// the table that it resolves to.
func TestBaseMeetsItsTable(t *testing.T) {
	dir := deployments(t)
	d := load(t, filepath.Join(dir, "cannon", "base-2025-04.toml"))
	f, err := os.Open(filepath.Join(dir, "perps-base-2025-04-29.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	bySymbol := map[string]*cannon.Subject{}
	for _, s := range d.Instruments {
		bySymbol[s.Symbol] = s
	}
	compared := 0
	for _, row := range rows[1:] {
		s := bySymbol[row[1]]
		if s == nil || s.Key != row[0] || s.Name != row[2] {
			t.Errorf("market %v: got %+v", row[:3], s)
			continue
		}
		for i, name := range rows[0][3:] {
			want, ok := new(big.Rat).SetString(row[3+i])
			if !ok {
				t.Fatalf("%s of %s is %q", name, row[1], row[3+i])
			}
			if !strings.HasSuffix(name, "_s") {
				want.Mul(want, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(18), nil)))
			}
			p, ok := s.Params[name]
			compared++
			if !ok || new(big.Rat).SetInt(p.Raw).Cmp(want) != 0 {
				t.Errorf("%s of %s: got %v, want %s", name, row[1], p.Raw, want.RatString())
			}
			if p.At.Line == 0 || p.At.File == "" {
				t.Errorf("%s of %s has no place", name, row[1])
			}
		}
	}
	if compared != 2052 || len(d.Instruments) != 108 || len(d.Report.Undefined) > 0 {
		t.Errorf("%d values of %d markets, undefined %v", compared, len(d.Instruments), d.Report.Undefined)
	}
	for key, want := range map[string]string{
		"system min_liquidity_ratio": "1.25", "system withdraw_timeout_s": "86400s",
		"perps keeper_min": "1", "perps keeper_max": "30", "perps keeper_profit_ratio": "0.3", "perps keeper_scaling_ratio": "0.3",
		"perps max_positions_per_account": "10", "perps max_collaterals_per_account": "3", "perps collateral_liquidate_reward_ratio": "0.0003",
		"weth issuance_ratio": "2", "weth liquidation_ratio": "1.1", "weth liquidation_reward": "0.0001", "weth min_delegation": "0.1",
		"usdc liquidation_ratio": "1.005", "usdc min_delegation": "100", "susdc min_delegation": "100",
		"sUSDC wrapper_max_amount": "100000000", "maximum of extras.susdc_market in 0x00000000000000000000000000000000000000c0 maximum": "100000000",
		"sETH atomic_fixed_fee": "0.0025", "sETH skew_scale": "100000", "sUSDC strict_staleness_s": "60s",
		"extras.eth_node staleness_s": "3600s", "MOODENG strict_staleness_s": "3600s",
		"usdc issuance_ratio": "115792089237316195423570985008687907853269984665640564039457.584007913129639935",
	} {
		found := false
		for _, v := range d.Report.Taken {
			if v.Of+" "+v.Key == key {
				found = v.Value == want && strings.Contains(v.At, ".toml:")
				if !found {
					t.Errorf("%s is %s at %s, want %s", key, v.Value, v.At, want)
				}
			}
		}
		if !found {
			t.Errorf("%s was not taken", key)
		}
	}
}
