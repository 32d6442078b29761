package runner

import (
	"math/big"
	"testing"

	"backtest/runner/record"
)

// vaultsAddUp checks that every part of a pool's debt is the sum of the same part
// of its vaults within dust, where vaults are recorded.
func vaultsAddUp(t *testing.T, columns []record.ExtraColumn, row *record.PathRow) {
	t.Helper()
	type part struct{ pool, market, source string }
	pools, vaults := map[part]*big.Int{}, map[part]*big.Int{}
	exact := 0
	for _, c := range columns {
		if c.Kind != record.DecimalColumn {
			continue
		}
		x, of := row.Exact[exact].Big(), part{c.Pool, c.Market, c.Source}
		exact++
		switch c.Figure {
		case record.PoolDebtChange:
			pools[of] = x
		case record.VaultDebtChange:
			if vaults[of] == nil {
				vaults[of] = new(big.Int)
			}
			vaults[of].Add(vaults[of], x)
		}
	}
	for of, sum := range vaults {
		if want := pools[of]; want == nil || new(big.Int).Sub(sum, want).CmpAbs(dust) > 0 {
			t.Errorf("%s path %d: %v is %v, that of its vaults %v", row.Scenario, row.Path, of, want, sum)
		}
	}
}
