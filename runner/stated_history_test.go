package runner

import (
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets"
	"backtest/model/replay"
	"backtest/model/state"
)

// plainText writes a D18 integer as a decimal number.
func plainText(x fp.Int256) string {
	n, _ := new(big.Int).SetString(x.String(), 10)
	return strings.TrimRight(strings.TrimRight(new(big.Rat).SetFrac(n, big.NewInt(1e18)).FloatString(18), "0"), ".")
}

// writtenByHand writes the start of a state after a full distribution, from what
// can be observed of it alone: "" when a configuration cannot tell it.
func writtenByHand(t *testing.T, sys *model.System, d *state.State) string {
	t.Helper()
	if len(d.Markets) == 0 || sys.Now() < 1e9 {
		return ""
	}
	var c strings.Builder
	fmt.Fprintf(&c, "name: by-hand\npaths: 1\nstart: %d\nhorizon: 1d\nstep: 1h\nprices:\n  assets:\n", sys.Now())
	used := map[string]bool{}
	for _, p := range d.Pools {
		for _, v := range p.Vaults {
			used[v.Collateral] = true
		}
	}
	var types string
	for _, x := range d.Collaterals {
		ratio := x.LiquidationRatio
		if !used[x.Name] || !x.Configured {
			continue
		}
		if x.Name == "USD" || x.Price.Sign() <= 0 || !x.Price.Uint256().Rem(fp.U256(1e10)).IsZero() || fp.U256(1000).Mul(fp.UnitU256).Less(ratio) || fp.U256(1000).Mul(fp.UnitU256).Less(x.IssuanceRatio) || x.Decimals > 18 {
			return ""
		}
		fmt.Fprintf(&c, "    - {id: %s, initial: %s, process: {kind: constant}}\n", x.Name, plainText(x.Price))
		types += fmt.Sprintf("  - {id: %s, issuance_ratio: %q, liquidation_ratio: %q, decimals: %d}\n", x.Name, plainText(x.IssuanceRatio.Int256()), plainText(ratio.Int256()), x.Decimals)
	}
	if types == "" {
		return ""
	}
	c.WriteString("collaterals:\n" + types + "markets:\n")
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	stated, distributed := "", fp.Int256{}
	for i, m := range d.Markets {
		reported, err := sys.MarketReportedDebt(model.MarketID(i + 1))
		total, err2 := sys.MarketTotalDebt(model.MarketID(i + 1))
		if err != nil || err2 != nil || len(m.DepositedCollateral) > 0 || total != m.LastDistributedMarketBalance.Wide() {
			return ""
		}
		distributed = distributed.Add(total)
		fmt.Fprintf(&c, "  - {id: m%d, kind: scripted, file: m%d.csv}\n", i+1, i+1)
		write(fmt.Sprintf("m%d.csv", i+1), fmt.Sprintf("timestamp_unix,reported_debt_usd,minimum_credit_usd,deposit_usd,withdraw_usd\n%d,%s,0,0,0\n", sys.Now()-1, plainText(reported.Int256())))
		stated += fmt.Sprintf("    - {market: m%d, net_issuance_usd: %q}\n", i+1, plainText(m.NetIssuance.Wide()))
	}
	c.WriteString("pools:\n")
	rows, debts := "account,pool,collateral,amount,debt_usd\n", fp.Int256{}
	for _, p := range d.Pools {
		if p.ID == 0 || len(p.MarketConfigurations) == 0 {
			if len(p.Vaults) > 0 {
				return ""
			}
			continue
		}
		fmt.Fprintf(&c, "  - id: p%d\n    markets:\n", p.ID)
		for _, mc := range p.MarketConfigurations {
			fmt.Fprintf(&c, "      - {market: m%d, weight: %q, max_debt_share_value: 1e6}\n", mc.Market, plainText(mc.Weight.WideInt()))
		}
		for _, v := range p.Vaults {
			ct, _ := sys.CollateralNamed(v.Collateral)
			for _, x := range v.Positions {
				o, err := sys.Position(model.PoolID(p.ID), ct, model.AccountID(x.Account))
				if err != nil {
					return ""
				}
				if o.Collateral.IsZero() && o.Debt.IsZero() {
					continue
				}
				debts = debts.Add(o.Debt)
				rows += fmt.Sprintf("%d,p%d,%s,%s,%s\n", x.Account, p.ID, v.Collateral, plainText(o.Collateral.Int256()), plainText(o.Debt))
			}
		}
	}
	write("positions.csv", rows)
	fmt.Fprintf(&c, "state:\n  positions: positions.csv\n  markets:\n%s", stated)
	if left := debts.Sub(distributed); left.Sign() < 0 {
		fmt.Fprintf(&c, "  unallocated_usd: %q\n", plainText(left))
	}
	write("c.yaml", c.String())
	return filepath.Join(dir, "c.yaml")
}

// TestByHandAsRecorded: recorded states that are written down by hand, after a
// full distribution, from what is observed of positions and markets alone, have the
// same debts and C-ratios, to the wei.
func TestByHandAsRecorded(t *testing.T) {
	paths, err := filepath.Glob("../model/testdata/traces/named/*.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	histories, positions := 0, 0
	for _, path := range paths {
		n := compareByHand(t, path)
		positions += n
		if n > 0 {
			histories++
		}
	}
	t.Logf("%d histories, %d positions", histories, positions)
	if histories < 10 || positions < 25 {
		t.Errorf("only %d histories with %d positions", histories, positions)
	}
}

func compareByHand(t *testing.T, path string) (positions int) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // only read
	trace, err := replay.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	d, _, err := replay.StateAt(trace, len(trace.Steps)/2)
	if err != nil {
		t.Fatal(err)
	}
	sys, err := model.Load(d, markets.LoadState)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		for _, p := range d.Pools {
			for _, v := range p.Vaults {
				ct, _ := sys.CollateralNamed(v.Collateral)
				_ = sys.RebalancePool(model.PoolID(p.ID), ct) // one that fails leaves debt, which is looked at
			}
		}
	}
	if d, err = sys.Save(); err != nil {
		t.Fatal(err)
	}
	config := writtenByHand(t, sys, d)
	if config == "" {
		return 0
	}
	w, err := buildStart(config)
	if err != nil {
		t.Logf("%s: %v", filepath.Base(path), err)
		return 0
	}
	for _, lp := range w.LPs {
		v := w.Vaults[lp.Vault]
		var pool model.PoolID
		if _, err := fmt.Sscanf(w.Pools[v.Pool].Name, "p%d", &pool); err != nil {
			t.Fatal(err)
		}
		ct, _ := sys.CollateralNamed(w.Collaterals[v.Collateral].Name)
		want, err := sys.Position(pool, ct, lp.Account)
		if err != nil {
			t.Fatal(err)
		}
		got, err := w.Initial.Position(w.Pools[v.Pool].ID, w.Collaterals[v.Collateral].CT, lp.Account)
		if err != nil || got.Debt != want.Debt || got.CRatio != want.CRatio || got.Collateral != want.Collateral {
			t.Errorf("%s: %s has a debt of %s at %s, by hand %s at %s: %v", filepath.Base(path), lp.Name, want.Debt, want.CRatio, got.Debt, got.CRatio, err)
		}
		positions++
	}
	return positions
}
