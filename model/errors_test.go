package model

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	fp "backtest/model/fixedpoint"
)

// TestErrorsTell: every error of the protocol begins with its name, and tells
// every argument by the contract's name of it.
func TestErrorsTell(t *testing.T) {
	all := []error{FeatureUnavailable{}, PermissionDenied{}, AccountNotFound{}, TokenAlreadyMinted{}, AccountActivityTimeoutPending{},
		Unauthorized{}, PoolNotFound{}, PoolAlreadyExists{}, MarketNotFound{}, InvalidParameter{}, InsufficientDelegation{}, InvalidLeverage{},
		InvalidCollateralAmount{}, CollateralDepositDisabled{}, CollateralNotFound{}, InsufficientAccountCollateral{},
		InsufficientAvailableCollateral{}, PoolCollateralLimitExceeded{}, MinDelegationTimeoutPending{}, InsufficientCollateralRatio{},
		InsufficientVaultCollateralRatio{}, CapacityLocked{}, InsufficientDebt{}, NotFundedByPool{}, IneligibleForLiquidation{},
		MustBeVaultLiquidated{}, NotEnoughLiquidity{}, InsufficientMarketCollateralDepositable{}, InsufficientMarketCollateralWithdrawable{},
		PrecisionLost{}, DeprecatedDeposit{}, FailedTransfer{}, EmptyDistribution{}, CannotScaleEmptyMapping{}, InsufficientMappedAmount{},
		InsufficientBalance{}, InsufficientAllowance{}}
	for _, err := range all {
		name := reflect.TypeOf(err).Name()
		if ErrorName(err) != name || !strings.HasPrefix(err.Error(), name+": ") {
			t.Errorf("%s says %q, its name is %s", name, err, ErrorName(err))
		}
		for i := range reflect.TypeOf(err).NumField() {
			if argument := reflect.TypeOf(err).Field(i).Tag.Get("arg"); argument == "" || !strings.Contains(err.Error(), argument+" ") {
				t.Errorf("%s does not tell %q: %q", name, argument, err)
			}
		}
	}
}

// TestErrorNames of those that are not named by their type.
func TestErrorNames(t *testing.T) {
	for want, err := range map[string]error{"Panic": fp.PanicOverflow, "OverflowInt256ToInt128": fp.OverflowInt256ToInt128,
		"Error": RequireFailed{"no shares before actor removal"}, "Errors": Errors{}} {
		expect(t, "name", ErrorName(err), want)
	}
	expect(t, "text", RequireFailed{"why"}.Error(), "why")
}

// TestErrorsUnwrap: the parts that failed can be asked for.
func TestErrorsUnwrap(t *testing.T) {
	err := error(Errors{[]error{Errors{[]error{nil, outage("a")}}, Errors{[]error{outage("b"), nil}}}})
	if !errors.Is(err, outage("a")) || !errors.Is(err, outage("b")) || errors.Is(err, outage("c")) {
		t.Errorf("parts of %v", err)
	}
	expect(t, "text", err.Error(), "Errors: Errors: Outage: a; Errors: Outage: b")
}

// TestAssertions: what cannot happen is an error of the contracts, not a
// panic. A pool in range without shares is not reachable by operations.
func TestAssertions(t *testing.T) {
	w := ordinaryWorld(t, "reported-debt eth 800")
	w.sys.backings.rows[0].actor.Shares = Uint128{}
	_, err := w.sys.DistributeDebtToPools(1, everyBump)
	expect(t, "error", err, error(RequireFailed{"no shares before actor removal"}))
}

// TestLargestAmounts: whatever an operation is given, it succeeds or fails with
// an error of the protocol, and leaves no trace when it fails.
func TestLargestAmounts(t *testing.T) {
	extremes := []string{"0wei", "1wei", fp.MaxInt128.String() + "wei", fp.MaxUint128.String() + "wei", fp.MaxInt256.String() + "wei"}
	lines := []string{"deposit a1 SNX %", "withdraw a1 SNX %", "delegate a1 p1 SNX %", "delegate a1 p1 SNX 600 %", "mint a1 p1 SNX %",
		"burn a1 p1 SNX %", "associate eth p1 SNX a1 %", "market-withdraw eth keeper %", "market-deposit eth keeper %",
		"market-collateral eth in SNX %", "market-collateral eth out SNX %", "liquidate-vault p1 SNX a2 %", "lock a1 SNX % +5",
		"reported-debt eth %", "minimum-credit eth %", "liquidity-ratio %", "liquidity-ratio eth %", "price SNX %", "market-cap eth SNX %",
		"fund keeper USD %", "transfer keeper a1 %", "pool-collateral p1 SNX limit=% issuance=%"}
	after := []string{"debt a1 p1 SNX", "vault-debt p1 SNX", "rebalance p1 SNX", "delegate a1 p1 SNX 400", "delegate a2 p1 SNX 9",
		"withdrawable eth", "locked eth", "contribution eth p1", "holdings a1 SNX", "liquidate a1 p1 SNX a2", "market-pools eth"}
	for _, x := range extremes {
		for _, line := range lines {
			p := newPlayer()
			p.after = outlookAgrees
			for _, l := range []string{"collateral SNX price=2", "account a1 a2", "market eth", "pool p1", "pool-config p1 eth:1:0.5",
				"deposit a1 SNX 1000", "deposit a2 SNX 1000", "delegate a1 p1 SNX 500"} {
				must(t, p.play(l))
			}
			for _, l := range append([]string{strings.ReplaceAll(line, "%", x)}, after...) {
				if err := p.play(l); err != nil {
					t.Fatalf("%s: %v", strings.ReplaceAll(line, "%", x), err)
				}
			}
		}
	}
}
