package replay

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the outcomes into the files in testdata/corners")

// TestCorners runs the files in testdata/corners: operations of the trace
// format that no recorded history shows, one on a line, with what they return
// or revert with on the line after it.
//
//	deposit accountId=1 collateral=SNX tokenAmount=0
//	= FailedTransfer(from=account:1, to=core, value=0)
//
// "see KEY" tells what an observation reads. Each file starts from an empty
// system with the tokens of the recorded histories. A failed operation must
// leave no trace.
func TestCorners(t *testing.T) {
	paths, err := filepath.Glob("testdata/corners/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			old, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got, err := playCorners(string(old))
			if err != nil {
				t.Fatal(err)
			}
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want := strings.Split(string(old), "\n")
			for i, line := range strings.Split(got, "\n") {
				if i >= len(want) || want[i] != line {
					t.Fatalf("line %d is %q", i+1, line)
				}
			}
		})
	}
}

func playCorners(text string) (string, error) {
	env, err := newEnvironment(Setup{Timestamp: "1700000000", Tokens: []Token{
		{"SNX", "18"}, {"ETH", "18"}, {"USDC", "6"}, {"DAI20", "20"},
	}})
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for n, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if strings.HasPrefix(line, "= ") {
			continue
		}
		out.WriteString(line + "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		answer, err := playLine(env, strings.Fields(line))
		if err != nil {
			return "", fmt.Errorf("line %d: %s: %w", n+1, line, err)
		}
		if answer != "" {
			out.WriteString("= " + answer + "\n")
		}
	}
	return out.String(), nil
}

// playLine applies an operation or reads an observation. An operation that
// succeeds and returns nothing has no answer.
func playLine(env *environment, words []string) (string, error) {
	if words[0] == "see" {
		o, err := env.newObservation(words[1])
		if err != nil {
			return "", err
		}
		clear(env.probes) // the next line reads anew
		return o.probe.read(0, o.field)
	}
	op, ok := operations[words[0]]
	if !ok {
		return "", fmt.Errorf("unknown operation")
	}
	args := &arguments{env: env, raw: map[string]json.RawMessage{}}
	for _, word := range words[1:] {
		key, value, _ := strings.Cut(word, "=")
		if raw := json.RawMessage(value); value == "true" || value == "false" || strings.HasPrefix(value, "[") {
			args.raw[key] = raw
		} else {
			args.raw[key], _ = json.Marshal(value)
		}
	}
	before := env.digest()
	returns, failed := op(env, args)
	if args.err != nil {
		return "", args.err
	}
	if failed != nil {
		if env.digest() != before {
			return "", fmt.Errorf("%v left a trace", failed)
		}
		return errorText(failed), nil
	}
	return returnsText(returns), nil
}

func returnsText(returns map[string]any) string {
	var parts []string
	for _, k := range sortedKeys(returns) {
		parts = append(parts, k+"="+valueText(returns[k]))
	}
	return strings.Join(parts, ", ")
}

// TestEveryOperationOfTheFormats keeps the tables whole: every operation that
// the two format documents name.
func TestEveryOperationOfTheFormats(t *testing.T) {
	named := strings.Fields(formatOperations)
	for _, name := range named {
		if operations[name] == nil {
			t.Errorf("operation %s is missing", name)
		}
	}
	for name := range operations {
		if !slices.Contains(named, name) {
			t.Errorf("operation %s is in no format", name)
		}
	}
}

const formatOperations = `
createAccount configureCollateral setCollateralPrice createPool setPoolConfiguration setPoolCollateralConfiguration
setPoolCollateralDisabledByDefault setMinLiquidityRatio setMarketMinLiquidityRatio registerMarket setReportedDebt
setMinimumCredit deposit withdraw createLock delegateCollateral migrateDelegation mintUsd burnUsd depositMarketUsd
withdrawMarketUsd transferUsd configureMaximumMarketCollateral depositMarketCollateral withdrawMarketCollateral
associateDebt setAssociateDebtRatioExclusion rebalancePool distributeDebtToPools liquidate liquidateVault
liquidateToTreasury setPoolLiquidationsDisabled setConfig setMarketMinDelegateTime warp
touch:getPositionDebt touch:getPosition touch:getPositionCollateralRatio touch:isPositionLiquidatable touch:getVaultDebt
touch:getVaultCollateralRatio touch:isVaultLiquidatable touch:getMarketDebtPerShare touch:getMarketPools
touch:getMarketPoolDebtDistribution touch:getPoolTotalDebt touch:getPoolDebtPerShare
cleanExpiredLocks getLocks getAccountLastInteraction grantPermission setReportedDebtFailure setMinimumCreditFailure
setCollateralPriceFailure deprecateCollateral setFeatureFlagAllowAll setFeatureFlagDenyAll
setAccountOverrideMinDelegateTime setSenderOverrideMinDelegateTime setAccountOverrideWithdrawTimeout
setSenderOverrideWithdrawTimeout
spotCreateSynth spotSetPrice spotSetBenchmarkPrice spotSetAtomicFixedFee spotSetAsyncFixedFee spotSetSkewScale
spotSetUtilizationFeeRate spotSetCollateralLeverage spotSetCustomTransactorFee spotSetWrapperFees spotSetReferrerShare
spotSetFeeCollector spotSetWrapper spotBuyExactIn spotBuyExactOut spotSellExactIn spotSellExactOut spotWrap spotUnwrap
spotTransferSynth spotAddSettlementStrategy spotCommitOrder spotSettleOrder spotCancelOrder
perpsInitialize perpsCreateMarket perpsSetPrice perpsSetBenchmarkPrice perpsSetFundingParameters perpsSetOrderFees
perpsSetMaxMarketSize perpsSetMaxMarketValue perpsSetLiquidationParameters perpsSetMaxLiquidationParameters
perpsSetLockedOiRatio perpsAddSettlementStrategy perpsSetSettlementStrategyEnabled perpsSetKeeperCosts
perpsSetKeeperRewardGuards perpsSetPerAccountCaps perpsSetInterestRateParameters perpsSetCollateralConfiguration
perpsSetCollateralLiquidateRewardRatio perpsRegisterDistributor perpsSetFeeCollector perpsSetReferrerShare
perpsCreateAccount perpsModifyCollateral perpsCommitOrder perpsSettleOrder perpsCancelOrder perpsLiquidate
perpsLiquidateFlagged perpsLiquidateMarginOnly perpsPayDebt perpsUpdateInterestRate`
