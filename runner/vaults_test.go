package runner

import (
	"math/big"
	"strings"
	"testing"

	"backtest/runner/record"
)

// debtBlock is the columns of a pool, or of a vault.
type debtBlock struct {
	owner      string // pool, or pool_collateral
	first, end int
}

// debtBlocks finds the columns of all pools, or of all vaults: each block ends
// with its total.
func debtBlocks(columns []record.ExtraColumn, prefix string) (list []debtBlock) {
	first := -1
	for i, c := range columns {
		name, ok := strings.CutPrefix(c.Name, prefix)
		if !ok {
			continue
		}
		if first < 0 {
			first = i
		}
		if owner, ok := strings.CutSuffix(name, "_total_usd"); ok {
			list, first = append(list, debtBlock{owner, first, i + 1}), -1
		}
	}
	return list
}

// vaultsAddUp checks that every column of a pool is the sum of those of its
// vaults within dust, if there are any.
func vaultsAddUp(t *testing.T, columns []record.ExtraColumn, row *record.PathRow) {
	t.Helper()
	vaults := debtBlocks(columns, "vault_debt_")
	for _, pool := range debtBlocks(columns, "pool_debt_") {
		sums := make([]big.Int, pool.end-pool.first)
		members := 0
		for _, v := range vaults {
			if !strings.HasPrefix(v.owner, pool.owner+"_") {
				continue
			}
			members++
			if v.end-v.first != len(sums) {
				t.Fatalf("%d columns of %s, %d of %s", v.end-v.first, v.owner, len(sums), pool.owner)
			}
			for k := range sums {
				sums[k].Add(&sums[k], row.Exact[v.first+k].Big())
			}
		}
		for k := range sums {
			if want := row.Exact[pool.first+k].Big(); members > 0 && new(big.Int).Sub(&sums[k], want).CmpAbs(dust) > 0 {
				t.Errorf("%s path %d: %s is %v, that of its vaults %v", row.Scenario, row.Path, columns[pool.first+k].Name, want, &sums[k])
			}
		}
	}
}
