package model

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	fp "backtest/model/fixedpoint"
)

// sameFailure compares errors by what they say.
func sameFailure(x, y error) bool { return fmt.Sprint(x) == fmt.Sprint(y) }

// arithmetic reports whether an operation failed for want of bits; R can do
// so after the pull that an outlook stands for.
func arithmetic(err error) bool {
	var p fp.Panic
	var o fp.Overflow
	return errors.As(err, &p) || errors.As(err, &o)
}

// outlookAgrees compares the outlook of every pool, vault and position with
// what the mutating views return as static calls.
func outlookAgrees(w *world) error {
	before := w.sys.Digest()
	for _, id := range append([]PoolID{0}, w.pools...) {
		if err := poolOutlookAgrees(w, id); err != nil {
			return fmt.Errorf("pool %d: %w", id, err)
		}
	}
	if w.sys.Digest() != before {
		return errors.New("an outlook left a trace")
	}
	return nil
}

func poolOutlookAgrees(w *world, id PoolID) error {
	var want Int128
	pullErr := w.sys.Static(func() { want, _ = w.sys.PoolTotalDebt(id) })
	o, err := w.sys.PoolOutlook(id)
	if !sameFailure(err, pullErr) {
		return fmt.Errorf("outlook fails with %v, a pull with %v", err, pullErr)
	}
	if err != nil {
		stored := w.sys.StoredOutlook(id)
		if stored.TotalVaultDebts != w.sys.PoolStorage(id).TotalVaultDebts {
			return fmt.Errorf("stored outlook %+v", stored)
		}
		return nil
	}
	if o.TotalVaultDebts != want {
		return fmt.Errorf("debt %v, want %v", o.TotalVaultDebts, want)
	}
	for _, ct := range w.collaterals {
		if err := vaultOutlookAgrees(w, o, id, ct); err != nil {
			return fmt.Errorf("vault %s: %w", w.sys.CollateralName(ct), err)
		}
	}
	return nil
}

func vaultOutlookAgrees(w *world, o PoolOutlook, id PoolID, ct CollateralID) error {
	var debt Int256
	debtErr := w.sys.Static(func() { debt, _ = w.sys.VaultDebt(id, ct) })
	var liquidatable bool
	valueErr := w.sys.Static(func() { liquidatable, _ = w.sys.IsVaultLiquidatable(id, ct) })
	v, err := w.sys.VaultOutlook(o, ct)
	if err != nil || valueErr != nil {
		if !sameFailure(err, valueErr) && !arithmetic(valueErr) && !arithmetic(err) {
			return fmt.Errorf("outlook fails with %v, the view with %v", err, valueErr)
		}
		return nil
	}
	amount, value, err := w.sys.VaultCollateral(id, ct)
	if err != nil || debtErr != nil {
		return errors.Join(err, debtErr)
	}
	s := w.sys.VaultStorage(id, ct)
	if v.Debt != debt || v.Collateral != amount || v.Value != value || v.Liquidatable != liquidatable || v.Epoch() != s.Epoch || v.CollateralID() != ct {
		return fmt.Errorf("outlook %+v, want debt %v, collateral %v worth %v, liquidatable %v", v, debt, amount, value, liquidatable)
	}
	seen := map[AccountID]bool{}
	var failure error
	w.sys.EachPosition(&v, func(a AccountID, p Position, liquidatable bool) {
		q, yes := w.sys.PositionOutlook(&v, a)
		if seen[a] || q != p || yes != liquidatable {
			failure = fmt.Errorf("account %d is told twice, or differently: %+v, %+v", a, p, q)
		}
		seen[a] = true
	})
	for _, a := range w.accounts {
		if failure == nil {
			failure = positionOutlookAgrees(w, &v, id, ct, a, seen[a])
		}
	}
	return failure
}

func positionOutlookAgrees(w *world, v *VaultOutlook, id PoolID, ct CollateralID, a AccountID, told bool) error {
	var p Position
	if err := w.sys.Static(func() { p, _ = w.sys.Position(id, ct, a) }); err != nil {
		return ignoreArithmetic(err)
	}
	var yes bool
	if err := w.sys.Static(func() { yes, _ = w.sys.IsPositionLiquidatable(id, ct, a) }); err != nil {
		return ignoreArithmetic(err)
	}
	got, liquidatable := w.sys.PositionOutlook(v, a)
	if got.Debt != p.Debt || got.Collateral != p.Collateral || got.CollateralValue != p.CollateralValue || liquidatable != yes {
		return fmt.Errorf("account %d: outlook %+v, liquidatable %v; want %+v, %v", a, got, liquidatable, p, yes)
	}
	if want := positionRatioOf(p); got.CRatio != want {
		return fmt.Errorf("account %d: ratio %v, want %v", a, got.CRatio, want)
	}
	s := w.sys.PositionStorage(id, ct, a)
	if exists := !s.CollateralShares.IsZero() || !s.ConsolidatedDebt.IsZero(); exists != told {
		return fmt.Errorf("account %d: told %v, exists %v", a, told, exists)
	}
	return nil
}

// positionRatioOf is the ratio of what the first pull finds; that of Position
// itself comes from a second one.
func positionRatioOf(p Position) Uint256 {
	if p.Debt.Sign() <= 0 {
		return fp.MaxUint256
	}
	return p.CollateralValue.DivDecimal(p.Debt.Uint256())
}

func ignoreArithmetic(err error) error {
	if arithmetic(err) {
		return nil
	}
	return err
}

// TestOutlook compares outlooks with the views they stand for, after every
// command of random worlds: with bumps, failing markets and oracles.
func TestOutlook(t *testing.T) {
	for seed := range uint64(25) {
		p := newPlayer()
		p.after = outlookAgrees
		lines, err := playRandom(rand.New(rand.NewPCG(seed, 3)), 40, p)
		if err != nil {
			t.Logf("seed %d", seed)
			reportScript(t, lines, outlookAgrees, err)
		}
	}
}

// TestOutlookScenario pins figures: before a bump, at one, and while a market
// or an oracle fails.
func TestOutlookScenario(t *testing.T) {
	w := ordinaryWorld(t, "reported-debt eth 100")
	look := func() (PoolOutlook, VaultOutlook, error) {
		o, err := w.sys.PoolOutlook(1)
		if err != nil {
			return o, VaultOutlook{}, err
		}
		v, err := w.sys.VaultOutlook(o, w.collaterals["SNX"])
		return o, v, err
	}
	o, v, err := look()
	if err != nil || v.Debt != signedAmount("100") || v.Value != amount("1000") || v.ValuePerShare.D18() != signedAmount("0.2").Int128() {
		t.Fatalf("%+v %+v %v", o, v, err)
	}
	if v.ShareFactor() != amount("1000000000") || v.Price != amount("2") {
		t.Fatalf("factor %v, price %v", v.ShareFactor(), v.Price)
	}
	runAll(w, []string{"reported-debt eth 700"})
	if o, v, err = look(); err != nil || v.Debt != signedAmount("500") || o.TotalVaultDebts != signedAmount("500").Int128() {
		t.Fatalf("%+v %+v %v", o, v, err)
	}
	runAll(w, []string{"price SNX fails"})
	if _, _, err = look(); !errors.Is(err, outage("oracle of SNX")) {
		t.Fatalf("error %v", err)
	}
	runAll(w, []string{"reported-debt eth fails"})
	if _, _, err = look(); !errors.Is(err, outage("reported debt")) {
		t.Fatalf("error %v", err)
	}
}
